"""What people are told: an answer came (C-8), a message was not sent (CR-4), a rate is low (H-2). Each once."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, Literal

from pydantic import AwareDatetime
from sqlalchemy import Connection, Insert, Select, select

from overture.base import Value
from overture.database import insert_for

from .tables import notices

NoticeKind = Literal[
    "interested", "declined", "cancelled", "failed", "low_response_rate", "restricted", "restriction_over", "held",
    "webhook_disabled",
]  # fmt: skip


class Notice(Value):
    """One thing that a recruiter is told."""

    id: int
    at: AwareDatetime
    contract: str
    seat: str
    kind: NoticeKind
    rule: str
    thread: str | None = None
    message: str | None = None
    text: str


def tell(
    connection: Connection,
    *,
    key: str,
    at: datetime,
    contract: str,
    seat: str,
    kind: NoticeKind,
    rule: str,
    text: str,
    thread: str | None = None,
    message: str | None = None,
) -> None:
    """Put a notice down; one with the same key is there already and stays the only one."""
    row = {"key": key, "at": at, "contract": contract, "seat": seat, "kind": kind, "rule": rule, "text": text}
    connection.execute(_telling(connection.dialect.name), {**row, "thread": thread, "message": message})


def undelivered(connection: Connection, *, seat: str | None = None, limit: int = 100) -> list[Notice]:
    """Notices, of all seats or of one, that no callback has taken yet, oldest first."""
    found = _columns().where(notices.c.delivered_at.is_(None)).order_by(notices.c.id).limit(limit)
    if seat is not None:
        found = found.where(notices.c.seat == seat)
    return [Notice.model_validate(dict(row)) for row in connection.execute(found).mappings()]


def notices_of(connection: Connection, seat: str, *, after: int = 0, limit: int = 100) -> list[Notice]:
    """A seat's notices behind an id, oldest first."""
    found = _columns().where(notices.c.seat == seat, notices.c.id > after).order_by(notices.c.id).limit(limit)
    return [Notice.model_validate(dict(row)) for row in connection.execute(found).mappings()]


def mark_delivered(connection: Connection, notice: int, *, at: datetime) -> None:
    """A callback has taken it."""
    connection.execute(notices.update().where(notices.c.id == notice).values(delivered_at=at))


@cache
def _telling(dialect: str) -> Insert:
    return insert_for(dialect, notices).on_conflict_do_nothing(index_elements=["key"])


def _columns() -> Select[Any]:
    return select(*(notices.c[name] for name in Notice.model_fields))
