"""What an error of a writer means for a run: try again, go on with the next, or stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from overture.errors import ConfigurationError, OvertureError, WriterTimeoutError, WriterUnavailableError

from .pacing import LONGEST, retry_after

_TRIED_AGAIN = frozenset({408, 409, 429})
_NO_WAY_IN = frozenset({401, 403, 404})
_QUOTA = "insufficient_quota"  # a 429 that no waiting mends


class RunStopped(Exception):  # noqa: N818 - it ends a run cleanly, whoever is at fault
    """Ends a run from within a draft, through the course of drafting, which takes errors of ours for answers."""

    def __init__(self, reason: OvertureError) -> None:
        self.reason = reason
        super().__init__(str(reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What to do after an error: `again` after `wait` seconds (None: back off), `answer` as it is, or `stop`.

    `doubt`: it was refused before anything was answered, so that the row or the setting may be wrong.
    A run that stops with a `wait` does so since the endpoint asks for more patience than a run has.
    """

    todo: Literal["again", "answer", "stop", "doubt"]
    wait: float | None = None
    is_pressure: bool = False
    """Whether fewer requests at once would help."""


def objection_of(error: Exception, *, is_first: bool) -> Objection:
    """What an error calls for; `is_first` says that nothing was answered yet, so that the setting may be wrong."""
    status, headers = _response(error)
    if isinstance(error, ConfigurationError):
        if status in _NO_WAY_IN:
            return Objection(todo="stop")
        if not is_first:
            return Objection(todo="answer")
        return Objection(todo="stop" if status is None else "doubt")  # without a status nobody was asked
    if isinstance(error, WriterTimeoutError):
        return Objection(todo="again", is_pressure=True)
    if isinstance(error, WriterUnavailableError):
        if _QUOTA in str(error):
            return Objection(todo="stop")
        if status is None or status in _TRIED_AGAIN or status >= 500:
            wait = retry_after(headers)
            todo: Literal["again", "stop"] = "stop" if wait is not None and wait > LONGEST else "again"
            return Objection(todo=todo, wait=wait, is_pressure=status != 500)
    return Objection(todo="answer")


def asked_to_wait(error: OvertureError, seconds: float) -> WriterUnavailableError:
    """Why a run stops that was asked to wait for so long."""
    return WriterUnavailableError(
        f"{error}; it asks to wait {seconds:,.0f} s, and a run waits {LONGEST:g} s at most: start it again then",
        usage=getattr(error, "usage", None),
    )


def asked_wait(error: BaseException) -> float | None:
    """The seconds that the response behind an error asks to wait (Retry-After), None where it asks for none."""
    return retry_after(_response(error)[1])


def _response(error: BaseException) -> tuple[int | None, dict[str, str]]:
    """Status and headers of the response behind an error, however deep it lies."""
    for cause in _causes(error):
        response: Any = getattr(cause, "response", None)
        status = getattr(cause, "status_code", None) or getattr(response, "status_code", None)
        if isinstance(status, int):
            headers = getattr(response, "headers", None)
            return status, {str(k).lower(): str(v) for k, v in headers.items()} if headers else {}
    return None, {}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
