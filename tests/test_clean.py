"""The new text of a reply is found, whatever mail program and language wrapped it (rule C-6)."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from clean_corpus import CASES, QUOTE, Case
from hypothesis import given
from hypothesis import strategies as st

from overture.classification.clean import clean_reply

ATTRIBUTION = "On Mon, 3 Mar 2025 at 10:00, Anna Lee <anna@lee.example> wrote:"
RIGHT_AT_LEAST = 28
"""Of 32; the other four expect what C-6 takes off: a closing (two), a quote with an answer below, a lone quote."""
SHORT, RATIO_AT_MOST, NOISE = 10_000, 18, 0.02
FRAGMENTS = (
    "Yes.",
    "no",
    "",
    "Best,",
    "Anna",
    "Thanks, Anna",
    "-- ",
    "--",
    "> quoted",
    ">> deep",
    ATTRIBUTION,
    "wrote:",
    "From: a@b.c",
    "Sent: 2025",
    "To: me",
    "Subject: x",
    "-----Original Message-----",
    "________________",
    "Sent from my iPhone",
    "This email and any attachments are confidential.",
    "PS: call me",
    "+44 7700 900123",
    "谢谢",
    "写道：",
    "सादर",
    "| bar",
    "\x00",
    "\u2028",
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_c6_only_the_new_text_is_left(case: Case) -> None:
    assert clean_reply(case.raw).text == case.text


def test_c6_the_corpus_is_large_enough() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


def test_c6_public_replies_are_cleaned(shared_data: Path) -> None:
    path = shared_data / "reply_parsers" / "discourse_trimmer.jsonl"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    missed = [row["id"] for row in rows if clean_reply(row["raw"]).text != row["expected"].replace("\r", "").strip()]
    assert len(rows) - len(missed) >= RIGHT_AT_LEAST, f"missed: {missed}"


@pytest.mark.parametrize("case", [case for case in CASES if case.name.startswith("inline")], ids=lambda case: case.name)
def test_c6_inline_answers_are_kept(case: Case) -> None:
    assert clean_reply(case.raw).inline


@pytest.mark.parametrize("name", ["en_gmail", "below_quote", "only_quote", "only_best"])
def test_c6_other_answers_are_not_called_inline(name: str) -> None:
    assert not clean_reply(next(case.raw for case in CASES if case.name == name)).inline


def test_c6_every_part_that_was_taken_off_is_named() -> None:
    below = "Best,\nTom\n\nSent from my iPhone\n\nCAUTION: This email originated from outside."
    raw = f"Yes.\n\n{below}\n\n{ATTRIBUTION}\n{QUOTE}"
    kinds = [part.kind for part in clean_reply(raw).removed]
    assert kinds == ["signature", "mobile_footer", "disclaimer", "attribution", "quote"]
    forwarded = clean_reply("FYI\n\n---------- Forwarded message ---------\nFrom: A <a@b.c>\nSubject: x\n\nHi")
    assert [part.kind for part in forwarded.removed] == ["forward_header", "quote"]


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=30), max_size=25).map("\n".join))
def test_c6_no_visible_sign_is_lost(raw: str) -> None:
    reply = clean_reply(raw)
    out = "".join([reply.text, *(part.text for part in reply.removed)])
    assert sorted(_visible(out)) == sorted(_visible(raw))


@given(
    st.text(st.characters(exclude_characters=">＞\n\r\x0b\x0c\x85\u2028\u2029", exclude_categories=["Cc", "Cs", "Cf"]))
)
def test_c6_a_chat_message_of_one_line_is_untouched(message: str) -> None:
    reply = clean_reply(message)
    assert reply.text == message.strip() or reply.removed


@given(
    st.sampled_from(
        ["Yes, I am open to it.", "No thanks, I am happy here.", "जी हाँ, ज़रूर।", "興味があります。", "不感兴趣。"]
    )
)
def test_c6_the_answer_survives_any_history(answer: str) -> None:
    for case in CASES:
        if case.text and case.raw.startswith(case.text + "\n\n"):
            assert clean_reply(answer + case.raw.removeprefix(case.text)).text == answer


@pytest.mark.parametrize("raw", ["", " \n\t\n", "\x00\x01\ufeff"], ids=["empty", "blank", "controls"])
def test_c6_nothing_in_is_nothing_out(raw: str) -> None:
    assert clean_reply(raw).text == ""


def test_c6_ten_thousand_quote_levels_are_a_quote() -> None:
    levels = "\n".join(">" * level + " x" for level in range(1, 10_000, 100))
    assert clean_reply(f"Yes.\n\n{levels}").text == "Yes."
    assert clean_reply("Yes.\n" + ">" * 10_000 + " x").text == "Yes."


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "> ",
        "a",
        "\n",
        "a:\n",
        "wrote:\n",
        f"{ATTRIBUTION}\n",
        "De: \n",
        "Best,\nAnna\n",
        "Thanks, Anna\n",
        "--\n",
        "x\n> y\n",
        "Sent from my iPhone\n",
        "<a@b>\n",
        ">:\n",
        "2025 a@b\n",
        "confidential ",
        "Anna Lee\nwww.x.example\n\n",
        "PS: x\n",
        "| a\n",
        "你好\n",
        "-",
        "_",
        "\r",
        "this email and any attachments are secret, really secret\n\n",
        "from: to: sent: ",
    ],
    ids=lambda piece: repr(piece[:16]),
)
def test_ten_times_the_text_takes_about_ten_times_as_long(piece: str) -> None:
    clean_reply("Yes.\nBest,\nTom")  # the phrases are read
    short, long = (min(_seconds(piece, size) for _ in range(3)) for size in (SHORT, 10 * SHORT))
    assert long < RATIO_AT_MOST * short + NOISE


def _seconds(piece: str, size: int) -> float:
    text = (piece * (size // len(piece) + 1))[:size]
    start = time.process_time()
    clean_reply(text)
    return time.process_time() - start


def _visible(text: str) -> str:
    return "".join(ch for ch in text if ch.isprintable() and not ch.isspace())
