"""Blends and thresholds, fitted on rows that neither training nor testing sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from .head import blended, label_probabilities
from .manifest import Blend

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_STARTS: Final = (1.0, 0.3)


class Thresholds(NamedTuple):
    """Where the first step may decide alone, and below what a person should look."""

    exit_above: float
    review_below: float


def fit_blend(encoder: Floats, ngrams: Floats, labels: NDArray[np.int64]) -> Blend:
    """The blend under which the true labels are likeliest: temperature scaling (Guo et al., ICML 2017) with two views.

    encoder: (rows, intents) and ngrams: (rows, labels), logits; labels: (rows,), indices in `LABELS`.
    """
    from scipy import optimize  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    library: Any = optimize
    rows = np.arange(len(labels))

    def loss(weights: NDArray[np.float64]) -> float:
        blend = Blend(encoder=float(weights[0]), ngrams=float(weights[1]))
        likely = label_probabilities(blended(blend, encoder=encoder, ngrams=ngrams))[rows, labels]
        return float(-np.log(np.maximum(likely, 1e-9)).mean())

    found = library.minimize(loss, _STARTS, method="Nelder-Mead").x
    return Blend(encoder=round(float(found[0]), 6), ngrams=round(float(found[1]), 6))


def fit_thresholds(
    first: Floats, second: Floats, labels: NDArray[np.int64], *, exit_accuracy: float, review_accuracy: float
) -> Thresholds:
    """The lowest thresholds above which labels are right as often as asked; both from label probabilities.

    first, second: (rows, labels), calibrated. Where no threshold suffices it is 1.01, which nothing reaches.
    """
    exit_above = lowest_threshold(first.max(axis=1), first.argmax(axis=1) == labels, exit_accuracy)
    early = first.max(axis=1) >= exit_above
    joined = np.where(early[:, None], first, second)
    review_below = lowest_threshold(joined.max(axis=1), joined.argmax(axis=1) == labels, review_accuracy)
    return Thresholds(exit_above, review_below)


def lowest_threshold(confidence: Floats, right: NDArray[np.bool_], accuracy: float) -> float:
    """The lowest confidence such that those at or above it are right this often."""
    order = np.argsort(-confidence, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= accuracy)
    return round(float(confidence[order[enough[-1]]]), 4) if len(enough) else 1.01
