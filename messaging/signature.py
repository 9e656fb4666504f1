"""Signatures of webhooks by the Standard Webhooks specification 1.0.0, scheme `v1`: HMAC-SHA256.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from overture.errors import ConfigurationError, InputError

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
DEFAULT_TOLERANCE: Final = timedelta(minutes=5)

_PREFIX: Final = "whsec_"
_LEAST, _MOST = 24, 64  # bytes of a secret


def signed_headers(body: bytes, *, message: str, at: datetime, secret: str | Sequence[str]) -> dict[str, str]:
    """The three headers for a body; with several secrets (an old and a new one) there is a signature by each.

    Raises:
        ConfigurationError: a secret is not `whsec_` and 24 to 64 bytes in base64.
    """
    timestamp = str(int(at.timestamp()))
    signatures = [_signature(body, message=message, timestamp=timestamp, key=key) for key in _keys(secret)]
    return {ID: message, TIMESTAMP: timestamp, SIGNATURE: " ".join(signatures)}


def verify_signature(
    body: bytes,
    *,
    headers: Mapping[str, str],
    secret: str | Sequence[str],
    now: datetime,
    tolerance: timedelta = DEFAULT_TOLERANCE,
) -> str:
    """For receivers: the webhook's id (the idempotency key to remember), if it is ours, unchanged and fresh.

    Args:
        body: the bytes as they came, before anything parsed them.
        headers: of the request; upper and lower case are the same.
        secret: one, or several of which any may have signed.
        now: the receiver's clock.
        tolerance: how far the timestamp may lie from `now`, either way.

    Raises:
        InputError: a header is missing, the time is off, or no signature fits.
        ConfigurationError: a secret is not `whsec_` and 24 to 64 bytes in base64.
    """
    given = {name.lower(): value for name, value in headers.items()}
    for name in (ID, TIMESTAMP, SIGNATURE):
        if not given.get(name):
            raise InputError(
                "is missing", field=name, expected="a webhook signed by the Standard Webhooks specification"
            )
    timestamp = given[TIMESTAMP]
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 13):
        raise InputError("is no time", field=TIMESTAMP, expected="whole seconds since 1970")
    if abs(now.timestamp() - int(timestamp)) > tolerance.total_seconds():
        raise InputError("is too old or too new", field=TIMESTAMP, expected=f"within {tolerance} of now")
    wanted = [_signature(body, message=given[ID], timestamp=timestamp, key=key).encode() for key in _keys(secret)]
    shown = [part.encode() for part in given[SIGNATURE].split()]
    if not any(hmac.compare_digest(one, other) for one in wanted for other in shown):
        raise InputError("fits neither body nor secret", field=SIGNATURE, expected="a v1 signature by a known secret")
    return given[ID]


def check_secret(secret: str | Sequence[str]) -> None:
    """Refuse a secret that cannot sign.

    Raises:
        ConfigurationError: it is not `whsec_` and 24 to 64 bytes in base64.
    """
    _keys(secret)


def _signature(body: bytes, *, message: str, timestamp: str, key: bytes) -> str:
    content = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _keys(secret: str | Sequence[str]) -> list[bytes]:
    secrets = [secret] if isinstance(secret, str) else list(secret)
    keys: list[bytes] = []
    for one in secrets:
        try:
            key = base64.b64decode(one.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not _LEAST <= len(key) <= _MOST:
            raise ConfigurationError(f"a webhook secret is {_PREFIX} and {_LEAST} to {_MOST} bytes in base64")
        keys.append(key)
    if not keys:
        raise ConfigurationError("a webhook is signed with at least one secret")
    return keys
