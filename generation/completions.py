"""The wire of OpenAI-compatible chat completions, pure: what is asked, how an answer reads, what an error means."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from overture.errors import (
    ConfigurationError,
    OvertureError,
    WriterOutputError,
    WriterRefusalError,
    WriterTimeoutError,
    WriterUnavailableError,
)
from overture.wire import error_code, first_choice, is_reasoning_model

from .draft import Usage
from .output import StreamedBody, parse_output
from .slots import WHOLE, AnswerForm
from .writers import Answered, WriteRequest, WriterOutput


@dataclass(frozen=True, slots=True)
class Settings:
    """What one writer asks of its endpoint; None leaves the choice to the prompt or the server."""

    model: str
    base_url: str | None = None
    temperature: float | None = None
    seed: int | None = None
    reasoning_effort: str | None = None

    @property
    def reasons(self) -> bool:
        """Whether this is one of OpenAI's reasoning models by its name: they refuse a temperature."""
        return is_reasoning_model(self.model, base_url=self.base_url)

    @property
    def effort(self) -> str | None:
        """The reasoning effort; low for reasoning models, which else spend the tokens of the message on it."""
        return self.reasoning_effort or ("low" if self.reasons else None)


def request_body(settings: Settings, request: WriteRequest, *, refused: frozenset[str], stream: bool) -> dict[str, Any]:
    """The JSON of one request, without the parameters that the endpoint has refused."""
    prompt = request.prompt
    # OpenAI wants the new name, older servers know the old one and pass over the other in silence, which has no limit.
    names = (
        ("max_completion_tokens", "max_tokens")
        if settings.base_url is None
        else ("max_tokens", "max_completion_tokens")
    )
    sampling: Mapping[str, object] = {} if settings.reasons else prompt.options
    wishes: dict[str, Any] = {
        "temperature": settings.temperature if settings.temperature is not None else sampling.get("temperature"),
        "seed": settings.seed if settings.seed is not None else prompt.options.get("seed"),
        "top_p": sampling.get("top_p"),
        "reasoning_effort": settings.effort,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": prompt.name, "strict": True, "schema": dict(prompt.schema)},
        },
        "stream_options": {"include_usage": True} if stream else None,
        next((name for name in names if name not in refused), ""): request.max_output_tokens,
    }
    body: dict[str, Any] = {
        "model": settings.model,
        "messages": [{"role": role, "content": text} for role, text in prompt.messages],
        "stream": stream,
    }
    body.update({k: v for k, v in wishes.items() if k and v is not None and k not in refused})
    return body


def arguments_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by which the SDK's `create` sends this very body.

    What goes as `extra_body` is sent as it is: the SDK would walk through every level of the schema against its types,
    which costs almost as much CPU as the rest of the call (benchmarks/bulk.py).
    """
    return {"model": body["model"], "messages": [], "stream": body["stream"], "extra_body": dict(body)}


def read_response(response: Any) -> Any:
    """The JSON of an HTTP response, its fields as attributes like those of the SDK's models; else its text.

    Raises:
        ValueError: what is declared as JSON is none.
    """
    try:
        return json.loads(response.content, object_hook=lambda fields: SimpleNamespace(**fields))
    except ValueError:
        kind: str = response.headers.get("content-type", "").partition(";")[0]
        if kind.endswith("json"):
            raise
        return response.text


def read_completion(answer: Any, *, signers: Iterable[str] = (), form: AnswerForm = WHOLE) -> WriterOutput:
    """A chat completion as a writer's output.

    Raises:
        WriterRefusalError: the model or a filter declined.
        WriterOutputError: no choice, no text, cut off, or not in the asked form.
    """
    told = read_text(answer)
    return parse_output(told.text, usage=told.usage, signers=signers, form=form)


def read_text(answer: Any) -> Answered:
    """The text of a chat completion; raises like `read_completion`, but for the form."""
    usage = read_usage(getattr(answer, "usage", None))
    if not hasattr(answer, "choices"):
        raise WriterOutputError(
            "the endpoint's answer is not a chat completion; a base_url usually ends in /v1", usage=usage
        )
    if (choice := first_choice(answer)) is None:
        raise WriterOutputError("the endpoint's answer holds no choice", usage=usage)
    message = getattr(choice, "message", None)
    text = checked_text(
        getattr(message, "content", None),
        refusal=getattr(message, "refusal", None),
        reason=getattr(choice, "finish_reason", None),
        usage=usage,
    )
    return Answered(text, usage)


def finished(
    text: Any,
    *,
    refusal: object,
    reason: str | None,
    usage: Usage,
    signers: Iterable[str] = (),
    form: AnswerForm = WHOLE,
) -> WriterOutput:
    """The end of an answer, however it arrived; `reason` is the endpoint's finish reason."""
    text = checked_text(text, refusal=refusal, reason=reason, usage=usage)
    return parse_output(text, usage=usage, signers=signers, form=form)


def checked_text(text: Any, *, refusal: object, reason: str | None, usage: Usage) -> str | None:
    """An answer's text, where it is one and whole."""
    if refusal or reason in ("content_filter", "refusal"):
        raise WriterRefusalError("the model declined to write this message", usage=usage)
    if reason in ("length", "max_tokens"):
        raise WriterOutputError(
            f"the answer was cut off after {usage.output_tokens} tokens; raise Limits.max_output_tokens", usage=usage
        )
    if text is not None and not isinstance(text, str):
        raise WriterOutputError("the endpoint's answer holds no text", usage=usage)
    if not text and reason in ("tool_calls", "function_call"):
        raise WriterOutputError("the model called a tool in place of writing", usage=usage)
    return text


def read_usage(raw: Any) -> Usage:
    """What one request cost; 0 tokens where the endpoint does not say."""
    details = getattr(raw, "prompt_tokens_details", None)
    return Usage(
        requests=1,
        input_tokens=_count(getattr(raw, "prompt_tokens", 0)),
        output_tokens=_count(getattr(raw, "completion_tokens", 0)),
        cached_tokens=_count(getattr(details, "cached_tokens", 0)),
    )


class CompletionStream:
    """Follows the events of a streamed completion, for the synchronous and the asynchronous shell alike."""

    def __init__(self, *, signers: Iterable[str] = (), form: AnswerForm = WHOLE) -> None:
        self.usage = Usage(requests=1)
        self._signers = tuple(signers)
        self._form = form
        self._body = StreamedBody(form)
        self._reason: str | None = None
        self._refusal = ""

    def feed(self, event: Any) -> str:
        """The new part of the body in this event, often empty."""
        if getattr(event, "usage", None):
            self.usage = read_usage(event.usage)
        if (choice := first_choice(event)) is None:
            return ""
        self._reason = getattr(choice, "finish_reason", None) or self._reason
        delta = getattr(choice, "delta", None)
        self._refusal += str(getattr(delta, "refusal", None) or "")
        piece = getattr(delta, "content", None)
        return self._body.feed(piece) if isinstance(piece, str) else ""

    def finish(self) -> tuple[str, WriterOutput]:
        """What of the body was not given out yet, and the whole output; raises like `read_completion`."""
        if self._reason is None and not self._body.text.rstrip("` \n").endswith("}"):
            raise WriterOutputError("the stream ended in the middle of the answer", usage=self.usage)
        output = finished(
            self._body.text,
            refusal=self._refusal,
            reason=self._reason,
            usage=self.usage,
            signers=self._signers,
            form=self._form,
        )
        return self._body.rest(output.body), output


def as_writer_error(
    error: Exception, *, settings: Settings, timeout: float, usage: Usage | None = None
) -> OvertureError:
    """The error of ours that an error of the SDK means; quotes nothing that could repeat the request's text."""
    import openai

    spent = usage or Usage(requests=1)
    status = getattr(error, "status_code", None)
    code = error_code(error)
    said = f"HTTP {status}" + (f" ({code})" if code else "")
    where = endpoint(settings.base_url)
    match error:
        case openai.APITimeoutError():
            return WriterTimeoutError(f"{settings.model} gave no answer in {timeout:g} s", usage=spent)
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return ConfigurationError(f"{where} refuses the API key with {said}; check OPENAI_API_KEY or api_key")
        case openai.NotFoundError():
            return ConfigurationError(
                f"{where} has no model {settings.model!r}, or is no chat completions endpoint ({said}); "
                "check the model's name and that base_url ends in /v1"
            )
        case openai.BadRequestError() if code.startswith("content_"):
            return WriterRefusalError(f"{where} declined this message with {said}", usage=spent)
        case openai.BadRequestError() | openai.UnprocessableEntityError():
            return ConfigurationError(f"{where} refuses the request for {settings.model!r} with {said}")
        case openai.APIStatusError():
            return WriterUnavailableError(f"{where} failed with {said}, after the retries", usage=spent)
        case openai.APIConnectionError():
            return WriterUnavailableError(f"{where} cannot be reached, after the retries", usage=spent)
        case UnicodeEncodeError(encoding="ascii"):
            return ConfigurationError("the API key has characters that no HTTP header carries; check OPENAI_API_KEY")
        case ValueError():
            return WriterOutputError(f"{where} answered with something that is not JSON", usage=spent)
        case _:
            return WriterUnavailableError(f"{where} broke off: {type(error).__name__}", usage=spent)


def endpoint(base_url: str | None) -> str:
    """An endpoint's address for people and records, without a user name, password or query in it."""
    if base_url is None:
        return "api.openai.com"
    parts = urlsplit(base_url)
    return f"{parts.hostname or base_url}{f':{parts.port}' if parts.port else ''}{parts.path.rstrip('/')}"


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
