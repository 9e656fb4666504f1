"""The page of settings: what a seat may change of itself, its keys and webhooks, and what was done (S-7, CR-6, D-9)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from overture.messaging.zones import check_zone

from .access import SignedIn
from .body_texts import Key
from .pages import render
from .problems import not_found
from .seats import change_contract, seat_of_contract
from .services import Served, Services
from .sessions import Session
from .settings_forms import VALUE_OF, ContractForm, KeyForm, LimitsForm, SeatForm, WebhookForm
from .settings_sections import Section, sections_of, values_of
from .webhooks import add_webhook, remove_webhook

router = APIRouter()


def answer(
    request: Request,
    session: Session,
    services: Services,
    section: Section,
    *,
    done: str = "",
    show: bool = False,
    **asked: Any,
) -> Response:
    """After a form: its section for htmx, else the page anew; `show` where the answer holds what is seen only once."""
    if request.headers.get("hx-request") == "true":
        return _part(request, session, services, section, done=done, **asked)
    if not show:
        return RedirectResponse(f"/settings#{section}", status_code=303)
    return _whole(request, session, services, section, **asked)


def _part(
    request: Request, session: Session, services: Services, section: Section, *, done: str = "", **asked: Any
) -> HTMLResponse:
    values = values_of(section, services, session, **asked)
    return render(request, f"settings_{section}.html", session=session, done=done, **values)


def _whole(
    request: Request, session: Session, services: Services, section: Section | None = None, **asked: Any
) -> HTMLResponse:
    """Every section, one of which may be asked for more."""
    parts = {
        name: Markup(bytes(_part(request, session, services, name, **(asked if name == section else {})).body).decode())  # noqa: S704 - made by our template
        for name in sections_of(session)
    }
    return render(request, "settings.html", session=session, parts=parts)


@router.get("/settings")
def settings_page(request: Request, session: SignedIn, services: Served) -> Response:
    """All sections."""
    return _whole(request, session, services)


@router.post("/settings/seat")
def change_seat(request: Request, session: SignedIn, services: Served, form: Annotated[SeatForm, Form()]) -> Response:
    """Zone and auto-draft of the seat that asks (S-2, D-9)."""
    services.outreach.settings(session.seat, zone=check_zone(form.zone) if form.zone else None)
    services.seats.set_auto_draft(session.seat, VALUE_OF[form.auto_draft], contract=session.contract)
    return answer(request, session, services, "seat", done="settings.saved")


@router.post("/settings/keys")
def make_key(request: Request, session: SignedIn, services: Served, form: Annotated[KeyForm, Form()]) -> Response:
    """A key of this seat, with scopes that the session has; its text is in this answer alone."""
    for scope in form.scopes:
        session.caller.check(scope)
    made, text = services.keys.add(
        session.seat, contract=session.contract, now=services.clock(), label=form.label, scopes=form.scopes
    )
    return answer(request, session, services, "keys", show=True, made={"key": made, "text": text})


@router.post("/settings/keys/{key}/revoke")
def revoke_key(request: Request, session: SignedIn, services: Served, key: Key) -> Response:
    """From this moment on it opens nothing, and the sessions that it opened are over."""
    if not services.keys.revoke(key, now=services.clock(), seat=session.seat):
        raise not_found("key that holds")
    return answer(request, session, services, "keys", done="settings.revoked")


@router.post("/settings/webhooks")
def make_webhook(
    request: Request, session: SignedIn, services: Served, form: Annotated[WebhookForm, Form()]
) -> Response:
    """Where events are posted from now on; its secret is in this answer alone."""
    _, secret = add_webhook(services, session.caller, url=form.url, events=form.events)
    return answer(request, session, services, "webhooks", show=True, secret=secret)


@router.post("/settings/webhooks/{webhook}/remove")
def forget_webhook(request: Request, session: SignedIn, services: Served, webhook: Key) -> Response:
    """Nothing is posted there any more."""
    remove_webhook(services, session.seat, webhook)
    return answer(request, session, services, "webhooks", done="settings.removed")


@router.post("/settings/contract")
def change_whole_contract(
    request: Request, session: SignedIn, services: Served, form: Annotated[ContractForm, Form()]
) -> Response:
    """For admins: what holds for the seats that have not decided themselves (S-2, D-9)."""
    session.caller.check("admin")
    change_contract(services, session.contract, zone=check_zone(form.zone) if form.zone else None)
    services.seats.set_auto_draft_default(session.contract, VALUE_OF[form.auto_draft])
    return answer(request, session, services, "contract", done="settings.saved")


@router.post("/settings/seats/{seat}")
def change_limits(
    request: Request, session: SignedIn, services: Served, seat: Key, form: Annotated[LimitsForm, Form()]
) -> Response:
    """For admins: limits and flag of a seat of the contract (S-7, S-8, CR-6)."""
    session.caller.check("admin")
    found = seat_of_contract(services, session.caller, seat)
    services.outreach.settings(found.id, **form.model_dump())
    return answer(request, session, services, "contract", done="settings.saved")


@router.get("/settings/audit")
def older_lines(
    request: Request,
    session: SignedIn,
    services: Served,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """What this seat's keys and sessions did, and were not let do."""
    return answer(request, session, services, "audit", show=True, before=before)
