"""The `openai` client asked about unsure replies, at any endpoint that speaks its chat completions."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from overture.errors import ConfigurationError, WriterOutputError, WriterRefusalError
from overture.prompts import RenderedPrompt
from overture.wire import first_choice, is_reasoning_model, refused_parameters

from .chat_answers import TOP_LOGPROBS, Answer, Token, read_answer
from .chat_errors import as_chat_error
from .escalation import ChatEscalation, Languages

if TYPE_CHECKING:
    from openai import OpenAI

_REASONING_TOKENS: Final = 2_000
_REFUSALS: Final = ("content_filter", "refusal")


class OpenAIEscalation(ChatEscalation):
    """Asks a model behind an OpenAI-compatible endpoint: OpenAI itself, or a server of your own by `base_url`.

    OPENAI_BASE_URL and OPENAI_API_KEY stand in for `base_url` and `api_key`; with a base_url no key is needed. The
    client's own retries (`max_retries`, with back-off that respects Retry-After) are the only ones. A parameter that
    the endpoint refuses, log-probabilities among them, is left out from then on. `client` replaces the client made
    here, retries and all. The other options are those of `ChatEscalation`.

    Raises:
        ConfigurationError: no key and no base_url, or an option that makes no sense.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        client: OpenAI | None = None,
        timeout: float = 30.0,
        max_retries: int = 2,
        max_calls: int = 1_000,
        concurrency: int = 8,
        languages: Languages = "known",
    ) -> None:
        super().__init__(timeout=timeout, max_calls=max_calls, concurrency=concurrency, languages=languages)
        base_url = base_url or (str(client.base_url) if client else os.environ.get("OPENAI_BASE_URL")) or None
        if base_url and urlsplit(base_url).hostname == "api.openai.com":
            base_url = None
        api_key = api_key or os.environ.get("OPENAI_API_KEY")
        if client is None and not api_key and base_url is None:
            raise ConfigurationError(
                "no API key: set OPENAI_API_KEY, pass api_key, or give the base_url of a server that needs none"
            )
        self._name = name
        self._base_url = base_url
        self._connection = {"api_key": api_key or "not-needed", "base_url": base_url, "max_retries": max_retries}
        self._given: Any = client
        self._client: Any = None

    @property
    def label(self) -> str:
        """`openai:` and the model's name."""
        return f"openai:{self._name}"

    def close(self) -> None:
        """Close the client that was made here."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def ask(self, prompt: RenderedPrompt) -> Answer:
        while True:
            body = self._body(prompt)
            self._spend()
            try:
                return _read(self._ready().chat.completions.create(**body, timeout=self._timeout))
            except _sdk_errors() as error:
                refused = refused_parameters(error, body)
                if not refused:
                    raise as_chat_error(error, label=self.label, timeout=self._timeout) from error
                self._leave_out(refused)

    def _body(self, prompt: RenderedPrompt) -> dict[str, Any]:
        # OpenAI wants the new name, older servers know the old one and pass over the other in silence.
        names = ("max_completion_tokens", "max_tokens")
        limit = next((name for name in (names if self._base_url is None else names[::-1]) if self._takes(name)), "")
        reasons = is_reasoning_model(self._name, base_url=self._base_url)
        most = prompt.options.get("max_output_tokens")
        wishes: dict[str, Any] = {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": prompt.name, "strict": True, "schema": dict(prompt.schema)},
            },
            limit: _REASONING_TOKENS if reasons else most,
        }
        if reasons:  # they take neither temperature nor log-probabilities, and think on the tokens of the answer
            wishes["reasoning_effort"] = "low"
        else:
            wishes |= {
                "temperature": prompt.options.get("temperature"),
                "logprobs": True,
                "top_logprobs": TOP_LOGPROBS,
            }
        messages = [{"role": role, "content": text} for role, text in prompt.messages]
        wanted = {name: value for name, value in wishes.items() if name and value is not None and self._takes(name)}
        return {"model": self._name, "messages": messages, **wanted}

    def _takes(self, parameter: str) -> bool:
        return parameter not in self._refused

    def _ready(self) -> Any:
        if self._given is not None:
            return self._given
        with self._lock:
            if self._client is None:
                from openai import OpenAI

                self._client = OpenAI(**self._connection)  # type: ignore[arg-type]  # three options of three kinds
            return self._client


def read_tokens(logprobs: Any) -> tuple[Token, ...]:
    """The tokens of an answer from the `content` of a choice's log-probabilities; empty where they are missing.

    Takes both the SDK's objects and the same as plain mappings.
    """
    return tuple(_tokens(_field(logprobs, "content") or ()))


def _tokens(raw: Iterable[Any]) -> Iterable[Token]:
    for entry in raw:
        alternatives = _field(entry, "top_logprobs")
        others = ((_field(each, "token"), _field(each, "logprob")) for each in alternatives or ())
        text, logprob = _field(entry, "token"), _field(entry, "logprob")
        if isinstance(text, str) and isinstance(logprob, int | float):
            kept = tuple((t, float(p)) for t, p in others if isinstance(t, str) and isinstance(p, int | float))
            yield Token(text, float(logprob), kept)


def _field(value: Any, name: str) -> Any:
    return cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else getattr(value, name, None)


def _read(answer: Any) -> Answer:
    if (choice := first_choice(answer)) is None:
        raise WriterOutputError("the endpoint's answer holds no choice; a base_url usually ends in /v1")
    message = getattr(choice, "message", None)
    if getattr(message, "refusal", None) or getattr(choice, "finish_reason", None) in _REFUSALS:
        raise WriterRefusalError("the model declined to sort this reply")
    return read_answer(getattr(message, "content", None), read_tokens(getattr(choice, "logprobs", None)))


def _sdk_errors() -> tuple[type[Exception], ...]:
    import httpx2
    from openai import OpenAIError

    # ValueError: the SDK lets a body that is not JSON through as json.JSONDecodeError.
    return OpenAIError, httpx2.HTTPError, ValueError
