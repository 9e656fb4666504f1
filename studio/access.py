"""How a request says who makes it: a key for the API, a session and its token for the pages."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from .caller import Caller, Scope
from .problems import ProblemError
from .services import Served
from .sessions import CSRF_FIELD, CSRF_HEADER, SESSION_COOKIE, Session, find_session

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_bearer = HTTPBearer(auto_error=False, description="A key of one seat: `overture studio keys add --seat ID`.")


class SignInNeededError(Exception):
    """A page was asked for by nobody that we know."""


def _caller_of_key(
    services: Served, given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Caller:
    caller = services.keys.find(given.credentials) if given is not None else None
    if caller is None:
        raise ProblemError(401, "unauthorized", "send a key as 'Authorization: Bearer ovt_...'", headers=_CHALLENGE)
    return caller


_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="overture"'}
KeyCaller = Annotated[Caller, Depends(_caller_of_key)]
"""Whoever a key speaks for, whatever its scopes."""


def caller_with(scope: Scope) -> Callable[[Caller], Caller]:
    """A dependency: the caller of a key with this scope."""

    def check(caller: KeyCaller) -> Caller:
        caller.check(scope)
        return caller

    return check


ReadCaller = Annotated[Caller, Depends(caller_with("read"))]
DraftCaller = Annotated[Caller, Depends(caller_with("draft"))]
ClassifyCaller = Annotated[Caller, Depends(caller_with("classify"))]
SendCaller = Annotated[Caller, Depends(caller_with("send"))]
FeedbackCaller = Annotated[Caller, Depends(caller_with("feedback"))]
SettingsCaller = Annotated[Caller, Depends(caller_with("settings"))]
AdminCaller = Annotated[Caller, Depends(caller_with("admin"))]


async def _session_of_page(request: Request, services: Served) -> Session:
    cookie = request.cookies.get(SESSION_COOKIE)
    session = find_session(services.store, cookie, now=services.clock()) if cookie else None
    if session is None:
        raise SignInNeededError
    if request.method not in _SAFE:
        await _check_form(request, session)
    return session


async def _check_form(request: Request, session: Session) -> None:
    """A write from a page comes from this page, and carries its session's token."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ProblemError(403, "invalid-session", "this form was not sent from this page")
    token = request.headers.get(CSRF_HEADER)
    if token is None and "form" in request.headers.get("content-type", ""):
        token = str((await request.form()).get(CSRF_FIELD, ""))
    if not hmac.compare_digest((token or "").encode(), session.csrf.encode()):
        raise ProblemError(403, "invalid-session", "load the page again: its form is of another session")


SignedIn = Annotated[Session, Depends(_session_of_page)]
"""The session of a page; a write has carried its token."""
