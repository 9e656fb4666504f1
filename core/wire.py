"""What every room that calls a chat model knows of the wire: model kinds, refused parameters, error codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

LOGPROBS: Final = frozenset({"logprobs", "top_logprobs"})
_NOT_OPTIONAL: Final = frozenset({"messages", "model", "stream"})
_REASONING_MODEL: Final = re.compile(r"(?:gpt-5|o\d)(?![a-z0-9])(?!.*chat)", re.ASCII)
_SCHEMA_WORDS: Final = re.compile(r"\b(?:json_schema|structured outputs?|guided)\b", re.IGNORECASE)
_CODE: Final = re.compile(r"[\w.-]{1,60}", re.ASCII)


def is_reasoning_model(name: str, *, base_url: str | None) -> bool:
    """Whether this is one of OpenAI's reasoning models by its name: they refuse a temperature."""
    return base_url is None and _REASONING_MODEL.match(name) is not None


def refused_parameters(error: Any, sent: Iterable[str]) -> frozenset[str]:
    """The optional parameters that an endpoint (or client) complains about, if they were sent; empty if none.

    400 and 422 are usual, some models answer 403 where log-probabilities are not allowed; a client that does not
    know a parameter raises a TypeError. The two that ask for log-probabilities go together.
    """
    if getattr(error, "status_code", None) not in (400, 403, 422) and not isinstance(error, TypeError):
        return frozenset()
    optional = sorted(set(sent) - _NOT_OPTIONAL, key=len, reverse=True)
    message = str(error)
    named = str(getattr(error, "param", None) or "").split(".")[0]
    if named not in optional:
        named = next((name for name in optional if re.search(rf"\b{name}\b", message)), "")
        if not named and "response_format" in optional and _SCHEMA_WORDS.search(message):
            named = "response_format"
    if named in LOGPROBS:
        return LOGPROBS & frozenset(optional)
    return frozenset({named} if named else ())


def first_choice(answer: Any) -> Any:
    """The first choice of a chat completion or of an event of its stream; None where there is none, or no list."""
    choices: Any = getattr(answer, "choices", None)
    return choices[0] if isinstance(choices, list) and choices else None  # pyright: ignore[reportUnknownVariableType]  # data of any shape


def error_code(error: Any) -> str:
    """The code or type that an endpoint gives with an error, empty where it gives none that is safe to quote."""
    code = getattr(error, "code", None) or getattr(error, "type", None)
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""
