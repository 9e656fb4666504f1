"""A run as a log of inspect-ai, for its viewer: JSON of format 2, one sample a case; inspect-ai itself is not needed.

One log holds one task, so all suites are in it: a sample's id is `suite/case`, a score's name `suite.metric`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from overture.errors import InputError

from .result import CaseResult
from .result_row import ResultRow, result_of
from .results_table import TABLE, read_rows
from .run_folder import RunFolder
from .summary import MetricSummary, summarise, value_of

INSPECT_VERSION: Final = 2
"""The version of `EvalLog` that is written, inspect-ai 0.3's."""


def write_inspect_log(run: RunFolder, path: Path) -> None:
    """Write a run's log, in its place only when it is whole; name it `.json`, by which inspect-ai knows the form.

    It holds what drafts and replies say, as the run does (F-3). A case that failed has its error, and each metric's
    worst as its scores.

    Raises:
        InputError: the run's table cannot be read, or the file not be written.
    """
    new = path.with_name(path.name + ".new")
    try:
        with new.open("w", encoding="utf-8") as file:
            file.write(json.dumps(_header(run), ensure_ascii=False)[:-1] + ', "samples": [\n')
            for number, row in enumerate(read_rows(run.path / TABLE)):
                file.write(("" if number == 0 else ",\n") + json.dumps(_sample(run, row), ensure_ascii=False))
            file.write("\n]}\n")
        os.replace(new, path)
    except OSError as error:
        problem = f"cannot be written ({error.strerror})"
        raise InputError(problem, path=str(path), expected="a file, such as run.json") from None
    finally:
        new.unlink(missing_ok=True)


def _header(run: RunFolder) -> dict[str, Any]:
    record = run.record
    created = record.started_at.isoformat()
    name = f"{record.subject.fingerprint[:12]}-{record.started_at:%Y%m%dT%H%M%S}"
    n, failed = (sum(getattr(suite, count) for suite in record.suites) for count in ("n", "failed"))
    revision = record.git and {
        "type": "git", "origin": "", "commit": record.git.commit, "dirty": record.git.dirty
    }  # fmt: skip
    return {
        "version": INSPECT_VERSION,
        "status": "success",
        "eval": {
            "eval_id": name, "run_id": name, "created": created, "task": "overture", "task_id": name,
            "task_version": 0, "model": record.subject.label, "config": {}, "revision": revision,
            "dataset": {"name": record.data.file or "the suites' own", "samples": n},
            "packages": dict(record.packages), "metadata": {**record.subject.parts, "seed": record.seed},
        },
        "results": {
            "total_samples": n, "completed_samples": n - failed,
            "scores": [each for suite in run.suites for each in _totals(run, suite)],
        },
        "stats": {
            "started_at": created,
            "completed_at": record.finished_at.isoformat() if record.finished_at else "",
        },
    }  # fmt: skip


def _totals(run: RunFolder, suite: str) -> Iterator[dict[str, Any]]:
    """A suite's metrics over all cases, then the scores of the whole run."""
    for each in summarise(suite, run.metrics(suite), run.results(suite)):
        if not each.slice and each.value is not None:
            yield _total(each)
    for score in run.suite(suite).run_scores:
        metrics = {"value": score.value, "low": score.low, "high": score.high}
        name = f"{suite}.{score.metric}" + (f" [{score.slice}]" if score.slice else "")
        yield {"name": name, "scorer": suite, "metrics": _metrics(metrics), "metadata": {"n": score.n}}


def _total(each: MetricSummary) -> dict[str, Any]:
    return {
        "name": f"{each.suite}.{each.metric}", "scorer": each.suite, "scored_samples": each.n,
        "metrics": _metrics({"value": each.value, "low": each.low, "high": each.high}),
        "metadata": {"n": each.n, "failed": each.failed},
    }  # fmt: skip


def _metrics(values: dict[str, float | None]) -> dict[str, Any]:
    return {name: {"name": name, "value": value} for name, value in values.items() if value is not None}


def _sample(run: RunFolder, row: ResultRow) -> dict[str, Any]:
    result = result_of(row)
    shown = result.grades.shown
    answer = {"message": {"role": "assistant", "content": shown.text}, "stop_reason": "stop"}
    sample: dict[str, Any] = {
        "id": f"{result.suite}/{result.case}", "epoch": 1, "input": row.inputs, "target": row.expected,
        "output": {"model": run.record.subject.label, "choices": [answer] if shown.text else []},
        "scores": {f"{result.suite}.{name}": score for name, score in _scores(run, result)},
        "metadata": {
            "title": shown.title, "cluster": result.cluster, **result.slices, "output": result.grades.output,
            "details": dict(shown.details),
        },
        "total_time": result.seconds,
    }  # fmt: skip
    if result.error:
        trace = str(shown.details.get("traceback", ""))
        sample["error"] = {"message": result.error, "traceback": trace, "traceback_ansi": trace}
    return sample


def _scores(run: RunFolder, result: CaseResult) -> Iterable[tuple[str, dict[str, Any]]]:
    """Each metric that applies to the case: its value, and why; of a failed case the worst."""
    reasons = {score.metric: score.reason for score in result.grades.scores}
    for metric in run.metrics(result.suite):
        value, is_failed = value_of(result, metric)
        if value is not None:
            yield metric.name, {"value": value, "explanation": result.error if is_failed else reasons[metric.name]}
