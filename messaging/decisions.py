"""What a rule decided, with the rule's id and a reason: never a bare bool."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from overture.base import Value

from .records import HealthState, ReplyLabel, ZoneSource


class Refused(Value):
    """A rule says no: which one, why, and until when (none: until something changes)."""

    rule: str
    reason: str
    until: AwareDatetime | None = None


class SendTime(Value):
    """When a message goes out (S-1, S-2)."""

    at: AwareDatetime = Field(description="UTC.")
    zone: str
    zone_source: ZoneSource
    immediately: bool = False
    note: str | None = Field(default=None, description="A skipped or repeated local time, a passed template time.")
    rule: Literal["S-1", "S-2", "S-4"] = "S-1"


class FollowUpTime(Value):
    """When a follow-up is due (S-3), or due anew after an automatic answer (C-5)."""

    at: AwareDatetime
    rule: Literal["S-3", "C-5"] = "S-3"
    reason: str


class Settlement(Value):
    """What an answer does to its thread: credits, follow-up, doors (C-2, C-5, C-7 to C-10, CR-2, CR-3)."""

    counts_as_response: bool = Field(description="False for automatic answers (C-5).")
    first_response: bool = Field(description="Whether it fixes the outcome (C-10).")
    label: ReplyLabel | None
    refunds: tuple[str, ...] = Field(description="Ids of the messages whose credit comes back.")
    refund_rule: Literal["CR-2", "CR-3"] = "CR-2"
    answers: str | None = Field(default=None, description="Id of the message that the first response answers (H-1).")
    cancels_follow_up: str | None = Field(default=None, description="Id of the follow-up that is not sent.")
    cancels_initial: str | None = Field(
        default=None, description="Id of an initial that is not sent: they wrote before it."
    )
    moves_follow_up: FollowUpTime | None = None
    closes: bool = Field(description="Whether the thread is closed to the recruiter after it (C-9).")
    suppresses: bool = Field(description="C-7.")
    notice: Literal["interested", "declined"] | None = Field(default=None, description="C-8.")
    reasons: tuple[str, ...] = ()


class HealthDecision(Value):
    """How a sender stands after a look at their rate (H-1 to H-4)."""

    state: HealthState
    changed_at: AwareDatetime | None = Field(default=None, description="When this state began.")
    restricted_until: AwareDatetime | None = None
    noticed_ever: bool = False
    notify: bool = Field(default=False, description="Whether this look sends the notice of H-2.")
    sent: int
    responses: int
    rule: Literal["H-2", "H-3", "H-4"] | None = None
    reason: str


class Spending(Value):
    """Which lot a charge takes how many credits from, oldest first (CR-5)."""

    lot: str
    credits: int


class Expiring(Value):
    """Credits that a lot loses on a day if nothing uses them."""

    lot: str
    on: date
    credits: int
