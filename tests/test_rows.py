"""Bulk rows: every line is a reply or a clear error, every verdict a line that keeps the caller's id."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.classification.labels import INTENTS, LABEL_OF
from overture.classification.mail import Mail
from overture.classification.rows import (
    MOST_LINE_BYTES,
    ReplyRow,
    dump_row,
    parse_language,
    parse_row,
    row_of_mail,
    verdict_row,
)
from overture.classification.verdict import DecidingWord, Verdict
from overture.errors import InputError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
WHATEVER = st.text(st.characters())  # lone surrogates too: JSON can write them
IDS = st.one_of(TEXTS, st.integers())
KEYS = ["id", "label", "intent", "confidence", "needs_review", "language"]


def outcome(line: bytes | str) -> ReplyRow | InputError:
    """What a line gives; any other exception is a failure of the test."""
    try:
        return parse_row(line)
    except InputError as error:
        return error


def refused(line: bytes | str) -> InputError:
    with pytest.raises(InputError) as caught:
        parse_row(line)
    assert caught.value.problem
    assert caught.value.expected
    return caught.value


@given(
    identity=IDS,
    text=TEXTS,
    outreach=st.none() | TEXTS,
    lang=st.sampled_from([None, "", "en", "pt-BR", "zh_Hant_TW", "und"]),
    more=st.dictionaries(st.text().filter(lambda key: key not in {"id", "text", "outreach", "lang"}), st.integers()),
    ascii_only=st.booleans(),
)
def test_a_row_comes_in_as_it_was_written(
    identity: str | int, text: str, outreach: str | None, lang: str | None, more: dict[str, int], *, ascii_only: bool
) -> None:
    record = {**more, "id": identity, "text": text, "outreach": outreach, "lang": lang}
    line = json.dumps(record, ensure_ascii=ascii_only).encode("utf-8", "backslashreplace")
    row = parse_row(line)
    assert (row.id, row.reply, row.outreach) == (identity, text, outreach or None)
    assert type(row.id) is type(identity)
    assert row.language == {"": None, "und": None, "zh_Hant_TW": "zh-Hant-TW"}.get(lang or "", lang)


@given(st.binary() | st.text().map(str.encode))
def test_any_line_is_a_row_or_one_input_error(line: bytes) -> None:
    found = outcome(line)
    assert not isinstance(found, InputError) or (found.problem and found.expected)


@given(st.recursive(st.none() | st.booleans() | st.floats() | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["id", "text", "outreach", "lang", "more"]), inner)))  # fmt: skip
def test_any_json_is_a_row_or_one_input_error(data: Any) -> None:
    found = outcome(json.dumps(data))
    if isinstance(found, InputError):
        assert found.expected
    else:
        assert found.reply == data["text"]


@pytest.mark.parametrize(
    ("line", "field", "told"),
    [
        (b"", "", "not valid JSON"),
        (b"yes please", "", "not valid JSON"),
        (b'{"id": "1", "text": "cut', "", "not valid JSON"),
        (b'["1", "Yes"]', "", "a list"),
        (b"null", "", "null"),
        (b'{"text": "Yes"}', "id", "missing"),
        (b'{"id": null, "text": "Yes"}', "id", "missing"),
        (b'{"id": 1.5, "text": "Yes"}', "id", "a number"),
        (b'{"id": true, "text": "Yes"}', "id", "true or false"),
        (b'{"id": "\\ud83d", "text": "Yes"}', "id", "half a character"),
        (b'{"id": "1"}', "text", "missing"),
        (b'{"id": "1", "text": null}', "text", "missing"),
        (b'{"id": "1", "text": 5}', "text", "a number"),
        (b'{"id": "1", "text": {"body": "Yes"}}', "text", "an object"),
        (b'{"id": "1", "text": "Yes", "outreach": ["Hi"]}', "outreach", "a list"),
        (b'{"id": "1", "text": "Yes", "lang": "English"}', "lang", "'English'"),
        (b'{"id": "1", "text": "Yes", "lang": 5}', "lang", "a number"),
        (b'{"id": "1", "text": "Yes", "text": "No"}', "text", "twice"),
        (b'{"id": "1", "text": "caf\xe9"}', "", "not UTF-8 at byte 25"),
        (b'{"id": "1", "text": "Yes", "n": ' + b"[" * 100_000, "", "nested"),
        (b'{"id": "1", "text": "Yes", "n": ' + b"9" * 5_000 + b"}", "", "digits"),
    ],
)
def test_a_bad_line_names_field_and_fault(line: bytes, field: str, told: str) -> None:
    error = refused(line)
    assert error.field == field
    assert told in error.problem


def test_empty_and_hostile_texts_are_replies_too() -> None:
    assert parse_row('{"id": 1, "text": ""}').reply == ""
    assert parse_row(b'{"id": 1, "text": "a\x00\x1b[31m\tb"}').reply == "a\x00\x1b[31m\tb"
    assert parse_row(r'{"id": 1, "text": "half \ud83d", "outreach": "\udc00"}') == ReplyRow(
        id=1, reply="half \ufffd", outreach="\ufffd"
    )


def test_a_reply_of_a_megabyte_fits_a_line_however_it_is_escaped() -> None:
    line = json.dumps({"id": 1, "text": "\N{GRINNING FACE}" * 1_000_000}).encode()
    assert len(line) < MOST_LINE_BYTES
    assert parse_row(line).length == 1_000_000


@given(WHATEVER, WHATEVER)
def test_no_text_whatever_makes_a_row_that_cannot_be_encoded(text: str, outreach: str) -> None:
    row = parse_row(json.dumps({"id": 1, "text": text, "outreach": outreach}))
    assert isinstance(row.reply, str)
    shown = row.reply + (row.outreach or "")
    assert shown.encode("utf-8").decode("utf-8") == shown


@given(st.text(max_size=12))
def test_a_language_is_a_code_or_an_error(code: str) -> None:
    found = outcome(json.dumps({"id": 1, "text": "Yes", "lang": code}))
    if isinstance(found, InputError):
        assert found.field == "lang"
    else:
        assert found.language == parse_language(code)
        assert found.language is None or found.language.isascii()


def test_a_mail_has_its_message_id_or_the_name_of_its_file() -> None:
    assert row_of_mail(Mail(message_id="<a@b>", text="Yes"), "x.eml").id == "<a@b>"
    assert row_of_mail(Mail(text="Yes"), "x.eml").id == "x.eml"


@given(
    identity=IDS,
    intent=st.sampled_from(INTENTS),
    confidence=st.floats(0, 1),
    needs_review=st.booleans(),
    returns_on=st.none() | st.dates(),
    explain=st.booleans(),
)
def test_c4_a_verdict_becomes_one_line_under_the_agreed_names(
    identity: str | int,
    intent: Any,
    confidence: float,
    returns_on: date | None,
    *,
    needs_review: bool,
    explain: bool,
) -> None:
    verdict = Verdict(
        label=LABEL_OF[intent],
        intent=intent,
        confidence=confidence,
        needs_review=needs_review,
        review_reason="unsure" if needs_review else None,
        language="hi",
        words=(DecidingWord(text="नहीं\u2028", start=0, weight=1.0),),
        text="नहीं",
        returns_on=returns_on,
    )
    line = dump_row(verdict_row(identity, verdict, explain=explain))
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    row = json.loads(line)
    assert list(row) == [*KEYS, "review_reason", "words", "returns_on"] if explain else list(row) == KEYS
    assert (row["id"], type(row["id"])) == (identity, type(identity))
    assert (row["label"], row["intent"], row["needs_review"]) == (verdict.label, intent, needs_review)
    assert row["confidence"] == pytest.approx(confidence, abs=1e-6)
    if explain:
        assert row["returns_on"] == (returns_on.isoformat() if returns_on else None)
        assert DecidingWord(**row["words"][0]) == verdict.words[0]


@given(WHATEVER)
def test_a_line_of_json_holds_even_half_a_character(name: str) -> None:
    """Names of files come with lone surrogates where they are no UTF-8."""
    assert json.loads(dump_row({"file": name})) == {"file": name}
