"""Whether a follow-up may be asked for, when it is due, and past which absence it is moved (S-3, S-11, C-5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from .decisions import FollowUpTime, Refused
from .policy import Plan, Policy
from .zones import as_utc, to_instant, to_local

_DAY_HOURS: Final = 24  # of the wall clock: a unit, no setting


def check_follow_up(delay_hours: int | None, *, plan: Plan, policy: Policy) -> int | Refused:
    """The delay of a follow-up in hours; None asks for the policy's default (S-3).

    Refused by S-11 if the plan has no follow-ups, by S-3 if the delay is shorter or longer than allowed.
    """
    if not policy.has_follow_ups(plan):
        able = ", ".join(policy.follow_up_plans) or "no plan"
        return Refused(rule="S-11", reason=f"{plan.value} sends initial messages only; follow-ups are for {able}")
    if delay_hours is None:
        return policy.follow_up_default_days * _DAY_HOURS
    if delay_hours < policy.follow_up_min_hours:
        least = f"at least {policy.follow_up_min_hours} hours after the initial message"
        return Refused(rule="S-3", reason=f"a follow-up goes out {least}, not {delay_hours}")
    if delay_hours > policy.follow_up_max_days * _DAY_HOURS:
        most = f"at most {policy.follow_up_max_days} days ({policy.follow_up_max_days * _DAY_HOURS} hours)"
        return Refused(
            rule="S-3", reason=f"a follow-up goes out {most} after the initial message, not {delay_hours} hours"
        )
    return delay_hours


def plan_follow_up(sent_at: datetime, *, delay_hours: int, zone: str, policy: Policy) -> FollowUpTime:
    """When the follow-up of an initial message is due that was sent, actually, at `sent_at` (S-3).

    A delay of whole days keeps the local time of day over a clock change; another one is elapsed time. Whatever the
    clock does, the result is never under the policy's hours nor over its days of elapsed time: it is moved to the
    bound, and the reason says so.

    Raises:
        InputError: `sent_at` has no offset, or `zone` is no IANA zone.
    """
    sent_at = as_utc(sent_at, field="sent_at")
    days, hours = divmod(delay_hours, _DAY_HOURS)
    if hours:
        due, reason = sent_at + timedelta(hours=delay_hours), f"{delay_hours} hours after the initial message was sent"
    else:
        promised = to_instant(to_local(sent_at, zone) + timedelta(days=days), zone)
        due = promised.at
        reason = f"{days} days after the initial message was sent, at the same local time in {zone}"
        reason += f"; {promised.note}" if promised.note else ""
    earliest, latest = _window(sent_at, policy)
    if due < earliest:
        due, reason = earliest, f"{reason}; moved to the least of {policy.follow_up_min_hours} hours"
    elif due > latest:
        due, reason = latest, f"{reason}; moved to the most of {policy.follow_up_max_days} days"
    return FollowUpTime(at=due, reason=reason)


def move_past_return(
    due: datetime, *, returns_on: date, sent_at: datetime, zone: str, policy: Policy
) -> FollowUpTime | None:
    """A new time for a follow-up that is due before the date on which an absent candidate is back (C-5).

    It goes to the day after the return, at the same local time of day; if that is past the last instant that S-3
    allows, to that instant, as long as it is not before the return date itself. None: the follow-up stays where it is,
    being due on the return date or later, or because the candidate is away for all the time that is left.

    Raises:
        InputError: an instant has no offset, or `zone` is no IANA zone.
    """
    due, sent_at = as_utc(due, field="due"), as_utc(sent_at, field="sent_at")
    local = to_local(due, zone)
    _, latest = _window(sent_at, policy)
    if local.date() >= returns_on or to_local(latest, zone).date() < returns_on:
        return None
    moved = to_instant(datetime.combine(returns_on + timedelta(days=1), local.time()), zone)
    reason = f"moved past {returns_on.isoformat()}, when the candidate is back"
    if moved.at > latest:
        most = f"the most of {policy.follow_up_max_days} days"
        return FollowUpTime(at=latest, rule="C-5", reason=f"{reason}, no further than {most} after the initial message")
    return FollowUpTime(at=moved.at, rule="C-5", reason=f"{reason}; {moved.note}" if moved.note else reason)


def _window(sent_at: datetime, policy: Policy) -> tuple[datetime, datetime]:
    """The first and the last instant that S-3 allows."""
    return (
        sent_at + timedelta(hours=policy.follow_up_min_hours),
        sent_at + timedelta(days=policy.follow_up_max_days),
    )
