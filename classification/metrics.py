"""How good labels are: accuracy with intervals, by slice and by coverage, and how honest the confidences are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from pydantic import ConfigDict

from overture.base import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Z: Final = 1.959963984540054
BINS: Final = 15


class Rate(Value):
    """A share with its n and its 95 % interval (Wilson 1927), all between 0 and 1."""

    model_config = ConfigDict(ser_json_inf_nan="strings")  # the share of nothing is no number

    value: float
    n: int
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.1%} [{self.low:.1%}, {self.high:.1%}] n={self.n}"


class Slice(Value):
    """One slice of a test set: right at full coverage, and right among the surest 80 %."""

    name: str
    accuracy: Rate
    at_80: Rate
    calibration_error: float


def rate(right: int, n: int) -> Rate:
    """The share of `right` in `n`."""
    if n == 0:
        return Rate(value=math.nan, n=0, low=0.0, high=1.0)
    low, high = wilson_interval(right / n, n)
    return Rate(value=right / n, n=n, low=low, high=high)


def wilson_interval(share: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); `n` above 0, whole or an effective number."""
    middle = share + _Z * _Z / (2 * n)
    reach = _Z * math.sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
    below = 1 + _Z * _Z / n
    low, high = (middle - reach) / below, (middle + reach) / below
    return min(share, max(0.0, low)), max(share, min(1.0, high))


def at_coverage(right: NDArray[np.bool_], confidence: NDArray[np.float64], coverage: float) -> Rate:
    """Accuracy among the share of replies with the highest confidence (El-Yaniv and Wiener, JMLR 2010)."""
    kept = np.argsort(-confidence, kind="stable")[: max(1, round(coverage * len(right)))]
    return rate(int(right[kept].sum()), len(kept))


def risk_coverage(right: NDArray[np.bool_], confidence: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Pairs of coverage and error rate, from the surest reply to all of them."""
    wrong = ~right[np.argsort(-confidence, kind="stable")]
    seen = np.arange(1, len(wrong) + 1)
    return list(zip((seen / len(wrong)).tolist(), (np.cumsum(wrong) / seen).tolist(), strict=True))


def calibration_error(right: NDArray[np.bool_], confidence: NDArray[np.float64], *, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal count (Nguyen and O'Connor 2015)."""
    if not len(right):
        return math.nan
    parts = np.array_split(np.argsort(confidence, kind="stable"), min(bins, len(right)))
    gaps = [abs(float(right[part].mean()) - float(confidence[part].mean())) * len(part) for part in parts]
    return sum(gaps) / len(right)


def slice_of(name: str, right: Sequence[bool], confidence: Sequence[float]) -> Slice:
    """All measures of one slice."""
    correct, sure = np.asarray(right, bool), np.asarray(confidence, float)
    return Slice(
        name=name,
        accuracy=rate(int(correct.sum()), len(correct)),
        at_80=at_coverage(correct, sure, 0.8),
        calibration_error=calibration_error(correct, sure),
    )


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Agreement of two labellings beyond chance (Cohen 1960)."""
    values = sorted({*first, *second})
    n = len(first)
    agreed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    chance = sum(first.count(value) / n * second.count(value) / n for value in values)
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)
