"""`run.json`: what a run was made of and what it came to, so that it can be told apart from any other (D-14)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, cast

from pydantic import Field, ValidationError

from overture.base import Value
from overture.errors import InputError

from .suite import Metric, RunScore

FORMAT: Final = 1
RECORD: Final = "run.json"
RunState = Literal["running", "finished"]


class GitState(Value):
    """The commit of the working tree that the run was started in, and whether the tree differed from it."""

    commit: str
    dirty: bool


class ResumeRecord(Value):
    """When a run was gone on with, and on which code."""

    at: datetime
    git: GitState | None = None


class SubjectRecord(Value):
    """The subject; `parts` are those of its fingerprint that have a name: model, prompt, classifier, judge."""

    label: str
    fingerprint: str
    parts: Mapping[str, str] = Field(default_factory=dict)


class DataRecord(Value):
    """The user's own file, by its content, and the options of the suites' data."""

    file: str | None = None
    sha256: str | None = None
    options: Mapping[str, str] = Field(default_factory=dict)


class SpentRecord(Value):
    """What the run's budget has booked, without what a killed process had; `price` in US dollars, where it is known."""

    requests: int = 0
    tokens: int = 0
    price: Decimal = Decimal(0)


class SuiteRecord(Value):
    """One suite of the run: `n` cases, `failed` of them, `missed` a metric of kind `pass`, `cached` from earlier runs.

    `seconds` are those of all its tasks together, `cases_sha256` is over the keys of its cases in their order. `error`
    says why there are no run scores.
    """

    name: str
    version: int
    summary: str
    metrics: tuple[Metric, ...]
    limits: tuple[str, ...] = ()
    n: int = 0
    failed: int = 0
    missed: int = 0
    cached: int = 0
    cases_sha256: str = ""
    seconds: float = 0.0
    run_scores: tuple[RunScore, ...] = ()
    error: str = ""


class RunRecord(Value):
    """What stands in `run.json`; times are UTC instants."""

    format: int = FORMAT
    state: RunState = "running"
    started_at: datetime
    finished_at: datetime | None = None
    resumed: tuple[ResumeRecord, ...] = ()
    git: GitState | None = None
    python: str
    packages: Mapping[str, str]
    subject: SubjectRecord
    data: DataRecord = DataRecord()
    seed: int = 0
    suites: tuple[SuiteRecord, ...]
    spent: SpentRecord | None = None


def read_record(folder: Path) -> RunRecord:
    """The record of a run folder.

    Raises:
        InputError: there is none, it cannot be read, or it is of a newer format.
    """
    path = folder / RECORD
    try:
        raw: object = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise InputError("there is no run", path=str(path), expected="a folder of `overture eval run`") from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read ({error})", path=str(path), expected="a folder of a run") from None
    found = cast("dict[str, Any]", raw).get("format") if isinstance(raw, dict) else None
    if isinstance(found, int) and found > FORMAT:
        problem = f"is of format {found}, and this Overture reads up to {FORMAT}"
        raise InputError(problem, path=str(path), field="format", expected="the version of Overture that wrote it")
    try:
        return RunRecord.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise InputError(f"is no record of a run: {first['msg']}", path=str(path), field=field) from None
