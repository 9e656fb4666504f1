"""One signed post of an event, to the address that was checked, and what its answer means."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple

import httpx2

from overture.errors import InputError
from overture.messaging import Notice
from overture.messaging.signature import signed_headers

from .webhook_address import Resolve, find_address, read_url
from .webhooks import group_of

DEADLINE: Final = 15.0
"""Seconds from looking up the name to the status of the answer."""
_TYPE: Final = {"Content-Type": "application/json", "User-Agent": "overture-webhooks"}
_MOST_ASKED: Final = timedelta(hours=1)


class Posted(NamedTuple):
    """The status of the answer, or why there was none; `wait` is what the other side asked for."""

    status: int | None = None
    error: str | None = None
    wait: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


class Poster:
    """Posts events: follows no redirect, uses no proxy, keeps no connection, and reads no more than the headers."""

    def __init__(
        self,
        *,
        may_be_local: bool,
        resolve: Resolve,
        transport: httpx2.AsyncBaseTransport | None = None,
        deadline: float = DEADLINE,
    ) -> None:
        self._may_be_local, self._resolve, self._deadline = may_be_local, resolve, deadline
        self._client = httpx2.AsyncClient(
            transport=transport,
            timeout=deadline,
            follow_redirects=False,
            trust_env=False,
            # A connection is kept by its address alone: one to another name there would be used for this one.
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    async def __aenter__(self) -> Poster:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def post(self, url: str, body: bytes, *, event: str, secrets: Sequence[str], at: datetime) -> Posted:
        """Post a body; whatever goes wrong is in the answer, in words that name no address."""
        headers = {**_TYPE, **signed_headers(body, message=event, at=at, secret=secrets)}
        try:
            async with asyncio.timeout(self._deadline):
                request = await self._request(url, body, headers)
                answer = await self._client.send(request, stream=True)
                await answer.aclose()
        except InputError as error:
            return Posted(error=f"its address {error.problem}")
        except TimeoutError:
            return Posted(error=f"no answer within {self._deadline:g} seconds")
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            return Posted(error=f"no connection ({type(error).__name__})")
        refusal = None if answer.is_success else f"answered {answer.status_code}"
        return Posted(answer.status_code, refusal, _wait(answer.headers.get("retry-after"), now=at))

    async def _request(self, text: str, body: bytes, headers: dict[str, str]) -> httpx2.Request:
        url = read_url(text, may_be_local=self._may_be_local)
        address = await asyncio.to_thread(find_address, url, may_be_local=self._may_be_local, resolve=self._resolve)
        return self._client.build_request(
            "POST",
            url.copy_with(host=address),
            content=body,
            headers={**headers, "Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.host},  # the certificate is that of the name
        )


def body_of(notice: Notice) -> bytes:
    """What is told of a notice, the same bytes whenever it is posted; no word of a candidate is in it."""
    data = notice.model_dump(mode="json", exclude={"id", "kind", "at"})
    return pack(f"{group_of(notice.kind)}.{notice.kind}", notice.at, {"notice": notice.id, **data})


def pack(kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    """An event as Standard Webhooks recommends it."""
    event = {"type": kind, "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _wait(text: str | None, *, now: datetime) -> timedelta | None:
    """What `Retry-After` asks for, seconds or a date; an hour at most."""
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10:
        return min(timedelta(seconds=int(text)), _MOST_ASKED)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return min(max(until - now, timedelta()), _MOST_ASKED)
