"""The classifier that ships, through its public face: C-2 to C-6."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overture import InputError, ReplyClassifier
from overture.classification import LABEL_OF, Mail, Verdict, read_mail
from overture.classification.classifier import MOST_CHARACTERS
from overture.classification.examples import Example, read_corpus, read_other_languages
from overture.classification.manifest import read_manifest, shipped_model

TODAY = date(2026, 11, 22)
MOST_MEGABYTES = 60


@pytest.fixture(scope="module")
def classifier() -> ReplyClassifier:
    return ReplyClassifier.load()


@pytest.fixture(scope="module")
def test_rows() -> list[Example]:
    return [row for row in read_corpus() if row.split == "test"]


@pytest.mark.parametrize(
    ("text", "outreach", "label"),
    [
        ("Yes, I'd be glad to hear more about it.", None, "accept"),
        ("No thanks, I'm not interested.", None, "decline"),
        ("What's the salary range?", None, "accept"),
        ("Please take me off your list.", None, "decline"),
        ("Not at all.", "Would you mind if I called you on Thursday?", "accept"),
        ("Je ne suis pas intéressé, merci.", None, "decline"),
        ("Claro, ¿cuándo podemos hablar?", None, "accept"),
        ("Kein Interesse, danke.", None, "decline"),
        ("Tenho interesse, pode me mandar mais detalhes?", None, "accept"),
        ("No grazie, sto bene dove sono.", None, "decline"),
        ("Lijkt me leuk, bel me gerust morgen.", None, "accept"),
        ("अभी नौकरी बदलने का कोई इरादा नहीं है, धन्यवाद।", None, "decline"),
        ("haan ji, kal baat kar sakte hain", None, "accept"),
        ("大変興味があります。詳細を教えてください。", None, "accept"),
        ("谢谢，暂时不考虑换工作。", None, "decline"),
    ],
)
def test_c3_plain_answers_in_ten_languages(
    classifier: ReplyClassifier, text: str, outreach: str | None, label: str
) -> None:
    assert classifier.classify(text, outreach).label == label


def test_c4_a_verdict_says_intent_confidence_words_and_review(classifier: ReplyClassifier) -> None:
    verdict = classifier.classify("No thanks, I'm not interested in a new job.")
    assert LABEL_OF[verdict.intent] == verdict.label == "decline"
    assert verdict.confidence > 0.9
    assert not verdict.needs_review
    assert verdict.words
    assert verdict.language == "en"
    assert verdict.model == classifier.model.manifest.label


def test_c4_review_is_asked_for_below_the_set_confidence(test_rows: list[Example]) -> None:
    texts = [row.text for row in test_rows[:60]]
    strict = ReplyClassifier.load(review_below=1.01).classify_batch(texts)
    lax = ReplyClassifier.load(review_below=0.0).classify_batch(texts)
    assert all(verdict.needs_review for verdict in strict if verdict.decided_by == "model")
    assert not any(verdict.review_reason == "unsure" for verdict in lax)


def test_c4_one_by_one_is_the_same_as_all_at_once(classifier: ReplyClassifier, test_rows: list[Example]) -> None:
    rows = test_rows[::40]
    together = classifier.classify_batch([row.text for row in rows], [row.outreach or None for row in rows])
    alone = [classifier.classify(row.text, row.outreach or None) for row in rows]
    assert together == alone


def test_c5_an_automatic_answer_is_found_with_its_return_date(classifier: ReplyClassifier) -> None:
    text = "I am out of the office until 7 December with no access to mail. For urgent matters contact Kim Lee."
    verdict = classifier.classify(text, today=TODAY)
    assert (verdict.label, verdict.intent, verdict.returns_on) == ("auto", "out_of_office", date(2026, 12, 7))


def test_c5_a_header_alone_decides(classifier: ReplyClassifier) -> None:
    raw = b"From: a@example.com\r\nSubject: Re: a role\r\nAuto-Submitted: auto-replied\r\n\r\nThank you.\r\n"
    verdict = classifier.classify(read_mail(raw))
    assert (verdict.label, verdict.decided_by) == ("auto", "auto_rule")


def test_c6_quoted_history_does_not_decide(classifier: ReplyClassifier) -> None:
    quote = "On Mon, 2 Nov 2026 at 10:00, Ann <ann@example.com> wrote:\n> Yes! Are you interested? Let us talk!"
    text = f"No, sorry.\n\n{quote}"
    verdict = classifier.classify(text)
    assert (verdict.label, verdict.text) == ("decline", "No, sorry.")


@pytest.mark.parametrize(
    "text",
    [
        "Please don't ring me at work. In fact please don't ring me at all.",
        "What a lovely role! Still, do not contact me again.",
        "Suena muy bien, pero no me escriban más.",
        "Ne m'appelez pas au bureau, et d'ailleurs ne me contactez plus.",
        "Klingt spannend, aber schreiben Sie mir bitte nie wieder.",
        "Gosto da vaga, mas não me contacte mais.",
        "Bella proposta, però non mi scriva più.",
        "Mooie functie, maar mail me niet meer.",
        "いい話ですが、二度と連絡しないでください。",
        "职位不错,但请不要再联系我。",
    ],
)
def test_c7_whoever_asks_to_be_left_alone_in_so_many_words_has_not_accepted(
    classifier: ReplyClassifier, text: str
) -> None:
    assert classifier.classify(text).label == "decline"


@pytest.mark.parametrize("text", ["", "  \n\t", "> only a quote\n> of theirs"])
def test_a_reply_without_words_goes_to_review(classifier: ReplyClassifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert verdict.needs_review
    assert verdict.review_reason == "empty"


@pytest.mark.parametrize(
    "text", ["Мне это не интересно, спасибо за письмо.", "لست مهتما بهذه الوظيفة شكرا", "관심 있습니다. 연락 주세요."]
)
def test_an_unknown_script_goes_to_review_and_is_not_guessed(classifier: ReplyClassifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert (verdict.language, verdict.needs_review, verdict.review_reason) == ("und", True, "unknown_language")


def test_most_replies_in_unknown_latin_languages_go_to_review(classifier: ReplyClassifier) -> None:
    rows = [row for row in read_other_languages(split="test") if len(row.text.split()) > 4]
    verdicts = classifier.classify_batch([row.text for row in rows])
    assert sum(verdict.needs_review for verdict in verdicts) / len(rows) > 0.75


def test_a_language_that_the_caller_knows_is_believed(classifier: ReplyClassifier) -> None:
    assert classifier.classify("ok", language="pt-BR").language == "pt"
    assert classifier.classify("ok", language="sv").review_reason == "unknown_language"


@settings(max_examples=150)
@given(st.text(max_size=400) | st.binary(max_size=400).map(lambda raw: raw.decode("utf-8", "replace")))
def test_any_text_has_a_verdict(text: str) -> None:
    verdict = shared_classifier().classify(text)
    assert 0 <= verdict.confidence <= 1
    assert LABEL_OF[verdict.intent] == verdict.label


@pytest.mark.parametrize(
    "text",
    [
        "no " * 350_000,
        ">" * 10_000 + " deep",
        "\x00\x01\x02" * 30_000,
        "<div>" * 100_000,
        "é́" * 100_000,
        "On " * 30_000 + "wrote:",
        "👍" * 50_000,
    ],
    ids=["1 MB", "10,000 quotes", "control", "html", "marks", "attribution", "emoji"],
)
def test_hostile_texts_have_a_verdict(classifier: ReplyClassifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert isinstance(verdict, Verdict)
    assert len(verdict.text) <= MOST_CHARACTERS or verdict.needs_review


def test_a_stream_keeps_the_order(classifier: ReplyClassifier, test_rows: list[Example]) -> None:
    rows = [*test_rows[:20], *test_rows[-20:]]
    streamed = list(classifier.classify_stream((row.text, row.outreach or None, row.lang) for row in rows))
    assert [verdict.language for verdict in streamed if verdict.decided_by == "model"] == [
        row.lang for row, verdict in zip(rows, streamed, strict=True) if verdict.decided_by == "model"
    ]


def test_the_model_is_small_has_no_pickle_and_a_card() -> None:
    files = [file for file in shipped_model().iterdir() if file.is_file()]
    assert sum(file.stat().st_size for file in files) < MOST_MEGABYTES * 2**20
    assert {file.suffix for file in files} <= {".onnx", ".safetensors", ".json", ".md"}
    card = (shipped_model() / "CARD.md").read_text(encoding="utf-8")
    assert "written, not collected" in card
    assert read_manifest(shipped_model()).label in card


def copied(folder: Path) -> Path:
    shutil.copytree(shipped_model(), folder / "model")
    return folder / "model"


def spoil_file(model: Path) -> None:
    (model / "heads.safetensors").write_bytes(b"other")


def remove_file(model: Path) -> None:
    (model / "second.onnx").unlink()


def another_format(model: Path) -> None:
    manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
    (model / "manifest.json").write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")


def no_manifest(model: Path) -> None:
    (model / "manifest.json").unlink()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (spoil_file, "heads.safetensors: changed since it was written"),
        (remove_file, "second.onnx: missing"),
        (another_format, "made for another version"),
        (no_manifest, "no model here"),
    ],
)
def test_a_model_that_is_not_what_it_says_is_refused(tmp_path: Path, harm: Callable[[Path], None], words: str) -> None:
    model = copied(tmp_path)
    harm(model)
    with pytest.raises(InputError, match=words):
        ReplyClassifier.load(model)


def test_a_mail_and_its_text_are_judged_alike(classifier: ReplyClassifier) -> None:
    mail = Mail(
        headers=(("From", "a@example.com"),), subject="Re: a role", sender="a@example.com", text="Yes please, call me."
    )
    assert classifier.classify(mail).label == classifier.classify("Yes please, call me.").label == "accept"


_LOADED: list[ReplyClassifier] = []


def shared_classifier() -> ReplyClassifier:
    if not _LOADED:
        _LOADED.append(ReplyClassifier.load())
    return _LOADED[0]
