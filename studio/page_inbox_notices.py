"""The page: what a seat was told, and the bell that counts what it has not seen (C-8, CR-4, H-2)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from .access import SignedIn
from .inbox_notices import count_unread, mark_seen, read_notices
from .inbox_threads import names_of, short_time, zone_of
from .pages import render
from .services import Served

router = APIRouter()
_GREATEST = 2**63 - 1


@router.get("/notices")
def notices(
    request: Request,
    session: SignedIn,
    services: Served,
    before: Annotated[int | None, Query(ge=0, le=_GREATEST)] = None,
) -> HTMLResponse:
    """What the seat was told, newest first."""
    told = read_notices(services, session.seat, before=before)
    threads = names_of(services, session.seat, {line.thread for line in told.lines if line.thread})
    zone = zone_of(services, session.seat)
    return render(
        request, "notices.html", session=session, told=told, names=threads, zone=zone,
        short=short_time(zone, services.clock()),
    )  # fmt: skip


@router.get("/notices/bell")
def bell(request: Request, session: SignedIn, services: Served, have: int = -1) -> Response:
    """The bell with its count; nothing where the page has the same count already."""
    unread = count_unread(services, session.seat)
    if unread == have:
        return Response(status_code=204)
    shown = render(request, "notices_bell.html", session=session, unread=unread)
    shown.headers["HX-Trigger-After-Settle"] = "bell-shown"  # what follows can be sure that the bell hears of it
    return shown


@router.post("/notices/seen")
def seen(
    request: Request, session: SignedIn, services: Served, notice: Annotated[int, Form(ge=0, le=_GREATEST)]
) -> Response:
    """Everything up to this notice was looked at."""
    mark_seen(services, session.seat, notice=notice)
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Trigger": "notices-seen"})
    return RedirectResponse("/notices", status_code=303)
