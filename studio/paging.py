"""Lists of the API: pages by cursor, and an ETag by which nothing is sent twice (RFC 9110)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Protocol, TypeVar, cast
from urllib.parse import quote

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from overture.errors import InputError

Item = TypeVar("Item")
Limit = Annotated[int, Query(ge=1, le=200, description="Entries of a page.")]
After = Annotated[str | None, Query(max_length=500, description="`next` of the page before.")]


class Page(BaseModel, Generic[Item]):
    """Some entries of a list; `next` asks for those behind them."""

    items: list[Item]
    next: str | None = Field(default=None, description="Cursor of the next page; none where this is the last.")


def write_cursor(*place: str | int) -> str:
    """A place in a list, as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read_cursor(text: str, *kinds: type) -> tuple[Any, ...]:
    """The place that a cursor names.

    Raises:
        InputError: it is none of ours.
    """
    try:
        place: object = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except ValueError:
        place = None
    parts = cast("list[object]", place) if isinstance(place, list) else []
    if not parts or [type(part) for part in parts] != list(kinds) or not all(map(_fits, parts)):
        raise InputError("this is no cursor", field="after", expected="`next` of the page before")
    return tuple(parts)


def _fits(part: object) -> bool:
    """Whether a database can look for it."""
    if isinstance(part, int):
        return 0 <= part < 2**63
    return isinstance(part, str) and part.isprintable()


def tagged(request: Request, value: BaseModel) -> Response:
    """A value as JSON with its ETag; 304 where the caller has it already."""
    body = value.model_dump_json().encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def address_of(collection: str, key: str) -> str:
    """Where one of a collection is found; its id may hold any character."""
    return f"/v1/{collection}/{quote(key, safe='')}"


def read_place(after: str | None) -> tuple[datetime, str] | None:
    """The moment and id behind which a page begins.

    Raises:
        InputError: it is no cursor of ours.
    """
    if after is None:
        return None
    moment, key = read_cursor(after, str, str)
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), key
    except (ValueError, OverflowError):
        raise InputError("this is no cursor", field="after", expected="`next` of the page before") from None


class Placed(Protocol):
    """What stands in a list by its moment and id."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def created_at(self) -> datetime:
        """Its moment."""
        ...


P = TypeVar("P", bound=Placed)


def page_of(found: Sequence[P], limit: int) -> Page[P]:
    """A page of what was found, newest first; one more than the limit was asked for, to know whether more follow."""
    items = list(found[:limit])
    last = items[-1] if len(found) > limit else None
    return Page(items=items, next=write_cursor(last.created_at.isoformat(), last.id) if last else None)
