"""A judge's rate, put right by the part that people labelled too.

Prediction-powered inference with power tuning: Angelopoulos, Duchi and Zrnic, "PPI++: Efficient prediction-powered
inference" (2023, arXiv:2311.01453), for a mean. The judge's error is estimated where both spoke and taken off what it
said of the rest; a weight between 0 (the labels alone) and 1 says how far the judge is worth listening to.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from overture.errors import InputError

from .intervals import student_t

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOTHING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedRate:
    """A mean as people would give it, with its interval; `judge` is the raw mean of the judge, `people` of the labels.

    `weight` is how much the judge counts, 0 to 1. `n` cases are labelled, `unlabelled` have the judge's word only.
    """

    value: float
    low: float
    high: float
    level: float
    weight: float
    n: int
    unlabelled: int
    judge: float
    people: float


def corrected_rate(
    people: Sequence[float],
    judge: Sequence[float],
    judge_alone: Sequence[float],
    *,
    level: float = 0.95,
    weight: float | None = None,
    clusters: Sequence[str] | None = None,
    clusters_alone: Sequence[str] | None = None,
) -> CorrectedRate:
    """The mean that people would give over all cases; without `weight` the one of least variance.

    `people` and `judge` are of the labelled cases in one order, `judge_alone` of the others. The variance is over
    clusters where they are given (one may have cases of both kinds), and over cases else; the interval is in Student's
    t over the labelled clusters. Where labels are 0 or 1 it allows for one more disagreement each way (as Bonett and
    Price do, 2012): a judge that was never wrong on 20 cases is not one that never is.

    Raises:
        InputError: fewer than two labelled cases or clusters, or lists that do not fit each other.
    """
    if len(people) != len(judge):
        raise InputError(f"{len(people)} labels and {len(judge)} verdicts", expected="one verdict for each label")
    given = list(clusters) if clusters is not None else [f"\0{place}" for place in range(len(people))]
    others = list(clusters_alone) if clusters_alone is not None else [f"\1{place}" for place in range(len(judge_alone))]
    if (len(given), len(others)) != (len(people), len(judge_alone)):
        raise InputError("a cluster for each case is needed", expected="as many clusters as cases, in their order")
    labelled = len(set(given))
    if labelled < 2:
        raise InputError(
            f"{labelled} labelled clusters", expected="two at least: with one nothing is known of the spread"
        )
    y, f, alone = np.asarray(people, float), np.asarray(judge, float), np.asarray(judge_alone, float)
    more = len(alone)
    if weight is None:
        weight = _best_weight(y, f, alone)
    elif not more:
        weight = 0.0
    rest = y - weight * f
    value = float(rest.mean()) + (weight * float(alone.mean()) if more else 0.0)
    is_share = bool(np.isin(y, (0.0, 1.0)).all())
    if is_share:
        rest, given = np.append(rest, [1.0, -weight]), [*given, "\0one", "\0other"]
    # what each case moves the estimate by, summed over clusters: one with cases of both kinds counts once
    moved: dict[str, float] = defaultdict(float)
    for cluster, step in zip(given, ((rest - rest.mean()) / len(rest)).tolist(), strict=True):
        moved[cluster] += step
    if more:
        for cluster, step in zip(others, (weight * (alone - alone.mean()) / more).tolist(), strict=True):
            moved[cluster] += step
    variance = labelled / (labelled - 1) * sum(step * step for step in moved.values())
    reach = student_t((1 + level) / 2, labelled - 1) * math.sqrt(variance)
    middle = float(rest.mean()) + (weight * float(alone.mean()) if more else 0.0)
    low, high = middle - reach, middle + reach
    if is_share:
        low, high = min(value, max(0.0, low)), max(value, min(1.0, high))
    return CorrectedRate(
        value=value, low=low, high=high, level=level, weight=weight, n=len(y), unlabelled=more,
        judge=float(np.concatenate([f, alone]).mean()), people=float(y.mean()),
    )  # fmt: skip


def _best_weight(y: NDArray[np.float64], f: NDArray[np.float64], alone: NDArray[np.float64]) -> float:
    """The paper's power tuning for a mean , kept between 0 and 1; without others the judge adds nothing."""
    if not len(alone):
        return 0.0
    spread = float(np.concatenate([f, alone]).var())
    shared = float(((y - y.mean()) * (f - f.mean())).mean())
    if spread <= _NOTHING:
        return 0.0
    return min(1.0, max(0.0, shared / ((1 + len(y) / len(alone)) * spread)))
