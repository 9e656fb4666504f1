"""A desk as tests of the door use it: a contract, a clock that stands still, a transport that honours keys."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from threads import START

from overture.classification import Verdict
from overture.classification.mail import Mail
from overture.messaging.decisions import Refused
from overture.messaging.entries import EntryLine
from overture.messaging.new_message import FollowUp, NewMessage, Scheduled
from overture.messaging.notices import Notice
from overture.messaging.outreach import Outreach, RunReport
from overture.messaging.policy import Plan, Policy
from overture.messaging.receiving import Received
from overture.messaging.records import Contract, Folder, Message, Seat
from overture.messaging.rows import get
from overture.messaging.statements import explain, verify
from overture.messaging.store import Store
from overture.messaging.transport import Outgoing, Receipt

_RETURN = re.compile(r"\d{4}-\d\d-\d\d")


def let_pass(key: str) -> None:
    """The transport works."""


class WorkerDied(BaseException):
    """What a kill looks like from inside: nothing behind it is run."""


class HandClock:
    """A clock that stands still until it is put forward."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time."""
        return self.now


class RecordingTransport:
    """Takes each key once and keeps what it took, in order; `before` and `after` may raise."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.taken: dict[str, Outgoing] = {}
        self.calls: list[str] = []
        self.before: Callable[[str], None] = let_pass
        self.after: Callable[[str], None] = let_pass
        self._clock = clock
        self._lock = threading.Lock()

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        """As `Transport.send`."""
        self.before(key)
        with self._lock:
            self.calls.append(key)
            is_known = key in self.taken
            self.taken.setdefault(key, message)
        self.after(key)
        return Receipt(id=f"<{key}@test>", at=self._clock(), duplicate=is_known)


class WordClassifier:
    """Labels by the first word: `No` declines, `Unsubscribe` as well, `Away until 2026-03-20` is automatic.

    A text that ends in `?` was judged without confidence.
    """

    def classify(self, reply: str | Mail, outreach: str | None = None) -> Verdict:  # noqa: ARG002 - as `Labels` has it
        """One reply."""
        text = reply if isinstance(reply, str) else reply.text
        first = text.split()[0].casefold().strip("!,.")
        label, intent = {
            "no": ("decline", "not_interested"),
            "unsubscribe": ("decline", "unsubscribe"),
            "away": ("auto", "out_of_office"),
        }.get(first, ("accept", "interested"))
        back = _RETURN.search(text) if label == "auto" else None
        return Verdict.model_validate(
            {
                "label": label,
                "intent": intent,
                "confidence": 0.95,
                "needs_review": text.endswith("?"),
                "review_reason": "unsure" if text.endswith("?") else None,
                "language": "en",
                "text": text,
                "returns_on": date.fromisoformat(back[0]) if back else None,
            }
        )


class OutreachDesk:
    """One contract `k1` with the seat `s1` of Recruiter, which has 150 credits."""

    def __init__(self, store: Store, **options: Any) -> None:
        self.store = store
        self.clock = HandClock()
        self.transport = RecordingTransport(self.clock)
        self.options = options
        self.outreach = self.restarted()
        self.outreach.add_contract(Contract(id="k1"))
        self.add_seat("s1")

    def restarted(self) -> Outreach:
        """Another worker on the same store, as after a crash."""
        options: dict[str, Any] = {"transport": self.transport, **self.options}
        return Outreach(self.store, classifier=WordClassifier(), clock=self.clock, **options)

    def under(self, **numbers: Any) -> None:
        """Another policy from now on: the default with these numbers (H-5)."""
        policy = Policy.model_validate(numbers)

        def of_every_contract(contract: Contract) -> Policy:
            return policy

        self.options["policy"] = of_every_contract
        self.outreach = self.restarted()

    def add_seat(self, seat: str, plan: Plan = Plan.RECRUITER, *, contract: str = "k1", **fields: Any) -> None:
        """A seat with its grant of the month."""
        self.outreach.add_seat(Seat(id=seat, contract=contract, plan=plan, **fields))
        self.outreach.grant_month(seat)

    def schedule(self, candidate: str = "c1", *, seat: str = "s1", **fields: Any) -> Scheduled:
        """A message that is taken; `follow_up=True` has the policy's delay, a number is hours."""
        taken = self.outreach.schedule(seat, new_message(candidate, **fields))
        assert isinstance(taken, Scheduled), taken
        return taken

    def refuse(self, candidate: str = "c1", *, seat: str = "s1", **fields: Any) -> Refused:
        """A message that is refused."""
        refused = self.outreach.schedule(seat, new_message(candidate, **fields))
        assert isinstance(refused, Refused), refused
        return refused

    def sent(self, candidate: str = "c1", *, seat: str = "s1", **fields: Any) -> Scheduled:
        """A message that is sent now; its follow-up waits."""
        taken = self.outreach.send(seat, new_message(candidate, **fields))
        assert isinstance(taken, Scheduled), taken
        return taken

    def run(self, at: datetime) -> RunReport:
        """Put the clock forward and do what is due."""
        self.clock.now = at
        return self.outreach.run()

    def reply(self, thread: str, text: str = "", *, at: datetime | None = None, **fields: Any) -> Received:
        """An answer, with the clock put forward to it."""
        self.clock.now = at or self.clock.now
        return self.outreach.receive_reply(thread, text, **fields)

    def message(self, key: str | None) -> Message:
        """A row."""
        assert key is not None
        with self.store.read() as connection:
            return get(connection, Message, key)

    def state(self, *keys: str | None) -> list[tuple[str, str | None]]:
        """State and ending rule of messages."""
        return [(found.state, found.ended_by) for found in (self.message(key) for key in keys)]

    def entries(self, *keys: str | None) -> list[tuple[str, str]]:
        """What the ledger says of messages: kind and rule of each entry."""
        return [(line.kind, line.rule) for key in keys for line in self.lines(key)]

    def lines(self, key: str | None) -> tuple[EntryLine, ...]:
        """The entries of a message."""
        assert key is not None
        with self.store.read() as connection:
            return explain(connection, key)

    def folder(self, name: Folder, seat: str = "s1") -> list[str]:
        """The candidates of a folder, newest first."""
        return [line.thread.candidate for line in self.outreach.folder(seat, name).lines]

    def told(self, seat: str = "s1") -> list[str]:
        """The kinds of a seat's notices."""
        return [notice.kind for notice in self.notices(seat)]

    def notices(self, seat: str = "s1") -> list[Notice]:
        """A seat's notices."""
        return self.outreach.notices(seat, limit=10_000)

    def verify(self) -> None:
        """The ledger agrees with itself, and so with every balance (CR-8)."""
        with self.store.read() as connection:
            report = verify(connection)
        assert report.holds, report.differences


def new_message(candidate: str = "c1", *, follow_up: bool | int = False, **fields: Any) -> NewMessage:
    """A request to send; `follow_up=True` has the policy's delay, a number is hours."""
    second = None
    if follow_up:
        second = FollowUp(body="Still there?", delay_hours=None if follow_up is True else follow_up)
    values = {"subject": "A role", "body": f"Hello {candidate}.", "address": f"{candidate}@example.org"}
    return NewMessage.model_validate({"candidate": candidate, "follow_up": second, **values, **fields})
