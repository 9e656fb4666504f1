"""The audit log: who did what to which thing, and no word of its content."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime
from sqlalchemy import select

from overture.base import Value

from .caller import Caller
from .store import StudioStore
from .tables import audit


class AuditLine(Value):
    """One write, or one refusal to let somebody write."""

    id: int
    at: AwareDatetime
    seat: str
    by: str
    action: str
    subject: str | None
    status: int
    request: str


def note(
    store: StudioStore, caller: Caller, action: str, *, subject: str | None, status: int, request: str, now: datetime
) -> None:
    """Put a line down; `action` is the method and the path with names in place of ids."""
    with store.write() as connection:
        connection.execute(
            audit.insert().values(
                at=now, contract=caller.contract, seat=caller.seat, by=caller.by, action=action, subject=subject,
                status=status, request=request,
            )
        )  # fmt: skip


def lines_of(store: StudioStore, seat: str, *, before: int | None = None, limit: int = 100) -> tuple[AuditLine, ...]:
    """A seat's lines, newest first."""
    asked = select(*(audit.c[name] for name in AuditLine.model_fields)).where(audit.c.seat == seat)
    if before is not None:
        asked = asked.where(audit.c.id < before)
    with store.read() as connection:
        found = connection.execute(asked.order_by(audit.c.id.desc()).limit(limit)).mappings()
        return tuple(AuditLine.model_validate(dict(row)) for row in found)
