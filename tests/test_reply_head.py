# pyright: basic
# scikit-learn ships no types.
"""The head speaks scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from overture.classification import ReplyHead


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # some checks cut the solver short
@pytest.mark.filterwarnings("ignore::UserWarning")  # some checks have classes rarer than the folds
@parametrize_with_checks([ReplyHead()])  # type: ignore[untyped-decorator]  # scikit-learn ships no types
def test_the_head_passes_scikit_learns_checks(estimator: Any, check: Any) -> None:
    check(estimator)


def test_its_probabilities_are_calibrated_on_rows_it_has_not_seen() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(4_000, 20))
    chance = 1 / (1 + np.exp(-2 * vectors[:, 0]))
    labels = np.where(rng.uniform(size=4_000) < chance, "accept", "decline")
    head = ReplyHead(C=100.0).fit(vectors[:300], labels[:300])
    sure = head.predict_proba(vectors[300:])
    right = head.predict(vectors[300:]) == labels[300:]
    assert list(head.classes_) == ["accept", "decline"]
    assert abs(sure.max(axis=1).mean() - right.mean()) < 0.05


def test_one_class_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="two classes or more"):
        ReplyHead().fit(np.zeros((3, 2)), ["accept"] * 3)
