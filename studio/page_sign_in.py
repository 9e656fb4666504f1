"""Signing in with a key, and out again; on this machine alone a seat may be open to whoever reaches the page."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from overture.messaging import Seat
from overture.messaging.rows import find
from overture.messaging.tables import seats

from .access import AnySession, check_origin
from .audit import note
from .caller import SCOPES, Caller
from .pages import render
from .problems import ProblemError, request_id
from .rate_limit import RateLimit
from .services import Served, Services
from .sessions import SESSION_COOKIE, close_session, find_session, open_session

_HOME: Final = "/compose"
_LONGEST_KEY: Final = 500
_LONGEST_PLACE: Final = 2_000
_BELL: Final = "/notices/bell"
_STOP_ASKING: Final = 286  # what htmx takes as the end of a poll

router = APIRouter()
Place = Annotated[str, Query(max_length=_LONGEST_PLACE)]


@router.get("/")
def home() -> Response:
    """The first page is where messages are written."""
    return RedirectResponse(_HOME, status_code=303)


@router.get("/sign-in")
def sign_in_page(request: Request, services: Served, to: Place = _HOME, out: bool = False) -> Response:
    """The form; nobody sees it who is signed in, or where a seat is open to all who reach the page."""
    where = safe_place(to)
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie and find_session(services.store, cookie, now=services.clock()) is not None:
        return RedirectResponse(where, status_code=303)
    if services.settings.open_seat is not None and not out:
        return _signed_in(request, services, _open_caller(services), key=None, where=where)
    return _form(request, services, where=where, was_signed_out=out)


@router.post("/sign-in")
def sign_in(
    request: Request,
    services: Served,
    key: Annotated[str, Form(max_length=_LONGEST_KEY)] = "",
    to: Annotated[str, Form(max_length=_LONGEST_PLACE)] = _HOME,
) -> Response:
    """Change a key for a session; what was typed is in no log and in no answer."""
    check_origin(request)
    limit: RateLimit = request.app.state.sign_in_limit
    wait = limit.take(request.client.host if request.client else "")
    if wait:
        return _form(request, services, where=safe_place(to), error="sign_in.too_often", status=429, wait=wait)
    caller = services.keys.find(key.strip()) if key.isprintable() else None
    if caller is None:
        return _form(request, services, where=safe_place(to), error="sign_in.unknown", status=401)
    return _signed_in(request, services, caller, key=caller.by.removeprefix("key:"), where=safe_place(to))


@router.post("/sign-out")
def sign_out(request: Request, services: Served, session: AnySession) -> Response:  # noqa: ARG001 - it must be one
    """End this session; others of the same seat go on."""
    close_session(services.store, request.cookies[SESSION_COOKIE])
    answer = RedirectResponse("/sign-in?out=1", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict", secure=services.settings.https)
    return answer


async def to_sign_in(request: Request, _: Exception) -> Response:
    """Where somebody goes who is not signed in, and back from there; htmx is told to load the whole page.

    The bell asks by itself while somebody writes: it says that they are signed out, and leaves their page alone.
    """
    is_part = request.headers.get("hx-request") == "true"
    place = _page_behind(request) if is_part else _address_of(request)
    sign_in_at = f"/sign-in?{urlencode({'to': place})}" if place else "/sign-in"
    if is_part and request.url.path == _BELL:
        return render(request, "notices_bell.html", status=_STOP_ASKING, sign_in=sign_in_at)
    if is_part:
        return Response(status_code=204, headers={"HX-Redirect": sign_in_at})
    return RedirectResponse(sign_in_at, status_code=303)


def _page_behind(request: Request) -> str:
    """The page of ours that a part was asked for from, as htmx says."""
    page = urlsplit(request.headers.get("hx-current-url", ""))
    return _bounded(page.path, page.query) if page.netloc == request.headers.get("host") else ""


def _address_of(request: Request) -> str:
    return _bounded(request.url.path, request.url.query) if request.method == "GET" else ""


def _bounded(path: str, query: str) -> str:
    place = f"{path}?{query}" if query else path
    return place if len(place) <= _LONGEST_PLACE else path[:_LONGEST_PLACE]


def safe_place(place: str) -> str:
    """A page of ours to go on to; anything else, such as another site, is the first page."""
    is_ours = place.startswith("/") and not place.startswith(("//", "/sign-in")) and "\\" not in place
    return place if is_ours and place.isprintable() else _HOME


def _form(
    request: Request,
    services: Services,
    *,
    where: str,
    error: str = "",
    status: int = 200,
    wait: float = 0,
    was_signed_out: bool = False,
) -> Response:
    page = render(
        request, "sign_in.html", status=status, where=where, error=error, was_signed_out=was_signed_out,
        open_seat=services.settings.open_seat,
    )  # fmt: skip
    if wait:
        page.headers["Retry-After"] = str(int(wait) + 1)
    return page


def _signed_in(request: Request, services: Services, caller: Caller, *, key: str | None, where: str) -> Response:
    hours = services.settings.session_hours
    cookie = open_session(services.store, caller, key=key, now=services.clock(), hours=hours)
    _note(request, services, caller)
    answer = RedirectResponse(where, status_code=303)
    answer.set_cookie(
        SESSION_COOKIE, cookie, max_age=hours * 3600, path="/", httponly=True, samesite="strict",
        secure=services.settings.https,
    )  # fmt: skip
    return answer


def _open_caller(services: Services) -> Caller:
    """Whoever reaches a page that is open has the database's file as well, so nothing is kept from them."""
    name = services.settings.open_seat or ""
    with services.outreach.store.read() as connection:
        seat = find(connection, Seat, seats.c.id == name)
    if seat is None:
        raise ProblemError(503, "unavailable", "the seat that this studio is open for is not in its database")
    return Caller(seat=seat.id, contract=seat.contract, scopes=frozenset(SCOPES), by="open")


def _note(request: Request, services: Services, caller: Caller) -> None:
    """Whoever signs in is not known when the request comes, so that nobody else puts it down."""
    note(
        services.store, caller, f"{request.method} /sign-in", subject=None, status=303, request=request_id(request),
        now=services.clock(),
    )  # fmt: skip
