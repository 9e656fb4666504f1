"""A case's outcome as one flat row, as the journal and the table keep it: nested parts are JSON texts."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple, cast

from pydantic_core import to_json

from .case import Case
from .result import CaseResult, Status
from .score import Grades, Mark, Score, Shown

MOST_ERROR: Final = 2_000
"""Characters that are kept of an error."""


class ResultRow(NamedTuple):
    """The columns of `cases.parquet`; slices, inputs, expected, scores, output and shown are JSON.

    `missed` names the metrics of kind `pass` that a scored case did not pass, with their reasons.
    """

    suite: str
    ordinal: int
    case: str
    key: str
    cluster: str
    slices: str
    inputs: str
    expected: str
    status: Status
    error: str
    missed: str
    scores: str
    output: str
    shown: str
    seconds: float
    cached: bool


class Outcome(NamedTuple):
    """What is kept of an answer apart from its case: what the cache holds."""

    missed: str
    scores: str
    output: str
    shown: str
    seconds: float


def outcome_of(grades: Grades, seconds: float, *, missed: str = "") -> Outcome:
    """Grades as JSON texts.

    Raises:
        ValueError: the output or what is shown of it is no JSON, or holds characters that are no text.
    """
    return Outcome(_text(missed), _json(grades.scores), _json(grades.output), _json(grades.shown), seconds)


def row_of(
    suite: str, ordinal: int, case: Case, key: str, outcome: Outcome, *, error: str | None = None, cached: bool = False
) -> ResultRow:
    """The row of a case; with an `error` it has failed."""
    return ResultRow(
        suite=suite,
        ordinal=ordinal,
        case=case.id,
        key=key,
        cluster=case.cluster,
        slices=_json(case.slices),
        inputs=_json(case.inputs),
        expected=_json(case.expected),
        status="scored" if error is None else "failed",
        error=_text(error or "")[:MOST_ERROR],
        missed=outcome.missed,
        scores=outcome.scores,
        output=outcome.output,
        shown=outcome.shown,
        seconds=outcome.seconds,
        cached=cached,
    )


def result_of(row: ResultRow) -> CaseResult:
    """The result that a row keeps."""
    return CaseResult(
        suite=row.suite,
        case=row.case,
        key=row.key,
        cluster=row.cluster,
        slices=json.loads(row.slices),
        status=row.status,
        error=row.error,
        grades=grades_of(row.scores, row.output, row.shown),
        seconds=row.seconds,
        cached=row.cached,
    )


def grades_of(scores: str, output: str, shown: str) -> Grades:
    """The grades that `outcome_of` made texts of."""
    told = cast("dict[str, Any]", json.loads(shown))
    told["marks"] = tuple(Mark(**mark) for mark in told["marks"])
    return Grades(
        scores=tuple(Score(**score) for score in json.loads(scores)), output=json.loads(output), shown=Shown(**told)
    )


def _text(value: str) -> str:
    return value.encode(errors="replace").decode()


def _json(value: object) -> str:
    return to_json(value, inf_nan_mode="null").decode()
