"""A run folder while it is written: begun, gone on with, finished; each file is put in its place when it is whole."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from overture.errors import ConfigurationError, InputError, UserError

from .grading import run_scores
from .journal import JOURNAL, Journal, JournalResults
from .junit import JUNIT, write_junit
from .provenance import data_record, git_state, package_versions
from .results_table import TABLE, read_rows, write_rows
from .run_folder import RunFolder
from .run_record import RECORD, ResumeRecord, RunRecord, SpentRecord, SubjectRecord, SuiteRecord, read_record
from .subject import Judged
from .suite import RunScore, Suite, SuiteData

if TYPE_CHECKING:
    from overture.generation.budget import Budget


def open_writer(
    folder: Path,
    suites: Sequence[Suite[Any]],
    *,
    subject: Judged,
    data: SuiteData,
    budget: Budget | None,
    resume: bool,
    retry_failed: bool,
) -> FolderWriter | None:
    """The writer of a new run, or of the one that is there; None if that one is finished.

    Raises:
        ConfigurationError: the folder is taken, or its run is of something else.
        InputError: the folder or the data cannot be used, or another process is writing the run.
    """
    record = _record(suites, subject, data)
    is_new = not (folder / RECORD).exists()
    if is_new:
        return _begin(folder, record, budget)
    if not resume:
        raise ConfigurationError(f"{folder} holds a run already: go on with --resume, or name another folder")
    old = read_record(folder)
    _check_same(folder, old, record)
    is_done = old.state == "finished"
    if is_done and not (retry_failed and any(suite.failed for suite in old.suites)):
        return None
    journal = Journal(folder / JOURNAL)
    if is_done:
        journal.add_many(read_rows(folder / TABLE))
    again = ResumeRecord(at=record.started_at, git=record.git)
    resumed = old.model_copy(update={"state": "running", "finished_at": None, "resumed": (*old.resumed, again)})
    _write(folder, resumed)
    return FolderWriter(folder, resumed, journal, is_new=False, budget=budget)


class FolderWriter:
    """A run under way; leaving it without `finish` leaves a folder that can be resumed."""

    def __init__(
        self, folder: Path, record: RunRecord, journal: Journal, *, is_new: bool, budget: Budget | None
    ) -> None:
        self.folder, self.journal = folder, journal
        self._record, self._is_new, self._budget = record, is_new, budget
        self._suites: list[SuiteRecord] = []
        self._is_finished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._is_finished:
            return
        is_empty = not any(self.journal.counts(suite.name).n for suite in self._record.suites)
        if isinstance(error, UserError) and self._is_new and is_empty:
            self.journal.remove()
            (self.folder / RECORD).unlink(missing_ok=True)
            return
        self.journal.close()
        if self._budget is not None:
            _write(self.folder, self._record.model_copy(update={"spent": self._spent()}))

    def end_suite(self, suite: Suite[Any], cases_sha256: str) -> None:
        """All outcomes of a suite are in the journal: count them, and score them together.

        Where `over_run` raises the suite has no run scores and its record says why: a gate must not pass it.
        """
        counts = self.journal.counts(suite.name)
        scores: tuple[RunScore, ...] = ()
        error = ""
        try:
            scores = run_scores(suite.over_run(JournalResults(self.journal, suite.name)))
        except Exception as raised:  # noqa: BLE001 - a suite's own code: the other suites go on
            error = f"{type(raised).__name__}: {raised}"
        self._suites.append(
            _suite_record(suite).model_copy(
                update={**counts._asdict(), "cases_sha256": cases_sha256, "run_scores": scores, "error": error}
            )
        )

    def finish(self) -> RunFolder:
        """Write the folder's files from the journal, and take the journal away."""
        suites = tuple(self._suites)
        write_rows(self.folder / TABLE, chain.from_iterable(self.journal.rows(suite.name) for suite in suites))
        write_junit(self.folder / JUNIT, suites, self.journal.endings)
        update = {"state": "finished", "finished_at": datetime.now(UTC), "suites": suites, "spent": self._spent()}
        _write(self.folder, self._record.model_copy(update=update))
        self._is_finished = True
        self.journal.remove()
        return RunFolder.open(self.folder)

    def _spent(self) -> SpentRecord | None:
        """What the run has cost, with this sitting; what a killed one cost is not known."""
        before = self._record.spent
        if self._budget is None:
            return before
        state, before = self._budget.state, before or SpentRecord()
        return SpentRecord(
            requests=before.requests + state.requests,
            tokens=before.tokens + state.tokens,
            price=before.price + state.price,
        )


def _begin(folder: Path, record: RunRecord, budget: Budget | None) -> FolderWriter:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # profiles and messages are private (F-3)
        taken = next((path.name for path in folder.iterdir() if not path.name.startswith(JOURNAL)), None)
        if taken is not None:
            raise ConfigurationError(f"{folder} holds {taken!r} and no run: name a new folder")
        journal = Journal(folder / JOURNAL)
        _write(folder, record)
    except OSError as error:
        problem = f"cannot be written ({error.strerror})"
        raise InputError(problem, path=str(folder), expected="a folder for the run") from None
    return FolderWriter(folder, record, journal, is_new=True, budget=budget)


def _record(suites: Sequence[Suite[Any]], subject: Judged, data: SuiteData) -> RunRecord:
    parts: Mapping[str, str] = getattr(subject, "parts", {})
    return RunRecord(
        started_at=datetime.now(UTC),
        git=git_state(),
        python=platform.python_version(),
        packages=package_versions(),
        subject=SubjectRecord(label=subject.label, fingerprint=subject.fingerprint, parts=dict(parts)),
        data=data_record(data),
        seed=data.seed,
        suites=tuple(_suite_record(suite) for suite in suites),
    )


def _suite_record(suite: Suite[Any]) -> SuiteRecord:
    return SuiteRecord(
        name=suite.name, version=suite.version, summary=suite.summary, metrics=suite.metrics, limits=suite.limits
    )


def _check_same(folder: Path, old: RunRecord, new: RunRecord) -> None:
    """A run goes on with what it was begun with, else its outcomes would be of two things."""
    for what, before, now in (
        ("suites", _suites(old), _suites(new)),
        ("subject", old.subject.fingerprint, new.subject.fingerprint),
        ("data", (old.data.sha256, old.data.options), (new.data.sha256, new.data.options)),
        ("seed", old.seed, new.seed),
    ):
        if before != now:
            raise ConfigurationError(
                f"{folder} holds a run of another {what} ({before} before, {now} now): name another folder"
            )


def _suites(record: RunRecord) -> str:
    return " ".join(f"{suite.name}@{suite.version}" for suite in record.suites)


def _write(folder: Path, record: RunRecord) -> None:
    new = folder / f"{RECORD}.new"
    new.write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
    os.replace(new, folder / RECORD)
