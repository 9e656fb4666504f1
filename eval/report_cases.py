"""The cases that a report shows: the worst of each suite, with their texts cut at marks."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from pydantic import JsonValue

from .grading import missed
from .result import CaseResult
from .score import Mark, Score
from .suite import Metric
from .summary import value_of

LONGEST_TEXT = 6_000  # characters of a case's text that a page shows
LONGEST_DETAIL = 800  # characters of one of its details
LONGEST_TRACEBACK = 1_500  # of its end, where the error is
MOST_MARKS = 60
TRACEBACK = "traceback"  # the detail that the runner keeps of a case that failed
EVIDENCE = "evidence"  # every other kind of mark is a finding
CaseStatus = Literal["failed", "flawed", "fine"]
Badness = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a mark says, under the number that stands beside it in the text."""

    number: int
    kind: str
    text: str
    is_finding: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of text under the same marks; `ends` are the notes whose numbers follow it."""

    text: str
    notes: tuple[Note, ...] = ()
    ends: tuple[Note, ...] = ()

    @property
    def is_finding(self) -> bool:
        """Whether a finding lies on it, which then shows above the evidence."""
        return any(note.is_finding for note in self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """A score in words: the metric, its value as shown, why, and whether it is a check that failed."""

    metric: str
    shown: str
    reason: str
    is_missed: bool

    @property
    def is_plain_pass(self) -> bool:
        """Whether there is nothing to say but that it passes."""
        return self.shown == "passes" and not self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCase:
    """One case as the page shows it."""

    suite: str
    case: str
    title: str
    status: CaseStatus
    missed: tuple[str, ...]
    slices: tuple[tuple[str, str], ...]
    segments: tuple[Segment, ...]
    notes: tuple[Note, ...]
    cut: int
    scores: tuple[ScoreRow, ...]
    passes: tuple[str, ...]
    details: tuple[tuple[str, str], ...]
    error: str
    traceback: str
    is_new: bool = False


def missed_checks(result: CaseResult, metrics: Sequence[Metric]) -> tuple[str, ...]:
    """The checks (metrics of kind `pass`) that a case does not pass; a failed case passes none."""
    if result.status == "failed":
        return tuple(metric.name for metric in metrics if metric.kind == "pass")
    return tuple(score.metric for score in missed(metrics, result.grades))


def badness(result: CaseResult, metrics: Sequence[Metric]) -> Badness:
    """A rank among the cases of a suite, the higher the worse: failed cases, then those that miss most checks, then
    by the means in the order in which the suite names them."""
    means = [
        (value_of(result, metric)[0] or 0.0) * (-1 if metric.better == "higher" else 1)
        for metric in metrics
        if metric.kind == "mean"
    ]
    return (float(result.status == "failed"), float(len(missed_checks(result, metrics))), *means)


@dataclass(slots=True)
class WorstCases:
    """The worst cases of one suite, kept while its results go by; memory is that of `most` cases, and cluster names."""

    metrics: tuple[Metric, ...]
    most: int
    total: int = 0
    failed: int = 0
    flawed: int = 0
    cached: int = 0
    seconds: float = 0.0
    _heap: list[tuple[Badness, int, CaseResult]] = field(default_factory=list[tuple[Badness, int, CaseResult]])
    _clusters: set[str] = field(default_factory=set[str])

    def watch(self, results: Iterable[CaseResult]) -> Iterator[CaseResult]:
        """Results as they go by, each one seen."""
        for result in results:
            self.see(result)
            yield result

    def see(self, result: CaseResult) -> None:
        """Keep a result if it is among the worst so far; of equally bad ones, the first of each cluster are kept."""
        self.total += 1
        self.failed += result.status == "failed"
        self.flawed += result.status != "failed" and bool(missed_checks(result, self.metrics))
        self.cached += result.cached
        self.seconds += result.seconds
        is_first = result.cluster not in self._clusters
        self._clusters.add(result.cluster)
        entry = ((*badness(result, self.metrics), float(is_first)), -self.total, result)
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def worst(self, *, fine: int) -> list[CaseResult]:
        """The worst first; of those with nothing wrong no more than are needed to show `fine` cases in all."""
        ordered = [entry[2] for entry in sorted(self._heap, reverse=True, key=lambda entry: entry[:2])]
        return ordered[: max(fine, self.failed + self.flawed)]


def report_case(result: CaseResult, metrics: Sequence[Metric], *, was_passed: bool = False) -> ReportCase:
    """A case as the page shows it, its text and details cut to a readable length; `was_passed` by the baseline."""
    flaws = missed_checks(result, metrics)
    status: CaseStatus = "failed" if result.status == "failed" else "flawed" if flaws else "fine"
    shown = result.grades.shown
    text = shown.text[:LONGEST_TEXT]
    segments, notes = marked_text(text, shown.marks)
    checks = {metric.name for metric in metrics if metric.kind == "pass"}
    rows = [
        _score_row(score, is_check=score.metric in checks, is_missed=score.metric in flaws)
        for score in result.grades.scores
    ]
    return ReportCase(
        suite=result.suite,
        case=result.case,
        title=shown.title,
        status=status,
        missed=flaws if status == "flawed" else (),
        slices=tuple(result.slices.items()),
        segments=segments,
        notes=notes,
        cut=len(shown.text) - len(text),
        scores=tuple(sorted((row for row in rows if not row.is_plain_pass), key=lambda row: not row.is_missed)),
        passes=tuple(row.metric for row in rows if row.is_plain_pass),
        details=_detail_rows(shown.details),
        error=result.error,
        traceback=_end_of(shown.details.get(TRACEBACK)),
        is_new=was_passed and status != "fine",
    )


def marked_text(text: str, marks: Sequence[Mark]) -> tuple[tuple[Segment, ...], tuple[Note, ...]]:
    """The text cut wherever a mark begins or ends, and the notes of the marks, numbered by place.

    Marks may overlap; what lies outside the text is cut off, and a mark that then covers nothing keeps its note. Where
    there are too many, evidence goes first.
    """
    placed: list[tuple[int, int, Note]] = []
    kept = sorted(marks, key=lambda mark: mark.kind == EVIDENCE)[:MOST_MARKS]
    for number, mark in enumerate(sorted(kept, key=lambda mark: (mark.start, -mark.end)), start=1):
        start, end = (min(max(place, 0), len(text)) for place in (mark.start, mark.end))
        is_finding = mark.kind != EVIDENCE
        placed.append((start, end, Note(number=number, kind=mark.kind, text=mark.note, is_finding=is_finding)))
    edges = sorted({0, len(text), *(edge for start, end, _ in placed if start < end for edge in (start, end))})
    segments = tuple(
        Segment(
            text=text[left:right],
            notes=tuple(note for start, end, note in placed if start <= left and right <= end),
            ends=tuple(note for start, end, note in placed if start < end == right),
        )
        for left, right in pairwise(edges)
    )
    return segments, tuple(note for _, _, note in placed)


def _score_row(score: Score, *, is_check: bool, is_missed: bool) -> ScoreRow:
    verdict = "fails" if is_missed else "passes"
    shown = verdict if is_check else f"{score.value:.4g}"
    return ScoreRow(metric=score.metric, shown=shown, reason=score.reason, is_missed=is_missed)


def _detail_rows(details: Mapping[str, JsonValue]) -> tuple[tuple[str, str], ...]:
    rows: list[tuple[str, str]] = []
    for name, value in details.items():
        if name == TRACEBACK or value is None or value in ("", [], {}):
            continue
        text = _in_words(value)
        rows.append((name, text if len(text) <= LONGEST_DETAIL else f"{text[:LONGEST_DETAIL]}…"))
    return tuple(rows)


def _end_of(traceback: JsonValue) -> str:
    text = traceback if isinstance(traceback, str) else ""
    return text if len(text) <= LONGEST_TRACEBACK else f"…{text[-LONGEST_TRACEBACK:]}"


def _in_words(value: JsonValue) -> str:
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return "\n".join(map(_in_words, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
