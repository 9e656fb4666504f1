"""Any LangChain chat model as a writer."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from overture.errors import (
    ConfigurationError,
    OvertureError,
    WriterOutputError,
    WriterRefusalError,
    WriterTimeoutError,
    WriterUnavailableError,
)

from .completions import checked_text
from .draft import Usage
from .output import StreamedBody, parse_output
from .served_model import ServedModel, at_endpoint
from .slots import answer_form
from .writers import Answered, Chunk, WriteRequest, WriterOutput

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_REFUSALS = frozenset(
    {"content_filter", "refusal", "SAFETY", "PROHIBITED_CONTENT", "RECITATION", "guardrail_intervened"}
)
_CUT_OFF = frozenset({"length", "max_tokens", "MAX_TOKENS", "model_length"})
_ADDRESSES = ("openai_api_base", "anthropic_api_url", "base_url", "endpoint", "api_base", "xai_api_base",
              "groq_api_base", "azure_endpoint")  # fmt: skip
_OPTIONS = {"temperature": "temperature", "top_p": "top_p", "seed": "seed", "max_output_tokens": "max_tokens"}


class LangChainWriter:
    """Writes with a LangChain chat model, given ready or as a function that makes it on first use.

    The model is asked in plain messages, whose prompt wants JSON, and the answer is always validated: structured
    output differs between LangChain's providers, and function calling can give None without an error. The number of
    output tokens and the retries are those of the model: set them there. A synchronous call that passes the time of
    its request is given up; the thread it ran in ends with the model's own time-out.
    """

    def __init__(
        self,
        model: BaseChatModel | Callable[[WriteRequest], BaseChatModel],
        *,
        label: str | None = None,
        base_url: str | None = None,
    ) -> None:
        self._make = model if not hasattr(model, "invoke") and callable(model) else None
        self._model: Any = None if self._make else model
        self._label, self._base_url = label, base_url
        self._lock = threading.Lock()

    @property
    def label(self) -> str:
        """The name it was made by, else `langchain:` and the model's name."""
        if self._label:
            return self._label
        names = (getattr(self._model, name, None) for name in ("model_name", "model", "model_id"))
        return f"langchain:{next((n for n in names if isinstance(n, str) and n), type(self._model).__name__)}"

    @property
    def served_model(self) -> ServedModel:
        """Provider, name and address as LangChain's model tells its tracers, before that as in the label."""
        if self._model is None:
            provider, _, name = (self._label or "").partition(":")
            return at_endpoint(provider, name or self.label, self._base_url)
        told: Mapping[str, Any] = getattr(self._model, "_get_ls_params", dict)() or {}
        name = told.get("ls_model_name") or self.label.removeprefix("langchain:")
        addresses = (getattr(self._model, attribute, None) for attribute in _ADDRESSES)
        address = next((each for each in addresses if isinstance(each, str) and each), self._base_url)
        return at_endpoint(str(told.get("ls_provider") or ""), str(name), address)

    @property
    def options(self) -> Mapping[str, str | int | float | bool | None]:
        """The model's own settings, None where it shows none: what the prompt wishes for is not passed on to it."""
        values = {name: getattr(self._model, attribute, None) for name, attribute in _OPTIONS.items()}
        return {name: value if isinstance(value, int | float) else None for name, value in values.items()}

    def write(self, request: WriteRequest) -> WriterOutput:
        """One message; raises a `WriterError`, or `ConfigurationError` where the provider refuses key or model."""
        pieces = _in_thread(
            lambda: iter([self._ready(request).invoke(_messages(request))]), request.timeout, self.label
        )
        return _read(list(pieces), request)

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """`write`, asynchronous; cancelling it cancels the model's call."""
        try:
            async with asyncio.timeout(request.timeout):
                model = self._model or await asyncio.to_thread(self._ready, request)
                message = await model.ainvoke(_messages(request))
        except Exception as error:  # every provider's package raises errors of its own
            raise _as_writer_error(error, label=self.label, timeout=request.timeout) from error
        return _read([message], request)

    def ask(self, request: WriteRequest) -> Answered:
        """The text of one answer as it came, for prompts that do not ask for a message; raises like `write`."""
        pieces = _in_thread(
            lambda: iter([self._ready(request).invoke(_messages(request))]), request.timeout, self.label
        )
        return _read_text(list(pieces))

    async def aask(self, request: WriteRequest) -> Answered:
        """`ask`, asynchronous."""
        try:
            async with asyncio.timeout(request.timeout):
                model = self._model or await asyncio.to_thread(self._ready, request)
                message = await model.ainvoke(_messages(request))
        except Exception as error:  # every provider's package raises errors of its own
            raise _as_writer_error(error, label=self.label, timeout=request.timeout) from error
        return _read_text([message])

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]:
        """`write` with the body's text as it comes."""
        body, pieces = StreamedBody(answer_form(request)), list[Any]()
        arriving = _in_thread(lambda: self._ready(request).stream(_messages(request)), request.timeout, self.label)
        for piece in arriving:
            pieces.append(piece)
            if text := body.feed(_text(piece)):
                yield Chunk(text)
        output = _read(pieces, request)
        if rest := body.rest(output.body):
            yield Chunk(rest)
        yield output

    async def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]:
        """`stream`, asynchronous."""
        body, pieces = StreamedBody(answer_form(request)), list[Any]()
        deadline = asyncio.get_running_loop().time() + request.timeout
        arriving: Any = None
        try:
            async with asyncio.timeout_at(deadline):
                model = self._model or await asyncio.to_thread(self._ready, request)
            arriving = model.astream(_messages(request))
            while True:
                # The time-out stands around one step, never around a yield: the consumer's time is not the model's.
                async with asyncio.timeout_at(deadline):
                    piece = await anext(arriving, None)
                if piece is None:
                    break
                pieces.append(piece)
                if text := body.feed(_text(piece)):
                    yield Chunk(text)
        except Exception as error:  # every provider's package raises errors of its own
            raise _as_writer_error(error, label=self.label, timeout=request.timeout) from error
        finally:
            if hasattr(arriving, "aclose"):
                await arriving.aclose()
        output = _read(pieces, request)
        if rest := body.rest(output.body):
            yield Chunk(rest)
        yield output

    def _ready(self, request: WriteRequest) -> Any:
        if self._make is not None:
            with self._lock:
                if self._model is None:
                    self._model = self._make(request)
        return self._model


def _messages(request: WriteRequest) -> list[tuple[str, str]]:
    roles = {"system": "system", "user": "human"}
    return [(roles[role], text) for role, text in request.prompt.messages]


def _read(pieces: list[Any], request: WriteRequest) -> WriterOutput:
    told = _read_text(pieces)
    name = request.context.recruiter_name
    signers = (name,) if name else ()
    return parse_output(told.text, usage=told.usage, signers=signers, form=answer_form(request))


def _read_text(pieces: list[Any]) -> Answered:
    text = "".join(map(_text, pieces))
    usage = sum((_usage(piece) for piece in pieces), Usage(requests=1))
    reason = next(filter(None, map(_finish_reason, reversed(pieces))), None)
    refusal = any(_mapping(piece, "additional_kwargs").get("refusal") for piece in pieces)
    if reason is None and any(getattr(piece, "tool_calls", None) for piece in pieces):
        reason = "tool_calls"
    if reason in _REFUSALS:
        raise WriterRefusalError("the model declined to write this message", usage=usage)
    if reason in _CUT_OFF:
        raise WriterOutputError(
            f"the answer was cut off after {usage.output_tokens} tokens; raise max_tokens on the model", usage=usage
        )
    return Answered(checked_text(text, refusal=refusal, reason=reason, usage=usage), usage)


def _text(piece: Any) -> str:
    text = getattr(piece, "text", None)
    return str(text) if isinstance(text, str) else ""


def _mapping(piece: Any, name: str) -> Mapping[str, Any]:
    return getattr(piece, name, None) or {}


def _finish_reason(piece: Any) -> str | None:
    metadata = _mapping(piece, "response_metadata")
    found = (metadata.get(key) for key in ("finish_reason", "stop_reason", "done_reason", "stopReason"))
    return next((reason for reason in found if isinstance(reason, str) and reason), None)


def _usage(piece: Any) -> Usage:
    counts = _mapping(piece, "usage_metadata")
    details: Mapping[str, Any] = counts.get("input_token_details") or {}
    return Usage(
        input_tokens=counts.get("input_tokens") or 0,
        output_tokens=counts.get("output_tokens") or 0,
        cached_tokens=details.get("cache_read") or 0,
    )


def _as_writer_error(error: Exception, *, label: str, timeout: float) -> OvertureError:
    """The error of ours that a provider's error means, read from its status and kind; its text is not quoted."""
    if isinstance(error, OvertureError):
        return error
    spent = Usage(requests=1)
    kind = type(error).__name__
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(error, TimeoutError) or "Timeout" in kind or status == 408:
        return WriterTimeoutError(f"{label} gave no answer in {timeout:g} s", usage=spent)
    if status in (401, 403):
        return ConfigurationError(
            f"{label}: the provider refuses the key (HTTP {status}); check its environment variable"
        )
    if status in (400, 404, 422):
        return ConfigurationError(
            f"{label}: the provider refuses model or request (HTTP {status}); check the model's name"
        )
    if isinstance(error, ImportError | NotImplementedError):
        return ConfigurationError(f"{label}: the model cannot be called ({kind}); check how it was made")
    said = f"HTTP {status}" if isinstance(status, int) else kind
    return WriterUnavailableError(f"{label} failed with {said}", usage=spent)


def _in_thread(start: Callable[[], Iterator[Any]], timeout: float, label: str) -> Iterator[Any]:
    """What `start` yields, or a time-out: LangChain has no portable one for synchronous calls."""
    arriving: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    given_up = threading.Event()

    def run() -> None:
        try:
            for piece in start():
                arriving.put(("piece", piece))
                if given_up.is_set():
                    return
            arriving.put(("end", None))
        except Exception as error:  # noqa: BLE001 - handed to the calling thread, which maps it
            arriving.put(("error", error))

    context = contextvars.copy_context()  # LangChain keeps its callbacks there
    threading.Thread(target=context.run, args=(run,), name="overture-langchain", daemon=True).start()
    deadline = time.monotonic() + timeout
    try:
        while True:
            try:
                kind, value = arriving.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise WriterTimeoutError(f"{label} gave no answer in {timeout:g} s", usage=Usage(requests=1)) from None
            if kind == "end":
                return
            if kind == "error":
                raise _as_writer_error(value, label=label, timeout=timeout) from value
            yield value
    finally:
        given_up.set()
