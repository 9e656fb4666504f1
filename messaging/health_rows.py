"""How a sender stood at the last look, kept for the next (H-2 to H-4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, bindparam, exists, select

from overture.database import insert_into

from .decisions import HealthDecision
from .health import SenderHealth, assess_health, count_window, health_after
from .notices import NoticeKind, tell
from .policy import Policy
from .records import HealthState, Seat
from .tables import health, messages, threads

if TYPE_CHECKING:
    from .tips import MessageFacts, Tip

_KIND: Final[dict[HealthState, NoticeKind]] = {
    "noticed": "low_response_rate",
    "restricted": "restricted",
    "ok": "restriction_over",
}
_READ: Final = select(*(health.c[name] for name in SenderHealth.model_fields)).where(
    health.c.seat == bindparam("b_seat")
)


def look_at(connection: Connection, seat: Seat, *, now: datetime, policy: Policy) -> HealthDecision:
    """Look at a sender's rate and keep how they stand; a restriction never follows its notice on one UTC day (H-3)."""
    before = read_health(connection, seat.id)
    sent, responses = count_window(connection, seat.id, now=now, policy=policy)
    decision = assess_health(before, sent=sent, responses=responses, now=now, policy=policy)
    is_same_day = before.changed_at is not None and before.changed_at.date() == now.date()
    if decision.state == "restricted" and before.state == "noticed" and is_same_day:
        return decision.model_copy(update={**before.model_dump(), "notify": False})
    after = health_after(decision)
    if after != before:
        keep_health(connection, seat.id, after)
        tell_health(connection, seat, before, decision, now=now, policy=policy)
    return decision


def read_health(connection: Connection, seat: str) -> SenderHealth:
    """The state of a seat; a seat that was never looked at is well."""
    row = connection.execute(_READ, {"b_seat": seat}).mappings().first()
    return SenderHealth() if row is None else SenderHealth.model_validate(dict(row))


def keep_health(connection: Connection, seat: str, state: SenderHealth) -> None:
    """Put a seat's new state in the place of the old."""
    values = state.model_dump()
    new = insert_into(connection, health).values(seat=seat, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["seat"], set_=values))


def tell_health(
    connection: Connection, seat: Seat, before: SenderHealth, decision: HealthDecision, *, now: datetime, policy: Policy
) -> None:
    """Tell a sender that their state changed: the notice of H-2, a restriction or its end; a quiet recovery is none."""
    is_new_end = decision.restricted_until != before.restricted_until
    if (decision.state == before.state and not is_new_end) or (decision.state == "ok" and before.state != "restricted"):
        return
    tell(
        connection,
        key=f"health:{seat.id}:{decision.state}:{now.date()}",
        at=now,
        contract=seat.contract,
        seat=seat.id,
        kind=_KIND[decision.state],
        rule=decision.rule or "H-4",
        text=". ".join((decision.reason, *_tips(connection, seat.id, decision, now=now, policy=policy))),
    )


def _tips(
    connection: Connection, seat: str, decision: HealthDecision, *, now: datetime, policy: Policy
) -> tuple[str, ...]:
    """With the notice of H-2 come tips, from the sender's own messages of the last `Policy.refund_days`."""
    if not decision.notify:
        return ()
    return tuple(tip.text for tip in sender_tips(connection, seat, now=now, policy=policy))


def sender_tips(connection: Connection, seat: str, *, now: datetime, policy: Policy) -> tuple[Tip, ...]:
    """What has worked for a sender, in their own messages of the last `Policy.refund_days`, the surest first (H-2)."""
    from .tips import find_tips

    return find_tips(_facts(connection, seat, now=now, policy=policy))


def _facts(connection: Connection, seat: str, *, now: datetime, policy: Policy) -> list[MessageFacts]:
    """The initial messages of the days in which answers count (CR-2), with whether they were answered."""
    from .tips import MessageFacts

    follow_up = messages.alias()
    planned = exists(select(follow_up.c.id).where(follow_up.c.initial == messages.c.id))
    columns = (messages.c.body, messages.c.sent_at, messages.c.zone, messages.c.elements, threads.c.responded_at)
    found = connection.execute(
        select(*columns, planned.label("followed_up"))
        .join(threads, threads.c.id == messages.c.thread)
        .where(
            messages.c.seat == seat,
            messages.c.kind == "initial",
            messages.c.sent_at > now - timedelta(days=policy.refund_days),
        )
    )
    return [
        MessageFacts(
            characters=len(row.body),
            sent_at=row.sent_at,
            zone=row.zone,
            elements=frozenset(row.elements),
            followed_up=row.followed_up,
            answered=row.responded_at is not None,
        )
        for row in found
    ]
