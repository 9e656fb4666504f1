"""What stands around every request: known hosts, a limit on its size, security headers, and one line in the log.

It is the outermost of what is ours: every answer goes through it, and no exception goes past it.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .audit import note_request, template_of
from .problems import ProblemError, answer_to
from .settings import LOOPBACK_NAMES, StudioSettings

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with "no-referrer" a form of our own is sent with `Origin: null`
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HEALTH: Final = "/health"
BULK: Final = "/v1/bulk"
"""The one path where a request may be large."""
_GONE: Final = 499  # in our log alone: whoever asked did not wait for the answer
logger = logging.getLogger("overture.studio")


class Guards:
    """ASGI middleware; it keeps no body and logs no query, no body and no name."""

    def __init__(self, app: ASGIApp, *, settings: StudioSettings) -> None:
        self._app, self._settings = app, settings
        names = {settings.host, *LOOPBACK_NAMES} if settings.is_loopback else {settings.host}
        self._hosts = frozenset(name.lower() for name in (*names, *settings.allowed_hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the start and end of the app."""
        if scope["type"] == "http":
            await self._guard(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, send)

    async def _guard(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, which is answered whatever happens."""
        most = self._settings.largest_bulk if scope["path"] == BULK else self._settings.largest_body
        seen = _Seen(name=uuid4().hex[:16], began=time.perf_counter(), most=most)
        method = scope["method"]
        # Every GET is answered to HEAD too, without its body (RFC 9110); the server goes by its own scope.
        scope = {**scope, "method": "GET" if method == "HEAD" else method}
        scope.setdefault("state", {})["request_id"] = seen.name

        async def counted() -> Message:
            message = await receive()
            seen.read += len(message.get("body", b""))
            seen.check(seen.read)
            return message

        async def dressed(message: Message) -> None:
            if seen.status is None and seen.read > seen.most and not seen.failed:
                return  # what the app made of our error while it read; it is answered below
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                headers = MutableHeaders(scope=message)
                await note_request(scope, status=message["status"], headers=headers)
                self._dress(headers, scope, seen.name)
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            self._check(Headers(scope=scope), seen, path=scope["path"])
            await self._app(scope, counted, dressed)
            if seen.status is None:
                seen.check(seen.read)
        except ClientDisconnect:
            seen.status = _GONE
        except Exception as error:  # noqa: BLE001 - the last place where a request can still be answered
            response = answer_to(Request(scope), error)
            if seen.status is None:  # else it was begun, and the server breaks the connection off
                seen.failed = True
                await response(scope, receive, dressed)
        finally:
            caller = scope["state"].get("caller")
            logger.info(
                "%s %s %d %.1f ms %s %s",
                method, template_of(scope), seen.status or _GONE, 1000 * (time.perf_counter() - seen.began),
                caller.by if caller else "-", seen.name,
            )  # fmt: skip

    def _check(self, headers: Headers, seen: _Seen, *, path: str) -> None:
        host = headers.get("host", "").lower()
        bare = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        # `/health` says the same to all, and those who probe it know a process by its address alone.
        if "*" not in self._hosts and bare not in self._hosts and path != HEALTH:
            raise ProblemError(421, "bad-request", "this studio does not answer to that host; see allowed_hosts")
        length = headers.get("content-length", "0")
        seen.check(int(length) if length.isascii() and length.isdigit() else 0)

    def _dress(self, headers: MutableHeaders, scope: Scope, name: str) -> None:
        for header, value in _HEADERS.items():
            headers.setdefault(header, value)
        headers["X-Request-Id"] = name
        if not scope["path"].startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")
        elif b"v=" in scope["query_string"]:  # its address changes with its content
            headers.setdefault("Cache-Control", "public, max-age=31536000, immutable")
        if self._settings.https:
            headers["Strict-Transport-Security"] = "max-age=31536000"


@dataclass(slots=True)
class _Seen:
    """What is known of a request so far."""

    name: str
    began: float
    most: int
    read: int = 0
    status: int | None = None
    failed: bool = False

    def check(self, length: int) -> None:
        """Refuse what is longer than it may be."""
        if length > self.most:
            detail = f"this request has at most {self.most} bytes"
            raise ProblemError(413, "body-too-large", detail, headers={"Connection": "close"})
