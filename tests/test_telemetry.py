"""Spans of drafts and requests by the GenAI conventions: what is on them, what never is, who is whose child (D-14)."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
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
    context_of,
    failing,
    in_pieces,
    openai_writer,
)
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode
from test_prices import TABLE

from overture.errors import WriterRefusalError, WriterTimeoutError
from overture.generation import Chunk, Draft, Drafter

CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
CUSTOM = "CANARY-CUSTOM our \u202ebooth at {fair}"
BAD = json.dumps({"subject": "Owning the ledger", "body": "We are {{company}} and need you.\n\nMay I call?"})


class Traced:
    """A provider that keeps its spans."""

    def __init__(self, **options: Any) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider(**options)
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def drafter(self, *replies: Reply, base_url: str | None = None, **options: Any) -> Drafter:
        writer = openai_writer(Endpoint(list(replies)), base_url=base_url)
        return Drafter(writer, today=TODAY, tracer_provider=self.provider, prices=TABLE, **options)

    def spans(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name.startswith(name)]

    @property
    def draft(self) -> ReadableSpan:
        (span,) = self.spans("invoke_workflow")
        return span

    @property
    def chat(self) -> ReadableSpan:
        (span,) = self.spans("chat")
        return span

    def everything(self) -> str:
        return "\n".join(span.to_json() for span in self.exporter.get_finished_spans())


@pytest.fixture
def traced() -> Traced:
    return Traced()


@pytest.fixture(autouse=True)
def nothing_is_said_of_ended_spans(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The SDK logs what is done to a span that has ended, or detached elsewhere; it should have no reason to."""
    caplog.set_level(logging.WARNING, "opentelemetry")
    yield
    assert [record for record in caplog.records if record.name.startswith("opentelemetry")] == []


def identity_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


def trace_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.trace_id)


async def by(shell: str, drafter: Drafter, **options: Any) -> Draft:
    context = context_of()
    match shell:
        case "draft":
            return await asyncio.to_thread(drafter.draft_from, context, **options)
        case "adraft":
            return await drafter.adraft_from(context, **options)
        case "stream":
            last = (await asyncio.to_thread(lambda: list(drafter.stream_from(context, **options))))[-1]
        case _:
            *_, last = [piece async for piece in drafter.astream_from(context, **options)]
    assert isinstance(last, Draft)
    return last


SHELLS = ["draft", "adraft", "stream", "astream"]


@pytest.mark.parametrize("shell", SHELLS)
async def test_d14_a_request_has_a_span_by_the_conventions_below_the_span_of_its_draft(
    traced: Traced, shell: str
) -> None:
    draft = await by(shell, traced.drafter(answering(in_pieces(ANSWER))))
    chat, outer = traced.chat, traced.draft
    seen = dict(chat.attributes or {})
    first = seen.pop("gen_ai.response.time_to_first_chunk", None)
    assert (first is not None, seen.pop("gen_ai.request.stream", False)) == (("stream" in shell),) * 2
    assert seen == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-test",
        "gen_ai.request.max_tokens": 900,
        "gen_ai.request.temperature": 0.6,
        "gen_ai.output.type": "json",
        "gen_ai.prompt.name": "draft",
        "gen_ai.prompt.version": str(draft.prompt.version),
        "server.address": "api.openai.com",
        "server.port": 443,
        "gen_ai.usage.input_tokens": 1200,
        "gen_ai.usage.output_tokens": 80,
        "gen_ai.usage.cache_read.input_tokens": 1024,
    }
    assert (chat.name, chat.kind, chat.status.status_code) == ("chat gpt-test", SpanKind.CLIENT, StatusCode.UNSET)
    assert chat.parent is not None
    assert chat.parent.span_id == identity_of(outer)
    assert (outer.name, outer.kind, outer.parent) == ("invoke_workflow overture.draft", SpanKind.INTERNAL, None)
    assert dict(outer.attributes or {}) == {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.workflow.name": "overture.draft",
        "gen_ai.prompt.name": "draft",
        "gen_ai.prompt.version": str(draft.prompt.version),
        "overture.prompt.fingerprint": draft.prompt.fingerprint,
        "overture.draft.writer": "openai:gpt-test",
        "overture.context.hash": draft.context_hash,
        "overture.findings.blocking": 0,
        "overture.findings.advisory": len(draft.findings),
        "overture.repairs": 0,
        "overture.usage.requests": 1,
        "overture.usage.input_tokens": 1200,
        "overture.usage.output_tokens": 80,
        "overture.usage.price": 0.0002296,
    }


@pytest.mark.parametrize("shell", SHELLS)
async def test_d14_repairs_and_fallbacks_are_counted(traced: Traced, shell: str) -> None:
    draft = await by(shell, traced.drafter(answering([BAD])))
    assert draft.writer == "offline"
    assert [span.attributes and span.attributes["gen_ai.prompt.name"] for span in traced.spans("chat")] == [
        "draft",
        "redraft",
        "redraft",
    ]
    seen = traced.draft.attributes or {}
    assert {name: seen[name] for name in seen if name.startswith(("overture.fallback", "overture.rep"))} == {
        "overture.repairs": 3,
        "overture.fallback.requested": "openai:gpt-test",
        "overture.fallback.kind": "findings",
    }
    assert (seen["overture.findings.blocking"], seen["overture.draft.writer"]) == (3, "offline")
    assert traced.draft.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (httpx2.ReadTimeout("slow: CANARY-CAUSE"), "WriterTimeoutError"),
        (failing(503), "WriterUnavailableError"),
        (failing(401), "ConfigurationError"),
        (answering(finish="content_filter"), "WriterRefusalError"),
    ],
    ids=["time-out", "503", "401", "refusal"],
)
async def test_d14_an_error_has_its_kind_and_a_status_and_quotes_nothing(
    traced: Traced, shell: str, reply: Reply, kind: str
) -> None:
    await by(shell, traced.drafter(reply))
    chat = traced.chat
    assert chat.attributes is not None
    assert (chat.attributes["error.type"], chat.status.status_code) == (kind, StatusCode.ERROR)
    assert chat.events == ()
    assert "error.type" not in (traced.draft.attributes or {})
    assert "CANARY" not in traced.everything()


async def test_d14_a_draft_that_is_an_error_has_its_kind_too(traced: Traced) -> None:
    with pytest.raises(WriterRefusalError):
        await by("adraft", traced.drafter(answering(finish="content_filter"), fallback=False))
    assert (traced.draft.attributes or {})["error.type"] == "WriterRefusalError"
    assert traced.draft.status.status_code is StatusCode.ERROR
    with pytest.raises(WriterTimeoutError):
        await by("stream", traced.drafter(httpx2.ReadTimeout("slow"), fallback=False))
    assert len(traced.spans("invoke_workflow")) == 2


@pytest.mark.parametrize("setting", [None, "false", "no_content", "event_only"])
async def test_d14_content_is_off_by_default(
    traced: Traced, setting: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CAPTURE, raising=False)
    if setting:
        monkeypatch.setenv(CAPTURE, setting)
    for shell in SHELLS:
        await by(shell, traced.drafter(answering()), custom_content=CUSTOM)
    told = traced.everything()
    for secret in ("480 ms", "Zaplata", "PostgreSQL", "May I call", "CANARY", "Marta", "Elin"):
        assert secret not in told


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("setting", ["true", "SPAN_ONLY", "span_and_event"])
async def test_d7_d12_content_that_was_asked_for_holds_no_name_and_no_custom_content(
    traced: Traced, shell: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CAPTURE, setting)
    knowing = json.dumps({**GOOD, "body": GOOD["body"] + " Dear marta, yours, MARTA Kowalska."})
    draft = await by(shell, traced.drafter(answering([knowing]), answering()), custom_content=CUSTOM)
    assert CUSTOM in draft.body
    chat = traced.spans("chat")[0]
    assert chat.attributes is not None
    (said,) = json.loads(str(chat.attributes["gen_ai.output.messages"]))
    assert (said["role"], said["finish_reason"], said["parts"][0]["type"]) == ("assistant", "stop", "text")
    assert "480 ms" in said["parts"][0]["content"]
    (system,) = json.loads(str(chat.attributes["gen_ai.system_instructions"]))
    (asked,) = json.loads(str(chat.attributes["gen_ai.input.messages"]))
    assert "Principal Engineer, Ledger" in system["content"]
    assert "480 ms" in asked["parts"][0]["content"]
    assert asked["role"] == "user"
    told = traced.everything()
    for secret in ("CANARY", "{fair}", "marta", "MARTA", "Kowalska"):
        assert secret not in told


async def test_d14_concurrent_drafts_keep_their_spans_apart(traced: Traced) -> None:
    drafter = traced.drafter(answering([BAD]))
    shells = SHELLS * 5
    drafts = await asyncio.gather(*(by(shell, drafter) for shell in shells))
    outer = {identity_of(span): span for span in traced.spans("invoke_workflow")}
    assert len(outer) == len(drafts) == 20
    children: dict[int, list[ReadableSpan]] = {}
    for span in traced.spans("chat"):
        assert span.parent is not None
        children.setdefault(span.parent.span_id, []).append(span)
    for identity, span in outer.items():
        own = children[identity]
        assert len(own) == 3
        assert {trace_of(each) for each in own} == {trace_of(span)}
        assert all((span.start_time or 0) <= (each.start_time or 0) for each in own)
        assert all((each.end_time or 0) <= (span.end_time or 0) for each in own)
    assert len({trace_of(span) for span in outer.values()}) == 20


@pytest.mark.parametrize("shell", SHELLS)
async def test_the_spans_below_a_request_are_its_children_and_the_callers_stay_the_callers(
    traced: Traced, shell: str
) -> None:
    tracer = traced.provider.get_tracer("http")

    def served(asked: dict[str, Any]) -> httpx2.Response:
        with tracer.start_as_current_span("POST"):
            return answering(in_pieces(ANSWER))(asked)

    drafter = traced.drafter(served)
    with tracer.start_as_current_span("request of mine") as mine:
        match shell:
            case "stream":
                for _ in drafter.stream_from(context_of()):
                    assert trace.get_current_span() is mine
            case "astream":
                async for _ in drafter.astream_from(context_of()):
                    assert trace.get_current_span() is mine
            case _:
                await by(shell, drafter)
        assert trace.get_current_span() is mine
    (post,) = traced.spans("POST")
    assert post.parent is not None
    assert traced.draft.parent is not None
    assert post.parent.span_id == identity_of(traced.chat)
    assert traced.draft.parent.span_id == mine.get_span_context().span_id


async def test_a_stream_that_is_left_and_a_draft_that_is_cancelled_end_their_spans(traced: Traced) -> None:
    drafter = traced.drafter(answering(in_pieces(ANSWER)))
    pieces: Any = drafter.astream_from(context_of())
    assert isinstance(await anext(pieces), Chunk)
    await pieces.aclose()
    assert "error.type" not in {**(traced.chat.attributes or {}), **(traced.draft.attributes or {})}
    traced.exporter.clear()

    never = asyncio.Event()

    class Stalling:
        label, options = "x:y", dict[str, Any]()

        async def awrite(self, request: Any) -> Any:  # noqa: ARG002 - the protocol's
            await never.wait()

        write = stream = astream = awrite

    stalling: Any = Stalling()
    task = asyncio.create_task(Drafter(stalling, tracer_provider=traced.provider).adraft_from(context_of()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    ended = traced.exporter.get_finished_spans()
    assert [(span.attributes or {}).get("error.type") for span in ended] == ["CancelledError"] * 2


async def test_a_local_server_is_named_by_its_address(traced: Traced) -> None:
    await by("adraft", traced.drafter(answering(), base_url="http://user:CANARY@localhost:8000/v1"))
    seen = traced.chat.attributes or {}
    assert (seen["server.address"], seen["server.port"], seen["gen_ai.provider.name"]) == ("localhost", 8000, "openai")
    assert "CANARY" not in traced.everything()


def test_an_offline_draft_asks_no_model_and_has_no_request_span(traced: Traced) -> None:
    draft = Drafter(today=TODAY, tracer_provider=traced.provider).draft(
        RICH, job=JOB, company=COMPANY, recruiter=RECRUITER
    )
    assert (traced.draft.attributes or {})["overture.usage.price"] == 0
    assert (traced.draft.attributes or {})["gen_ai.prompt.name"] == draft.prompt.name == "offline"
    assert traced.spans("chat") == []


async def test_what_is_not_sampled_is_not_recorded() -> None:
    off = Traced(sampler=ALWAYS_OFF)
    for shell in SHELLS:
        assert (await by(shell, off.drafter(answering()))).writer == "openai:gpt-test"
    assert off.exporter.get_finished_spans() == ()


SCRIPT = """
import sys
from datetime import date
from overture import Drafter, read_candidate, read_job
def draft():
    return Drafter(today=date(2026, 11, 22)).draft(
        read_candidate("examples/candidate-backend.json"), job=read_job("examples/job-backend.html"))
"""


def test_nothing_of_opentelemetry_is_loaded_until_somebody_else_loads_it_and_then_its_provider_is_used() -> None:
    code = f"""{SCRIPT}
assert draft().writer == "offline"
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
from opentelemetry import trace
assert draft().writer == "offline"  # no SDK is set up
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(exporter))
draft()
print([(span.name, span.instrumentation_scope.name) for span in exporter.get_finished_spans()])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[('invoke_workflow overture.draft', 'overture')]"


def test_without_opentelemetry_nothing_happens() -> None:
    code = f"""{SCRIPT}
import os
sys.modules["opentelemetry"] = None
os.environ["OTEL_PYTHON_TRACER_PROVIDER"] = "any"
print(draft().writer)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, done.stdout.strip()) == (0, "offline"), done.stderr
