"""D-7: what a seat keeps stands in its drafts byte for byte, whoever writes, and nothing of it goes over the wire."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from doubles import (
    ANSWER,
    COMPANY,
    GOOD,
    JOB,
    RECRUITER,
    RICH,
    TODAY,
    Endpoint,
    Reply,
    answering,
    failing,
    openai_writer,
)
from hypothesis import given, settings
from seats import ACME, CANARY, LONGEST, TEXTS
from seats import clock as clock
from seats import kept_postgres as kept_postgres
from seats import kept_sqlite as kept_sqlite
from seats import kept_url as kept_url
from seats import lasting as lasting
from seats import seats as seats

from overture.errors import InputError
from overture.generation import (
    Draft,
    Drafter,
    Personalization,
    SeatStore,
    WriterOutput,
    assemble,
    build_context,
    check_draft,
)
from overture.generation.judge import Judge
from overture.generation.personalization import Length
from overture.generation.revision import SentMessage

MARK = "Mine stands here."
SLOTTED = json.dumps({**GOOD, "body": GOOD["body"].replace("\n\nMay", "\n\n[[CUSTOM]]\n\nMay")})
BAD = json.dumps({**GOOD, "body": "We are {{company}} and need you.\n\nMay I call?"})


def drafter_of(writer: str) -> tuple[Drafter, Endpoint]:
    """A drafter, and the wire it would use."""
    endpoint = Endpoint([answering((SLOTTED if writer == "slotted" else ANSWER,))])
    return Drafter("offline" if writer == "offline" else openai_writer(endpoint), today=TODAY), endpoint


def drafted(drafter: Drafter, custom: str, *, signed: bool = True) -> Draft:
    recruiter = RECRUITER if signed else None
    return drafter.draft(RICH, job=JOB, company=COMPANY, recruiter=recruiter, custom_content=custom)


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize("writer", ["offline", "openai", "slotted"])
@given(text=TEXTS.filter(bool))
@settings(max_examples=25)
def test_d7_any_text_stands_in_a_draft_byte_for_byte(lasting: SeatStore, writer: str, signed: bool, text: str) -> None:
    kept = lasting.add_content("ana", contract=ACME, label="a", text=text)
    drafter, endpoint = drafter_of(writer)
    draft = drafted(drafter, lasting.content("ana", kept.id).text, signed=signed)
    expected = drafted(drafter_of(writer)[0], MARK, signed=signed)
    assert (draft.writer, expected.body.count(MARK)) == ("offline" if writer == "offline" else "openai:gpt-test", 1)
    assert draft.body.encode() == expected.body.replace(MARK, text).encode()
    assert draft.subject == expected.subject
    assert all(draft.body[each.start : each.end] == each.text for each in draft.sentences)
    assert bool(endpoint.asked) is (writer != "offline")


@pytest.mark.parametrize("writer", ["offline", "openai", "slotted"])
@pytest.mark.parametrize(
    "text", [LONGEST, "🧑🏽‍🔧" * 600, "  ", "\r\n\r\n", "x\n\n"], ids=["10kB", "emoji", "blank", "lines", "end"]
)
def test_d7_long_and_blank_texts_stand_in_a_draft_byte_for_byte(seats: SeatStore, writer: str, text: str) -> None:
    seats.add_content("ana", contract=ACME, id="mine", label="a", text=text)
    for signed in (True, False):
        draft = drafted(drafter_of(writer)[0], seats.content("ana", "mine").text, signed=signed)
        expected = drafted(drafter_of(writer)[0], MARK, signed=signed)
        assert draft.body.encode() == expected.body.replace(MARK, text).encode()
        too_long = [finding for finding in draft.findings if finding.code == "long_body"]
        assert [("own text" in finding.advice, finding.severity) for finding in too_long] == (
            [(True, "advisory")] if len(draft.body) > 1900 else []
        )


@pytest.mark.parametrize(
    ("length", "written", "custom", "code"),
    [
        ("medium", 700, 1100, None),
        ("medium", 850, 1100, "body_too_long"),
        ("medium", 850, 1101, "long_body"),
        ("medium", 1950, 1101, "body_too_long"),
        ("short", 450, 1500, "body_too_long"),
        ("short", 450, 1501, "long_body"),
        ("long", 1450, 500, "body_too_long"),
        ("long", 1450, 501, "long_body"),
    ],
)
def test_d11_a_body_is_too_long_unless_the_text_left_no_room_for_a_message(
    length: Length, written: int, custom: int, code: str | None
) -> None:
    context = build_context(RICH, job=JOB, company=COMPANY, today=TODAY, personalization=Personalization(length=length))
    text = "x" * custom
    frame = len(assemble(context, WriterOutput("S", ""), custom_content=text).body) - custom
    output = WriterOutput("The ledger", "The ledger needs an owner. " * 100)
    output = replace(output, body=output.body[: written - frame - 1] + "?")
    found = check_draft(context, assemble(context, output, custom_content=text), custom_content=text)
    about_all = [each for each in found if each.code in {"body_too_long", "long_body"} and each.start == 1900]
    assert [each.code for each in about_all] == ([code] if code else [])


@pytest.mark.parametrize(
    "replies",
    [
        [answering((SLOTTED,))],
        [answering((BAD,)), answering((ANSWER,))],
        [answering((BAD,))],
        [failing(500)],
        [answering(("no JSON",))],
    ],
    ids=["slot", "repaired", "never good", "failing", "unreadable"],
)
async def test_d7_a_canary_is_in_no_request_and_in_no_log_record(
    seats: SeatStore, caplog: pytest.LogCaptureFixture, replies: list[Reply]
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("overture", "openai", "httpx2", "httpcore", "sqlalchemy", "langchain_core", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    text = f"{CANARY} {{{{x}}}} [[CUSTOM]]"
    seats.add_content("ana", contract=ACME, id="mine", label="a", text=text)
    given: dict[str, Any] = {"job": JOB, "company": COMPANY, "custom_content": seats.content("ana", "mine").text}
    sent: list[str] = []
    for how in ("draft", "stream", "adraft", "astream"):
        endpoint = Endpoint(list(replies))
        drafter = Drafter(openai_writer(endpoint), today=TODAY)
        if how == "draft":
            pieces: list[Any] = [drafter.draft(RICH, **given)]
        elif how == "stream":
            pieces = list(drafter.stream(RICH, **given))
        elif how == "adraft":
            pieces = [await drafter.adraft(RICH, **given)]
        else:
            pieces = [piece async for piece in drafter.astream(RICH, **given)]
        draft = pieces[-1]
        assert draft.body.count(text) == 1
        assert CANARY not in repr(pieces[:-1]) + repr(draft.repairs) + repr(draft.fallback)
        sent += [
            json.dumps([asked, dict(headers)]) for asked, headers in zip(endpoint.asked, endpoint.headers, strict=True)
        ]
    assert len(sent) >= 4
    assert not [each for each in sent if CANARY in each]
    said = [record.getMessage() + str(record.args) + str(record.exc_text) for record in caplog.records]
    assert any("openai" in record.name for record in caplog.records)
    assert not [line for line in said if CANARY in line]


@pytest.mark.parametrize("text", [f"{CANARY} {{{{x}}}} [[CUSTOM]]", f"  {CANARY}. More {CANARY}\r\n\r\n"])
def test_d7_a_canary_is_in_no_request_of_what_comes_after_a_draft(seats: SeatStore, text: str) -> None:
    seats.add_content("ana", contract=ACME, id="mine", label="a", text=text)
    endpoint = Endpoint([answering((SLOTTED,))])
    drafter = Drafter(openai_writer(endpoint), today=TODAY)
    first = drafted(drafter, seats.content("ana", "mine").text)
    again = drafter.redraft(first, personalization=Personalization(tone="direct").switch(off=["company_culture"]))
    assert again.body.count(text) == 1
    drafter.follow_up(first)
    drafter.follow_up(SentMessage(subject=first.subject, body=first.body, custom_content=text), inputs=first.inputs)
    Judge(openai_writer(endpoint)).judge(first)
    assert len(endpoint.asked) >= 4
    assert not [asked for asked in endpoint.asked if CANARY in json.dumps(asked)]


def test_d7_another_seat_cannot_use_it(seats: SeatStore) -> None:
    seats.add_content("ana", contract=ACME, id="mine", label="a", text=CANARY)
    seats.add_content("ben", contract=ACME, id="other", label="b", text="b")
    with pytest.raises(InputError, match="is not known here") as caught:
        drafted(drafter_of("offline")[0], seats.content("ben", "mine").text)
    assert CANARY not in str(caught.value)
