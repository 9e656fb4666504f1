"""How a request says who makes it: a key for the API, a session and its token for the pages."""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from .caller import USUAL_SCOPES, Caller, Scope
from .problems import ProblemError
from .rate_limit import RateLimit
from .services import Served, services_of
from .sessions import CSRF_FIELD, CSRF_HEADER, SESSION_COOKIE, Session, find_session

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="overture"'}
_bearer = HTTPBearer(auto_error=False, description="A key of one seat: `overture studio keys add --seat ID`.")


class SignInNeededError(Exception):
    """A page was asked for by nobody that we know."""


async def caller_of(request: Request) -> Caller:
    """Whoever the key of a request speaks for; looked up once for a request, and taken off the key's rate.

    Raises:
        ProblemError: 401, there is no key that holds; 429, it asks too often.
    """
    if not hasattr(request.state, "caller"):
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        services = services_of(request)
        found = await services.store.look(services.keys.find, key.strip()) if scheme.lower() == "bearer" else None
        request.state.caller = found
        if found is not None:
            _take(request, found)
    caller: Caller | None = request.state.caller
    if caller is None:
        raise ProblemError(401, "unauthorized", "send a key as 'Authorization: Bearer ovt_...'", headers=_CHALLENGE)
    return caller


def _take(request: Request, caller: Caller) -> None:
    limit: RateLimit = request.app.state.rate_limit
    if wait := limit.take(caller.by):
        raise ProblemError(
            429, "rate-limited", "this key or session asks too often", headers={"Retry-After": str(int(wait) + 1)}
        )


async def _caller_of_key(
    request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Caller:
    return await caller_of(request)


KeyCaller = Annotated[Caller, Depends(_caller_of_key)]
"""Whoever a key speaks for, whatever its scopes."""


def caller_with(scope: Scope) -> Callable[[Request, Caller], Coroutine[Any, Any, Caller]]:
    """A dependency: the caller of a key with this scope."""

    async def check(request: Request, caller: KeyCaller) -> Caller:
        request.state.let_in_by = scope
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


async def _session_of_page(request: Request, services: Served) -> AsyncGenerator[Session]:
    cookie = request.cookies.get(SESSION_COOKIE)
    session = await run_in_threadpool(find_session, services.store, cookie, now=services.clock()) if cookie else None
    if session is None:
        raise SignInNeededError
    request.state.caller = session.caller
    _take(request, session.caller)
    try:
        if request.method not in _SAFE:
            await _check_form(request, session)
        yield session
    finally:
        await request.close()  # the files of a form that was read here for its token


def check_origin(request: Request) -> None:
    """Whether a form comes from a page of this studio, as far as the browser says: by either of two headers.

    Raises:
        ProblemError: 403, it comes from elsewhere.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    is_other = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if is_other or site not in {None, "same-origin", "none"}:
        raise ProblemError(403, "invalid-session", "this form was not sent from this page")


async def _check_form(request: Request, session: Session) -> None:
    """A write from a page comes from this page, and carries its session's token."""
    check_origin(request)
    token = request.headers.get(CSRF_HEADER)
    if token is None and "form" in request.headers.get("content-type", ""):
        token = str((await request.form()).get(CSRF_FIELD, ""))
    if not hmac.compare_digest((token or "").encode(), session.csrf.encode()):
        raise ProblemError(403, "invalid-session", "load the page again: its form is of another session")


AnySession = Annotated[Session, Depends(_session_of_page)]
"""The session of a page, whatever its scopes; a write has carried its token."""


async def _at_work(request: Request, session: AnySession) -> Session:
    """A page shows with the scope to read; what it writes is of all kinds, so that it takes every usual scope."""
    if request.method in _SAFE:
        session.caller.check("read")
    else:
        for scope in sorted(USUAL_SCOPES):
            session.caller.check(scope)
    return session


SignedIn = Annotated[Session, Depends(_at_work)]
"""The session of somebody who may work with the pages; a write has carried its token."""
