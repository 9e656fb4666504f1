"""LangChain chat models as writers: time-outs, refusals, errors of any provider."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from doubles import ANSWER, GOOD, Endpoint, Reply, failing, request_of
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from overture.errors import (
    ConfigurationError,
    MissingExtraError,
    OvertureError,
    WriterOutputError,
    WriterRefusalError,
    WriterTimeoutError,
    WriterUnavailableError,
)
from overture.generation import LangChainWriter, WriterOutput, resolve_writer


class Scripted(BaseChatModel):
    """A chat model that raises, stalls, or says what it was told."""

    message: Any = None
    error: Any = None
    stall: Any = None
    model_name: str = "scripted-1"
    temperature: float = 0.2
    asked: list[Any] = []  # noqa: RUF012 - a pydantic field

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        self.asked.append(messages)
        if self.stall is not None:
            self.stall.wait(5)
        if self.error is not None:
            raise self.error
        return ChatResult(generations=[ChatGeneration(message=self.message)])

    async def _agenerate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        if self.stall is not None:
            await asyncio.sleep(5)
        return self._generate(messages)

    @property
    def _llm_type(self) -> str:
        return "scripted"


class StatusError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__("Marta Kowalska of Zaplata")
        self.status_code = status


class ReadTimeout(Exception):  # noqa: N818 - named as providers name theirs
    """A provider's own time-out, which is no TimeoutError."""


def test_both_parts_of_the_prompt_are_sent_as_system_and_human_message() -> None:
    model = Scripted(message=AIMessage(ANSWER))
    request = request_of()
    assert LangChainWriter(model).write(request).body == GOOD["body"]
    assert [(message.type, message.content) for message in model.asked[0]] == [
        ("system", request.prompt.shared),
        ("human", request.prompt.personal),
    ]


def test_content_blocks_are_read_as_text() -> None:
    blocks: Any = [{"type": "text", "text": ANSWER[:20]}, {"type": "text", "text": ANSWER[20:]}]
    assert LangChainWriter(Scripted(message=AIMessage(blocks))).write(request_of()).subject == GOOD["subject"]


def test_the_label_names_the_model_and_the_options_are_its_own() -> None:
    writer = resolve_writer(Scripted(message=AIMessage(ANSWER)))
    assert (writer.label, dict(writer.options)) == (
        "langchain:scripted-1",
        {"temperature": 0.2, "top_p": None, "seed": None, "max_output_tokens": None},
    )
    assert LangChainWriter(FakeListChatModel(responses=[ANSWER])).label == "langchain:FakeListChatModel"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), WriterTimeoutError),
        (ReadTimeout(), WriterTimeoutError),
        (StatusError(408), WriterTimeoutError),
        (StatusError(401), ConfigurationError),
        (StatusError(404), ConfigurationError),
        (StatusError(429), WriterUnavailableError),
        (StatusError(500), WriterUnavailableError),
        (ConnectionResetError(), WriterUnavailableError),
        (RuntimeError("Marta Kowalska of Zaplata"), WriterUnavailableError),
    ],
)
async def test_an_error_of_any_provider_is_one_of_ours_and_quotes_nothing(
    error: Exception, kind: type[OvertureError]
) -> None:
    writer = LangChainWriter(Scripted(error=error))
    calls: list[Any] = [
        lambda: asyncio.to_thread(writer.write, request_of()),
        lambda: writer.awrite(request_of()),
        lambda: asyncio.to_thread(lambda: list(writer.stream(request_of()))),
        lambda: anext(writer.astream(request_of())),
    ]
    for call in calls:
        with pytest.raises(kind) as caught:
            await call()
        assert "Marta" not in str(caught.value)
        assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (AIMessage(ANSWER[:50], response_metadata={"finish_reason": "length"}), WriterOutputError),
        (AIMessage(ANSWER[:50], response_metadata={"stop_reason": "max_tokens"}), WriterOutputError),
        (AIMessage("", response_metadata={"stop_reason": "refusal"}), WriterRefusalError),
        (AIMessage("", response_metadata={"finish_reason": "SAFETY"}), WriterRefusalError),
        (AIMessage("", additional_kwargs={"refusal": "I can't."}), WriterRefusalError),
        (AIMessage("", tool_calls=[{"name": "send", "args": {}, "id": "1"}]), WriterOutputError),
    ],
)
async def test_refusals_and_cuts_are_told_apart(message: AIMessage, kind: type[OvertureError]) -> None:
    writer = LangChainWriter(Scripted(message=message))
    with pytest.raises(kind):
        await asyncio.to_thread(writer.write, request_of())
    with pytest.raises(kind):
        await writer.awrite(request_of())


async def test_a_model_that_stalls_times_out_in_every_form() -> None:
    stall = threading.Event()
    writer = LangChainWriter(Scripted(message=AIMessage(ANSWER), stall=stall))
    started = time.monotonic()
    try:
        for call in (
            lambda: asyncio.to_thread(writer.write, request_of(timeout=0.05)),
            lambda: writer.awrite(request_of(timeout=0.05)),
            lambda: asyncio.to_thread(lambda: list(writer.stream(request_of(timeout=0.05)))),
            lambda: anext(writer.astream(request_of(timeout=0.05))),
        ):
            with pytest.raises(WriterTimeoutError, match=r"in 0\.05 s"):
                await call()
    finally:
        stall.set()  # lets go the threads that were given up
    assert time.monotonic() - started < 4


async def test_cancelling_passes_through() -> None:
    writer = LangChainWriter(Scripted(message=AIMessage(ANSWER), stall=threading.Event()))
    task = asyncio.create_task(writer.awrite(request_of()))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_leaving_a_stream_early_stops_the_thread_behind_it() -> None:
    def endless() -> Iterator[AIMessage]:
        while True:
            yield AIMessage(ANSWER)

    before = threading.active_count()
    pieces = LangChainWriter(GenericFakeChatModel(messages=endless())).stream(request_of())
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]  # it is a generator
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (failing(401), ConfigurationError),
        (failing(429), WriterUnavailableError),
        (httpx2.ReadTimeout("slow"), WriterTimeoutError),
        (httpx2.Response(200, json={"id": "1", "object": "chat.completion", "choices": []}), OvertureError),
    ],
)
def test_chat_openai_fails_as_our_own_writer_does(reply: Reply, kind: type[OvertureError]) -> None:
    from langchain_openai import ChatOpenAI

    client = httpx2.Client(transport=Endpoint([reply]).transport)
    model = ChatOpenAI(model="m", api_key="test", max_retries=0, http_client=client)  # type: ignore[arg-type,call-arg]  # pyright: ignore[reportCallIssue]  # a str does for SecretStr
    with pytest.raises(kind):
        LangChainWriter(model).write(request_of())


def test_a_name_of_langchain_is_made_on_first_use_with_the_limits_of_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from langchain import chat_models

    made: list[Any] = []

    def init(name: str, **options: Any) -> BaseChatModel:
        made.append((name, options))
        return Scripted(message=AIMessage(ANSWER))

    monkeypatch.setattr(chat_models, "init_chat_model", init)
    writer = resolve_writer("mistralai:small", api_key="k")
    assert not made
    assert isinstance(writer.write(request_of()), WriterOutput)
    writer.write(request_of())
    assert made == [("mistralai:small", {"api_key": "k", "max_tokens": 400, "timeout": 5.0, "temperature": 0.6})]
    assert writer.label == "mistralai:small"


@pytest.mark.parametrize(
    ("error", "said"), [(ImportError("langchain_x"), "not installed"), (ValueError("no key"), "its key")]
)
def test_a_model_that_cannot_be_made_says_why(monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    from langchain import chat_models

    def init(name: str, **options: Any) -> BaseChatModel:
        raise error

    monkeypatch.setattr(chat_models, "init_chat_model", init)
    with pytest.raises(ConfigurationError, match=said):
        resolve_writer("mistralai:small").write(request_of())


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_nothing(name: str) -> None:
        assert name == "langchain"

    monkeypatch.setattr("overture.generation.models.find_spec", find_nothing)
    with pytest.raises(MissingExtraError, match=r"overture\[langchain\]"):
        resolve_writer("anthropic:claude-x")
    assert issubclass(MissingExtraError, ConfigurationError)
