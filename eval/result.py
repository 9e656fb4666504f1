"""The outcome of one case, which is a score or a failure and never nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .score import Grades

Status = Literal["scored", "failed"]
_NO_GRADES = Grades(scores=())


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case of a run: `failed` when its task or a grader raised, and then every metric counts its worst value.

    `seconds` is the task's own time; `cached` says that the outcome is of an earlier run with the same key.
    """

    suite: str
    case: str
    key: str
    cluster: str
    slices: Mapping[str, str] = field(default_factory=dict[str, str])
    status: Status
    error: str = ""
    grades: Grades = _NO_GRADES
    seconds: float = 0.0
    cached: bool = False
