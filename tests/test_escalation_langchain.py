"""LangChain chat models asked about unsure replies, with and without probabilities (C-4)."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from doubles import Endpoint, completion, failing
from escalating import CANARY, ok, settle_one, verdict
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import RunnableLambda

from overture.classification.escalation import resolve_escalation
from overture.classification.langchain_escalation import LangChainEscalation


class Scripted(BaseChatModel):
    """A chat model that says, raises or waits as told, with or without structured output of its own."""

    says: Any = None
    error: Any = None
    stall: Any = None
    structured: Any = None
    model_name: str = "scripted-1"
    asked: list[Any] = []  # noqa: RUF012 - a pydantic field

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        self.asked.append(messages)
        if self.stall is not None:
            self.stall.wait(5)
        if self.error is not None:
            raise self.error
        return ChatResult(generations=[ChatGeneration(message=self.says)])

    def with_structured_output(self, schema: Any, **options: Any) -> Any:
        if self.structured is None:
            return super().with_structured_output(schema, **options)

        def answer(_: Any) -> Any:
            return self.structured(schema)

        return RunnableLambda(answer)

    @property
    def _llm_type(self) -> str:
        return "scripted"


def chat_openai(endpoint: Endpoint, **options: Any) -> Any:
    from langchain_openai import ChatOpenAI

    given: dict[str, Any] = {"api_key": "test", "max_retries": 0} | options
    return ChatOpenAI(model="gpt-test", http_client=httpx2.Client(transport=endpoint.transport), **given)


def test_c4_chat_openai_is_asked_for_probabilities() -> None:
    endpoint = Endpoint([ok("meeting", 0.9)])
    heard = settle_one(resolve_escalation(chat_openai(endpoint)))
    (asked,) = endpoint.asked
    assert (asked["logprobs"], asked["top_logprobs"]) == (True, 5)
    assert asked["response_format"]["json_schema"]["name"] == "classify_reply"
    assert heard.confidence == pytest.approx(0.4 * 0.9 / (0.4 * 0.9 + 0.6 * 0.1))
    assert heard.model == "local-1 + langchain:gpt-test/classify_reply@1"


@pytest.mark.parametrize(
    ("param", "gone"),
    [("logprobs", {"logprobs", "top_logprobs"}), ("response_format", {"response_format"})],
)
def test_chat_openai_is_asked_again_without_what_its_server_refuses(param: str, gone: set[str]) -> None:
    endpoint = Endpoint([failing(400, param=param), ok()])
    escalation = LangChainEscalation(chat_openai(endpoint), concurrency=1)
    assert settle_one(escalation).decided_by == "escalation"
    settle_one(escalation)
    first, second, third = (asked.keys() for asked in endpoint.asked)
    assert first - second == gone
    assert third == second


def test_a_model_without_probabilities_is_asked_through_its_structured_output() -> None:
    schemas: list[Any] = []

    def structured(schema: Any) -> dict[str, str]:
        schemas.append(schema)
        return {"label": "accept", "intent": "meeting"}

    heard = settle_one(resolve_escalation(Scripted(structured=structured)))
    assert (heard.label, heard.confidence, heard.needs_review) == ("accept", 0.5, True)
    assert schemas[0]["title"] == "classify_reply"


def test_a_model_without_structured_output_is_asked_in_plain_words() -> None:
    model = Scripted(says=AIMessage('{"label": "decline", "intent": "happy_here"}'))
    escalation = LangChainEscalation(model)
    heard = settle_one(escalation)
    assert (heard.label, heard.intent, heard.confidence) == ("decline", "happy_here", 0.6)
    assert [message.type for message in model.asked[0]] == ["system", "human"]


def test_callbacks_of_the_caller_are_called() -> None:
    class Seen(BaseCallbackHandler):
        starts = 0

        def on_chat_model_start(self, *_: Any, **__: Any) -> None:
            self.starts += 1

    seen = Seen()
    settle_one(resolve_escalation(chat_openai(Endpoint([ok()]), callbacks=[seen])))
    assert seen.starts == 1


REQUEST_ID = contextvars.ContextVar("request_id", default="")


def test_the_callers_context_reaches_the_model() -> None:
    # LangChain finds the callbacks and the tracer of a run in the context.
    seen: list[str] = []

    def structured(_: Any) -> dict[str, str]:
        seen.append(REQUEST_ID.get())
        return {"label": "accept", "intent": "meeting"}

    token = REQUEST_ID.set("r1")
    try:
        resolve_escalation(Scripted(structured=structured)).settle([verdict("a"), verdict("b")], [None, None])
    finally:
        REQUEST_ID.reset(token)
    assert seen == ["r1", "r1"]


class StatusError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(CANARY)
        self.status_code = status


def constant(value: Any) -> Callable[[Any], Any]:
    def answer(_: Any) -> Any:
        return value

    return answer


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (lambda: Scripted(error=StatusError(401)), "refuses the key"),
        (lambda: Scripted(error=StatusError(529)), "HTTP 529"),
        (lambda: Scripted(error=RuntimeError(CANARY)), "RuntimeError"),
        (lambda: Scripted(structured=constant(None)), "no structured output"),
        (lambda: Scripted(structured=constant({"label": "accept", "intent": CANARY})), "C-4"),
        (lambda: Scripted(says=AIMessage(CANARY)), "not the JSON"),
        (lambda: Scripted(says=AIMessage("", response_metadata={"finish_reason": "SAFETY"})), "declined"),
        (lambda: chat_openai(Endpoint([httpx2.Response(200, json=completion(None, refusal=CANARY))])), "declined"),
        (lambda: chat_openai(Endpoint([httpx2.Response(200, json=completion("{", finish="length"))])), "read"),
    ],
    ids=["401", "529", "crash", "none", "unknown", "prose", "safety", "refusal", "cut off"],
)
def test_a_langchain_model_that_fails_leaves_the_local_verdict(
    model: Callable[[], Any], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    unsure = verdict()
    assert settle_one(resolve_escalation(model()), unsure) is unsure
    (record,) = [record for record in caplog.records if record.name == "overture"]
    assert why in record.getMessage()
    assert CANARY not in record.getMessage()


def test_a_langchain_model_that_stalls_is_given_up_in_time() -> None:
    stall = threading.Event()
    unsure = verdict()
    start = time.monotonic()
    try:
        assert settle_one(LangChainEscalation(Scripted(stall=stall), timeout=0.05), unsure) is unsure
        assert time.monotonic() - start < 2
    finally:
        stall.set()
