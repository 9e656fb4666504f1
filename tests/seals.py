"""The seals that conftest.py puts on every test: no network beyond loopback, nothing that blocks an event loop."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest


class NetworkBlockedError(AssertionError):
    """A test reached for an address that is not on this machine."""


class BlockingCallError(AssertionError):
    """Async code called something that holds up the whole event loop."""


def seal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make network and blocking calls fail loudly, and hide the developer's keys."""
    for name in [name for name in os.environ if name.endswith(("_API_KEY", "_BASE_URL"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(socket.socket, "connect", _guarded_connect(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", _guarded_connect(socket.socket.connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
    monkeypatch.setattr(time, "sleep", _guarded_sleep(time.sleep))


def _guarded_connect(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _require_loopback(address[0])
            if self.gettimeout() != 0 and _in_event_loop():
                raise BlockingCallError("a blocking connect inside async code")
        return connect(self, address)

    return guarded


def _guarded_lookup(lookup: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        _require_loopback(host)
        return lookup(host, *arguments, **options)

    return guarded


def _guarded_sleep(sleep: Callable[[float], None]) -> Callable[[float], None]:
    def guarded(seconds: float) -> None:
        if _in_event_loop():
            raise BlockingCallError("time.sleep inside async code")
        sleep(seconds)

    return guarded


def _require_loopback(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return
    try:
        if ipaddress.ip_address(name).is_loopback:
            return
    except ValueError:
        pass
    raise NetworkBlockedError(f"{name!r} is not on this machine; tests run without a network")


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
