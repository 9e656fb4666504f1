"""What stands before every request: known hosts, a limit on its size, security headers, and one line in the log."""

from __future__ import annotations

import logging
import time
from typing import Any, Final
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import ProblemError, problem_response
from .settings import LOOPBACK_NAMES, StudioSettings

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
logger = logging.getLogger("overture.studio")


class Guards:
    """ASGI middleware; it reads no body and logs no query, no body and no name."""

    def __init__(self, app: ASGIApp, *, settings: StudioSettings) -> None:
        self._app, self._settings = app, settings
        names = {settings.host, *LOOPBACK_NAMES} if settings.is_loopback else {settings.host}
        self._hosts = frozenset(name.lower() for name in (*names, *settings.allowed_hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = uuid4().hex[:16]
        scope.setdefault("state", {})["request_id"] = name
        start, status = time.perf_counter(), 500
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._settings.largest_body:
                raise ProblemError(413, "body-too-large", self._too_large())
            return message

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(MutableHeaders(scope=message), scope, name)
            await send(message)

        try:
            if (problem := self._refusal(scope)) is not None:
                await problem_response(problem, request_id=name)(scope, receive, dressed)
            else:
                await self._app(scope, counted, dressed)
        finally:
            route: Any = scope.get("route")
            logger.info(
                "%s %s %d %.1f ms %s",
                scope["method"], getattr(route, "path", "-"), status, 1000 * (time.perf_counter() - start), name,
            )  # fmt: skip

    def _refusal(self, scope: Scope) -> ProblemError | None:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").lower()
        bare = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if "*" not in self._hosts and bare not in self._hosts:
            return ProblemError(421, "bad-request", "this studio does not answer to that host; see allowed_hosts")
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._settings.largest_body:
            return ProblemError(413, "body-too-large", self._too_large())
        return None

    def _too_large(self) -> str:
        return f"a request has at most {self._settings.largest_body} bytes"

    def _dress(self, headers: MutableHeaders, scope: Scope, name: str) -> None:
        for header, value in _HEADERS.items():
            headers.setdefault(header, value)
        headers["X-Request-Id"] = name
        if not scope["path"].startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")
        if self._settings.https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
