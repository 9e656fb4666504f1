"""Messages as signed HTTP posts to a service that delivers them (S-10)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from overture.errors import ConfigurationError, TransportError, UndeliverableError

from .signature import ID, check_secret, signed_headers
from .transport import Clock, Outgoing, Receipt, token_of, utc_now

if TYPE_CHECKING:
    import httpx2

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_AGAIN: Final = frozenset({408, 409, 425, 429})  # 409: the same key is being worked on
_LONGEST_ANSWER: Final = 65_536
_EVENT: Final = "message.send"
_TYPE: Final = MappingProxyType({"Content-Type": "application/json", "Accept": "application/json"})


class WebhookTransport:
    """Posts each message as JSON; the receiver drops doubles by the header `Idempotency-Key` (S-10).

    The body is the same whenever the key is: `{"type": "message.send", "data": {...}}` with the fields of `Outgoing`.
    `webhook-id` and `Idempotency-Key` are the key, or its SHA-256 where it is no plain word. An answer of 2xx may hold
    JSON with an `id`, which becomes the receipt's, and a header `Idempotent-Replayed: true` for a double.
    """

    def __init__(
        self,
        url: str,
        *,
        secret: str | Sequence[str] | None = None,
        timeout: float = 10.0,
        transport: httpx2.BaseTransport | None = None,
        clock: Clock = utc_now,
    ) -> None:
        """Nothing is opened yet.

        Args:
            url: https, or http to this machine.
            secret: signs every post by the Standard Webhooks specification; several while one is replaced by another;
                none: not signed.
            timeout: seconds for connecting, writing and reading, each.
            transport: of httpx2, for tests and proxies.
            clock: gives the signature's time and `Receipt.at`.

        Raises:
            ConfigurationError: the URL is none that may be posted to, or a secret cannot sign.
        """
        import httpx2

        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.password:
            raise ConfigurationError("a webhook's URL is https://HOST/PATH; its secret is given apart")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ConfigurationError(f"a webhook to {parts.hostname} needs https")
        if secret is not None:
            check_secret(secret)
        self._url, self._secret, self._clock = url, secret, clock
        self._host = parts.netloc  # paths and queries of webhooks are often secrets themselves
        self._client = httpx2.Client(timeout=timeout, transport=transport, follow_redirects=False)

    def __repr__(self) -> str:
        return f"WebhookTransport({self._host!r}, signed={self._secret is not None})"

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        """Post the message.

        Raises:
            TransportError: no connection, no answer in time, or 408, 409, 425, 429 or 5xx; with `retry_after` where
                the answer holds it.
            UndeliverableError: any other answer but 2xx.
        """
        import httpx2

        token, at = token_of(key), self._clock()
        body = json.dumps(
            {"type": _EVENT, "data": message.model_dump(exclude_none=True)}, ensure_ascii=False, separators=(",", ":")
        ).encode()
        headers = {**_TYPE, ID: token, "Idempotency-Key": token}
        if self._secret is not None:
            headers |= signed_headers(body, message=token, at=at, secret=self._secret)
        try:
            with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
                if not answer.is_success:
                    raise self._refused(answer, now=at)
                content = _beginning(answer)
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise TransportError(f"{self._host} did not answer ({type(error).__name__})") from None
        return Receipt(
            id=_id_in(content) or token,
            at=at,
            duplicate=answer.headers.get("idempotent-replayed", "").lower() == "true",
        )

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    def _refused(self, answer: httpx2.Response, *, now: datetime) -> TransportError | UndeliverableError:
        code = answer.status_code
        if code in _AGAIN or code >= 500:
            return TransportError(
                f"{self._host} answered {code}", retry_after=_seconds(answer.headers.get("retry-after"), now=now)
            )
        if answer.is_redirect:
            return UndeliverableError(f"{self._host} answered {code}; a webhook follows no redirects")
        return UndeliverableError(f"{self._host} answered {code}")


def _beginning(answer: httpx2.Response) -> bytes:
    content = b""
    for part in answer.iter_bytes():
        content += part
        if len(content) > _LONGEST_ANSWER:
            return b""
    return content


def _id_in(content: bytes) -> str | None:
    try:
        found: Any = json.loads(content)["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return found if isinstance(found, str) and found.strip() else None


def _seconds(text: str | None, *, now: datetime) -> float | None:
    """What Retry-After asks for: seconds, or an HTTP date."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
