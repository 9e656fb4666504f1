"""What the linear model sees of a reply, and how its view is blended with the encoder's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.classification.calibration import fit_blend
from overture.classification.head import LABEL_INDEX, blended, label_probabilities, softmax
from overture.classification.labels import INTENTS, LABELS
from overture.classification.manifest import Blend
from overture.classification.ngrams import BUCKETS, NGramModel, read_ngrams

_RNG = np.random.default_rng(0)
MODEL = NGramModel(_RNG.normal(size=(BUCKETS, len(LABELS))).astype(np.float16), np.zeros(len(LABELS), np.float32))
TEXTS = st.text(max_size=80) | st.sampled_from(["Ich weiß", "İyi", "はい、ぜひ", "a\ud800b", "ja " * 2_000])


@given(TEXTS, st.text(max_size=40))
def test_any_text_has_ngrams_inside_it_and_values_of_length_one(text: str, outreach: str) -> None:
    found = read_ngrams(text, outreach)
    assert len(found.buckets) == len(found.values) == len(found.starts) == len(found.ends)
    assert ((found.buckets >= 0) & (found.buckets < BUCKETS)).all()
    assert ((found.starts >= 0) & (found.starts <= found.ends) & (found.ends <= len(text))).all()
    together = np.zeros(BUCKETS)
    np.add.at(together, found.buckets, found.values)
    assert np.linalg.norm(together) == pytest.approx(1 if len(found.buckets) else 0, abs=1e-4)


@given(TEXTS)
def test_c4_the_votes_of_the_letters_add_up_to_the_logits(text: str) -> None:
    found = read_ngrams(text)
    votes = MODEL.votes(found, len(text)).sum(axis=0)
    inside = found.ends > found.starts
    outside = found.values[~inside] @ MODEL.weight[found.buckets[~inside]].astype(np.float32)
    assert np.allclose(votes + outside, MODEL.logits(found), atol=1e-3)


def test_case_and_place_in_the_text_change_nothing_but_the_outreach_is_told_apart() -> None:
    assert np.array_equal(read_ngrams("YES please").buckets, read_ngrams("yes PLEASE").buckets)
    answer, question = read_ngrams("yes", ""), read_ngrams("", "yes")
    assert set(answer.buckets.tolist()) != set(question.buckets.tolist())
    assert not question.ends.any()


def test_a_blend_of_the_encoder_alone_is_the_encoder() -> None:
    logits = _RNG.normal(size=(20, len(INTENTS))).astype(np.float32)
    ngrams = _RNG.normal(size=(20, len(LABELS))).astype(np.float32)
    assert np.allclose(blended(Blend(encoder=1, ngrams=0), encoder=logits, ngrams=ngrams), softmax(logits), atol=1e-5)


def test_a_blend_moves_labels_and_keeps_the_shares_of_intents_within_them() -> None:
    logits = _RNG.normal(size=len(INTENTS)).astype(np.float32)
    ngrams = np.array([0, 3, 0], np.float32)
    before, after = softmax(logits), blended(Blend(encoder=1, ngrams=1), encoder=logits, ngrams=ngrams)
    assert after.sum() == pytest.approx(1, abs=1e-5)
    assert label_probabilities(after)[1] > label_probabilities(before)[1]
    within = LABEL_INDEX == 1
    assert np.allclose(after[within] / after[within].sum(), before[within] / before[within].sum(), atol=1e-5)


def test_a_fitted_blend_undoes_the_heat_that_was_put_in_and_passes_over_noise() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(20_000, len(INTENTS))).astype(np.float32) * 2
    labels = label_probabilities(softmax(logits))
    drawn = np.array([rng.choice(len(LABELS), p=row / row.sum()) for row in labels.astype(float)])
    hot = np.log(labels)[:, LABEL_INDEX] * 3  # every intent of a label alike, three times too sure
    noise = rng.normal(size=(20_000, len(LABELS))).astype(np.float32)
    found = fit_blend(hot.astype(np.float32), noise, drawn)
    assert found.encoder == pytest.approx(1 / 3, rel=0.1)
    assert found.ngrams == pytest.approx(0, abs=0.05)
