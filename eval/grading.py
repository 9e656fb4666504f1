"""What graders may say: known metrics, once each, with numbers; anything else is a failure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from .case import Case
from .score import Grades, Score
from .suite import Metric, RunScore, Suite


def graded(suite: Suite[Any], case: Case, output: Any) -> Grades:
    """The grades of an output.

    Raises:
        ValueError: the graders say something that their suite does not declare.
        Exception: whatever the graders raise.
    """
    grades = suite.grade(case, output)
    metrics = {metric.name: metric for metric in suite.metrics}
    for score in grades.scores:
        metric = metrics.pop(score.metric, None)
        if metric is None:
            raise ValueError(f"metric {score.metric!r} is not of suite {suite.name!r}, or is given twice")
        _check(metric, score.value)
    return grades


def missed(metrics: Iterable[Metric], grades: Grades) -> tuple[Score, ...]:
    """The scores of metrics of kind `pass` that a case does not pass."""
    ideals = {metric.name: 1.0 if metric.better == "higher" else 0.0 for metric in metrics if metric.kind == "pass"}
    return tuple(score for score in grades.scores if score.value != ideals.get(score.metric, score.value))


def told_missed(metrics: Iterable[Metric], grades: Grades) -> str:
    """`missed` in words: each metric with its reason."""
    return "; ".join(
        f"{each.metric}: {each.reason}" if each.reason else each.metric for each in missed(metrics, grades)
    )


def run_scores(scores: Iterable[RunScore]) -> tuple[RunScore, ...]:
    """The scores of a whole run, checked; they may name a metric of the suite, or a figure that is in no metric.

    Raises:
        ValueError: one is no number.
    """
    kept = tuple(scores)
    for score in kept:
        for value in (score.value, score.low, score.high):
            if value is not None and not math.isfinite(value):
                raise ValueError(f"{score.metric!r} is {value}, which is no number")
    return kept


def _check(metric: Metric, value: float) -> None:
    if not math.isfinite(value):
        raise ValueError(f"metric {metric.name!r} is {value}, which is no number")
    if metric.kind == "pass" and value not in (0.0, 1.0):
        raise ValueError(f"metric {metric.name!r} is of kind 'pass': 0 or 1, not {value}")
