"""The audit log: who did what to which thing, and no word of its content."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from pydantic import AwareDatetime
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from overture.base import Value

from .caller import Caller
from .store import StudioStore
from .tables import audit

if TYPE_CHECKING:
    from starlette.datastructures import MutableHeaders
    from starlette.types import Scope

    from .services import Services

KEPT: Final = timedelta(days=365)
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CHANGES_NOTHING: Final = frozenset({"read", "classify"})
_TOO_OFTEN: Final = 429
_LONGEST: Final = 200
REPLAYED: Final = "Idempotent-Replayed"
logger = logging.getLogger("overture.studio")


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


async def note_request(scope: Scope, *, status: int, headers: MutableHeaders) -> None:
    """Put down a request that may have changed something, when its answer begins; whoever it came from is known.

    No line for what keeps nothing, for an answer that is given again, nor for what was turned away before anybody
    looked at its scope: what comes too often or cannot be read.
    A line that cannot be written is in the log: what it tells of has happened.
    """
    state = scope["state"]
    caller: Caller | None = state.get("caller")
    if caller is None or scope["method"] in _SAFE or REPLAYED in headers or keeps_nothing(scope):
        return
    is_api = scope["path"].startswith("/v1/")
    if status == _TOO_OFTEN or (is_api and "let_in_by" not in state):
        return
    services: Services = scope["app"].state.services
    action = f"{scope['method']} {template_of(scope)}"
    ids = "/".join(str(part) for part in scope.get("path_params", {}).values())
    made = unquote(headers.get("location", "").rpartition("/")[2]) if status == 201 else ""
    try:
        await run_in_threadpool(
            note, services.store, caller, action, subject=(ids or made)[:_LONGEST] or None, status=status,
            request=scope["state"]["request_id"], now=services.clock(),
        )  # fmt: skip
    except SQLAlchemyError:  # of the pool, too, which may have no connection left
        logger.exception("the audit log lacks %s %d of %s", action, status, caller.by)


def keeps_nothing(scope: Scope) -> bool:
    """Whether a request was let in by a scope that changes nothing (read, classify), or said so of itself."""
    state = scope["state"]
    return state.get("let_in_by") in _CHANGES_NOTHING or bool(state.get("keeps_nothing"))


def prune_audit(store: StudioStore, *, now: datetime) -> None:
    """Forget the lines whose year is over."""
    with store.write() as connection:
        connection.execute(delete(audit).where(audit.c.at < now - KEPT))


def template_of(scope: Scope) -> str:
    """The path of a request with the names of its parts in place of what stands there."""
    path: str = getattr(scope.get("route"), "path", "-").replace(":path}", "}")
    return f"/v1{path}" if scope["path"].startswith("/v1/") and not path.startswith(("/v1", "-")) else path


def lines_of(store: StudioStore, seat: str, *, before: int | None = None, limit: int = 100) -> tuple[AuditLine, ...]:
    """A seat's lines, newest first."""
    asked = select(*(audit.c[name] for name in AuditLine.model_fields)).where(audit.c.seat == seat)
    if before is not None:
        asked = asked.where(audit.c.id < before)
    with store.read() as connection:
        found = connection.execute(asked.order_by(audit.c.id.desc()).limit(limit)).mappings()
        return tuple(AuditLine.model_validate(dict(row)) for row in found)
