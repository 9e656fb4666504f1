"""`Idempotency-Key` on every write of the API: the same key answers with what the first request got.

After the draft of the IETF's httpapi group, draft-ietf-httpapi-idempotency-key-header. A key is its seat's own, and
is kept for a day. What failed on our side (5xx) is forgotten, so that it can be tried again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from .problems import ProblemError
from .services import Services, services_of
from .store import StudioStore
from .tables import answers

HEADER: Final = "Idempotency-Key"
_KEPT: Final = timedelta(days=1)
_ABANDONED: Final = timedelta(minutes=5)
_LONGEST: Final = 200
_REPLAYED: Final = ("content-type", "location", "etag")


class IdempotentRoute(APIRoute):
    """A route whose writes may carry a key."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with a look at the key before and after."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method in {"GET", "HEAD"}:
                return await handle(request)
            return await _once(request, key, handle)

        return once


async def _once(request: Request, key: str, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
    services = services_of(request)
    seat = _seat_of(request, services)
    if seat is None:
        return await handle(request)  # which says that there is no key
    if not 1 <= len(key) <= _LONGEST:
        raise ProblemError(422, "invalid-input", f"{HEADER} has 1 to {_LONGEST} characters", field=HEADER)
    asked = _digest(request, await request.body())
    before = _begin(services.store, seat, key, asked, now=services.clock())
    if before is not None:
        return before
    try:
        response = await handle(request)
    except Exception:
        _forget(services.store, seat, key)
        raise
    body = getattr(response, "body", None)
    if response.status_code >= 500 or not isinstance(body, bytes):
        _forget(services.store, seat, key)
    else:
        _keep(services.store, seat, key, response, body)
    return response


def _seat_of(request: Request, services: Services) -> str | None:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    caller = services.keys.find(text.strip()) if scheme.lower() == "bearer" else None
    return caller.seat if caller else None


def _digest(request: Request, body: bytes) -> str:
    what = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(what + body).hexdigest()


def _begin(store: StudioStore, seat: str, key: str, asked: str, *, now: datetime) -> Response | None:
    """Take the key for this request; the answer of the first one where it was taken before."""
    mine = (answers.c.seat == seat) & (answers.c.key == key)
    old = (answers.c.created_at < now - _KEPT) | (
        answers.c.status.is_(None) & (answers.c.created_at < now - _ABANDONED)
    )
    try:
        with store.write() as connection:
            connection.execute(delete(answers).where(old))
            connection.execute(answers.insert().values(seat=seat, key=key, request=asked, created_at=now))
        return None
    except IntegrityError:
        with store.read() as connection:
            row = connection.execute(select(answers).where(mine)).one_or_none()
    if row is None or (row.request == asked and row.status is None):
        raise ProblemError(
            409, "still-running", "the first request with this key has no answer yet", headers={"Retry-After": "1"}
        )
    if row.request != asked:
        raise ProblemError(422, "same-key-other-request", "use a new key for a new request", field=HEADER)
    return Response(row.body, status_code=row.status, headers={**row.headers, "Idempotent-Replayed": "true"})


def _keep(store: StudioStore, seat: str, key: str, response: Response, body: bytes) -> None:
    headers = {name: response.headers[name] for name in _REPLAYED if name in response.headers}
    with store.write() as connection:
        connection.execute(
            answers.update()
            .where((answers.c.seat == seat) & (answers.c.key == key))
            .values(status=response.status_code, headers=headers, body=body)
        )


def _forget(store: StudioStore, seat: str, key: str) -> None:
    with store.write() as connection:
        connection.execute(delete(answers).where((answers.c.seat == seat) & (answers.c.key == key)))
