"""When a message goes out: now, or at a local time that has not passed (S-1, S-2, S-4)."""

from __future__ import annotations

from datetime import datetime

from .decisions import Refused, SendTime
from .policy import Policy
from .zones import Zone, as_utc, shown, to_instant, to_local


def decide_send_time(
    local: datetime | None,
    *,
    zone: Zone,
    now: datetime,
    policy: Policy,  # noqa: ARG001 - every decision of the room takes the policy; these rules have no number yet
    saved: bool = False,
) -> SendTime | Refused:
    """The instant that a message goes out at: `local` in `zone`, or at once if it is None (S-1, S-2).

    A time that has passed is refused by S-1 if it is fresh; if it was `saved` in a template, the message goes out now,
    with a note (S-4). A time equal to `now` has not passed.

    Raises:
        InputError: `now` has no offset, `local` has one or lies outside the calendar, or the zone is no IANA zone.
    """
    now = as_utc(now, field="now")
    if local is None:
        return SendTime(at=now, zone=zone.name, zone_source=zone.source, immediately=True, note=None)
    promised = to_instant(local, zone.name)
    if promised.at >= now:
        rule = "S-2" if promised.note else "S-1"
        return SendTime(at=promised.at, zone=zone.name, zone_source=zone.source, note=promised.note, rule=rule)
    if saved:
        note = f"the template's time {shown(local)} ({zone.name}) has passed: sent now"
        return SendTime(at=now, zone=zone.name, zone_source=zone.source, immediately=True, note=note, rule="S-4")
    reason = f"{shown(local)} in {zone.name} has passed: it is {shown(to_local(now, zone.name))} there"
    why = f" ({promised.note})" if promised.note else ""
    return Refused(rule="S-1", reason=f"{reason}{why}; choose a later time, or send now")
