"""What an error of a chat model's client means, read from its status and kind: its text may repeat a reply."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from overture.errors import (
    ConfigurationError,
    OvertureError,
    WriterOutputError,
    WriterRefusalError,
    WriterTimeoutError,
    WriterUnavailableError,
)

LOGPROBS: Final = frozenset({"logprobs", "top_logprobs"})
_SCHEMA_WORDS: Final = re.compile(r"\b(?:json_schema|structured outputs?|guided)\b", re.IGNORECASE)
_CODE: Final = re.compile(r"[\w.-]{1,60}", re.ASCII)


def refused_parameters(error: Any, sent: Iterable[str]) -> frozenset[str]:
    """The optional parameters that an endpoint (or client) complains about, if they were sent; empty if none.

    400 and 422 are usual, some models answer 403 where log-probabilities are not allowed; a client that does not
    know a parameter raises a TypeError. The two that ask for log-probabilities go together.
    """
    if getattr(error, "status_code", None) not in (400, 403, 422) and not isinstance(error, TypeError):
        return frozenset()
    optional = sorted(set(sent) - {"model", "messages"}, key=len, reverse=True)
    message = str(error)
    named = str(getattr(error, "param", None) or "").split(".")[0]
    if named not in optional:
        named = next((name for name in optional if re.search(rf"\b{name}\b", message)), "")
        if not named and "response_format" in optional and _SCHEMA_WORDS.search(message):
            named = "response_format"
    if named in LOGPROBS:
        return LOGPROBS & frozenset(optional)
    return frozenset({named} if named else ())


def as_chat_error(error: Exception, *, label: str, timeout: float) -> OvertureError:
    """The error of ours that an error of a client means; `label` names the model. Nothing of its text is quoted."""
    if isinstance(error, OvertureError):
        return error
    kind = type(error).__name__
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    code = getattr(error, "code", None) or getattr(error, "type", None)
    said = f"HTTP {status}" if isinstance(status, int) else kind
    said += f" ({code})" if isinstance(code, str) and _CODE.fullmatch(code) else ""
    if isinstance(error, TimeoutError) or "Timeout" in kind or status == 408:
        return WriterTimeoutError(f"{label} gave no answer in {timeout:g} s")
    if (status == 400 and str(code).startswith("content_")) or kind == "ContentFilterFinishReasonError":
        return WriterRefusalError(f"{label} declined with {said}")
    if status in (401, 403):
        return ConfigurationError(f"{label}: the endpoint refuses the key with {said}; check it")
    if status in (400, 404, 422):
        return ConfigurationError(
            f"{label}: the endpoint refuses model or request with {said}; check the model's name and the base_url"
        )
    if isinstance(error, ImportError | NotImplementedError):
        return ConfigurationError(f"{label}: the model cannot be called ({kind}); check how it was made")
    if isinstance(error, ValueError) or kind == "LengthFinishReasonError":
        return WriterOutputError(f"{label} answered in no form that can be read ({kind})")
    return WriterUnavailableError(f"{label} failed with {said}, after the retries")
