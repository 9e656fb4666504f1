"""A suite: cases, the task that is asked of a subject, and the graders of its outputs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from .case import Case
from .result import CaseResult
from .score import Grades

MetricKind = Literal["pass", "mean"]
Better = Literal["higher", "lower"]
DataKind = Literal["inputs", "replies", "votes"]
S = TypeVar("S")
Task = Callable[[Case], Any | Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What a suite measures: `pass` is a share of passes with a Wilson interval, `mean` a mean with a clustered one.

    `worst` is what a case counts that could not be scored; `margin` how much worse than the baseline a release may be
    before the gate fails it, in the metric's own unit.
    """

    name: str
    summary: str
    kind: MetricKind = "pass"
    better: Better = "higher"
    worst: float = 0.0
    margin: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunScore:
    """A metric of a whole run or of one slice of it: a value without clusters, such as a calibration error."""

    metric: str
    value: float
    n: int
    low: float | None = None
    high: float | None = None
    slice: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteData:
    """Where the cases of a suite come from: our own data, a file of the user's, or a feedback set."""

    file: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite(Generic[S]):
    """A named, versioned set of cases, with a task over a subject and graders of what it gives.

    `task(subject)` gives the callable that is run for each case; it may be asynchronous. `grade` turns a case and its
    output into grades. `over_run` gives what is known of all results together. A suite's `version` goes up with any
    change of its cases or graders, and stands in every cache key. `reads` and `options` say for the command line what
    data of a user's, and which options, its cases are made from. A task of a suite that works `apart` waits for a
    process of its own: such a suite runs beside the others. `code` names the packages that a suite judges beside the
    subject: their code stands in every key, and in no case, so that runs of two releases have the same cases.
    """

    name: str
    version: int
    summary: str
    metrics: tuple[Metric, ...]
    cases: Callable[[SuiteData], Iterable[Case]]
    task: Callable[[S], Task]
    grade: Callable[[Case, Any], Grades]
    over_run: Callable[[Sequence[CaseResult]], Iterable[RunScore]] = lambda _results: ()
    limits: tuple[str, ...] = ()
    reads: tuple[DataKind, ...] = ()
    options: tuple[str, ...] = ()
    apart: bool = False
    code: tuple[str, ...] = ()
