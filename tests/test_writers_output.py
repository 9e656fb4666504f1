"""Reading what models answer: with fences, prose, greetings and signatures they were told to leave out, or cut off."""

from __future__ import annotations

import json

import pytest
from doubles import in_pieces
from hypothesis import given
from hypothesis import strategies as st

from overture.errors import WriterOutputError
from overture.generation import Usage
from overture.generation.output import StreamedBody, parse_output, without_frame

SUBJECT, BODY = "A ledger in Go", "You moved a ledger to PostgreSQL.\n\nMay I call?"
JSON = json.dumps({"subject": SUBJECT, "body": BODY})
SPENT = Usage(requests=1, input_tokens=9, output_tokens=5)


@pytest.mark.parametrize(
    "answer",
    [
        JSON,
        f"```json\n{JSON}\n```",
        f"```\n{JSON}\n```\nI hope this helps!",
        f"Here is the message (see {{notes}}):\n\n{JSON}\n\nShall I change it?",
        f"<think>The {{subject}} could be ...</think>\n{JSON}",
        f"[{JSON}]",
        json.dumps({"message": {"subject": SUBJECT, "body": BODY}}),
        json.dumps({"subject": SUBJECT, "body": BODY, "notes": "friendly"}),
        json.dumps({"subject": f"Subject: {SUBJECT}", "body": BODY}),
        json.dumps({"subject": f'"{SUBJECT}"', "body": BODY.replace("\n", "\r\n")}),
        JSON.replace("\\n", "\n"),
        f"Subject: {SUBJECT}\n\n{BODY}",
        f"**Subject:** {SUBJECT}\n\n**Body:**\n{BODY}",
        f"Sure, here it is.\n\nSubject line: {SUBJECT}\n{BODY}",
        f"```\nSubject: {SUBJECT}\n\n{BODY}\n```",
    ],
)
def test_an_answer_is_read_whatever_stands_around_it(answer: str) -> None:
    output = parse_output(answer, usage=SPENT)
    assert (output.subject, output.body, output.usage) == (SUBJECT, BODY, SPENT)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "nothing"),
        ("", "nothing"),
        (" \n ", "nothing"),
        ("<think>and then the tokens were spent", "nothing"),
        (JSON[:-10], "cut off"),
        (JSON[: len(JSON) // 2], "cut off"),
        ("```json\n" + JSON[:30], "cut off"),
        ('{"subject": null, "body": "x"}', "malformed"),
        ('{"body": "x"}', "malformed"),
        ("I cannot do that.", "no subject"),
        ('{"subject": "", "body": "x"}', "subject empty"),
        ('{"subject": "x", "body": "  "}', "body empty"),
        ('{"subject": "x", "body": "Hi Marta,"}', "body empty"),
        ('{"subject": "x", "body": "Dear [Name],\\n\\nKind regards,\\n[Your Name]"}', "body empty"),
    ],
)
def test_an_unusable_answer_is_an_error_with_what_was_spent(answer: str | None, said: str) -> None:
    with pytest.raises(WriterOutputError, match=said) as caught:
        parse_output(answer, usage=SPENT)
    assert caught.value.usage == SPENT


@pytest.mark.parametrize(
    "greeting",
    [
        "Hi Marta,\n\n",
        "Hello,\n\n",
        "Dear [Name],\n",
        "Hi {{name}}, ",
        "Hey there! ",
        "Good morning Marta Kowalska,\n\n",
        "Hi\n\n",
        "Dear Dr. Kowalska:\n\n",
        "Hello Marta — \n",
    ],
)
@pytest.mark.parametrize(
    "closing",
    [
        "\n\nBest regards,\nElin",
        "\n\nKind regards,\n[Your Name]\n[Your Title]\nNorrsken",
        "\n\nThanks,\nElin Berg",
        "\n\nCheers",
        "\n\nElin",
        "\n\n- Elin Berg",
        "\n\nElin Berg, Talent Partner\nNorrsken",
        "\n\nSincerely,\n\nElin\n",
    ],
)
def test_d12_greeting_and_signature_are_taken_off(greeting: str, closing: str) -> None:
    answer = json.dumps({"subject": SUBJECT, "body": greeting + BODY + closing})
    assert parse_output(answer, signers=("Elin Berg",)).body == BODY


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        "Highly regarded teams use Go. May I call?",
        "Hello from our side of the ledger. It is in Go.",
        "Thanks to you it took 90 ms. Interested?",
        "You know Go.\n\nBest of all, it is remote.\n\nMay I call?",
        "You know Go.\n\nMay I call?\n\nThank you for reading this far.",
        "You know Go.\n\nThanks,\n\n[[CUSTOM]]",
        "You know Go. May I call?\n\nP.S. It is remote.",
        "Dear to us is a quiet pager. May I call?",
        "Elin leads the team, and Elin hires for it.",
    ],
)
def test_what_is_part_of_the_message_stays(body: str) -> None:
    assert without_frame(body, signers=("Elin Berg",)) == body


def test_the_entities_of_the_prompt_are_read_back() -> None:
    output = parse_output(json.dumps({"subject": "R&amp;D", "body": "p99 &lt; 90 ms &amp; falling. &copy;"}))
    assert (output.subject, output.body) == ("R&D", "p99 < 90 ms & falling. &copy;")


@given(st.text(max_size=200))
def test_no_answer_is_a_traceback(answer: str) -> None:
    try:
        output = parse_output(answer)
    except WriterOutputError:
        return
    assert output.subject
    assert output.body


@given(st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=30), st.integers(0, 400))
def test_json_that_is_cut_anywhere_is_never_taken_for_a_message(word: str, at: int) -> None:
    whole = json.dumps({"subject": f"About {word}", "body": f"One {word}.\n\nTwo {word}?"})
    cut = whole[: min(at, len(whole) - 1)]
    with pytest.raises(WriterOutputError):
        parse_output(cut)


@given(st.text(max_size=120), st.integers(1, 9))
def test_what_is_streamed_is_the_beginning_of_the_body(text: str, size: int) -> None:
    body = f"One {text} two."
    stream = StreamedBody()
    pieces = [stream.feed(piece) for piece in in_pieces(json.dumps({"subject": "s", "body": body}), size)]
    assert "".join(pieces) == body.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").rstrip()


def test_plain_text_is_streamed_at_the_end() -> None:
    stream = StreamedBody()
    assert "".join(map(stream.feed, in_pieces(f"Subject: {SUBJECT}\n\n{BODY}"))) == ""
    assert stream.rest(BODY) == BODY
    assert stream.rest(BODY) == ""
