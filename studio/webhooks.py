"""Webhooks of a seat: where its events are posted, signed by Standard Webhooks with a secret that is shown once."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import uuid4

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from overture.base import Value
from overture.errors import InputError
from overture.messaging.notices import NoticeKind
from overture.messaging.tables import notices

from .caller import Caller
from .problems import not_found
from .services import Services
from .tables import webhook_events, webhooks
from .webhook_address import find_address, read_url

EventGroup = Literal["outcome", "notice"]
OLD_SECRET_SIGNS: Final = timedelta(days=1)
MOST: Final = 20
_SECRET_BYTES: Final = 32
_BY_HAND: Final = "switched off by hand"
_OUTCOMES: Final = frozenset[NoticeKind]({"interested", "declined", "cancelled", "failed"})


class Webhook(Value):
    """Where the events of a seat are posted; its secrets are not shown again."""

    id: str
    seat: str
    contract: str
    url: str
    events: tuple[EventGroup, ...]
    created_at: AwareDatetime
    next_at: AwareDatetime
    disabled_at: AwareDatetime | None = None
    disabled_because: str | None = None


def group_of(kind: NoticeKind) -> EventGroup:
    """`outcome`: what became of a message; `notice`: anything else that people are told."""
    return "outcome" if kind in _OUTCOMES else "notice"


def add_webhook(services: Services, caller: Caller, *, url: str, events: Sequence[EventGroup]) -> tuple[Webhook, str]:
    """A new webhook for what happens from now on, and the only sight of its secret.

    Raises:
        InputError: the URL is none that may be posted to, or the seat has enough of them.
    """
    _check(services, url)
    now, secret = services.clock(), new_secret()
    made = Webhook(
        id=uuid4().hex, seat=caller.seat, contract=caller.contract, url=url, events=tuple(events), created_at=now,
        next_at=now,
    )  # fmt: skip
    with services.store.write() as connection:
        if (connection.scalar(select(func.count()).where(webhooks.c.seat == caller.seat)) or 0) >= MOST:
            raise InputError(f"a seat has at most {MOST} webhooks", field="url", expected="remove one first")
        row = made.model_dump() | {"events": list(made.events), "secret": secret}
        row["last_notice"] = _last_notice(connection, caller.seat)
        connection.execute(webhooks.insert().values(**row))
    return made, secret


def webhooks_of(services: Services, seat: str) -> list[Webhook]:
    """A seat's webhooks, oldest first."""
    with services.store.read() as connection:
        asked = _columns().where(webhooks.c.seat == seat).order_by(webhooks.c.created_at, webhooks.c.id)
        return [Webhook.model_validate(dict(row)) for row in connection.execute(asked).mappings()]


def find_webhook(services: Services, seat: str, key: str) -> Webhook:
    """One webhook of a seat.

    Raises:
        ProblemError: 404, the seat has none of this id, whoever else may.
    """
    with services.store.read() as connection:
        row = connection.execute(_columns().where(_is(seat, key))).mappings().one_or_none()
    if row is None:
        raise not_found("webhook")
    return Webhook.model_validate(dict(row))


def change_webhook(
    services: Services,
    seat: str,
    key: str,
    *,
    url: str | None = None,
    events: Sequence[EventGroup] | None = None,
    enabled: bool | None = None,
) -> Webhook:
    """Change what is given. Enabled again, it posts what has waited, what was given up first.

    Raises:
        ProblemError: 404, the seat has no such webhook.
        InputError: the URL is none that may be posted to.
    """
    before, now = find_webhook(services, seat, key), services.clock()
    values: dict[str, Any] = {}
    if url is not None and url != before.url:
        _check(services, url)
        values |= {"url": url, "next_at": now}
    if events is not None:
        values["events"] = list(events)
    if enabled is False and before.disabled_at is None:
        values |= {"disabled_at": now, "disabled_because": _BY_HAND}
    with services.store.write() as connection:
        if enabled and before.disabled_at is not None:
            values |= {"disabled_at": None, "disabled_because": None, "next_at": now}
            given_up = _events_of(seat, key) & (webhook_events.c.state == "failed")
            connection.execute(update(webhook_events).where(given_up).values(state="pending", attempts=0))
        if values:
            connection.execute(update(webhooks).where(_is(seat, key)).values(**values))
    return find_webhook(services, seat, key)


def rotate_secret(services: Services, seat: str, key: str) -> str:
    """A new secret; for a day posts are signed with the one before as well.

    Raises:
        ProblemError: 404, the seat has no such webhook.
    """
    secret, until = new_secret(), services.clock() + OLD_SECRET_SIGNS
    values = {"old_secret": webhooks.c.secret, "old_secret_until": until, "secret": secret}
    with services.store.write() as connection:
        if connection.execute(update(webhooks).where(_is(seat, key)).values(**values)).rowcount != 1:
            raise not_found("webhook")
    return secret


def remove_webhook(services: Services, seat: str, key: str) -> None:
    """Forget a webhook with its deliveries.

    Raises:
        ProblemError: 404, the seat has no such webhook.
    """
    with services.store.write() as connection:
        connection.execute(delete(webhook_events).where(_events_of(seat, key)))
        if connection.execute(delete(webhooks).where(_is(seat, key))).rowcount != 1:
            raise not_found("webhook")


def new_secret() -> str:
    """A secret as Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _check(services: Services, url: str) -> None:
    local = services.settings.is_loopback
    find_address(read_url(url, may_be_local=local), may_be_local=local)


def _last_notice(connection: Connection, seat: str) -> int:
    return connection.scalar(select(func.max(notices.c.id)).where(notices.c.seat == seat)) or 0


def _columns() -> Any:
    return select(*(webhooks.c[name] for name in Webhook.model_fields))


def _is(seat: str, key: str) -> ColumnElement[bool]:
    return (webhooks.c.seat == seat) & (webhooks.c.id == key)


def _events_of(seat: str, key: str) -> ColumnElement[bool]:
    return (webhook_events.c.seat == seat) & (webhook_events.c.webhook == key)
