"""The messages and replies of a seat, newest first, for services that keep their own copy (S-1, C-1)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query
from sqlalchemy import Column, Select, and_, or_, select

from overture.messaging import Message
from overture.messaging.records import MessageState
from overture.messaging.rows import query
from overture.messaging.tables import messages, replies, threads

from .body_texts import Moment
from .body_threads import AnswerBody
from .services import Services

V = TypeVar("V", Message, AnswerBody)


Since = Annotated[Moment | None, Query(description="Only those of this instant or later; with its offset.")]


def messages_of(
    services: Services,
    seat: str,
    *,
    after: tuple[datetime, str] | None,
    since: datetime | None,
    state: MessageState | None,
    limit: int,
) -> list[Message]:
    """A seat's messages by when they were made, behind the one of this moment and id."""
    asked = query(Message, messages.c.seat == seat)
    if state is not None:
        asked = asked.where(messages.c.state == state)
    return _page(services, Message, asked, (messages.c.created_at, messages.c.id), after, since, limit)


def replies_of(
    services: Services, seat: str, *, after: tuple[datetime, str] | None, since: datetime | None, limit: int
) -> list[AnswerBody]:
    """The replies to a seat by when they came, behind the one of this moment and id (C-1, C-2)."""
    columns = (replies.c[name] for name in AnswerBody.model_fields)
    asked = select(*columns).join(threads, threads.c.id == replies.c.thread).where(threads.c.seat == seat)
    return _page(services, AnswerBody, asked, (replies.c.received_at, replies.c.id), after, since, limit)


def _page(
    services: Services,
    kind: type[V],
    asked: Select[Any],
    place: tuple[Column[datetime], Column[str]],
    after: tuple[datetime, str] | None,
    since: datetime | None,
    limit: int,
) -> list[V]:
    at, key = place
    if since is not None:
        asked = asked.where(at >= since)
    if after is not None:
        asked = asked.where(or_(at < after[0], and_(at == after[0], key < after[1])))
    with services.outreach.store.read() as connection:
        found = connection.execute(asked.order_by(at.desc(), key.desc()).limit(limit)).mappings()
        return [kind.model_validate(dict(row)) for row in found]
