"""Slots: a small model fills subject, fit and job; code puts them together and asks the question (D-12)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from doubles import (
    COMPANY,
    JOB,
    RECRUITER,
    RICH,
    SPARSE,
    TODAY,
    Endpoint,
    answering,
    completion,
    context_of,
    in_pieces,
    openai_writer,
)
from hypothesis import given
from hypothesis import strategies as st

from overture.errors import WriterOutputError
from overture.generation import Chunk, Draft, Drafter, Finding, Limits, Personalization, WriterOutput, render_draft
from overture.generation.output import StreamedBody, parse_output
from overture.generation.render import render_redraft
from overture.generation.slots import SLOTS, AnswerForm, answer_form, redraft_prompt_for
from overture.generation.writers import WriteRequest
from overture.prompts import load_prompt

SUBJECT = "Principal Engineer, Ledger at Norrsken"
FIT = "You took the authorisation p99 from 480 ms to 90 ms at Zaplata by moving the ledger to PostgreSQL partitions."
WORK = "Norrsken is hiring a Principal Engineer, Ledger. You would own the double-entry ledger."
FIELDS = {"subject": SUBJECT, "fit": FIT, "job": WORK}
ANSWER = json.dumps(FIELDS)
QUESTION = "Shall I send you the full description?"
FORM = AnswerForm(SLOTS, QUESTION)
BODY = f"{FIT}\n\n{WORK}\n\n{QUESTION}"


def answer(**fields: Any) -> str:
    return json.dumps({**FIELDS, **fields})


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        ANSWER,
        f"Here it is:\n```json\n{ANSWER}\n```",
        json.dumps({"message": FIELDS}),
        answer(fit=f"Hi Marta,\n\n{FIT}"),
        answer(job=f"{WORK}\n\nKind regards,\nElin Berg"),
        answer(job=WORK.replace(". ", ".\n\n")),
        answer(job=f"{WORK} Would you be interested?"),
        answer(fit=f"Looking for something new? {FIT}"),
        answer(job=f"{WORK} " + "The role sits in a team of people who keep the ledger of the bank " * 2),
        answer(job=WORK.rstrip(".")),
        json.dumps({"job": WORK, "fit": FIT, "subject": SUBJECT}),
        f"Subject: {SUBJECT}\nFit: {FIT}\nJob: {WORK}",
        f"**Subject:** {SUBJECT}\n\n**Fit:** {FIT}\n\n**Job:**\n{WORK}",
    ],
)
def test_d12_slots_become_two_paragraphs_and_our_question(text: str) -> None:
    output = parse_output(text, form=FORM, signers=("Elin Berg",))
    assert (output.subject, output.body) == (SUBJECT, BODY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps({"subject": SUBJECT, "body": BODY}), "expected an object with subject, fit and job"),
        (ANSWER[:-30], "cut off"),
        (answer(fit=""), "fit or job empty"),
        (answer(fit="You"), "fit or job empty"),
        (answer(fit=WORK), "the same in both"),
        (answer(job="  "), "fit or job empty"),
        (answer(job="Would you like to hear more about it?"), "fit or job empty"),
        (answer(job=None), "malformed"),
        (answer(subject=""), "subject empty"),
        (answer(job="You have a lot of work, " * 8 + "and that is it."), "over and over"),
        ("I cannot do that.", "no subject"),
    ],
)
def test_an_answer_without_its_slots_is_an_error(text: str, said: str) -> None:
    with pytest.raises(WriterOutputError, match=said):
        parse_output(text, form=FORM)


def test_d5_a_person_of_whom_nothing_is_known_gets_the_job_alone() -> None:
    form = answer_form(request(replace(context_of(), personal=())))
    for fit in (FIT, ""):
        assert parse_output(answer(fit=fit), form=form).body == f"{WORK}\n\n{form.ending}"


def test_a_body_that_goes_round_in_circles_is_no_message_in_any_form() -> None:
    body = "They are a team of ten people, and they are a team of ten people, and they are a team of ten people."
    with pytest.raises(WriterOutputError, match="over and over"):
        parse_output(json.dumps({"subject": SUBJECT, "body": body}))


@given(st.integers(1, 40), st.booleans())
def test_slots_are_streamed_in_reading_order(size: int, in_order: bool) -> None:
    text = ANSWER if in_order else json.dumps({"job": WORK, "fit": FIT, "subject": SUBJECT})
    stream = StreamedBody(FORM)
    pieces = [stream.feed(piece) for piece in in_pieces(text, size)]
    output = parse_output(stream.text, form=FORM)
    assert "".join([*pieces, stream.rest(output.body)]) == output.body == BODY


# --- prompts ----------------------------------------------------------------------------------------------------------


def request(context: Any = None, *, prompt: str = "slots", has_custom_content: bool = False) -> WriteRequest:
    context = context or context_of()
    rendered = render_draft(context, has_custom_content=has_custom_content, prompt=load_prompt(prompt))
    return WriteRequest(context, rendered, 300, 5.0, has_custom_content=has_custom_content)


def test_the_form_of_an_answer_goes_by_the_schema_of_its_prompt() -> None:
    assert answer_form(request(prompt="draft")) == AnswerForm()
    form = answer_form(request())
    assert form.parts == ("fit", "job")
    assert form.ending.endswith(("?", "."))
    assert answer_form(request(has_custom_content=True)).ending == f"[[CUSTOM]]\n\n{form.ending}"


@pytest.mark.parametrize(("prompt", "again"), [("slots", "redraft_slots"), ("draft", "redraft")])
def test_what_is_written_again_keeps_its_form(prompt: str, again: str) -> None:
    assert redraft_prompt_for(load_prompt(prompt)).name == again


def test_the_prompt_of_slots_is_short() -> None:
    slots, draft = request().prompt, request(prompt="draft").prompt
    assert len(slots.shared + slots.personal) < 0.4 * len(draft.shared + draft.personal)


def test_d13_facts_are_delimited_and_no_name_is_among_them() -> None:
    prompt = request(context_of(RICH)).prompt
    assert '<facts about="person">' in prompt.personal
    assert '<facts about="job">' in prompt.shared
    for name in ("Marta", "Kowalska", "Elin", "Berg"):
        assert name not in prompt.shared + prompt.personal


def test_d2_an_inferred_role_is_asked_for_as_such() -> None:
    prompt = request(context_of(job=None)).prompt
    assert "a role close to what you do now" in prompt.personal
    assert '<facts about="job">' not in prompt.shared


def test_an_earlier_try_is_quoted_without_our_question() -> None:
    context = context_of()
    ending = answer_form(request(context, has_custom_content=True)).ending
    finding = Finding(
        code="unsupported_number",
        severity="blocking",
        field="body",
        start=0,
        end=5,
        text="95 ms",
        advice="Leave it out.",
    )
    prompt = render_redraft(
        context,
        previous=WriterOutput(SUBJECT, f"{FIT}\n\n{WORK}\n\n{ending}"),
        findings=(finding,),
        has_custom_content=True,
        prompt=load_prompt("redraft_slots"),
    )
    quoted = prompt.personal.split("<earlier_answer>\n")[1].split("\n</earlier_answer>")[0]
    assert quoted == f"{SUBJECT}\n{FIT}\n{WORK}"
    assert '- "95 ms": Leave it out.' in prompt.personal


# --- end to end -------------------------------------------------------------------------------------------------------


def drafter(endpoint: Endpoint, **options: Any) -> Drafter:
    return Drafter(openai_writer(endpoint), prompt="slots", today=TODAY, **options)


def test_d12_a_draft_from_slots_has_our_greeting_question_and_signature() -> None:
    endpoint = Endpoint([answering(in_pieces(ANSWER))])
    draft = drafter(endpoint).draft(RICH, job=JOB, company=COMPANY, recruiter=RECRUITER)
    assert (draft.is_good, draft.fallback, draft.prompt.name) == (True, None, "slots")
    ending = answer_form(request()).ending
    assert draft.body == f"Hi Marta,\n\n{FIT}\n\n{WORK}\n\n{ending}\n\nElin Berg\nTalent Partner, Norrsken"
    asked = endpoint.asked[0]["response_format"]["json_schema"]
    assert asked["name"] == "slots"
    assert asked["schema"]["required"] == ["subject", "fit", "job"]


async def test_a_stream_of_slots_ends_with_what_it_gave_out() -> None:
    given: dict[str, Any] = {"job": JOB, "company": COMPANY, "recruiter": RECRUITER}
    endpoint = Endpoint([answering(in_pieces(ANSWER))])
    streamed = await asyncio.to_thread(lambda: list(drafter(endpoint).stream(RICH, **given)))
    arrived = [piece async for piece in drafter(endpoint).astream(RICH, **given)]
    for *chunks, draft in (streamed, arrived):
        assert isinstance(draft, Draft)
        said = "".join(chunk.text for chunk in chunks if isinstance(chunk, Chunk))
        assert len(chunks) > 5
        assert f"\n\n{said}\n\n" in draft.body


def test_d7_custom_content_stands_before_our_question() -> None:
    draft = drafter(Endpoint([answering([ANSWER])])).draft(RICH, job=JOB, company=COMPANY, custom_content="In May: {x}")
    assert f"{WORK}\n\nIn May: {{x}}\n\n{answer_form(request()).ending}" in draft.body


def test_d10_findings_in_slots_are_repaired_in_slots() -> None:
    bad = answer(fit=FIT.replace("90 ms", "95 ms"))
    endpoint = Endpoint([answering([bad]), answering([ANSWER])])
    draft = drafter(endpoint).draft(RICH, job=JOB, company=COMPANY)
    assert (draft.prompt.name, draft.fallback, len(draft.repairs)) == ("redraft_slots", None, 1)
    again = endpoint.asked[1]
    assert again["response_format"]["json_schema"]["schema"]["required"] == ["subject", "fit", "job"]
    assert '- "95": ' in again["messages"][1]["content"]


def test_d15_slots_that_stay_bad_end_in_the_offline_writer() -> None:
    endpoint = Endpoint([answering([answer(fit="You")])])
    draft = drafter(endpoint, limits=Limits(max_repairs=1)).draft(SPARSE, job=JOB)
    assert draft.writer == "offline"
    assert draft.fallback is not None
    assert "fit or job empty" in draft.fallback.reason
    assert len(endpoint.asked) == 2


@pytest.mark.parametrize("tone", ["professional", "friendly", "direct"])
def test_the_question_follows_the_tone(tone: Any) -> None:
    context = context_of(personalization=Personalization(tone=tone))
    ending = answer_form(request(context)).ending
    assert ending
    assert ending == answer_form(request(context)).ending


def test_a_completion_that_is_not_streamed_is_read_in_slots_too() -> None:
    import httpx2

    endpoint = Endpoint([httpx2.Response(200, json=completion(ANSWER))])
    assert openai_writer(endpoint).write(request()).body.startswith(f"{FIT}\n\n{WORK}\n\n")
