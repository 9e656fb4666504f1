"""Lists of the API by cursor, and ETags by which nothing is sent twice and no write undoes another (RFC 9110)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Protocol, TypeVar, cast, overload
from urllib.parse import quote

from fastapi import Header, Query, Request, Response
from pydantic import AfterValidator, BaseModel, Field

from overture.errors import InputError

from .body_texts import keepable
from .problems import ProblemError

Item = TypeVar("Item")
Place = tuple[str | int, ...]
"""Where an entry stands in its list."""
Limit = Annotated[int, Query(ge=1, le=200, description="Entries of a page.")]
After = Annotated[str | None, Query(max_length=3_000, description="`next` of the page before.")]
Search = Annotated[
    str,
    Query(max_length=200, description="A part of the name or title, in either case (on SQLite: of A to Z)."),
    AfterValidator(keepable),
]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", description="Write only to what still has this `ETag`; else it is a 412.")
]


class Page(BaseModel, Generic[Item]):
    """Some entries of a list; `next` asks for those behind them."""

    items: list[Item]
    next: str | None = Field(default=None, description="Cursor of the next page; none where this is the last.")


def write_cursor(*place: str | int) -> str:
    """A place in a list, as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps(place, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(text: str, *kinds: type) -> tuple[Any, ...]:
    """The place that a cursor names.

    Raises:
        InputError: it is none of ours.
    """
    try:
        place: object = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        place = None
    parts = cast("list[object]", place) if isinstance(place, list) else []
    if not parts or [type(part) for part in parts] != list(kinds) or not all(map(_fits, parts)):
        raise InputError("this is no cursor", field="after", expected="`next` of the page before")
    return tuple(parts)


def _fits(part: object) -> bool:
    """Whether a database can look for it."""
    if isinstance(part, int):
        return 0 <= part < 2**63
    try:
        keepable(str(part))
    except ValueError:
        return False
    return True


def tagged(request: Request, value: BaseModel) -> Response:
    """A value as JSON with its ETag; 304 where the caller looks at what they have already."""
    body = value.model_dump_json().encode()
    tag = _tag_of(body)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = {part.removeprefix("W/") for part in _parts_of(request.headers.get("if-none-match", ""))}
    if request.method in {"GET", "HEAD"} and (tag in known or "*" in known):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def check_match(asked: str | None, current: Callable[[], BaseModel | None]) -> bool:
    """Whether a write asked for a version; `current` is what GET gives now, read where the write locks it.

    Raises:
        ProblemError: 412, it is another one by now, or there is none any more.
    """
    if asked is None:
        return False
    wanted, now = _parts_of(asked), current()
    if now is None or not ("*" in wanted or _tag_of(now.model_dump_json().encode()) in wanted):
        raise changed_meanwhile()
    return True


def changed_meanwhile() -> ProblemError:
    """What a write with `If-Match` is answered that came too late."""
    detail = "it is no more what it was when you read it: read it again"
    return ProblemError(412, "precondition-failed", detail, field="If-Match")


def _tag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _parts_of(header: str) -> set[str]:
    return {part.strip() for part in header.split(",")}


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


@overload
def page_of(found: Sequence[P], limit: int) -> Page[P]: ...
@overload
def page_of(found: Sequence[Item], limit: int, *, key: Callable[[Item], Place]) -> Page[Item]: ...
def page_of(found: Sequence[Any], limit: int, *, key: Callable[[Any], Place] | None = None) -> Page[Any]:
    """A page of what was found; one more than the limit was asked for, to know whether more follow.

    `key` says where an entry stands; without it by its moment and id, newest first.
    """
    items = list(found[:limit])
    is_last = len(found) <= limit
    return Page(items=items, next=None if is_last else write_cursor(*(key or _newest_first)(items[-1])))


def behind(found: Sequence[Item], after: str | None, *, key: Callable[[Item], str]) -> Sequence[Item]:
    """What stands behind the entry that a cursor names, in a list from which none is ever taken.

    Raises:
        InputError: it is no cursor of ours.
    """
    if after is None:
        return found
    (last,) = read_cursor(after, str)
    start = next((place for place, each in enumerate(found, start=1) if key(each) == last), len(found))
    return found[start:]


def _newest_first(item: Placed) -> Place:
    return item.created_at.isoformat(), item.id
