"""What a run came to, metric by metric and slice by slice: a value, its interval, and of how many cases.

Fail-closed: a case that failed, or whose score is no number, counts the metric's worst and stays in the denominator. A
case that was scored without a score for a metric is one that the metric does not apply to, and is in no denominator.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .intervals import mean_interval, share_interval
from .result import CaseResult
from .suite import Better, Metric, MetricKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSummary:
    """One metric of one suite in one slice: `""` for all cases, others as `"language=de"`.

    `n` counts the cases behind `value`, `failed` those of them that count the worst. The 95 % interval is over
    `clusters`; a mean over fewer than two has none. With `n` 0 nothing was measured, and `value` is None.
    """

    suite: str
    metric: str
    slice: str = ""
    n: int
    failed: int
    clusters: int
    value: float | None
    low: float | None
    high: float | None
    kind: MetricKind
    better: Better


def summarise(suite_name: str, metrics: Sequence[Metric], results: Iterable[CaseResult]) -> list[MetricSummary]:
    """Summarise the results of one suite; metrics in their order, each whole first and then by slice.

    Results of other suites are passed over. One pass; memory grows with clusters and slices, not with outputs.
    """
    tallies = {metric.name: defaultdict(_Tally, {"": _Tally()}) for metric in metrics}
    for result in results:
        if result.suite != suite_name:
            continue
        slices = ["", *slice_names(result)]
        for metric in metrics:
            value, failed = value_of(result, metric)
            if value is not None:
                tally = tallies[metric.name]
                for name in slices:
                    tally[name].add(result.cluster, value, failed=failed)
    return [
        tallies[metric.name][name].summary(suite_name, metric, name)
        for metric in metrics
        for name in sorted(tallies[metric.name])
    ]


def slice_names(result: CaseResult) -> list[str]:
    """The slices of a case, as `"name=value"`."""
    return [f"{name}={value}" for name, value in result.slices.items()]


def value_of(result: CaseResult, metric: Metric) -> tuple[float | None, bool]:
    """What a case counts for a metric, None if it does not apply, and whether that is the worst for want of a score."""
    if result.status == "failed":
        return metric.worst, True
    value = next((score.value for score in result.grades.scores if score.metric == metric.name), None)
    if value is not None and not math.isfinite(value):
        return metric.worst, True
    return value, False


class _Tally:
    """Sum and number of cases by cluster."""

    __slots__ = ("clusters", "failed")

    def __init__(self) -> None:
        self.clusters: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self.failed = 0

    def add(self, cluster: str, value: float, *, failed: bool) -> None:
        of = self.clusters[cluster]
        of[0] += value
        of[1] += 1
        self.failed += failed

    def summary(self, suite: str, metric: Metric, name: str) -> MetricSummary:
        sums = [of[0] for of in self.clusters.values()]
        sizes = [of[1] for of in self.clusters.values()]
        n = int(sum(sizes))
        found: tuple[float, float] | None = None
        if n:
            found = share_interval(sums, sizes) if metric.kind == "pass" else mean_interval(sums, sizes)
        return MetricSummary(
            suite=suite, metric=metric.name, slice=name, n=n, failed=self.failed, clusters=len(sums),
            value=sum(sums) / n if n else None, low=found[0] if found else None, high=found[1] if found else None,
            kind=metric.kind, better=metric.better,
        )  # fmt: skip
