"""One call makes a checked draft; a model that cannot ends in the offline writer, with the reason recorded."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from corpus_drafts import good_drafts
from doubles import COMPANY, GOOD, JOB, RECRUITER, RICH, SPARSE, TODAY, Endpoint, context_of, failing, openai_writer

from overture.errors import (
    BudgetExceededError,
    ConfigurationError,
    OvertureError,
    PromptError,
    WriterOutputError,
    WriterRefusalError,
    WriterTimeoutError,
    WriterUnavailableError,
)
from overture.generation import Chunk, Draft, Drafter, Limits, Usage, WriterOutput, find_evidence
from overture.generation.substance import check_substance
from overture.generation.writers import WriteRequest

SPENT = Usage(requests=1, input_tokens=1000, output_tokens=100)
FINE = WriterOutput(GOOD["subject"], GOOD["body"], SPENT)
BAD = WriterOutput("Owning the ledger", "We are {{company}} and need you.\n\nMay I call?", SPENT)
SLOTTED = WriterOutput("Owning the ledger", GOOD["body"].replace("May", "[[CUSTOM]]\n\nMay"), SPENT)
CUSTOM = "Meet us on 3 May at  the\tBergen {fair}."

Answer = WriterOutput | OvertureError


@dataclass
class ScriptedWriter:
    """A writer that gives its answers in turn, the last one for ever, and keeps what it was asked."""

    answers: list[Answer]
    label: str = "scripted"
    options: Mapping[str, str | int | float | bool | None] = field(default_factory=lambda: {"temperature": 0.3})
    asked: list[WriteRequest] = field(default_factory=list[WriteRequest])
    closed: int = 0

    def write(self, request: WriteRequest) -> WriterOutput:
        self.asked.append(request)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, OvertureError):
            raise answer
        return answer

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        await asyncio.sleep(0)
        return self.write(request)

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]:
        try:
            output = self.write(request)
            for word in output.body.split(" "):
                yield Chunk(word + " ")
            yield output
        finally:
            self.closed += 1

    async def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]:
        try:
            output = await self.awrite(request)
            for word in output.body.split(" "):
                yield Chunk(word + " ")
            yield output
        finally:
            self.closed += 1


def drafter_of(*answers: Answer, **options: Any) -> tuple[Drafter, ScriptedWriter]:
    writer = ScriptedWriter(list(answers))
    ticks = iter(range(10_000))
    return Drafter(writer, today=TODAY, clock=lambda: float(next(ticks)), **options), writer


def drafted(drafter: Drafter, **options: Any) -> Draft:
    return drafter.draft(RICH, job=JOB, company=COMPANY, recruiter=RECRUITER, **options)


def test_d1_one_call_makes_a_complete_message_without_a_model() -> None:
    draft = drafted(Drafter(today=TODAY))
    assert draft.writer == "offline"
    assert draft.fallback is None
    assert draft.is_good
    assert draft.subject
    assert draft.body.startswith("Hi Marta,")
    assert "Elin Berg" in draft.body


def test_d12_names_are_put_in_by_code_around_what_the_model_wrote() -> None:
    drafter, writer = drafter_of(FINE)
    draft = drafted(drafter)
    assert draft.body.startswith("Hi Marta,\n\n" + GOOD["body"])
    assert draft.body.endswith("Elin Berg\nTalent Partner, Norrsken")
    assert "Marta" not in writer.asked[0].prompt.shared + writer.asked[0].prompt.personal


def test_d14_a_draft_carries_its_record() -> None:
    drafter, writer = drafter_of(FINE)
    draft = drafted(drafter)
    request = writer.asked[0]
    assert draft.writer == "scripted"
    assert (draft.prompt.name, draft.prompt.version) == ("draft", request.prompt.version)
    assert draft.prompt.fingerprint == request.prompt.fingerprint
    assert draft.context_hash == request.context.fingerprint
    assert draft.options == {"temperature": 0.3, "max_output_tokens": 900}
    assert draft.usage == SPENT
    assert draft.seconds == 1.0
    assert draft.opportunity.source == "job"
    assert draft.opportunity.fields["title"].startswith("job")
    assert draft.sentences
    record = json.loads(draft.model_dump_json())
    assert {"subject", "body", "sentences", "opportunity", "findings", "writer", "prompt", "usage"} <= set(record)
    assert "context" not in record


def test_d11_a_draft_with_blocking_findings_is_mended_by_the_model() -> None:
    drafter, writer = drafter_of(BAD, FINE)
    draft = drafted(drafter)
    assert draft.writer == "scripted"
    assert draft.prompt.name == "redraft"
    assert draft.is_good
    assert [repair.writer for repair in draft.repairs] == ["scripted"]
    assert "placeholder" in {finding.code for finding in draft.repairs[0].findings}
    assert draft.usage.requests == 2
    second = writer.asked[1].prompt
    assert second.shared == writer.asked[0].prompt.shared
    assert "{{company}}" in second.personal.split("<what_must_change>")[1]


def test_d15_repeated_findings_end_in_the_offline_writer() -> None:
    drafter, writer = drafter_of(BAD)
    draft = drafted(drafter)
    assert draft.writer == "offline"
    assert draft.is_good
    assert draft.fallback is not None
    assert draft.fallback.requested == "scripted"
    assert "placeholder" in draft.fallback.reason
    assert len(writer.asked) == len(draft.repairs) == 3
    assert draft.usage.total_tokens == 3300


@pytest.mark.parametrize(
    ("failure", "tries"),
    [
        (WriterTimeoutError("no answer in 60 s", usage=SPENT), 1),
        (WriterUnavailableError("HTTP 503", usage=SPENT), 1),
        (WriterRefusalError("declined", usage=SPENT), 1),
        (WriterOutputError("cut off", usage=SPENT), 3),
        (ConfigurationError("no API key"), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_d15_a_model_that_does_not_answer_is_replaced_and_the_draft_says_so(failure: OvertureError, tries: int) -> None:
    drafter, writer = drafter_of(failure)
    draft = drafted(drafter)
    assert (draft.writer, draft.is_good) == ("offline", True)
    assert draft.fallback is not None
    assert draft.fallback.reason == str(failure)
    assert [repair.error for repair in draft.repairs] == [str(failure)] * tries
    assert len(writer.asked) == tries
    assert draft.usage == sum([SPENT] * tries if hasattr(failure, "usage") else [], Usage())
    assert draft.prompt.name == "offline"
    assert "temperature" not in draft.options


def test_an_unreadable_answer_may_be_repeated() -> None:
    drafter, writer = drafter_of(WriterOutputError("cut off", usage=SPENT), FINE)
    draft = drafted(drafter)
    assert draft.writer == "scripted"
    assert draft.repairs[0].error == "cut off"
    assert writer.asked[0].prompt == writer.asked[1].prompt


@pytest.mark.parametrize(
    "failure", [WriterTimeoutError("slow", usage=SPENT), ConfigurationError("no key"), WriterRefusalError("no")]
)
def test_without_fallback_the_models_error_is_raised(failure: OvertureError) -> None:
    drafter, _ = drafter_of(failure, fallback=False)
    with pytest.raises(type(failure)) as caught:
        drafted(drafter)
    assert caught.value is failure


def test_without_fallback_repeated_findings_are_an_error_with_what_was_spent() -> None:
    drafter, _ = drafter_of(BAD, fallback=False)
    with pytest.raises(WriterOutputError, match=r"3 tries: .*placeholder") as caught:
        drafted(drafter)
    assert caught.value.usage.requests == 3


@pytest.mark.parametrize(
    ("limits", "said", "tries"),
    [
        (Limits(max_requests=1), "ceiling of 1 requests", 1),
        (Limits(max_total_tokens=2000, max_output_tokens=100), "ceiling of 2000 tokens", 1),
        (Limits(max_total_tokens=500), "ceiling of 500 tokens", 0),
    ],
)
def test_the_ceiling_is_kept_before_money_is_spent(limits: Limits, said: str, tries: int) -> None:
    drafter, writer = drafter_of(BAD, limits=limits)
    draft = drafted(drafter)
    assert draft.writer == "offline"
    assert draft.fallback is not None
    assert said in draft.fallback.reason
    assert len(writer.asked) == tries
    drafter, _ = drafter_of(BAD, limits=limits, fallback=False)
    with pytest.raises(BudgetExceededError) as caught:
        drafted(drafter)
    assert caught.value.usage.requests == tries


def test_limits_reach_the_request() -> None:
    drafter, writer = drafter_of(FINE, limits=Limits(timeout=7, max_output_tokens=300, max_repairs=0))
    drafted(drafter)
    assert (writer.asked[0].timeout, writer.asked[0].max_output_tokens) == (7, 300)


def test_no_repair_is_made_where_none_is_allowed() -> None:
    drafter, writer = drafter_of(BAD, limits=Limits(max_repairs=0))
    assert drafted(drafter).writer == "offline"
    assert len(writer.asked) == 1


@pytest.mark.parametrize("answers", [(FINE,), (BAD, FINE), (BAD,), (SLOTTED,)])
def test_d7_custom_content_stands_byte_for_byte_and_is_never_sent(answers: tuple[Answer, ...]) -> None:
    drafter, writer = drafter_of(*answers)
    draft = drafted(drafter, custom_content=CUSTOM)
    assert draft.body.count(CUSTOM) == 1
    assert "[[" not in draft.body
    for request in writer.asked:
        assert "[[CUSTOM]]" in request.prompt.shared
        for part in ("Bergen", "3 May", "{fair}"):
            assert part not in request.prompt.shared + request.prompt.personal


def test_d7_a_finding_that_the_model_cannot_mend_is_not_sent_to_it() -> None:
    drafter, writer = drafter_of(BAD, FINE)
    drafted(drafter, custom_content="{{custom}} text of mine")
    for request in writer.asked:
        assert "{{custom}}" not in request.prompt.personal


@pytest.mark.parametrize(
    "body",
    [
        "The Facts about Person",
        "Awesome, amazing, amazing, amazing, amazing, amazing, amazing, amazing, amazing, amazing.",
        "There is something I would like to tell you about.\n\nWould you like to hear what it is, one day soon?",
    ],
)
@pytest.mark.parametrize("custom", [None, CUSTOM])
def test_d15_a_grounded_nothing_is_no_message(body: str, custom: str | None) -> None:
    drafter, writer = drafter_of(WriterOutput("Awesome", body, SPENT))
    draft = drafted(drafter, custom_content=custom)
    assert draft.writer == "offline"
    assert {finding.code for finding in draft.repairs[0].findings if finding.severity == "blocking"} == {"empty"}
    assert "Write a whole message" in writer.asked[1].prompt.personal
    assert "Bergen" not in writer.asked[1].prompt.personal


def test_d15_no_good_draft_is_taken_for_nothing() -> None:
    for good in good_drafts():
        assert not check_substance(good.context, good.assembled, find_evidence(good.context, good.assembled)), good.id


def test_d12_no_finding_tells_the_model_the_candidates_name() -> None:
    misnamed = WriterOutput("Owning the ledger", "It needs an owner.\n\nHi Bartholomew,\n\nMay I call?", SPENT)
    drafter, writer = drafter_of(misnamed, FINE)
    draft = drafted(drafter)
    assert "wrong_name" in {finding.code for finding in draft.repairs[0].findings}
    assert "no person's name" in writer.asked[1].prompt.personal
    assert "Marta" not in writer.asked[1].prompt.shared + writer.asked[1].prompt.personal


def test_d2_without_a_job_the_draft_says_that_the_role_was_inferred() -> None:
    draft = Drafter(today=TODAY).draft(RICH, recruiter=RECRUITER)
    assert draft.opportunity.source == "inferred"
    assert draft.warnings


def test_nothing_to_write_about_is_the_callers_mistake() -> None:
    with pytest.raises(ConfigurationError):
        Drafter(today=TODAY).draft(RICH.model_copy(update={"positions": (), "headline": None}), recruiter=RECRUITER)


def test_an_unknown_model_or_prompt_is_said_at_once() -> None:
    with pytest.raises(ConfigurationError, match="the forms are"):
        Drafter("gpt")
    with pytest.raises(PromptError, match="no prompt 'drfat'"):
        Drafter(prompt="drfat")


# --- streaming, asynchrony --------------------------------------------------------------------------------------------

COURSES: dict[str, tuple[Answer, ...]] = {
    "good": (FINE,),
    "mended": (BAD, FINE),
    "never good": (BAD,),
    "time-out": (WriterTimeoutError("slow", usage=SPENT),),
    "unreadable, then bad, then good": (WriterOutputError("?", usage=SPENT), BAD, FINE),
    "no key": (ConfigurationError("no key"),),
}


@pytest.mark.parametrize("answers", COURSES.values(), ids=COURSES)
@pytest.mark.parametrize("custom", [None, CUSTOM])
async def test_all_four_shells_take_the_same_course(answers: tuple[Answer, ...], custom: str | None) -> None:
    context = context_of()
    drafts: list[Draft] = []
    asked: list[list[WriteRequest]] = []
    for name in ("draft", "adraft", "stream", "astream"):
        drafter, writer = drafter_of(*answers)
        match name:
            case "draft":
                drafts.append(drafter.draft_from(context, custom_content=custom))
            case "adraft":
                drafts.append(await drafter.adraft_from(context, custom_content=custom))
            case "stream":
                last = list(drafter.stream_from(context, custom_content=custom))[-1]
                assert isinstance(last, Draft)
                drafts.append(last)
            case _:
                *_, end = [piece async for piece in drafter.astream_from(context, custom_content=custom)]
                assert isinstance(end, Draft)
                drafts.append(end)
        asked.append(writer.asked)
    assert drafts[1:] == drafts[:1] * 3
    assert asked[1:] == asked[:1] * 3


async def test_a_context_is_built_alike_in_all_four_shells() -> None:
    given: dict[str, Any] = {"job": JOB, "company": COMPANY, "recruiter": RECRUITER, "custom_content": CUSTOM}
    drafter = Drafter(today=TODAY, clock=lambda: 0.0)
    expected = drafter.draft(RICH, **given)
    assert await drafter.adraft(RICH, **given) == expected
    assert list(drafter.stream(RICH, **given))[-1] == expected
    assert [piece async for piece in drafter.astream(RICH, **given)][-1] == expected
    signatures = {
        tuple(inspect.signature(getattr(Drafter, name)).parameters) for name in ("draft", "adraft", "stream", "astream")
    }
    assert len(signatures) == 1


def test_only_the_first_try_is_streamed_and_the_draft_comes_last() -> None:
    drafter, _ = drafter_of(BAD, FINE)
    *chunks, last = drafter.stream(RICH, job=JOB, recruiter=RECRUITER)
    assert "".join(chunk.text for chunk in chunks if isinstance(chunk, Chunk)).strip() == BAD.body
    assert isinstance(last, Draft)
    assert GOOD["body"] in last.body


async def test_leaving_a_stream_early_closes_the_writers() -> None:
    drafter, writer = drafter_of(FINE)
    pieces = drafter.stream(RICH, job=JOB)
    next(iter(pieces))
    pieces.close()  # type: ignore[attr-defined]  # it is a generator
    assert writer.closed == 1
    drafter, writer = drafter_of(FINE)
    streamed = drafter.astream(RICH, job=JOB)
    await anext(streamed)
    await streamed.aclose()  # type: ignore[attr-defined]  # it is an asynchronous generator
    assert writer.closed == 1


async def test_cancelling_stops_the_draft() -> None:
    class Stalled(ScriptedWriter):
        async def awrite(self, request: WriteRequest) -> WriterOutput:
            await asyncio.Event().wait()
            return await super().awrite(request)

    task = asyncio.create_task(Drafter(Stalled([]), today=TODAY).adraft(RICH, job=JOB))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_one_drafter_serves_many_threads_and_tasks() -> None:
    drafter = Drafter(today=TODAY, clock=lambda: 0.0)
    expected = {who.name: drafter.draft(who, job=JOB, recruiter=RECRUITER) for who in (RICH, SPARSE)}
    wrong: list[str | None] = []

    def work() -> None:
        for who in (RICH, SPARSE) * 20:
            same = drafter.draft(who, job=JOB, recruiter=RECRUITER) == expected[who.name]
            wrong.extend([] if same else [who.name])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong

    async def all_at_once() -> list[Draft]:
        return await asyncio.gather(*(drafter.adraft(RICH, job=JOB, recruiter=RECRUITER) for _ in range(20)))

    assert asyncio.run(all_at_once()) == [expected[RICH.name]] * 20


# --- what must not get out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", COURSES.values(), ids=COURSES)
def test_no_candidate_text_is_logged_at_any_level(
    answers: tuple[Answer, ...], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="overture"):
        drafter, _ = drafter_of(*answers)
        drafted(drafter, custom_content=CUSTOM)
    for word in ("Marta", "Kowalska", "Zaplata", "480", "Norrsken", "Bergen", "ledger"):
        assert word not in caplog.text


def test_an_endpoint_that_fails_over_the_wire_ends_offline_with_the_reason() -> None:
    endpoint = Endpoint([failing(429, code="insufficient_quota")])
    draft = drafted(Drafter(openai_writer(endpoint), today=TODAY))
    assert draft.fallback is not None
    assert draft.fallback.requested == "openai:gpt-test"
    assert "insufficient_quota" in draft.fallback.reason


def test_d15_without_a_key_the_draft_is_offline_and_says_what_to_do() -> None:
    draft = drafted(Drafter("openai:gpt-5-mini", today=TODAY))
    assert draft.writer == "offline"
    assert draft.fallback is not None
    assert "OPENAI_API_KEY" in draft.fallback.reason
