"""OpenTelemetry spans of drafts and of the requests they make, by the GenAI conventions, through the API alone (D-14).

Nothing is imported and nothing costs anything until somebody else has loaded OpenTelemetry. What was said to a model
and what it said stays out, unless OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT asks for it; the candidate's name
and custom content stay out even then (D-7, D-12).
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from .draft import Draft, Usage
from .facts import MessageContext
from .render import blotter
from .served_model import served_model
from .writers import Writer, WriteRequest, WriterOutput

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

WORKFLOW = "overture.draft"
CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_CAPTURING = frozenset({"true", "1", "span_only", "span_and_event"})
_PROVIDER_NAMES = {
    "azure": "azure.ai.openai",
    "azure_openai": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "google": "gcp.gemini",
    "google_genai": "gcp.gemini",
    "google_vertexai": "gcp.vertex_ai",
    "ibm": "ibm.watsonx.ai",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "xai": "x_ai",
}
_REQUEST_OPTIONS = {
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "seed": "gen_ai.request.seed",
    "reasoning_effort": "gen_ai.request.reasoning.level",
}


def trace_draft(tracer_provider: Any = None) -> DraftSpan | None:
    """The span of a draft that starts now, None where nobody has set up OpenTelemetry."""
    trace = _api(needed=tracer_provider is not None)
    if trace is None:
        return None
    tracer: Tracer = trace.get_tracer("overture", _version(), tracer_provider)
    span = tracer.start_span(f"invoke_workflow {WORKFLOW}")
    if not span.get_span_context().is_valid:
        return None
    return DraftSpan(trace, tracer, span)


class DraftSpan:
    """`invoke_workflow overture.draft`: how a draft came about; ends once."""

    def __init__(self, trace: Any, tracer: Tracer, span: Span) -> None:
        self._trace, self._tracer, self._span, self._ended = trace, tracer, span, False
        span.set_attributes({"gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": WORKFLOW})

    def request(self, writer: Writer, request: WriteRequest, *, stream: bool) -> RequestSpan:
        """The span of one request, below this one."""
        model = served_model(writer)
        span = self._tracer.start_span(
            f"chat {model.name}",
            context=self._trace.set_span_in_context(self._span),
            kind=self._trace.SpanKind.CLIENT,
        )
        if span.is_recording():
            provider = _PROVIDER_NAMES.get(model.provider, model.provider)
            options = {**request.prompt.options, **writer.options}
            attributes: dict[str, Any] = {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": provider or "unknown",
                "gen_ai.request.model": model.name,
                "gen_ai.request.max_tokens": request.max_output_tokens,
                "gen_ai.request.stream": True if stream else None,
                "gen_ai.output.type": "json",
                "gen_ai.prompt.name": request.prompt.name,
                "gen_ai.prompt.version": str(request.prompt.version),
                "server.address": model.host,
                "server.port": model.port,
                **{name: options.get(option) for option, name in _REQUEST_OPTIONS.items()},
            }
            span.set_attributes({name: value for name, value in attributes.items() if value is not None})
            if _captures_content():
                span.set_attributes(_asked(request))
        return RequestSpan(self._trace, span, request)

    def finished(self, draft: Draft, context: MessageContext) -> None:
        """The draft is there."""
        span = self._span
        if span.is_recording():
            tried = [finding for repair in draft.repairs for finding in repair.findings]
            usage = draft.usage
            span.set_attributes(
                {
                    "gen_ai.prompt.name": draft.prompt.name,
                    "gen_ai.prompt.version": str(draft.prompt.version),
                    "overture.prompt.fingerprint": draft.prompt.fingerprint,
                    "overture.draft.writer": draft.writer,
                    "overture.context.hash": context.fingerprint,
                    "overture.findings.blocking": sum(each.severity == "blocking" for each in tried),
                    "overture.findings.advisory": sum(each.severity == "advisory" for each in draft.findings),
                    "overture.repairs": len(draft.repairs),
                    "overture.usage.requests": usage.requests,
                    "overture.usage.input_tokens": usage.input_tokens,
                    "overture.usage.output_tokens": usage.output_tokens,
                }
            )
            if usage.price is not None:
                span.set_attribute("overture.usage.price", float(usage.price))
            if draft.fallback:
                span.set_attribute("overture.fallback.requested", draft.fallback.requested)
                span.set_attribute("overture.fallback.kind", draft.fallback.kind)
        span.end()

    def failed(self, error: BaseException) -> None:
        """There is no draft; what is said after the first time adds nothing."""
        if not self._ended:
            self._ended = True
            _end_with(self._trace, self._span, error)


class RequestSpan:
    """`chat MODEL`: one request to a model; ends once."""

    def __init__(self, trace: Any, span: Span, request: WriteRequest) -> None:
        self._trace, self._span, self._request = trace, span, request
        self._started = time.perf_counter()

    def active(self) -> AbstractContextManager[Any]:
        """This span is the current one, until the block ends; an error in the block is not recorded."""
        manager: AbstractContextManager[Any] = self._trace.use_span(
            self._span, end_on_exit=False, record_exception=False, set_status_on_exception=False
        )
        return manager

    def first_chunk(self) -> None:
        """The first piece of a streamed answer came."""
        self._span.set_attribute("gen_ai.response.time_to_first_chunk", time.perf_counter() - self._started)

    def finished(self, output: WriterOutput) -> None:
        """The model answered."""
        self._count(output.usage)
        if self._span.is_recording() and _captures_content():
            blot = _without_names(self._request.context)
            text = json.dumps({"subject": blot(output.subject), "body": blot(output.body)}, ensure_ascii=False)
            said = {"role": "assistant", "parts": [{"type": "text", "content": text}], "finish_reason": "stop"}
            self._span.set_attribute("gen_ai.output.messages", json.dumps([said], ensure_ascii=False))
        self._span.end()

    def failed(self, error: BaseException, usage: Usage | None) -> None:
        """The model gave no usable answer."""
        if usage:
            self._count(usage)
        _end_with(self._trace, self._span, error)

    def _count(self, usage: Usage) -> None:
        if self._span.is_recording() and usage.total_tokens:
            self._span.set_attributes(
                {
                    "gen_ai.usage.input_tokens": usage.input_tokens,
                    "gen_ai.usage.output_tokens": usage.output_tokens,
                    "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
                }
            )


def _api(*, needed: bool) -> Any:
    """`opentelemetry.trace` where somebody has loaded it: before that, nobody can have set up a provider."""
    loaded = sys.modules.get("opentelemetry.trace")
    if loaded is None and (needed or os.environ.get("OTEL_PYTHON_TRACER_PROVIDER")):
        try:
            return import_module("opentelemetry.trace")
        except ImportError:
            return None
    return loaded


@cache
def _version() -> str:
    return version("overture")


def _captures_content() -> bool:
    return os.environ.get(CAPTURE, "").lower() in _CAPTURING


def _asked(request: WriteRequest) -> dict[str, str]:
    blot = _without_names(request.context)  # the prompt holds neither, but this is where nobody may rely on it
    (_, system), (_, user) = request.prompt.messages
    told = [{"type": "text", "content": blot(system)}]
    asked = [{"role": "user", "parts": [{"type": "text", "content": blot(user)}]}]
    return {
        "gen_ai.system_instructions": json.dumps(told, ensure_ascii=False),
        "gen_ai.input.messages": json.dumps(asked, ensure_ascii=False),
    }


def _without_names(context: MessageContext) -> Callable[[str], str]:
    """A function that takes the candidate's name and contacts, and withheld values, out of a text (D-6, D-12)."""
    blot = blotter(context)
    if not context.salutation:
        return blot
    called = re.compile(rf"(?<!\w){re.escape(context.salutation)}(?!\w)", re.IGNORECASE)
    return lambda text: called.sub("…", blot(text))


def _end_with(trace: Any, span: Span, error: BaseException) -> None:
    """End a span with the kind of an error; its text and its causes may quote a provider, and stay out."""
    if not isinstance(error, GeneratorExit):  # who leaves a stream has had enough, nothing went wrong
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(trace.Status(trace.StatusCode.ERROR, type(error).__name__))
    span.end()
