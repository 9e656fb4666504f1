"""A finished run on disk: `run.json`, `cases.parquet`, `junit.xml`, and what a report adds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from overture.errors import ConfigurationError, InputError

from .result import CaseResult
from .results_table import TABLE, read_results
from .run_record import FORMAT, RunRecord, SuiteRecord, read_record
from .suite import Metric, RunScore

__all__ = ["FORMAT", "RunFolder", "RunRecord"]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A finished run, opened with `RunFolder.open(path)`."""

    path: Path
    record: RunRecord

    @classmethod
    def open(cls, path: str | Path) -> RunFolder:
        """The run in a folder.

        Raises:
            InputError: there is no run, it is not finished, or it is of a newer format.
        """
        folder = Path(path)
        record = read_record(folder)
        if record.state != "finished":
            raise InputError("the run is not finished", path=str(folder), expected="one that was; go on with --resume")
        return cls(folder, record)

    @property
    def suites(self) -> tuple[str, ...]:
        """The names of the run's suites, in their order."""
        return tuple(suite.name for suite in self.record.suites)

    def suite(self, name: str) -> SuiteRecord:
        """What the run keeps of one suite.

        Raises:
            ConfigurationError: the run has no such suite.
        """
        for suite in self.record.suites:
            if suite.name == name:
                return suite
        raise ConfigurationError(f"{self.path} has no suite {name!r}; it has {', '.join(self.suites)}")

    def metrics(self, suite: str) -> tuple[Metric, ...]:
        """The metrics of one suite, as they were when the run was made.

        Raises:
            ConfigurationError: the run has no such suite.
        """
        return self.suite(suite).metrics

    def results(self, suite: str | None = None) -> Iterator[CaseResult]:
        """The outcome of every case, streamed in the order of suites and cases; of one suite if it is named.

        Raises:
            InputError: the table is missing or cannot be read.
        """
        return read_results(self.path / TABLE, suite=suite)

    def run_scores(self) -> list[tuple[str, RunScore]]:
        """What is known of whole runs: the suite's name with each score."""
        return [(suite.name, score) for suite in self.record.suites for score in suite.run_scores]
