"""Intervals of shares and means over clusters: what repeats (a candidate, a writer) counts once, however often it does.

The variance is the cluster-robust one of Liang and Zeger (Biometrika 1986) with the correction G / (G - 1), read in
Student's t with G - 1 degrees of freedom. All intervals here are of 95 %.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from overture.classification.metrics import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_Z: Final = 1.959963984540054
_NOTHING: Final = 1e-12


def mean_and_error(sums: NDArray[np.float64], sizes: NDArray[np.float64]) -> tuple[float, float]:
    """The mean over cases and its standard error, from each cluster's sum and number of cases.

    With one cluster nothing is known of the error, and it is infinite.
    """
    n, clusters = float(sizes.sum()), len(sums)
    mean = float(sums.sum()) / n
    if clusters < 2:
        return mean, math.inf
    residuals = sums - mean * sizes
    return mean, math.sqrt(clusters / (clusters - 1) * float(residuals @ residuals)) / n


def mean_interval(sums: Sequence[float], sizes: Sequence[float]) -> tuple[float, float] | None:
    """The interval of a mean; None with fewer than two clusters."""
    mean, error = mean_and_error(np.asarray(sums, float), np.asarray(sizes, float))
    if not math.isfinite(error):
        return None
    reach = student_t(0.975, len(sums) - 1) * error
    return mean - reach, mean + reach


def share_interval(passes: Sequence[float], sizes: Sequence[float]) -> tuple[float, float]:
    """The interval of a share: Wilson's, over the effective number of cases where clusters hold more than one.

    That number is Korn and Graubard's (Survey Methodology 1998): the cases over the design effect, less for few
    clusters. Where all cases agree the effect cannot be seen, and each cluster counts as one case.
    """
    sums, counts = np.asarray(passes, float), np.asarray(sizes, float)
    n, clusters = float(counts.sum()), len(sums)
    share, error = mean_and_error(sums, counts)
    if clusters == n:
        return wilson_interval(share, n)
    if clusters < 2:
        return 0.0, 1.0
    effective = float(clusters)
    if share * (1 - share) > _NOTHING and error > _NOTHING:
        few = (_Z / student_t(0.975, clusters - 1)) ** 2
        effective = min(n, share * (1 - share) / error**2 * few)
    return wilson_interval(share, effective)


def student_t(level: float, freedom: float) -> float:
    """The quantile of Student's t."""
    from scipy import stats  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    library: Any = stats
    return float(library.t.ppf(level, freedom))
