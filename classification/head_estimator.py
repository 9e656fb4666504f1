# pyright: basic
# scikit-learn ships no types.
"""The head as a scikit-learn estimator: learns intents from the encoder's vectors, calibrated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TEMPERATURES: Final = np.geomspace(0.25, 8.0, 121)
_FOLDS: Final = 5


class ReplyHead(ClassifierMixin, BaseEstimator):
    """Multinomial logistic regression with a temperature fitted on held-out folds (Guo et al., ICML 2017).

    X is `ReplyModel.vectors(...)`, shape (replies, width); y are intents or labels. `C` is the inverse strength of the
    penalty, `max_iter` a bound on the solver's steps.
    """

    def __init__(self, C: float = 1.0, max_iter: int = 500, random_state: int | None = 0) -> None:
        self.C = C
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from vectors and their classes."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"ReplyHead needs two classes or more; y has one class: {self.classes_[0]!r}")
        self._regression = LogisticRegression(C=self.C, max_iter=self.max_iter)
        self.temperature_ = self._held_out_temperature(X, codes)
        self._regression.fit(X, codes)
        self.coef_, self.intercept_ = self._regression.coef_, self._regression.intercept_
        self.n_iter_ = self._regression.n_iter_
        return self

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Logits before the temperature: (replies, classes), or (replies,) for two classes."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        scores = X @ self.coef_.T + self.intercept_
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Calibrated probabilities, shape (replies, classes), in the order of `classes_`."""
        return _probabilities(self.decision_function(X), self.temperature_)

    def predict(self, X: Any) -> NDArray[Any]:
        """The likeliest class of each reply."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]

    def _held_out_temperature(self, vectors: NDArray[np.float64], codes: NDArray[np.int64]) -> float:
        folds = min(_FOLDS, int(np.bincount(codes).min()))
        if folds < 2:  # a class with one row cannot be held out
            return 1.0
        split = StratifiedKFold(folds, shuffle=True, random_state=self.random_state)
        scores = cross_val_predict(self._regression, vectors, codes, cv=split, method="decision_function")
        rows = np.arange(len(codes))

        def loss(temperature: float) -> float:
            return float(
                -np.log(np.maximum(_probabilities(np.asarray(scores), temperature)[rows, codes], 1e-12)).mean()
            )

        return float(min(_TEMPERATURES, key=loss))


def _probabilities(scores: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    if scores.ndim == 1:
        scores = np.stack([np.zeros_like(scores), scores], axis=1)
    heated = scores / temperature
    raised = np.exp(heated - heated.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
