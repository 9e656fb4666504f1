"""What hands a message to the outside world, once per idempotency key (S-10); sync and async."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Protocol

from pydantic import AwareDatetime, Field

from overture.base import Value

Clock = Callable[[], datetime]

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")


class Outgoing(Value):
    """A message as a transport sees it: nothing of credits, threads or seats."""

    id: str
    to: str = Field(description="Where it goes: for SMTP `a@b.example` or `Name <a@b.example>`.")
    subject: str
    body: str
    sender: str | None = Field(default=None, description="Who it is from; none: the transport's own sender.")
    reply_to: str | None = None
    in_reply_to: str | None = Field(default=None, description="Of a follow-up: `Receipt.id` of its initial message.")
    unsubscribe: str | None = Field(default=None, description="An https: or mailto: address for List-Unsubscribe.")


class Receipt(Value):
    """The proof that a transport has taken a message."""

    id: str = Field(description="The transport's name for it: Message-ID, id of the receiver, or the key.")
    at: AwareDatetime = Field(description="When it was taken, UTC; of a duplicate: when first, if that is known.")
    duplicate: bool = Field(default=False, description="The key was known, so nothing was sent now (S-10).")


class Transport(Protocol):
    """Sends a message, and sends it once per key however often it is asked to (S-10)."""

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        """Hand the message over; the same key again gives a receipt and no second message.

        Raises:
            TransportError: it was not taken, or nobody knows; the same key may be tried again.
            UndeliverableError: it will never be taken.
        """
        ...


class AsyncTransport(Protocol):
    """`Transport` for an event loop (S-10)."""

    async def send(self, message: Outgoing, *, key: str) -> Receipt:
        """As `Transport.send`."""
        ...


def as_async(transport: Transport) -> AsyncTransport:
    """A transport for an event loop: every send runs in a thread of its own, so the loop is never held up."""
    return _Threaded(transport)


def as_sync(transport: AsyncTransport) -> ClosingTransport:
    """An async transport for plain code: its sends run on one event loop in a thread of its own, until `close`."""
    return ClosingTransport(transport)


class _Threaded:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def send(self, message: Outgoing, *, key: str) -> Receipt:
        return await asyncio.to_thread(self._transport.send, message, key=key)


class ClosingTransport:
    """What `as_sync` gives: a `Transport` that holds a thread until `close`; also a context manager."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
        self._loop = asyncio.new_event_loop()  # one loop for good: pooled connections belong to the loop they began on
        self._thread = threading.Thread(target=self._loop.run_forever, name="overture-transport", daemon=True)
        self._thread.start()

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        """As `Transport.send`."""
        return asyncio.run_coroutine_threadsafe(self._transport.send(message, key=key), self._loop).result()

    def close(self) -> None:
        """End the thread; what is being sent is finished first by its caller, who waits for it."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def __enter__(self) -> ClosingTransport:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def utc_now() -> datetime:
    """The clock of transports, where none is given."""
    return datetime.now(UTC)


def token_of(key: str) -> str:
    """The key as a short header-safe word without a full stop: itself, or its SHA-256 where it is not one.

    Raises:
        ValueError: the key is empty.
    """
    if not key:
        raise ValueError("S-10: an idempotency key may not be empty")
    return key if _TOKEN.fullmatch(key) else digest_of(key)


def digest_of(key: str) -> str:
    """The SHA-256 of a key, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()
