"""What an error of a chat model's client means, read from its status and kind: its text may repeat a reply."""

from __future__ import annotations

from overture.errors import (
    ConfigurationError,
    OvertureError,
    WriterOutputError,
    WriterRefusalError,
    WriterTimeoutError,
    WriterUnavailableError,
)
from overture.wire import error_code


def as_chat_error(error: Exception, *, label: str, timeout: float) -> OvertureError:
    """The error of ours that an error of a client means; `label` names the model. Nothing of its text is quoted."""
    if isinstance(error, OvertureError):
        return error
    kind = type(error).__name__
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    code = error_code(error)
    said = f"HTTP {status}" if isinstance(status, int) else kind
    said += f" ({code})" if code else ""
    if isinstance(error, TimeoutError) or "Timeout" in kind or status == 408:
        return WriterTimeoutError(f"{label} gave no answer in {timeout:g} s")
    if (status == 400 and code.startswith("content_")) or kind == "ContentFilterFinishReasonError":
        return WriterRefusalError(f"{label} declined with {said}")
    if status in (401, 403):
        return ConfigurationError(f"{label}: the endpoint refuses the key with {said}; check it")
    if status in (400, 404, 422):
        return ConfigurationError(
            f"{label}: the endpoint refuses model or request with {said}; check the model's name and the base_url"
        )
    if isinstance(error, ImportError | NotImplementedError):
        return ConfigurationError(f"{label}: the model cannot be called ({kind}); check how it was made")
    if isinstance(error, UnicodeEncodeError) and error.encoding == "ascii":
        return ConfigurationError(f"{label}: the key has characters that no HTTP header carries; check it")
    if isinstance(error, ValueError) or kind == "LengthFinishReasonError":
        return WriterOutputError(f"{label} answered in no form that can be read ({kind})")
    return WriterUnavailableError(f"{label} failed with {said}, after the retries")
