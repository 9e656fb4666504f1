"""How a sender stands by their response rate, and whether they may send in bulk (H-1 to H-5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import AwareDatetime, Field
from sqlalchemy import Connection, Select, bindparam, func, select

from overture.base import Value

from .decisions import HealthDecision, Refused
from .policy import Policy
from .records import HealthState
from .tables import messages

_INSTANT: Final = messages.c.sent_at.type
_WINDOW: Final = select(func.count(), func.count(messages.c.responded_at)).where(
    messages.c.seat == bindparam("b_seat"),
    messages.c.sent_at >= bindparam("b_start", type_=_INSTANT),
    messages.c.sent_at <= bindparam("b_now", type_=_INSTANT),
    messages.c.kind != "further",
)


class SenderHealth(Value):
    """How a seat stood after the last look at its rate."""

    state: HealthState = "ok"
    changed_at: AwareDatetime | None = Field(default=None, description="When this state began.")
    restricted_until: AwareDatetime | None = Field(default=None, description="End of the restriction, if there is one.")
    noticed_ever: bool = Field(default=False, description="Whether the notice of H-2 was ever sent.")


def assess_health(before: SenderHealth, *, sent: int, responses: int, now: datetime, policy: Policy) -> HealthDecision:
    """Look at the rate of a seat's window (`count_window`) and say how the seat stands now (H-1 to H-4).

    The test is in integers: below means `100 * responses < health_percent * sent`. The notice of H-2 also needs
    `health_min_sent` messages; whether a seat is *still* below (H-3), or has met the threshold (H-4), does not.

    - A notice is followed by a restriction at a later look, once `grace_days` are over, never by the look that sent it.
    - A restriction goes on in whole spans from its own end, however late the look comes.
    - With `notices="one_ever"`, a seat that was noticed once and falls below again is restricted without a second one.
    """
    met = 100 * responses >= policy.health_percent * sent
    share = f"{responses} responses to {sent} messages in {policy.health_window_days} days"

    def become(
        state: HealthState,
        rule: Literal["H-2", "H-3", "H-4"] | None,
        reason: str,
        *,
        until: datetime | None = None,
        notify: bool = False,
    ) -> HealthDecision:
        return HealthDecision(
            state=state,
            changed_at=before.changed_at if state == before.state else now,
            restricted_until=until,
            noticed_ever=before.noticed_ever or notify,
            notify=notify,
            sent=sent,
            responses=responses,
            rule=rule,
            reason=f"{share}: {reason}",
        )

    span = timedelta(days=policy.restriction_days)
    below = f"below {policy.health_percent} %"
    at_least = f"at least {policy.health_percent} %"
    if before.state == "restricted":
        end = before.restricted_until or now
        if now < end:
            return become("restricted", "H-3", f"one-to-one messages only until {end.isoformat()}", until=end)
        if met:
            return become("ok", "H-4", f"{at_least} at the end of the restriction")
        end += span * ((now - end) // span + 1)
        return become("restricted", "H-4", f"{below} at the end of the restriction: another one", until=end)
    if met:
        return become("ok", None, at_least)
    if before.state == "noticed":
        noticed_at = before.changed_at or now
        if now <= noticed_at or now < noticed_at + timedelta(days=policy.grace_days):
            return become("noticed", "H-3", f"still {below}, within {policy.grace_days} days of the notice")
        return become("restricted", "H-3", f"still {below} after the notice", until=now + span)
    if sent < policy.health_min_sent:
        return become("ok", None, f"{below}, but fewer than {policy.health_min_sent} messages")
    if before.noticed_ever and policy.notices == "one_ever":
        return become("restricted", "H-3", f"{below} again after the one notice", until=now + span)
    return become("noticed", "H-2", f"{below} on {policy.health_min_sent} or more messages", notify=True)


def health_after(decision: HealthDecision) -> SenderHealth:
    """What to keep of a decision until the next look."""
    return SenderHealth(
        state=decision.state,
        changed_at=decision.changed_at,
        restricted_until=decision.restricted_until,
        noticed_ever=decision.noticed_ever,
    )


def may_send_bulk(health: SenderHealth, *, recipients: int, now: datetime, policy: Policy) -> Refused | None:
    """Whether a seat may send to so many recipients at once (H-3); none: it may.

    A restriction does not lapse by itself: at its end a look decides (H-4), so take one first.
    """
    if recipients < policy.bulk_from or health.state != "restricted":
        return None
    end = health.restricted_until
    if end is None or end <= now:
        return Refused(rule="H-4", reason="one-to-one messages only until the next look at the response rate")
    return Refused(
        rule="H-3",
        reason=f"the response rate stayed below {policy.health_percent} %: one-to-one messages only until "
        f"{end.isoformat()}",
        until=end,
    )


def count_window(connection: Connection, seat: str, *, now: datetime, policy: Policy) -> tuple[int, int]:
    """Messages that a seat sent in the last `health_window_days`, both ends included, and how many were answered (H-1).

    Follow-ups that were sent count on their own; cancelled ones were not sent; pending ones are in the first number
    only; further messages of a conversation that was answered are in neither. One range of the index (seat, sent_at),
    however long the history is.
    """
    sent, responses = connection.execute(_WINDOW, _window(seat, now=now, policy=policy)).one()
    return int(sent), int(responses)


def window_query(seat: str, *, now: datetime, policy: Policy) -> Select[int, int]:
    """The statement of `count_window`."""
    return _WINDOW.params(_window(seat, now=now, policy=policy))


def _window(seat: str, *, now: datetime, policy: Policy) -> dict[str, str | datetime]:
    return {"b_seat": seat, "b_start": now - timedelta(days=policy.health_window_days), "b_now": now}
