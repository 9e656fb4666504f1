"""What each section of the settings page shows, and no more than the seat that asks may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from sqlalchemy import select

from .audit import lines_of
from .caller import SCOPES, USUAL_SCOPES
from .inbox_threads import zone_of
from .seats import seats_of, settings_of
from .services import Services
from .sessions import Session
from .tables import candidates
from .webhooks import webhooks_of

Section = Literal["seat", "keys", "templates", "presets", "webhooks", "data", "contract", "audit"]
_MOST_SEATS: Final = 500
_AUDIT_AT_ONCE: Final = 20


def values_of(section: Section, services: Services, session: Session, **asked: Any) -> dict[str, Any]:
    """What the template of a section needs; `asked` is what a search, an edit or an answer adds."""
    return {"zone": zone_of(services, session.seat), **_VALUES[section](services, session, asked), **asked}


def sections_of(session: Session) -> tuple[Section, ...]:
    """The sections that a session has, in the order of the page."""
    own: tuple[Section, ...] = ("seat", "keys", "templates", "presets", "webhooks")
    return (*own, "contract", "data", "audit") if "admin" in session.scopes else (*own, "audit")


def _seat(services: Services, session: Session, _: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "own": settings_of(services, session.caller),
        "own_auto_draft": services.seats.export(session.seat).auto_draft,
    }


def _keys(services: Services, session: Session, _: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "keys": services.keys.list(seat=session.seat)[::-1],
        "scopes": [scope for scope in SCOPES if scope in session.scopes],
        "usual": USUAL_SCOPES,
        "made": None,
    }


def _templates(services: Services, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    search = asked.get("search", "")
    found = services.outreach.templates(session.seat)
    editing = next((each for each in found if each.id == asked.get("edit")), None)
    shown = services.outreach.templates(session.seat, search=search) if search.strip() else found
    return {"templates": shown, "search": search, "editing": editing}


def _presets(services: Services, session: Session, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"presets": services.seats.presets(session.seat)}


def _webhooks(services: Services, session: Session, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"webhooks": webhooks_of(services, session.seat), "secret": ""}


def _data(services: Services, session: Session, _: Mapping[str, Any]) -> dict[str, Any]:
    asked = select(candidates.c.id, candidates.c.name).where(candidates.c.seat == session.seat)
    with services.store.read() as connection:
        found = connection.execute(asked.order_by(candidates.c.name, candidates.c.id)).all()
    return {"people": found, "erased": None}


def _contract(services: Services, session: Session, _: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "contract": settings_of(services, session.caller).contract,
        "default": services.seats.auto_draft_default(session.contract),
        "seats": seats_of(services, session.contract, limit=_MOST_SEATS),
    }


def _audit(services: Services, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    lines = lines_of(services.store, session.seat, before=asked.get("before"), limit=_AUDIT_AT_ONCE + 1)
    shown = lines[:_AUDIT_AT_ONCE]
    return {"lines": shown, "older": shown[-1].id if len(lines) > len(shown) else None, "before": None}


_VALUES: Final[Mapping[Section, Callable[[Services, Session, Mapping[str, Any]], dict[str, Any]]]] = {
    "seat": _seat,
    "keys": _keys,
    "templates": _templates,
    "presets": _presets,
    "webhooks": _webhooks,
    "data": _data,
    "contract": _contract,
    "audit": _audit,
}
