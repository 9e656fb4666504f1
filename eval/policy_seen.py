"""A played quarter put in order for checking: what belongs to each message, thread, seat and candidate."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from overture.messaging import Scheduled

from .policy_journal import Answered, Asked, Corrected, Flagged, Handed, Quarter, Ran

if TYPE_CHECKING:
    from overture.messaging import Message
    from overture.messaging.entries import EntryLine

T = TypeVar("T")
_MOST_TOLD = 5


@dataclass
class Book:
    """How often each rule came up, and where it was broken; the first few breaks are told in words."""

    checked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    broken: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    told: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def check(self, rule: str, holds: bool, said: str) -> None:
        """One occasion of a rule; `said` tells what was found where it does not hold."""
        self.checked[rule] += 1
        if not holds:
            self.broken[rule] += 1
            if len(self.told[rule]) < _MOST_TOLD:
                self.told[rule].append(said)


@dataclass
class Talk:
    """A thread: what was sent in it, and what came back, each in the order of time."""

    initial: Message
    follow_up: Message | None = None
    responses: list[tuple[Answered, str]] = field(default_factory=list[tuple[Answered, str]])
    """Answers that are no automatic ones, with the label that counts in the end (C-2)."""
    automatic: list[Answered] = field(default_factory=list[Answered])

    @property
    def messages(self) -> list[Message]:
        """The one or two that cost credits."""
        return [self.initial] if self.follow_up is None else [self.initial, self.follow_up]

    @property
    def answered_at(self) -> datetime | None:
        """When the first response came."""
        return self.responses[0][0].at if self.responses else None


class Seen:
    """Indexes over a quarter; nothing in them is taken from a decision of messaging but the rows themselves."""

    def __init__(self, quarter: Quarter) -> None:
        self.quarter = quarter
        self.asked = self.steps(Asked)
        self.handed = self.steps(Handed)
        self.taken: dict[str, Asked] = {}
        for step in self.asked:
            if isinstance(step.result, Scheduled):
                self.taken[step.result.message] = step
                if step.result.follow_up:
                    self.taken[step.result.follow_up] = step
        self.entries: dict[str, list[EntryLine]] = defaultdict(list)
        for entry in quarter.entries:
            if entry.message:
                self.entries[entry.message].append(entry)
        self.out: dict[str, datetime] = {}
        """Message to the instant at which the transport took it."""
        for handed in self.handed:
            if handed.fate in ("taken", "died after"):
                self.out.setdefault(handed.message, handed.at)
        self.runs = [step.at for step in self.steps(Ran)]
        self.talks = self._talks()
        self.left_alone = self._left_alone()

    def steps(self, kind: type[T]) -> list[T]:
        """The steps of one kind."""
        return [step for step in self.quarter.steps if isinstance(step, kind)]

    def entry(self, message: str, kind: str) -> list[EntryLine]:
        """A message's entries of one kind."""
        return [entry for entry in self.entries.get(message, []) if entry.kind == kind]

    def flags(self, seat: str) -> list[tuple[datetime, datetime]]:
        """The spans in which a sender was flagged."""
        spans: list[tuple[datetime, datetime]] = []
        for step in self.steps(Flagged):
            if step.seat == seat:
                if step.reason is not None:
                    spans.append((step.at, self.quarter.end))
                else:
                    spans[-1] = (spans[-1][0], step.at)
        return spans

    def next_run(self, due: datetime) -> datetime | None:
        """The first time at or after an instant at which all that was due was done."""
        place = bisect_left(self.runs, due)
        return self.runs[place] if place < len(self.runs) else None

    def zone_of(self, step: Asked) -> tuple[str, str]:
        """S-2: the candidate's zone, else the sender's, else the contract's, else UTC; and where it comes from."""
        sender = self.quarter.seats[step.seat].zone
        if step.candidate_zone:
            return step.candidate_zone, "candidate"
        if sender:
            return sender, "sender"
        return (self.quarter.contract_zone, "contract") if self.quarter.contract_zone else ("UTC", "utc")

    def _talks(self) -> dict[str, Talk]:
        talks: dict[str, Talk] = {}
        for message in self.quarter.messages.values():
            if message.kind == "initial":
                talks[message.thread] = Talk(message)
        for message in self.quarter.messages.values():
            if message.kind == "follow_up":
                talks[message.thread].follow_up = message
        corrected = {step.reply: step.label for step in self.steps(Corrected)}
        for step in self.steps(Answered):
            if step.smart is None and step.label == "auto":
                talks[step.thread].automatic.append(step)
            else:
                label = corrected.get(step.reply) or step.smart or step.label or ""
                talks[step.thread].responses.append((step, label))
        return talks

    def _left_alone(self) -> dict[str, datetime]:
        """C-7: candidate to the instant from which nothing more may be sent to them."""
        found: dict[str, datetime] = {}
        for thread, talk in self.talks.items():
            for answer, _ in talk.responses:
                if answer.intent == "unsubscribe":
                    candidate = self.quarter.threads[thread].candidate
                    found[candidate] = min(answer.at, found.get(candidate, answer.at))
        return found


def instant_of(local: datetime, zone: str) -> datetime:
    """The first instant of a local time; one that a clock change skips is moved on, minute by minute (S-2)."""
    while True:
        instant = local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
        if local_of(instant, zone) == local:
            return instant
        local = local.replace(second=0, microsecond=0) + timedelta(minutes=1)


def local_of(instant: datetime, zone: str) -> datetime:
    """The local wall time of an instant."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
