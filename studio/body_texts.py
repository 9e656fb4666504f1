"""Types of what comes in over HTTP: bounded, and without what a database or a mail cannot hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

_LONGEST_TEXT: Final = 20_000


def keepable(text: str) -> str:
    """The text itself, if every database can hold it.

    Raises:
        ValueError: it has a NUL, or half of a character.
    """
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds a NUL or half of a character")
    return text


def line(text: str) -> str:
    """The text itself, if it is one line.

    Raises:
        ValueError: it is more, or cannot be kept.
    """
    if len(text.splitlines()) > 1 or text.endswith(("\n", "\r")):
        raise ValueError("is more than one line")
    return keepable(text)


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        ValueError: it lies in the first or the last year that there is, from which nobody can reckon on.
    """
    if not 1 < at.year < 9999:
        raise ValueError("lies too far away")
    return at.astimezone(UTC)


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(line)]
"""An id or a name of somebody's own choice."""
Line = Annotated[str, Field(max_length=200), AfterValidator(line)]
Body = Annotated[str, Field(min_length=1, max_length=_LONGEST_TEXT), AfterValidator(keepable)]
Text = Annotated[str, Field(max_length=_LONGEST_TEXT), AfterValidator(keepable)]
Moment = Annotated[AwareDatetime, AfterValidator(in_utc)]
"""An instant, with its offset."""
Key = Annotated[str, Path(max_length=200), AfterValidator(keepable)]
"""An id in a path."""


class RequestBody(BaseModel):
    """A body of a request; a field that we do not know is an error, as it may be a slip of the pen."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


def example(value: Any, description: str = "") -> dict[str, Any]:
    """An answer of a route, with an example, for `responses`."""
    said = {"description": description} if description else {}
    return {**said, "content": {"application/json": {"example": value}}}
