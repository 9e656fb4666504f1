"""What happened in a simulated quarter: what was asked, handed over and answered, how messaging stood at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from overture.messaging import Message, Notice, Policy, Refused, Reply, Scheduled, Seat, Template, Thread
    from overture.messaging.decisions import HealthDecision
    from overture.messaging.entries import EntryLine
    from overture.messaging.folders import FolderLine
    from overture.messaging.statements import Statement, VerifyReport

Fate = Literal["taken", "known", "later", "never", "died before", "died after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message that somebody wanted sent, and what came of it; `bulk` is the number of its bulk send, 0 for none."""

    at: datetime
    seat: str
    candidate: str
    candidate_zone: str | None
    local: datetime | None
    saved: bool
    follow_up: bool
    delay: int | None
    free: bool
    bulk: int
    recipients: int
    now: bool
    body: str
    result: Scheduled | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A message at the transport, under the key that it was handed over with."""

    at: datetime
    key: str
    message: str
    body: str
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer; `label` is what its text means, none where there is no text. `corrected` is a person's later word."""

    at: datetime
    thread: str
    reply: str
    smart: str | None
    own: bool
    label: str | None
    intent: str | None
    returns_on: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A person's word on an answer."""

    at: datetime
    thread: str
    reply: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """A message that somebody wanted cancelled; `refused` names the rule that did not let it."""

    at: datetime
    message: str
    refused: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A further message in a thread; `refused` names the rule that did not let it."""

    at: datetime
    thread: str
    refused: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """A sender is flagged, or no longer (`reason` none)."""

    at: datetime
    seat: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantMade:
    """Credits for a seat."""

    at: datetime
    seat: str
    kind: Literal["month", "bonus"]
    credits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """All that was due was done."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A sender's health, as it was asked for."""

    at: datetime
    seat: str
    found: HealthDecision


Step: TypeAlias = Asked | Handed | Answered | Corrected | Cancelled | Written | Flagged | GrantMade | Ran | Looked


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """A quarter that was played: the journal in the order of time, and what messaging says afterwards."""

    start: datetime
    end: datetime
    policy: Policy
    contract_zone: str | None
    seats: Mapping[str, Seat]
    steps: tuple[Step, ...]
    messages: Mapping[str, Message]
    threads: Mapping[str, Thread]
    replies: Mapping[str, Reply]
    entries: tuple[EntryLine, ...]
    notices: tuple[Notice, ...]
    folders: Mapping[str, Mapping[str, tuple[FolderLine, ...]]]
    balances: Mapping[str, int]
    statements: tuple[Statement, ...]
    explained: Mapping[str, tuple[EntryLine, ...]]
    report: VerifyReport
    templates: tuple[tuple[Template, bool], ...]
    """Each saved template, and whether a search for its name finds it."""
