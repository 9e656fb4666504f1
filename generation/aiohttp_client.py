"""The `openai` client's aiohttp transport: about half the CPU of a call, measured (benchmarks/bulk.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

OnResponse = Callable[[int, Mapping[str, str]], None]
"""Is told the status and the headers of every response, of those that are tried again too."""


@lru_cache(maxsize=1)
def has_aiohttp() -> bool:
    """Whether the transport is installed: `overture[bulk]`, or `openai[aiohttp]`."""
    return find_spec("aiohttp") is not None


def http_client(*, aiohttp: bool, on_response: OnResponse | None) -> Any:
    """A client for `AsyncOpenAI(http_client=...)`; None where the SDK's own does."""
    options: dict[str, Any] = {} if on_response is None else {"event_hooks": {"response": [_hook(on_response)]}}
    if aiohttp:
        return _aiohttp_class()(**options)
    if on_response is None:
        return None
    from openai import DefaultAsyncHttpxClient

    return DefaultAsyncHttpxClient(**options)


def _hook(on_response: OnResponse) -> Any:
    async def hook(response: Any) -> None:
        on_response(response.status_code, response.headers)

    return hook


@lru_cache(maxsize=1)
def _aiohttp_class() -> Any:
    from openai import DefaultAioHttpClient

    base: Any = DefaultAioHttpClient

    class Client(base):  # type: ignore[misc] # the SDK declares it as another class for type checkers
        """Lets go of its connections in silence where nobody closed it, as the SDK's other client does."""

        def __del__(self) -> None:
            with suppress(Exception):
                session = self._transport.client
                if session is None or session.closed:
                    return
                connector = session.connector
                session.detach()
                closing = connector.close()
                try:
                    asyncio.get_running_loop().create_task(closing)
                except RuntimeError:  # no loop any more: its first step marks the connections as given up
                    closing.send(None)

    return Client
