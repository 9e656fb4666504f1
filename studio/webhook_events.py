"""How far the events of webhooks have come: made from notices, claimed by one worker, tried again, given up.

A notice of messaging becomes one event of each webhook that asks for its kind. A webhook's events go out one after
another, in the order of their notices; while one is tried again, those behind it wait.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update

from overture.base import Value
from overture.database import insert_into
from overture.messaging import Notice
from overture.messaging.notices import notices_of, tell
from overture.messaging.tables import notices

from .store import StudioStore
from .tables import webhook_events, webhooks
from .webhooks import group_of

EventState = Literal["pending", "delivered", "failed"]
SETTLED: Final = timedelta(minutes=2)
"""After so long no transaction is open any more that has a notice of a lower number (PostgreSQL)."""
KEPT: Final = timedelta(days=30)
_AT_ONCE: Final = 100
_LONGEST_ERROR: Final = 200


class WebhookEvent(Value):
    """One event on its way to one webhook; `notice` is its place in their order."""

    id: str
    notice: int
    kind: str
    state: EventState
    attempts: int
    last_status: int | None = None
    last_error: str | None = None
    created_at: AwareDatetime
    tried_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None


class WebhookKey(NamedTuple):
    """Which webhook."""

    seat: str
    id: str


class Due(NamedTuple):
    """What is to be posted now."""

    key: WebhookKey
    url: str
    secrets: tuple[str, ...]
    event: WebhookEvent
    notice: Notice | None


class Tried(NamedTuple):
    """What came of one post; `retry_at` none: it was given up, `because` of what the webhook is switched off for."""

    status: int | None = None
    error: str | None = None
    retry_at: datetime | None = None
    because: str | None = None


def collect(store: StudioStore, *, now: datetime) -> None:
    """Make events of new notices, each once; nothing new writes nothing."""
    newer = exists(select(notices.c.id).where(notices.c.seat == webhooks.c.seat, notices.c.id > webhooks.c.last_notice))
    with store.read() as connection:
        found = connection.execute(select(webhooks).where(_IS_ON, newer)).all()
        news = [_news(connection, row, now=now) for row in found]
    for new in news:
        if new.events or new.settled > new.before:
            with store.write() as connection:
                _keep(connection, new)


class _News(NamedTuple):
    """What is new for a webhook: its events, and up to which notice nothing can come any more."""

    key: WebhookKey
    before: int
    settled: int
    events: list[dict[str, Any]]


def _news(connection: Connection, row: Any, *, now: datetime) -> _News:
    key, before = WebhookKey(row.seat, row.id), int(row.last_notice)
    made = select(webhook_events.c.notice).where(_of(key), webhook_events.c.notice > before)
    known = set(connection.execute(made).scalars())
    events: list[dict[str, Any]] = []
    after = settled = before
    is_settled = True
    while some := notices_of(connection, key.seat, after=after, limit=_AT_ONCE):
        for notice in some:
            is_settled = is_settled and notice.at <= now - SETTLED
            settled = notice.id if is_settled else settled
            if group_of(notice.kind) in row.events and notice.id not in known:
                events.append(_event(key, notice, now=now))
        after = some[-1].id
    return _News(key, before, settled, events)


def _keep(connection: Connection, new: _News) -> None:
    found = connection.execute(select(webhooks.c.id).where(_is(new.key), _IS_ON).with_for_update()).one_or_none()
    if found is None:  # removed or switched off in the meantime
        return
    if new.events:  # another worker may have made them at the same time
        connection.execute(insert_into(connection, webhook_events).on_conflict_do_nothing(), new.events)
    passed = _is(new.key) & (webhooks.c.last_notice < new.settled)
    connection.execute(update(webhooks).where(passed).values(last_notice=new.settled))


def prune_events(store: StudioStore, *, now: datetime) -> None:
    """Forget delivered events whose month is over, but none of which its notice could be told anew."""
    of_event = (webhooks.c.seat == webhook_events.c.seat) & (webhooks.c.id == webhook_events.c.webhook)
    settled = select(webhooks.c.last_notice).where(of_event).scalar_subquery()
    is_old = (webhook_events.c.created_at < now - KEPT) & (webhook_events.c.notice <= settled)
    old = (webhook_events.c.state == "delivered") & is_old
    with store.write() as connection:
        connection.execute(delete(webhook_events).where(old))


def claim(store: StudioStore, *, worker: str, now: datetime, span: timedelta, limit: int) -> list[WebhookKey]:
    """Webhooks that have something to post and that no worker is at; they are this one's for a span."""
    is_free = or_(webhooks.c.claimed_until.is_(None), webhooks.c.claimed_until <= now)
    ready = _IS_ON & is_free & (webhooks.c.next_at <= now)
    waits = exists(select(webhook_events.c.id).where(_is_pending(webhooks.c.seat, webhooks.c.id)))
    asked = select(webhooks.c.seat, webhooks.c.id).where(ready, waits).order_by(webhooks.c.next_at).limit(limit)
    with store.read() as connection:
        found = [WebhookKey(row.seat, row.id) for row in connection.execute(asked)]
    claimed: list[WebhookKey] = []
    for key in found:
        with store.write() as connection:
            taken = update(webhooks).where(_is(key), ready).values(claimed_by=worker, claimed_until=now + span)
            if connection.execute(taken).rowcount == 1:
                claimed.append(key)
    return claimed


def next_due(store: StudioStore, key: WebhookKey, *, worker: str, now: datetime, span: timedelta) -> Due | None:
    """The first event of a webhook that waits, if the worker still holds it; the claim begins anew."""
    with store.write() as connection:
        mine = _is(key) & _IS_ON & (webhooks.c.claimed_by == worker) & (webhooks.c.next_at <= now)
        if connection.execute(update(webhooks).where(mine).values(claimed_until=now + span)).rowcount != 1:
            return None
        row = connection.execute(select(webhooks).where(_is(key))).one()
        waiting = _columns().where(_is_pending(key.seat, key.id)).order_by(webhook_events.c.notice).limit(1)
        event = connection.execute(waiting).mappings().one_or_none()
        if event is None:
            return None
        said = notices_of(connection, key.seat, after=event["notice"] - 1, limit=1)
    notice = said[0] if said and said[0].id == event["notice"] else None
    return Due(key, row.url, _secrets(row, now=now), WebhookEvent.model_validate(dict(event)), notice)


def secrets_of(store: StudioStore, key: WebhookKey, *, now: datetime) -> tuple[str, ...]:
    """What a post is signed with: for a day after a change, the secret before as well."""
    with store.read() as connection:
        return _secrets(connection.execute(select(webhooks).where(_is(key))).one(), now=now)


def keep_delivered(store: StudioStore, due: Due, *, status: int, now: datetime) -> None:
    """It was taken."""
    with store.write() as connection:
        _change(connection, due, state="delivered", last_status=status, last_error=None, tried_at=now, delivered_at=now)


def keep_failed(store: StudioStore, due: Due, tried: Tried, *, worker: str, now: datetime) -> None:
    """It was not taken: it is tried again, or given up with the webhook, which its seat is told (C-8).

    A worker that has lost its claim in the meantime has no say.
    """
    with store.write() as connection:
        mine = _is(due.key) & (webhooks.c.claimed_by == worker)
        values: dict[str, Any] = {"next_at": tried.retry_at or now}
        if tried.because is not None:
            values |= {"disabled_at": now, "disabled_because": tried.because}
        if connection.execute(update(webhooks).where(mine, _IS_ON).values(**values)).rowcount != 1:
            return
        state: EventState = "pending" if tried.retry_at else "failed"
        error = (tried.error or "")[:_LONGEST_ERROR] or None
        _change(connection, due, state=state, last_status=tried.status, last_error=error, tried_at=now)
        if tried.because is not None:
            contract = connection.scalar(select(webhooks.c.contract).where(_is(due.key))) or ""
            tell(
                connection,
                key=f"webhook:{due.key.id}:{now.isoformat()}",
                at=now,
                contract=contract,
                seat=due.key.seat,
                kind="webhook_disabled",
                rule="C-8",
                text=f"a webhook was switched off: {tried.because}; what waits goes out when it is on again",
            )


def let_go(store: StudioStore, key: WebhookKey, *, worker: str) -> None:
    """Give a claim back."""
    mine = _is(key) & (webhooks.c.claimed_by == worker)
    with store.write() as connection:
        connection.execute(update(webhooks).where(mine).values(claimed_by=None, claimed_until=None))


def events_of(store: StudioStore, key: WebhookKey, *, before: int | None = None, limit: int = 50) -> list[WebhookEvent]:
    """A webhook's events, newest first."""
    asked = _columns().where(_of(key)).order_by(webhook_events.c.notice.desc()).limit(limit)
    if before is not None:
        asked = asked.where(webhook_events.c.notice < before)
    with store.read() as connection:
        return [WebhookEvent.model_validate(dict(row)) for row in connection.execute(asked).mappings()]


def deliver_again(store: StudioStore, key: WebhookKey, event: str, *, now: datetime) -> WebhookEvent | None:
    """Have an event posted once more, under the same id and before those that wait; none where there is none."""
    one = _of(key) & (webhook_events.c.id == event)
    with store.write() as connection:
        again = update(webhook_events).where(one).values(state="pending", attempts=0)
        if connection.execute(again).rowcount != 1:
            return None
        connection.execute(update(webhooks).where(_is(key)).values(next_at=now))
        found = connection.execute(_columns().where(one)).mappings().one()
    return WebhookEvent.model_validate(dict(found))


def event_id(key: WebhookKey, notice: int) -> str:
    """The same whenever it is posted: receivers drop doubles by it."""
    return f"msg_{uuid5(NAMESPACE_URL, f'overture:webhook:{key.seat}:{key.id}:{notice}').hex}"


def _event(key: WebhookKey, notice: Notice, *, now: datetime) -> dict[str, Any]:
    return {
        "seat": key.seat,
        "webhook": key.id,
        "id": event_id(key, notice.id),
        "notice": notice.id,
        "kind": f"{group_of(notice.kind)}.{notice.kind}",
        "state": "pending",
        "attempts": 0,
        "created_at": now,
    }


def _change(connection: Connection, due: Due, **values: Any) -> None:
    one = _of(due.key) & (webhook_events.c.id == due.event.id)
    attempts = webhook_events.c.attempts + 1
    connection.execute(update(webhook_events).where(one).values(attempts=attempts, **values))


_IS_ON: Final = webhooks.c.disabled_at.is_(None)


def _secrets(row: Any, *, now: datetime) -> tuple[str, ...]:
    old: str | None = row.old_secret if row.old_secret_until and now < row.old_secret_until else None
    return (row.secret, old) if old else (row.secret,)


def _is(key: WebhookKey) -> ColumnElement[bool]:
    return (webhooks.c.seat == key.seat) & (webhooks.c.id == key.id)


def _of(key: WebhookKey) -> ColumnElement[bool]:
    return (webhook_events.c.seat == key.seat) & (webhook_events.c.webhook == key.id)


def _is_pending(seat: Any, key: Any) -> ColumnElement[bool]:
    return and_(webhook_events.c.seat == seat, webhook_events.c.webhook == key, webhook_events.c.state == "pending")


def _columns() -> Any:
    return select(*(webhook_events.c[name] for name in WebhookEvent.model_fields))
