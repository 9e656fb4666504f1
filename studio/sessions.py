"""Sessions of the pages: an opaque cookie, kept hashed, with a token of its own against forged forms."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from pydantic import AwareDatetime
from sqlalchemy import delete, select

from overture.base import Value

from .caller import Caller
from .keys import digest_of
from .store import StudioStore
from .tables import keys, sessions

SESSION_COOKIE: Final = "overture_session"
CSRF_HEADER: Final = "X-CSRF-Token"
CSRF_FIELD: Final = "csrf"


class Session(Value):
    """Who is signed in, and the token that their forms carry."""

    seat: str
    contract: str
    scopes: tuple[str, ...]
    csrf: str
    key: str | None
    expires_at: AwareDatetime

    @property
    def caller(self) -> Caller:
        """Who acts."""
        by = f"session:{self.key or 'open'}"
        return Caller(seat=self.seat, contract=self.contract, scopes=frozenset(self.scopes), by=by)


def open_session(store: StudioStore, caller: Caller, *, key: str | None, now: datetime, hours: int) -> str:
    """A new session; the text of its cookie. Sessions that have ended are forgotten on the way."""
    text = secrets.token_urlsafe(32)
    with store.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        connection.execute(
            sessions.insert().values(
                digest=digest_of(text), seat=caller.seat, contract=caller.contract, scopes=sorted(caller.scopes),
                csrf=secrets.token_urlsafe(32), key=key, created_at=now, expires_at=now + timedelta(hours=hours),
            )
        )  # fmt: skip
    return text


def find_session(store: StudioStore, text: str, *, now: datetime) -> Session | None:
    """The session of a cookie; None where it has ended, or the key that it was opened with no longer holds."""
    asked = (
        select(*(sessions.c[name] for name in Session.model_fields), keys.c.id, keys.c.revoked_at)
        .join_from(sessions, keys, sessions.c.key == keys.c.id, isouter=True)
        .where(sessions.c.digest == digest_of(text))
    )
    with store.read() as connection:
        row = connection.execute(asked).mappings().one_or_none()
    if row is None or row["expires_at"] <= now:
        return None
    if row["key"] is not None and (row["id"] is None or row["revoked_at"] is not None):
        return None
    return Session.model_validate({name: row[name] for name in Session.model_fields})


def close_session(store: StudioStore, text: str) -> None:
    """Sign out."""
    with store.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.digest == digest_of(text)))


def close_open_sessions(store: StudioStore, *, besides: str | None) -> None:
    """End the sessions that needed no key, but for those of the seat that is open still."""
    without = sessions.c.key.is_(None)
    with store.write() as connection:
        connection.execute(
            delete(sessions).where(without if besides is None else without & (sessions.c.seat != besides))
        )
