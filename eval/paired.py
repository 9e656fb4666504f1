"""One metric in two runs over the same cases: the difference, its interval, and how likely chance alone is.

An interval is the wider of two: one in closed form, and the percentile interval when whole clusters are redrawn. In
closed form a share has Tango's score interval (Stat. Med. 1998), over the effective number of cases where clusters hold
more than one (Rao and Scott, Biometrics 1992); a mean has Student's t over clusters. A share whose cases are all
clusters of their own has Tango's alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from overture.feedback.comparison import redrawn_means
from overture.feedback.comparison_slices import non_inferiority_p

from .intervals import mean_and_error, student_t
from .sign_flips import FlipTest, flip_means, flip_passes
from .suite import Better, Metric, MetricKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOTHING: Final = 1e-12
_MOST_CLUSTERS: Final = 2_000
"""From here on redrawing clusters adds time and nothing else: both intervals agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference:
    """A metric in two runs over the cases that both scored; `difference` is the challenger less the baseline.

    `low` and `high` bound it; None with fewer than two clusters, or where nothing could be paired. `gains` and `losses`
    count the cases that got better and worse. `unpaired` cases have a score in one run only. `failed` counts, for
    baseline and challenger, the cases that count the worst. `p_value` is two-sided, `p_holm` is it after Holm over the
    whole comparison, and `harm_p` is one-sided: small where the challenger is worse.
    """

    suite: str
    metric: str
    slice: str = ""
    kind: MetricKind
    better: Better
    n: int
    clusters: int
    unpaired: int
    failed: tuple[int, int]
    baseline: float | None
    challenger: float | None
    difference: float | None
    low: float | None
    high: float | None
    gains: int
    losses: int
    p_value: float
    harm_p: float
    p_holm: float = 1.0

    @property
    def name(self) -> str:
        """For people: `"grounding.supported"`, with its slice if it has one."""
        return f"{self.suite}.{self.metric}" + (f" [{self.slice}]" if self.slice else "")

    @property
    def worst_loss(self) -> float | None:
        """How much worse the challenger may be by the interval, in the metric's unit; below 0 it is better for sure."""
        if self.low is None or self.high is None:
            return None
        return -self.low if self.better == "higher" else self.high


class Pairs:
    """The pairs of one metric in one slice, as they are read."""

    __slots__ = ("clusters", "failed", "gains", "losses", "sums", "unpaired")

    def __init__(self) -> None:
        self.clusters: dict[str, list[float]] = {}
        self.sums = [0.0, 0.0]
        self.failed = [0, 0]
        self.unpaired = self.gains = self.losses = 0

    def add(self, cluster: str, values: tuple[float | None, float | None], failed: tuple[bool, bool]) -> None:
        """Take one case; `values` and `failed` are of baseline and challenger."""
        before, after = values
        self.failed[0] += failed[0]
        self.failed[1] += failed[1]
        if before is None or after is None:
            self.unpaired += (before is None) != (after is None)
            return
        self.sums[0] += before
        self.sums[1] += after
        self.gains += after > before
        self.losses += after < before
        of = self.clusters.setdefault(cluster, [0.0, 0.0])
        of[0] += after - before
        of[1] += 1

    def difference(
        self, suite: str, metric: Metric, name: str, *, level: float, resamples: int, seed: int
    ) -> PairedDifference:
        """What the pairs come to."""
        sums = np.array([of[0] for of in self.clusters.values()])
        sizes = np.array([of[1] for of in self.clusters.values()])
        n, is_lower = int(sizes.sum()), metric.better == "lower"
        low, high, flips = None, None, FlipTest(1.0, 1.0)
        if len(sums) > 1:
            low, high = _interval(self, metric, sums, sizes, level=level, resamples=resamples, seed=seed)
        if len(sums):
            flips = flip_passes(sums, sizes) if metric.kind == "pass" else flip_means(sums, sizes, seed=seed)
        return PairedDifference(
            suite=suite, metric=metric.name, slice=name, kind=metric.kind, better=metric.better, n=n,
            clusters=len(sums), unpaired=self.unpaired, failed=(self.failed[0], self.failed[1]),
            baseline=self.sums[0] / n if n else None, challenger=self.sums[1] / n if n else None,
            difference=float(sums.sum()) / n if n else None, low=low, high=high,
            gains=self.losses if is_lower else self.gains, losses=self.gains if is_lower else self.losses,
            p_value=flips.two_sided, harm_p=flips.high if is_lower else flips.low,
        )  # fmt: skip


def tango_interval(n: float, gains: float, losses: float, *, level: float) -> tuple[float, float]:
    """Tango's interval of (gains - losses) / n: the differences that his score test does not refute."""
    tail = (1 - level) / 2
    lowest = _root(lambda bound: non_inferiority_p(n, gains, losses, margin=-bound) - tail)
    highest = -_root(lambda bound: non_inferiority_p(n, losses, gains, margin=-bound) - tail)
    return lowest, highest


def _interval(
    pairs: Pairs, metric: Metric, sums: NDArray[np.float64], sizes: NDArray[np.float64], *, level: float,
    resamples: int, seed: int,
) -> tuple[float, float]:  # fmt: skip
    n, tail = float(sizes.sum()), (1 - level) / 2
    mean, error = mean_and_error(sums, sizes)
    student = student_t(1 - tail, len(sums) - 1)
    if metric.kind == "mean":
        low, high = mean - student * error, mean + student * error
    elif len(sums) == n:
        return tango_interval(n, pairs.gains, pairs.losses, level=level)
    else:
        alone = (pairs.gains + pairs.losses) / n - mean**2  # the variance of one case by itself
        effect = max(1.0, error**2 * n / alone) if alone > _NOTHING else n / len(sums)
        effect *= (student / NormalDist().inv_cdf(1 - tail)) ** 2  # few clusters say less
        low, high = tango_interval(n / effect, pairs.gains / effect, pairs.losses / effect, level=level)
    if len(sums) <= _MOST_CLUSTERS and error > 0:
        means = redrawn_means(sums, sizes, resamples=resamples, seed=seed)
        ends = np.quantile(means, [tail, 1 - tail])
        low, high = min(low, float(ends[0])), max(high, float(ends[1]))
    return low, high


def _root(function: Callable[[float], float]) -> float:
    """Where an increasing function crosses 0 between -1 and 1; -1 if it does so nowhere."""
    from scipy import optimize  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    library: Any = optimize
    edge = 1 - 1e-9
    return float(library.brentq(function, -edge, edge)) if function(-edge) < 0 < function(edge) else -1.0
