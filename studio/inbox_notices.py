"""What a seat was told, newest first, and how much of it nobody has looked at yet (C-8, CR-4, H-2)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

from overture.base import Value
from overture.database import insert_into
from overture.messaging import Notice
from overture.messaging.tables import notices

from .services import Services
from .tables import notices_seen

AT_ONCE: Final = 50


class Notices(Value):
    """Some of a seat's notices, newest first; `before` asks for older ones, none where there are none."""

    lines: tuple[Notice, ...]
    seen: int
    before: int | None = None


def read_notices(services: Services, seat: str, *, before: int | None = None, limit: int = AT_ONCE) -> Notices:
    """A page of what a seat was told."""
    asked = select(*(notices.c[name] for name in Notice.model_fields)).where(notices.c.seat == seat)
    if before is not None:
        asked = asked.where(notices.c.id < before)
    with services.outreach.store.read() as connection:
        found = connection.execute(asked.order_by(notices.c.id.desc()).limit(limit + 1)).mappings()
        lines = tuple(Notice.model_validate(dict(row)) for row in found)
    older = lines[limit - 1].id if len(lines) > limit else None
    return Notices(lines=lines[:limit], seen=_seen(services, seat), before=older)


def count_unread(services: Services, seat: str) -> int:
    """How many notices came after the last one that the seat has seen."""
    seen = _seen(services, seat)
    with services.outreach.store.read() as connection:
        unread = select(func.count()).where(notices.c.seat == seat, notices.c.id > seen)
        return connection.scalar(unread) or 0


def mark_seen(services: Services, seat: str, *, notice: int) -> None:
    """Everything up to a notice was looked at; what was seen before stays seen."""
    with services.outreach.store.read() as connection:
        newest = connection.scalar(select(func.max(notices.c.id)).where(notices.c.seat == seat)) or 0
    with services.store.write() as connection:
        insert = insert_into(connection, notices_seen)
        row = insert.values(seat=seat, notice=min(notice, newest))
        connection.execute(
            row.on_conflict_do_update(
                index_elements=["seat"],
                set_={"notice": row.excluded.notice},
                where=notices_seen.c.notice < row.excluded.notice,
            )
        )


def _seen(services: Services, seat: str) -> int:
    with services.store.read() as connection:
        return connection.scalar(select(notices_seen.c.notice).where(notices_seen.c.seat == seat)) or 0
