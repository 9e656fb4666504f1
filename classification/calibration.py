"""Temperatures and thresholds, fitted on rows that neither training nor testing sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .head import label_probabilities, softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_TEMPERATURES: Final = np.geomspace(0.25, 8.0, 241)


class Thresholds(NamedTuple):
    """Where the first step may decide alone, and below what a person should look."""

    exit_above: float
    review_below: float


def fit_temperature(logits: Floats, labels: NDArray[np.int64]) -> float:
    """The temperature under which the true labels are likeliest (Guo et al., ICML 2017).

    logits: (rows, intents); labels: (rows,), indices in `LABELS`.
    """
    rows = np.arange(len(labels))

    def loss(temperature: float) -> float:
        likely = label_probabilities(softmax(logits / np.float32(temperature)))[rows, labels]
        return float(-np.log(np.maximum(likely, 1e-9)).mean())

    return float(min(_TEMPERATURES, key=loss))


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
