"""What the card says of the shipped model is what it does, and does not fall below what it did."""

from __future__ import annotations

import pytest

from overture.classification import ReplyClassifier, Verdict
from overture.classification.examples import Example, read_corpus, read_other_languages
from overture.classification.manifest import shipped_model
from overture.classification.normal import normalise
from overture.classification.report import Report, evaluate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def classifier() -> ReplyClassifier:
    return ReplyClassifier.load()


@pytest.fixture(scope="module")
def rows() -> list[Example]:
    return [row for row in read_corpus() if row.split == "test"]


def test_c4_the_card_shows_what_the_model_does(classifier: ReplyClassifier, rows: list[Example]) -> None:
    written = Report.model_validate_json((shipped_model() / "metrics.json").read_text(encoding="utf-8"))
    measured = evaluate(classifier, rows, read_other_languages(split="test"))
    for part in written.slices:
        # Another processor rounds 8-bit products in another order, so a reply on the edge may fall to the other side.
        assert measured.slice(part.name).accuracy.value == pytest.approx(part.accuracy.value, abs=0.02), part.name
    assert measured.auto_found.value >= 0.95
    assert measured.humans_taken_for_auto.value <= 0.01


def test_c4_without_the_deciding_words_most_confident_answers_change(
    classifier: ReplyClassifier, rows: list[Example]
) -> None:
    sure = [
        (row, verdict)
        for row in rows[::3]
        if not (verdict := classifier.classify(row.text, row.outreach or None)).needs_review and verdict.label != "auto"
    ]
    changed = [
        _without_words(classifier, row, verdict).label != verdict.label
        or _without_words(classifier, row, verdict).needs_review
        for row, verdict in sure
    ]
    assert sum(changed) / len(changed) >= 0.7, f"{sum(changed)} of {len(changed)}"


def _without_words(classifier: ReplyClassifier, row: Example, verdict: Verdict) -> Verdict:
    text = normalise(verdict.text)
    for word in sorted(verdict.words, key=lambda word: -(word.start or 0)):
        start = word.start or 0
        text = f"{text[:start]} {text[start + len(word.text) :]}"
    return classifier.classify(text, row.outreach or None)
