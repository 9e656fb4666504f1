"""`Idempotency-Key` on every write of the API: the same key answers with what the first request got.

After the draft of the IETF's httpapi group, draft-ietf-httpapi-idempotency-key-header. A key is its seat's own and is
kept for a day. What may turn out otherwise at another time (5xx, no right, too often) is forgotten, so that it can be
tried again, and so is what was asked to keep nothing. An answer that says `Cache-Control: no-store` holds a secret:
that it was given is kept, and not what.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import anyio
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from .access import caller_of
from .answers import Answer, AnswerStore, prune_answers
from .audit import REPLAYED, keeps_nothing
from .caller import Caller
from .problems import ProblemError, answer_to
from .services import Services, services_of

HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile("[!-~]{1,200}")
_REPLAYED: Final = ("content-type", "location", "etag")
_MAY_CHANGE: Final = frozenset({401, 403, 408, 412, 425, 429})
_PRUNED_EVERY: Final = timedelta(minutes=10)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_LARGEST_STREAM: Final = 1_000_000  # what is longer is not kept, and is made again
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class IdempotentRoute(APIRoute):
    """A route whose writes may carry a key; whose they are is known before a byte of them is read."""

    def get_route_handler(self) -> Handler:
        """The handler, with a look at the key before and after."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            if request.method in {"GET", "HEAD"}:
                return await handle(request)
            caller = await caller_of(request)
            key = request.headers.get(HEADER)
            return await handle(request) if key is None else await _once(request, caller, key, handle)

        return once


async def _once(request: Request, caller: Caller, key: str, handle: Handler) -> Response:
    if not _KEY.fullmatch(key):
        raise ProblemError(422, "invalid-input", f"{HEADER} is 1 to 200 visible characters of ASCII", field=HEADER)
    services = services_of(request)
    await _prune(request, services)
    kept = AnswerStore(services.store, services.clock, seat=caller.seat, key=key)
    before = await run_in_threadpool(kept.begin, _digest(request, caller.by, await request.body()))
    if before is not None:
        return _again(before)
    try:
        response = await _answered(request, handle)
    except BaseException:
        await _in_any_case(kept.forget)
        raise
    if isinstance(body := getattr(response, "body", None), bytes):
        await _in_any_case(_end(kept, request, response, body))
    elif (parts := getattr(response, "body_iterator", None)) is not None:
        vars(response)["body_iterator"] = _watched(kept, request, response, parts)
    else:
        await _in_any_case(kept.forget)
    return response


async def _prune(request: Request, services: Services) -> None:
    """Once in ten minutes, in each process, and at its first key."""
    now = services.clock()
    if now - getattr(request.app.state, "answers_pruned_at", _NEVER) > _PRUNED_EVERY:
        request.app.state.answers_pruned_at = now
        await run_in_threadpool(prune_answers, services.store, now=now)


async def _answered(request: Request, handle: Handler) -> Response:
    """What the request gets, errors included, so that they can be kept."""
    try:
        return await handle(request)
    except ClientDisconnect:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        return answer_to(request, error)


def _digest(request: Request, by: str, body: bytes) -> str:
    """What makes a request the same: who asks, through which key, for what. Another key may have other rights."""
    what = f"{by}\n{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(what + body).hexdigest()


def _again(before: Answer) -> Response:
    if before.body is None:
        raise ProblemError(409, "conflict", "this was done before, and its answer is not kept: it is given once")
    return Response(before.body, status_code=before.status, headers={**before.headers, REPLAYED: "true"})


def _end(kept: AnswerStore, request: Request, response: Response, body: bytes) -> Callable[[], None]:
    """What to do with an answer that is whole."""
    if response.status_code >= 500 or response.status_code in _MAY_CHANGE or keeps_nothing(request.scope):
        return kept.forget
    headers = {name: response.headers[name] for name in _REPLAYED if name in response.headers}
    is_secret = "no-store" in response.headers.get("cache-control", "")
    return lambda: kept.keep(Answer(response.status_code, headers, None if is_secret else body))


async def _watched(
    kept: AnswerStore, request: Request, response: Response, parts: AsyncIterator[str | bytes]
) -> AsyncIterator[str | bytes]:
    """A stream as it goes by; its whole is kept when it has reached its end, and given in one piece from then on."""
    seen, length = list[bytes](), 0
    end: Callable[[], None] = kept.forget
    try:
        async for part in parts:
            data = part.encode() if isinstance(part, str) else bytes(part)
            length += len(data)
            if length <= _LARGEST_STREAM:
                seen.append(data)
            yield part
        failed = bool(seen) and seen[-1].startswith(b"event: problem")  # the last of our server-sent events
        if length <= _LARGEST_STREAM and not failed:
            end = _end(kept, request, response, b"".join(seen))
    finally:
        await _in_any_case(end)


async def _in_any_case(work: Callable[[], None]) -> None:
    """Do it although the request is being given up: else its key would be held for minutes."""
    with anyio.CancelScope(shield=True):
        await run_in_threadpool(work)
