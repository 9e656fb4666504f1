"""The measures that the model card and the eval suite report: intervals, coverage, calibration, agreement."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.classification.calibration import lowest_threshold
from overture.classification.head import label_probabilities, softmax
from overture.classification.labels import INTENTS
from overture.classification.metrics import at_coverage, calibration_error, cohen_kappa, rate, risk_coverage, slice_of


def test_the_interval_is_wilsons() -> None:
    found = rate(81, 263)  # the example of Newcombe 1998, table I
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


@given(st.integers(0, 200), st.integers(1, 200))
def test_an_interval_holds_its_rate_and_stays_between_0_and_1(right: int, more: int) -> None:
    found = rate(right, right + more)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_coverage_keeps_the_surest() -> None:
    right = np.array([False, True, True, True, True])
    sure = np.array([0.5, 0.9, 0.8, 0.7, 0.6])
    assert at_coverage(right, sure, 0.8).value == 1
    assert at_coverage(right, sure, 1.0).value == 0.8
    assert risk_coverage(right, sure)[-1] == (1.0, pytest.approx(0.2))


def test_confidences_that_are_true_have_no_calibration_error() -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.5, 1, 40_000)
    right = rng.uniform(size=40_000) < sure
    assert calibration_error(right, sure) < 0.01
    assert calibration_error(right, np.full(40_000, 1.0)) == pytest.approx(0.25, abs=0.01)


def test_kappa_is_cohens() -> None:
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4)


def test_label_probabilities_are_the_sums_of_their_intents() -> None:
    intents = softmax(np.random.default_rng(2).normal(size=(50, len(INTENTS))).astype(np.float32))
    assert np.allclose(label_probabilities(intents).sum(axis=1), 1, atol=1e-5)


def test_a_threshold_is_the_lowest_that_is_right_often_enough_or_out_of_reach() -> None:
    sure = np.array([0.9, 0.8, 0.7, 0.6], np.float32)
    right = np.array([True, True, False, True])
    assert lowest_threshold(sure, right, 1.0) == pytest.approx(0.8)
    assert lowest_threshold(sure, right, 0.75) == pytest.approx(0.6)
    assert lowest_threshold(sure, ~right, 1.0) > 1


def test_a_slice_reports_its_n() -> None:
    found = slice_of("some", [True, False, True], [0.9, 0.6, 0.8])
    assert (found.accuracy.n, found.at_80.n) == (3, 2)
    assert found.at_80.value == 1
