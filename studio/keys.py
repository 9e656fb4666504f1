"""API keys: one seat each, hashed, revocable, with the scopes it was given."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import uuid4

from pydantic import AwareDatetime
from sqlalchemy import func, select, update

from overture.base import Value
from overture.errors import InputError

from .caller import SCOPES, USUAL_SCOPES, Caller, Scope
from .store import StudioStore
from .tables import keys

_PREFIX: Final = "ovt"
_ID: Final = re.compile("[0-9a-f]{12}")


class ApiKey(Value):
    """What is kept of a key; the key itself is shown once, when it is made."""

    id: str
    seat: str
    contract: str
    label: str
    scopes: tuple[Scope, ...]
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None = None


class KeyStore:
    """Makes, lists, finds and revokes keys."""

    def __init__(self, store: StudioStore) -> None:
        self._store = store

    def add(
        self, seat: str, *, contract: str, now: datetime, label: str = "", scopes: Iterable[Scope] = USUAL_SCOPES
    ) -> tuple[ApiKey, str]:
        """A new key, and the only sight of its text.

        Raises:
            InputError: a scope is unknown, or there is none.
        """
        wanted: tuple[Scope, ...] = tuple(scope for scope in SCOPES if scope in set(scopes))
        if not wanted or set(scopes) - set(SCOPES):
            raise InputError("unknown scope, or none", field="scopes", expected=", ".join(SCOPES))
        made = ApiKey(id=uuid4().hex[:12], seat=seat, contract=contract, label=label, scopes=wanted, created_at=now)
        secret = secrets.token_urlsafe(32)
        with self._store.write() as connection:
            connection.execute(
                keys.insert().values(**made.model_dump() | {"scopes": list(wanted), "digest": digest_of(secret)})
            )
        return made, f"{_PREFIX}_{made.id}_{secret}"

    def find(self, text: str) -> Caller | None:
        """Who a key speaks for; None where it is none of ours or was revoked."""
        prefix, _, rest = text.partition("_")
        key, _, secret = rest.partition("_")
        if prefix != _PREFIX or not secret or not _ID.fullmatch(key):
            return None
        with self._store.read() as connection:
            row = connection.execute(select(keys).where(keys.c.id == key)).one_or_none()
        digest = digest_of(secret)
        if row is None or not hmac.compare_digest(row.digest, digest) or row.revoked_at is not None:
            return None
        return Caller(seat=row.seat, contract=row.contract, scopes=frozenset(row.scopes), by=f"key:{row.id}")

    def list(self, *, seat: str | None = None) -> tuple[ApiKey, ...]:
        """Every key, or those of a seat, oldest first."""
        asked = select(*(keys.c[name] for name in ApiKey.model_fields)).order_by(keys.c.created_at, keys.c.id)
        with self._store.read() as connection:
            found = connection.execute(asked if seat is None else asked.where(keys.c.seat == seat)).mappings()
            return tuple(ApiKey.model_validate(dict(row)) for row in found)

    def revoke(self, key: str, *, now: datetime, seat: str | None = None) -> bool:
        """Take a key back from this moment on; whether there was one that held."""
        held = (keys.c.id == key) & keys.c.revoked_at.is_(None)
        with self._store.write() as connection:
            done = connection.execute(
                update(keys).where(held if seat is None else held & (keys.c.seat == seat)).values(revoked_at=now)
            )
            return done.rowcount == 1

    def count(self) -> int:
        """How many keys hold."""
        with self._store.read() as connection:
            return connection.scalar(select(func.count()).where(keys.c.revoked_at.is_(None))) or 0


def digest_of(secret: str) -> str:
    """What is kept of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
