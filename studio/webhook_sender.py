"""The worker that posts events of webhooks: at least once each, tried again for a day; any number may run at once."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import httpx2

from .services import Services
from .webhook_address import Resolve, resolve
from .webhook_events import (
    Due,
    Tried,
    WebhookKey,
    claim,
    collect,
    keep_delivered,
    keep_failed,
    let_go,
    next_due,
    secrets_of,
)
from .webhook_post import DEADLINE, Posted, Poster, body_of, pack
from .webhooks import find_webhook

DELAYS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 2 * 60, 10 * 60, 30 * 60, 3_600, 2 * 3_600, 4 * 3_600, 8 * 3_600, 8 * 3_600)
)
"""Between one try and the next, 23.7 hours in all; after the last one the webhook is switched off."""
CLAIM: Final = timedelta(seconds=4 * DEADLINE)
_JITTER: Final = 0.1
_AT_ONCE: Final = 16
_LOOK_SECONDS: Final = 1.0
_STOP_SECONDS: Final = 5.0
_GONE: Final = 410
_log = logging.getLogger("overture.studio")


class WebhookSender:
    """Makes events of notices and posts them; what it is doing when it dies another one does after `CLAIM`."""

    def __init__(
        self,
        services: Services,
        *,
        resolve: Resolve = resolve,
        transport: httpx2.AsyncBaseTransport | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._services, self._resolve, self._transport = services, resolve, transport
        self._chance = chance or random.Random()  # noqa: S311 - jitter, no secret
        self._worker = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"

    async def once(self) -> int:
        """Post all that is due now; how many webhooks had something."""
        async with self._poster() as poster:
            keys = await asyncio.to_thread(self._look, _AT_ONCE)
            await asyncio.gather(*(self._empty(poster, key, asyncio.Event()) for key in keys))
        return len(keys)

    async def run(self, stop: asyncio.Event) -> None:
        """Go on until it is told to stop; what is being posted then has some seconds to end."""
        tasks: set[asyncio.Task[None]] = set()
        async with self._poster() as poster:
            while not stop.is_set():
                for key in await self._look_safely(_AT_ONCE - len(tasks)):
                    tasks.add(task := asyncio.create_task(self._empty(poster, key, stop)))
                    task.add_done_callback(tasks.discard)
                try:
                    await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)
                except TimeoutError:
                    continue
            if tasks:
                _, late = await asyncio.wait(tasks, timeout=_STOP_SECONDS)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    def _poster(self) -> Poster:
        local = self._services.settings.is_loopback
        return Poster(may_be_local=local, resolve=self._resolve, transport=self._transport)

    async def _look_safely(self, room: int) -> list[WebhookKey]:
        if room <= 0:
            return []
        try:
            return await asyncio.to_thread(self._look, room)
        except Exception as error:  # noqa: BLE001 - the database may be back at the next look
            _log.warning("no look at webhooks (%s); it comes up again", type(error).__name__)
            return []

    def _look(self, room: int) -> list[WebhookKey]:
        store, now = self._services.store, self._services.clock()
        collect(store, now=now)
        return claim(store, worker=self._worker, now=now, span=CLAIM, limit=room)

    async def _empty(self, poster: Poster, key: WebhookKey, stop: asyncio.Event) -> None:
        """Post a webhook's events one after another, until none is due or one is not taken."""
        store = self._services.store
        try:
            while not stop.is_set():
                now = self._services.clock()
                due = await asyncio.to_thread(next_due, store, key, worker=self._worker, now=now, span=CLAIM)
                if due is None or not await self._deliver(poster, due, now=now):
                    return
        except Exception as error:  # noqa: BLE001 - the claim runs out, and the event is posted then
            _log.warning("webhook %s: not posted (%s); it comes up again", key.id, type(error).__name__)
        finally:
            await asyncio.shield(asyncio.to_thread(let_go, store, key, worker=self._worker))

    async def _deliver(self, poster: Poster, due: Due, *, now: datetime) -> bool:
        """Post one event and keep what came of it; whether the next one may follow."""
        store = self._services.store
        if due.notice is None:
            posted, tried = Posted(), Tried(error="what it tells of is no longer there")
        else:
            body = body_of(due.notice)
            posted = await poster.post(due.url, body, event=due.event.id, secrets=due.secrets, at=now)
            tried = self._plan(posted, attempts=due.event.attempts, now=now)
        done = self._services.clock()
        if posted.is_taken:
            await asyncio.to_thread(keep_delivered, store, due, status=posted.status or 0, now=done)
            return True
        await asyncio.to_thread(keep_failed, store, due, tried, worker=self._worker, now=done)
        return due.notice is None

    def _plan(self, posted: Posted, *, attempts: int, now: datetime) -> Tried:
        """When to try again; a receiver that says it is gone, or took nothing for a day, is switched off."""
        status, error, wait = posted
        if status == _GONE:
            return Tried(status, error, because="its receiver answered 410, which asks for nothing more")
        if attempts >= len(DELAYS):
            return Tried(status, error, because=f"nothing was taken for a day; the last time: {error}")
        delay = DELAYS[attempts] * self._chance.uniform(1 - _JITTER, 1 + _JITTER)
        return Tried(status, error, retry_at=now + max(delay, wait or timedelta()))


@contextmanager
def posting(services: Services) -> Generator[None]:
    """Post events in a thread of its own, until the end of the block."""
    sender, stop = WebhookSender(services), asyncio.Event()
    loop = asyncio.new_event_loop()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(sender.run(stop))

    thread = threading.Thread(target=run, name="overture-webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with suppress(RuntimeError):  # the thread has ended before its time, and said why
            loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=2 * _STOP_SECONDS)


async def post_test(
    services: Services, key: WebhookKey, *, event: str, transport: httpx2.AsyncBaseTransport | None = None
) -> Posted:
    """One post of type `test`, which is not tried again.

    Raises:
        ProblemError: 404, the seat has no such webhook.
    """
    webhook = await asyncio.to_thread(find_webhook, services, key.seat, key.id)
    now = services.clock()
    secrets = await asyncio.to_thread(secrets_of, services.store, key, now=now)
    body = pack("test", now, {"webhook": webhook.id})
    async with Poster(may_be_local=services.settings.is_loopback, resolve=resolve, transport=transport) as poster:
        return await poster.post(webhook.url, body, event=event, secrets=secrets, at=now)
