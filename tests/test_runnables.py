"""Drafting, context and checks as LangChain Runnables: the contract of LangChain's own, and nothing private in what
callbacks and tracers are told (D-7, D-12)."""

from __future__ import annotations

import asyncio
import json
import operator
import pickle
import threading
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from functools import reduce
from typing import Any, cast

import pytest
from doubles import ANSWER, COMPANY, GOOD, JOB, RECRUITER, RICH, SPARSE, TODAY, context_of
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.load.dump import dumps
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda, RunnableParallel, RunnablePassthrough
from langchain_core.tracers.base import BaseTracer
from langchain_core.tracers.schemas import Run

from overture.errors import ConfigurationError, InputError, WriterUnavailableError
from overture.generation import (
    Chunk,
    Draft,
    Drafter,
    DraftInput,
    MessageContext,
    Personalization,
    check_runnable,
    context_runnable,
)

CUSTOM = "CANARY-CUSTOM  our \u202ebooth at {fair} "
CANARIES = ("CANARY", "{fair}", "Marta", "Kowalska")
INPUT = DraftInput(candidate=RICH, job=JOB, company=COMPANY, recruiter=RECRUITER, custom_content=CUSTOM)
BAD = json.dumps({"subject": "Owning the ledger", "body": "We are {{company}} and need you.\n\nMay I call?"})


class Answering(BaseChatModel):
    """A chat model that says the same for ever, in pieces where it is asked to, and counts how many ask at once."""

    says: str = ANSWER
    error: Any = None
    seconds: float = 0.0
    now: Any = None
    most: Any = None

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:  # noqa: ARG002 - LangChain's
        if self.error:
            raise self.error
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.says))])

    async def _agenerate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        if self.most is not None:
            self.now["asking"] += 1
            self.most["asking"] = max(self.most["asking"], self.now["asking"])
            await asyncio.sleep(self.seconds)
            self.now["asking"] -= 1
        return self._generate(messages)

    def _stream(self, messages: Any, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:  # noqa: ARG002 - LangChain's
        if self.error:
            raise self.error
        for start in range(0, len(self.says), 9):
            yield ChatGenerationChunk(message=AIMessageChunk(content=self.says[start : start + 9]))

    async def _astream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages):
            await asyncio.sleep(0)
            yield chunk

    @property
    def _llm_type(self) -> str:
        return "answering"


class Recorder(BaseTracer):
    """A tracer that keeps every run, and everything that every callback was told, in every form it can be put into."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[Run] = []
        self.told: list[str] = []

    def _persist_run(self, run: Run) -> None:
        self.runs.append(run)

    def _start_trace(self, run: Run) -> None:
        super()._start_trace(run)
        self._keep(run)

    def _end_trace(self, run: Run) -> None:
        super()._end_trace(run)
        self._keep(run)

    def _keep(self, ended: Run) -> None:
        run: Any = ended
        for part in (run.inputs, run.outputs, run.error, run.events, run.extra, run.serialized, run.name, run.tags):
            self.told += [repr(part), str(part), dumps(part), json.dumps(part, default=_any_form, ensure_ascii=False)]

    def by_name(self) -> dict[str, Run]:
        found: dict[str, Run] = {}

        def walk(run: Run) -> None:
            found[run.name] = run
            for child in run.child_runs:
                walk(child)

        for run in self.runs:
            walk(run)
        return found


def _any_form(value: Any) -> Any:
    """As LangSmith's serializer does it: the object's own dump, else what it prints."""
    for name in ("model_dump_json", "to_json", "dict"):
        if callable(method := getattr(value, name, None)):
            return method()
    return repr(value)


class Everything(BaseCallbackHandler):
    """A handler that keeps the arguments of every callback there is."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("on_"):

            def keep(*arguments: Any, **named: Any) -> None:
                self.told.append(repr((name, arguments, named)))

            return keep
        return super().__getattribute__(name)


def drafter_of(says: str = ANSWER, **options: Any) -> Drafter:
    return Drafter(cast(Any, Answering(says=says)), today=TODAY, clock=lambda: 0.0, **options)


def sum_of(pieces: Iterable[Any]) -> Any:
    """What a stream adds up to."""
    return reduce(operator.add, pieces)


async def every_way(runnable: Runnable[Any, Any], given: Any, config: RunnableConfig | None = None) -> dict[str, Any]:
    """The output by each of the ways that LangChain has; streams are added up, as it does."""
    threaded: dict[str, Any] = {
        "invoke": lambda: runnable.invoke(given, config),
        "batch": lambda: runnable.batch([given], config)[0],
        "batch_as_completed": lambda: dict(runnable.batch_as_completed([given], config))[0],
        "stream": lambda: sum_of(runnable.stream(given, config)),
        "transform": lambda: sum_of(runnable.transform(iter([given]), config)),
    }
    found = {name: await asyncio.to_thread(way) for name, way in threaded.items()}

    async def one() -> AsyncIterator[Any]:
        yield given

    return found | {
        "ainvoke": await runnable.ainvoke(given, config),
        "abatch": (await runnable.abatch([given], config))[0],
        "abatch_as_completed": (await anext(aiter(runnable.abatch_as_completed([given], config))))[1],
        "astream": sum_of([piece async for piece in runnable.astream(given, config)]),
        "atransform": sum_of([piece async for piece in runnable.atransform(one(), config)]),
    }


FORMS: dict[str, Any] = {
    "a DraftInput": INPUT,
    "a mapping": {name: getattr(INPUT, name) for name in DraftInput.model_fields},
    "JSON": {**INPUT.model_dump(mode="json"), "candidate": RICH.model_dump(mode="json"), "custom_content": CUSTOM},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("says", [ANSWER, BAD], ids=["good", "falls back"])
async def test_every_way_gives_the_draft_that_the_drafter_gives(form: str, says: str) -> None:
    drafter = drafter_of(says)
    expected = await drafter.adraft(**{name: getattr(INPUT, name) for name in DraftInput.model_fields})
    assert CUSTOM in expected.body
    found = await every_way(drafter.as_runnable(), FORMS[form])
    assert {name: draft.model_dump() for name, draft in found.items()} == dict.fromkeys(found, expected.model_dump())


async def test_the_context_builder_and_the_checks_keep_the_contract_too() -> None:
    context = context_of()
    found = await every_way(context_runnable(today=TODAY), INPUT)
    assert found == dict.fromkeys(found, context)
    text = {"context": context, "subject": GOOD["subject"], "body": "It needs {{x}}. May I call?"}
    findings = await every_way(check_runnable(), text)
    assert {tuple(each.code for each in every) for every in findings.values()} == {("placeholder",)}
    draft = drafter_of().draft_from(context, custom_content=CUSTOM)
    again = await every_way(check_runnable(), draft)
    assert again == dict.fromkeys(again, ()), "a good draft is good when it is checked again, custom content and all"


def _subject(given: Any) -> str:
    return str(given["draft"].subject)


def _body(draft: Draft) -> str:
    return draft.body


async def test_d1_they_compose() -> None:
    drafter = drafter_of()
    chain = context_runnable(today=TODAY) | drafter.as_runnable().bind(custom_content=CUSTOM) | check_runnable()
    assert (await chain.ainvoke(INPUT)) == chain.invoke(INPUT) == ()
    written: Runnable[Any, Any] = RunnableLambda(lambda _: "It needs {{x}}. May I call?")
    by_others = RunnableParallel(context=context_runnable(today=TODAY), subject=lambda _: "Ledger", body=written)
    assert [each.code for each in (by_others | check_runnable()).invoke(INPUT)] == ["placeholder"]
    with_draft: Runnable[Any, Any] = RunnablePassthrough.assign(draft=drafter.as_runnable())
    both = with_draft | RunnableLambda(_subject)
    assert both.invoke(dict(FORMS["a mapping"])) == GOOD["subject"]
    last = drafter.as_runnable() | RunnableLambda(_body)
    pieces = [piece async for piece in last.astream(INPUT)]
    assert len(pieces) == 1
    assert CUSTOM in pieces[0], "what follows in a chain is given the draft, not the pieces of its text"


async def test_a_stream_is_text_and_then_the_draft_and_adds_up_to_it() -> None:
    runnable = drafter_of().as_runnable()
    *pieces, last = [piece async for piece in runnable.astream(INPUT)]
    assert isinstance(last, Draft)
    assert all(isinstance(piece, Chunk) for piece in pieces)
    assert len(pieces) > 5
    text = sum_of(pieces)
    assert isinstance(text, Chunk)
    assert text.text == GOOD["body"]
    assert text + last is last
    with pytest.raises(TypeError):
        _ = text + cast(Any, "text")


async def test_config_reaches_the_chat_model_by_every_way() -> None:
    runnable = drafter_of().as_runnable(name="MyDraft")
    ways = list(await every_way(runnable, INPUT))
    for way in ways:
        tracer = Recorder()
        own = uuid.uuid4()
        config: RunnableConfig = {"callbacks": [tracer], "tags": ["spring"], "metadata": {"seat": "s-1"}, "run_id": own}
        if "batch" in way:
            del config["run_id"]
        await _one(way, runnable, config)
        runs = tracer.by_name()
        assert set(runs) == {"MyDraft", "Answering"}, way
        assert ("batch" in way) or runs["MyDraft"].id == own
        assert runs["Answering"].parent_run_id == runs["MyDraft"].id
        assert cast(Any, runs["MyDraft"]).outputs["writer"] == "langchain:Answering", way
        for run in runs.values():
            assert "spring" in (run.tags or []), way
            assert cast(Any, run).extra["metadata"]["seat"] == "s-1", way
    tracer = Recorder()
    runnable.with_config(run_name="other", callbacks=[tracer], tags=["autumn"]).invoke(INPUT)
    assert set(tracer.by_name()) == {"other", "Answering"}
    assert tracer.by_name()["Answering"].tags == ["autumn"]


async def _one(way: str, runnable: Runnable[Any, Any], config: RunnableConfig) -> None:
    match way:
        case "invoke":
            await asyncio.to_thread(runnable.invoke, INPUT, config)
        case "batch":
            await asyncio.to_thread(runnable.batch, [INPUT], config)
        case "batch_as_completed":
            await asyncio.to_thread(lambda: list(runnable.batch_as_completed([INPUT], config)))
        case "stream":
            await asyncio.to_thread(lambda: list(runnable.stream(INPUT, config)))
        case "transform":
            await asyncio.to_thread(lambda: list(runnable.transform(iter([INPUT]), config)))
        case "ainvoke":
            await runnable.ainvoke(INPUT, config)
        case "abatch":
            await runnable.abatch([INPUT], config)
        case "abatch_as_completed":
            [each async for each in runnable.abatch_as_completed([INPUT], config)]
        case "astream":
            [each async for each in runnable.astream(INPUT, config)]
        case _:

            async def one() -> AsyncIterator[Any]:
                yield INPUT

            [each async for each in runnable.atransform(one(), config)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("says", [ANSWER, BAD], ids=["good", "falls back"])
async def test_d7_d12_callbacks_and_tracers_see_no_custom_content_and_no_name(form: str, says: str) -> None:
    tracer, handler = Recorder(), Everything()
    config: RunnableConfig = {"callbacks": [tracer, handler]}
    drafter = drafter_of(says)
    await every_way(drafter.as_runnable(), FORMS[form], config)
    await every_way(context_runnable(today=TODAY), FORMS[form], config)
    draft = drafter.draft_from(context_of(), custom_content=CUSTOM)
    await every_way(check_runnable(), draft, config)
    text = {"context": context_of(), "subject": "Marta", "body": "Kowalska CANARY", "custom_content": CUSTOM}
    await every_way(check_runnable(), text, config)
    told = "\n".join(tracer.told + handler.told)
    assert "on_chain_start" in told
    assert "480 ms" in told, "what the model was asked is there"
    assert draft.context_hash in told
    for secret in CANARIES:
        assert secret not in told, secret


async def test_d7_d12_an_error_says_nothing_either() -> None:
    tracer, handler = Recorder(), Everything()
    config: RunnableConfig = {"callbacks": [tracer, handler]}
    failing = Drafter(cast(Any, Answering(error=ConnectionError("no"))), today=TODAY, fallback=False).as_runnable()
    with pytest.raises(WriterUnavailableError):
        await failing.ainvoke(INPUT, config)
    with pytest.raises(WriterUnavailableError):
        [piece async for piece in failing.astream(INPUT, config)]
    with pytest.raises(WriterUnavailableError):
        await asyncio.to_thread(lambda: list(failing.stream(INPUT, config)))
    assert [run.error is not None for run in tracer.runs] == [True] * 3
    told = "\n".join(tracer.told + handler.told)
    for secret in CANARIES:
        assert secret not in told, secret


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"candidate": {"name": "CANARY", "agee": "CANARY"}}, "candidate"),
        ({"candidate": "CANARY"}, "candidate"),
        ({"candidat": "CANARY"}, "candidate: is missing"),
        ({"candidate": RICH, "custom": "CANARY"}, "custom: is no field"),
        (["CANARY"], "expected a DraftInput"),
        (None, "expected a DraftInput"),
    ],
)
def test_d12_a_wrong_input_is_said_without_its_values(given: Any, said: str) -> None:
    tracer, handler = Recorder(), Everything()
    with pytest.raises(InputError, match=said) as caught:
        drafter_of().as_runnable().invoke(given, {"callbacks": [tracer, handler]})
    assert "CANARY" not in str(caught.value)
    assert tracer.runs[0].error
    assert "CANARY" not in "\n".join(tracer.told + handler.told), "tracers keep the causes of an error too"


def test_d7_d12_a_draft_input_shows_neither_name_nor_custom_content() -> None:
    for shown in (repr(INPUT), str(INPUT), INPUT.model_dump_json(), dumps(INPUT)):
        assert not [secret for secret in CANARIES if secret in shown]
        assert "Principal Engineer" in shown
    assert INPUT.custom_content == CUSTOM, "byte for byte, blanks and all"
    assert pickle.loads(pickle.dumps(INPUT)) == INPUT  # noqa: S301 - our own bytes


async def test_d7_d12_a_chain_around_it_is_told_no_more_of_its_input() -> None:
    tracer, handler = Recorder(), Everything()
    chain = context_runnable(today=TODAY) | drafter_of().as_runnable() | check_runnable()
    await every_way(chain, INPUT, {"callbacks": [tracer, handler]})
    told = "\n".join(tracer.told + handler.told)
    assert "RunnableSequence" in told
    for secret in ("CANARY", "{fair}"):
        assert secret not in told


async def test_abatch_keeps_to_the_concurrency_that_the_config_allows() -> None:
    most, now = Counter[str](), Counter[str]()
    drafter = Drafter(cast(Any, Answering(seconds=0.005, most=most, now=now)), today=TODAY)
    drafts = await drafter.as_runnable().abatch([INPUT] * 12, {"max_concurrency": 3})
    assert len(drafts) == 12
    assert most["asking"] == 3
    assert now["asking"] == 0


def test_batch_keeps_to_the_concurrency_that_the_config_allows() -> None:
    at_once: list[int] = []
    busy = threading.Semaphore(100)

    class Counting(Answering):
        def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
            with busy:
                at_once.append(100 - busy._value)  # pyright: ignore[reportPrivateUsage,reportAttributeAccessIssue]  # how many hold it
                threading.Event().wait(0.005)
                return super()._generate(messages)

    runnable = Drafter(cast(Any, Counting()), today=TODAY).as_runnable()
    assert len(runnable.batch([INPUT] * 8, {"max_concurrency": 2})) == 8
    assert max(at_once) == 2


async def test_batches_give_errors_back_where_they_are_asked_to() -> None:
    runnable = drafter_of().as_runnable()
    wrong: Any = {"candidate": 3}
    for found in (
        await asyncio.to_thread(runnable.batch, [INPUT, wrong, INPUT], return_exceptions=True),
        await runnable.abatch([INPUT, wrong, INPUT], return_exceptions=True),
    ):
        assert [type(each) for each in found] == [Draft, InputError, Draft]
    with pytest.raises(InputError):
        await runnable.abatch([INPUT, wrong])
    assert await runnable.abatch([]) == runnable.batch([]) == []


async def test_retries_fallbacks_and_maps_of_langchain_work() -> None:
    failing = Drafter(cast(Any, Answering(error=ConnectionError("no"))), today=TODAY, fallback=False).as_runnable()
    good = drafter_of().as_runnable()
    both = failing.with_fallbacks([good], exceptions_to_handle=(WriterUnavailableError,))
    assert (await both.ainvoke(INPUT)).subject == GOOD["subject"]
    tracer = Recorder()
    retrying = failing.with_retry(
        retry_if_exception_type=(WriterUnavailableError,), stop_after_attempt=2, wait_exponential_jitter=False
    )
    with pytest.raises(WriterUnavailableError):
        await retrying.ainvoke(INPUT, {"callbacks": [tracer]})
    assert [run.name for run in tracer.runs[0].child_runs] == ["OvertureDraft"] * 2
    assert len(await good.map().ainvoke([INPUT, INPUT])) == 2


async def test_events_of_langchain_carry_the_pieces_the_draft_and_the_model_below() -> None:
    seen = [event async for event in drafter_of().as_runnable().astream_events(INPUT, version="v2")]
    kinds = Counter((event["event"], event["name"]) for event in seen)
    assert kinds["on_chain_start", "OvertureDraft"] == kinds["on_chain_end", "OvertureDraft"] == 1
    assert kinds["on_chat_model_start", "Answering"] == 1
    assert kinds["on_chain_stream", "OvertureDraft"] > 5
    assert kinds["on_chat_model_stream", "Answering"] > 5
    data: list[Any] = [event["data"] for event in seen if event["event"] == "on_chain_stream"]
    streamed = [each["chunk"] for each in data]
    assert isinstance(streamed[-1], Draft)


async def test_a_stream_that_is_left_ends_its_run() -> None:
    runnable = drafter_of().as_runnable()
    tracer = Recorder()
    pieces: Any = runnable.astream(INPUT, {"callbacks": [tracer]})
    await anext(pieces)
    await pieces.aclose()

    def leave() -> None:
        threaded: Any = runnable.stream(INPUT, {"callbacks": [tracer]})
        next(threaded)
        threaded.close()

    await asyncio.to_thread(leave)
    ended = [(run.name, run.error, cast(Any, run).outputs) for run in tracer.runs]
    assert ended == [("OvertureDraft", None, {"left": True})] * 2


def test_names_and_schemas() -> None:
    runnable = drafter_of().as_runnable()
    assert (runnable.get_name(), runnable.get_name("Input")) == ("OvertureDraft", "OvertureDraftInput")
    assert drafter_of().as_runnable(name="mine").get_name() == "mine"
    assert runnable.get_input_schema() is DraftInput
    assert runnable.get_output_schema() is Draft
    properties = runnable.get_input_jsonschema()["properties"]
    assert set(properties) == set(DraftInput.model_fields)
    assert "subject" in runnable.get_output_jsonschema()["properties"]
    assert context_runnable().get_input_schema() is DraftInput
    assert "fingerprint" in json.dumps(context_runnable().get_output_jsonschema())
    assert set(check_runnable().get_input_jsonschema()["properties"]) == {
        "context", "subject", "body", "custom_content",
    }  # fmt: skip
    assert "severity" in json.dumps(check_runnable().get_output_jsonschema())
    drawn = (context_runnable() | runnable | check_runnable()).get_graph().draw_mermaid()
    assert all(name in drawn for name in ("OvertureContext", "OvertureDraft", "OvertureCheck"))


def test_keyword_arguments_stand_in_for_fields_of_the_input() -> None:
    short = Personalization(length="short")
    runnable = Drafter(today=TODAY).as_runnable()
    bound = runnable.bind(job=JOB, recruiter=RECRUITER, personalization=short)
    draft = bound.invoke({"candidate": SPARSE})
    assert draft.personalization.length == "short"
    assert draft.opportunity.source == "job"
    context = context_of()
    assert CUSTOM in runnable.invoke(context, custom_content=CUSTOM).body
    with pytest.raises(ConfigurationError, match="can no longer be changed"):
        runnable.invoke(context, personalization=short)
    with pytest.raises(ConfigurationError, match="give context, subject and body"):
        check_runnable().invoke(draft.model_copy(update={"assembled": None}))
    assert isinstance(context_runnable().invoke({"candidate": SPARSE, "job": JOB}), MessageContext)
