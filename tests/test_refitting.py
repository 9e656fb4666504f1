"""What of a reply model is linear, fitted anew (F-4)."""

from __future__ import annotations

import numpy as np
import pytest

from overture.classification.head import LABEL_INDEX, LinearHead, label_probabilities
from overture.classification.labels import INTENTS, LABELS
from overture.classification.ngrams import BUCKETS, NGramModel, read_ngrams
from overture.classification.refitting import Targets, fit_head, fit_ngrams
from overture.classification.tokens import Tokens

WIDTH = 6
SIZE = len(INTENTS)


def a_head(seed: int = 1) -> LinearHead:
    random = np.random.default_rng(seed)
    return LinearHead(random.normal(size=(SIZE, WIDTH)).astype(np.float32), np.zeros(SIZE, np.float32))


def open_targets(labels: list[int], weight: float) -> Targets:
    """Rows of which only the label is known."""
    mask = np.array([label == LABEL_INDEX for label in labels], np.float32)
    return Targets(mask, np.ones(len(labels), bool), np.full(len(labels), weight, np.float32))


def vectors(count: int) -> np.ndarray:
    return np.random.default_rng(3).normal(size=(count, WIDTH)).astype(np.float32)


def test_f4_rows_that_weigh_nothing_leave_a_head_as_it_was() -> None:
    start = a_head()
    fitted = fit_head(vectors(5), open_targets([1] * 5, 0.0), start=start, hold=1.0)
    assert np.allclose(fitted.weight, start.weight, atol=1e-6)


def test_f4_the_less_a_head_is_held_the_more_it_learns() -> None:
    start, rows = a_head(), vectors(12)
    labels = [0, 1] * 6
    right: list[float] = []
    for hold in (1_000.0, 10.0, 0.1):
        fitted = fit_head(rows, open_targets(labels, 1.0), start=start, hold=hold)
        right.append(float(label_probabilities(fitted.probabilities(rows))[range(12), labels].mean()))
    assert right[0] < right[1] < right[2]
    assert right[2] > 0.9


def test_f4_a_label_without_an_intent_keeps_the_shares_of_its_intents() -> None:
    start, rows = a_head(), vectors(1)
    before = start.probabilities(rows)[0]
    fitted = fit_head(rows, open_targets([1], 5.0), start=start, hold=0.5)
    after = fitted.probabilities(rows)[0]
    own = LABEL_INDEX == 1
    assert after[own].sum() > before[own].sum()
    assert int(after[own].argmax()) == int(before[own].argmax())


def test_f4_a_known_intent_is_learned() -> None:
    rows, wanted = vectors(1), np.zeros((1, SIZE), np.float32)
    wanted[0, INTENTS.index("referral")] = 1
    targets = Targets(wanted, np.zeros(1, bool), np.full(1, 50.0, np.float32))
    fitted = fit_head(rows, targets, start=a_head(), hold=0.1)
    assert INTENTS[int(fitted.probabilities(rows)[0].argmax())] == "referral"


def test_f4_ngrams_learn_by_weight_and_know_nothing_of_other_words() -> None:
    texts = ["yes yes gladly", "no never", "yes please", "no thanks", "yes please"]
    items = [Tokens([], 0, [], text) for text in texts]
    labels = np.array([LABELS.index("accept"), LABELS.index("decline")] * 2 + [LABELS.index("decline")])
    right: list[float] = []
    for weight in (0.01, 50.0):
        tensors = fit_ngrams(items, labels, strength=20.0, weights=np.array([1, 1, 1, 1, weight], np.float32))
        assert tensors["ngrams.weight"].shape == (BUCKETS, len(LABELS))
        model = NGramModel(tensors["ngrams.weight"].astype(np.float16), tensors["ngrams.bias"])
        logits = model.logits(read_ngrams("yes please"))
        right.append(float(logits[LABELS.index("decline")] - logits[LABELS.index("accept")]))
        assert model.logits(read_ngrams("qqqq")) == pytest.approx(tensors["ngrams.bias"], abs=0.2)
    assert right[0] < 0 < right[1]
