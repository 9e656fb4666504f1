"""Whether two runs differ: if they are equal, each cluster's difference might as well have gone the other way.

The sign-flip test (Fisher 1935) over clusters. For passes it is worked out exactly, and is McNemar's exact test where
each case is a cluster of its own; for means it is scipy's `permutation_test`, and Student's t once there are many.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from .intervals import mean_and_error

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MANY: Final = 100
"""Clusters that differ in a mean, from which on Student's t stands for the flips."""
_WIDEST: Final = 20_000
"""Cases that differ in passes, from which on it does too."""
_FLIPS: Final = 9_999
_EVEN: Final = 1e-9
"""Sums that differ by less than this share of all steps are the same sum, added up in another order."""


class FlipTest(NamedTuple):
    """One-sided p-values: of a sum this low, which speaks of harm, and of one this high; and the two-sided one."""

    low: float
    high: float

    @property
    def two_sided(self) -> float:
        """Twice the smaller tail, one at most."""
        return min(1.0, 2 * min(self.low, self.high))


def flip_passes(sums: NDArray[np.float64], sizes: NDArray[np.float64]) -> FlipTest:
    """The exact test, from each cluster's gains less its losses and its number of cases."""
    steps = np.abs(sums)
    if steps.sum() > _WIDEST:
        return _student(sums, sizes)
    library = _stats()
    chances = np.ones(1)  # of the sum, from the lowest there can be upwards, two by two
    for size, count in zip(*np.unique(steps[steps > 0].astype(np.int64), return_counts=True), strict=True):
        same = np.zeros(size * count + 1)
        same[::size] = library.binom.pmf(np.arange(count + 1), count, 0.5)
        chances = np.convolve(chances, same)
    place = round(float(sums.sum() + steps.sum()) / 2)
    return FlipTest(min(1.0, float(chances[: place + 1].sum())), min(1.0, float(chances[place:].sum())))


def flip_means(sums: NDArray[np.float64], sizes: NDArray[np.float64], *, seed: int) -> FlipTest:
    """The test of a mean, from each cluster's sum of differences and its number of cases."""
    differ = sums[sums != 0]
    if not len(differ):
        return FlipTest(1.0, 1.0)
    if len(differ) > _MANY:
        return _student(sums, sizes)
    found = _stats().permutation_test(
        (np.append(differ, 0.0),), np.sum, permutation_type="samples", n_resamples=_FLIPS, vectorized=True,
        rng=np.random.default_rng(seed),
    )  # fmt: skip  # scipy wants two clusters at least: nothing, flipped, is nothing
    drawn: NDArray[np.float64] = found.null_distribution
    ours = len(drawn) == _FLIPS  # drawn at random: what was seen counts as one of the flips
    seen, even = float(differ.sum()), _EVEN * float(np.abs(differ).sum())
    low, high = int((drawn <= seen + even).sum()), int((drawn >= seen - even).sum())
    return FlipTest((low + ours) / (len(drawn) + ours), (high + ours) / (len(drawn) + ours))


def _student(sums: NDArray[np.float64], sizes: NDArray[np.float64]) -> FlipTest:
    mean, error = mean_and_error(sums, sizes)
    t = mean / error if error else math.copysign(math.inf, mean)
    library = _stats()
    return FlipTest(float(library.t.cdf(t, len(sums) - 1)), float(library.t.sf(t, len(sums) - 1)))


def _stats() -> Any:
    from scipy import stats  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    return stats
