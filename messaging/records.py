"""What messaging knows: contracts, seats, threads, messages and replies, as frozen rows of its tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from overture.base import Value

from .policy import Plan

MessageKind = Literal["initial", "follow_up", "further"]
MessageState = Literal["scheduled", "held", "sending", "sent", "cancelled", "failed"]
ZoneSource = Literal["given", "candidate", "sender", "contract", "utc"]
ReplyKind = Literal["smart", "text", "auto"]
ReplyLabel = Literal["accept", "decline"]
Disposition = Literal["pending", "accepted", "declined"]
HealthState = Literal["ok", "noticed", "restricted"]
Folder = Literal["scheduled", "awaiting_reply", "accepted", "declined"]


class Contract(Value):
    """A customer: whose seats share a pool, a suppression list and a policy."""

    id: str = Field(min_length=1, max_length=200)
    zone: str | None = Field(default=None, description="IANA zone of S-2's third place.")
    policy: str = Field(default="default", description="Name of a `Policy` preset.")


class Seat(Value):
    """One recruiter's place on a contract."""

    id: str = Field(min_length=1, max_length=200)
    contract: str
    plan: Plan
    zone: str | None = Field(default=None, description="IANA zone of the sender (S-2).")
    daily_limit: int | None = Field(default=None, ge=1, description="S-7; none: the policy's.")
    monthly_limit: int | None = Field(default=None, ge=0, description="CR-6; none: no limit.")
    flagged: str | None = Field(default=None, description="S-8: why the sender may not send; none: they may.")


class Thread(Value):
    """The conversation of one seat with one candidate that one initial message began."""

    id: str
    contract: str
    seat: str
    candidate: str
    job: str | None = None
    created_at: AwareDatetime
    disposition: Disposition = Field(default="pending", description="The latest (C-10).")
    outcome: Disposition = Field(default="pending", description="That of the first response, for good (C-10).")
    responded_at: AwareDatetime | None = Field(default=None, description="When the first response came.")
    closed: bool = Field(default=False, description="C-9: the recruiter may not write in it.")


class Message(Value):
    """What is sent to one candidate by one seat: an initial message, its follow-up, or a further one when answered.

    A further message belongs to a conversation: it costs no credit and is in no response rate (C-9, H-1).
    """

    id: str
    thread: str
    contract: str
    seat: str
    candidate: str
    kind: MessageKind
    initial: str | None = Field(default=None, description="Of a follow-up: the initial message's id.")
    state: MessageState
    subject: str
    body: str
    address: str = Field(default="", description="Where the transport sends it.")
    created_at: AwareDatetime
    due_at: AwareDatetime | None = Field(
        default=None, description="None for a follow-up whose initial is not sent yet."
    )
    delay_hours: int | None = Field(
        default=None, description="Of a follow-up: hours after the initial's actual sending (S-3)."
    )
    zone: str = "UTC"
    zone_source: ZoneSource = "utc"
    note: str | None = Field(default=None, description="What the sender should know of the time: S-2, S-4.")
    sent_at: AwareDatetime | None = None
    receipt: str | None = None
    free: bool = Field(default=False, description="CR-1: costs nothing and gives nothing back.")
    bulk: str | None = Field(default=None, description="Id of the bulk send that it is part of (S-5).")
    template: str | None = None
    assisted: bool = Field(default=False, description="Whether a model drafted it (I-1).")
    elements: tuple[str, ...] = Field(default=(), description="Personalised elements that were on (D-6), for tips.")
    job: str | None = None
    ended_by: str | None = Field(default=None, description="Rule id of a cancellation or failure.")
    end_reason: str | None = None


class Reply(Value):
    """An answer of a candidate, with everything that was said of it (C-2)."""

    id: str
    thread: str
    received_at: AwareDatetime
    kind: ReplyKind
    smart: ReplyLabel | None = Field(default=None, description="The choice of a smart reply (C-1).")
    edited: bool = Field(default=False, description="C-9: whether a smart reply carries text of the candidate's own.")
    text: str = ""
    label: ReplyLabel | None = Field(default=None, description="What counts (C-2); none for an automatic answer (C-5).")
    intent: str | None = None
    confidence: float | None = None
    conflict: bool = Field(default=False, description="C-2: smart reply and classifier disagree.")
    corrected: ReplyLabel | None = Field(default=None, description="C-2: a person's word.")
    returns_on: date | None = None


class Window(Value):
    """A span of instants, start included, end not."""

    start: AwareDatetime
    end: AwareDatetime

    def holds(self, instant: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.start <= instant < self.end
