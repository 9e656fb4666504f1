"""A seeded year of recruiters and candidates, played against `Outreach` with its clock put forward event by event.

What happens is put down in a log of JSON lines: what was asked, written and set, and what the transport was handed.
What Overture decided is not in it; whoever knows the rules can work that out from the log (tests/naive_year.py does).
"""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any, Final, TextIO

from overture import UndeliverableError
from overture.classification import Verdict
from overture.errors import TransportError
from overture.messaging import Contract, FollowUp, NewMessage, Outreach, Plan, Policy, Seat
from overture.messaging.decisions import Refused
from overture.messaging.new_message import Scheduled
from overture.messaging.store import Store
from overture.messaging.transport import Outgoing, Receipt

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
GRANTS_AT, PACKS_AT, WORK_AT = time(5), time(5, 30), time(8)
RUNS_AT: Final = (time(12), time(18))
ZONES: Final = (None, "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Kolkata")
SEASON: Final = (0.9, 1.0, 1.1, 1.05, 1.05, 1.0, 0.8, 0.6, 1.15, 1.2, 1.1, 0.7)  # January to December
CONTRACTS: Final = (Contract(id="harbour", zone="Europe/Berlin"), Contract(id="lumen", zone="America/New_York"))
ANSWERS: Final = (  # weight, smart reply, text of the candidate's own, label, intent
    (18, "accept", False, "accept", "interested"),
    (7, "accept", True, "accept", "meeting"),
    (22, "decline", False, "decline", "not_interested"),
    (9, "decline", True, "decline", "not_now"),
    (21, None, True, "accept", "interested"),
    (19, None, True, "decline", "happy_here"),
    (4, None, True, "decline", "unsubscribe"),
)


@dataclass(frozen=True)
class Size:
    """How much of a year: so many `messages` are written, a follow-up being one of its own.

    What is refused in bulk by a restriction (H-3) is written again, one to one.
    """

    seats: int = 50
    messages: int = 206_000
    days: int = 365
    seed: int = 1


@dataclass
class Recruiter:
    """One seat's ways."""

    seat: Seat
    rate: float  # how often candidates answer them
    weight: float  # their share of the work
    assisted: float  # the share of their messages that a model drafts
    owed: int = 0  # messages that they still have to write
    careful_until: datetime = START


@dataclass
class Conversation:
    """What the world knows of one thread."""

    recruiter: Recruiter
    is_bulk: bool
    assisted: bool
    has_follow_up: bool
    thread: str = ""
    message: str = ""
    follow_up: str | None = None
    is_answer_coming: bool = False


class GivenLabels:
    """Labels by the words of the text itself: label, intent, and of an absence the date of return."""

    def classify(self, reply: Any, outreach: str | None = None) -> Verdict:  # noqa: ARG002 - as `Labels.classify`
        """One reply."""
        label, intent, *rest = str(reply).split()
        return Verdict.model_validate(
            {
                **{"label": label, "intent": intent, "confidence": 0.9, "needs_review": False},
                **{"language": "en", "text": str(reply), "returns_on": rest[0] if rest else None},
            }
        )


class World:
    """The year. `play` runs it; `refused` counts what Overture refused, by rule."""

    def __init__(self, store: Store, log: TextIO, *, size: Size, policy: Policy) -> None:
        self.size, self.policy, self.now = size, policy, START
        self.refused: Counter[str] = Counter()
        self.outreach = Outreach(
            store, transport=self, classifier=GivenLabels(), policy=lambda _: policy, clock=lambda: self.now
        )
        self._log_file, self._random = log, Random(size.seed)  # noqa: S311 - seeded data
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order, self._numbers, self._replies = count(), count(1), count(1)
        self._conversations: dict[int, Conversation] = {}
        self._attempts: Counter[str] = Counter()
        self.recruiters = [self._recruiter(number) for number in range(size.seats)]

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return START + timedelta(days=self.size.days)

    def play(self) -> None:
        """All of it, event by event in the order of time."""
        for contract in CONTRACTS:
            self._log("contract", **contract.model_dump(include={"id", "zone"}))
            self.outreach.add_contract(contract)
        for recruiter in self.recruiters:
            self._log("seat", **recruiter.seat.model_dump(mode="json"))
            self.outreach.add_seat(recruiter.seat)
        for number in range(self.size.days):
            self._plan_day(number)
        while self._events and self._events[0][0] < self.end:
            self.now, _, happen = heapq.heappop(self._events)
            happen()
        self.now = self.end
        self._log("end")

    # The transport

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        """Take what is handed over, but for a few addresses that are dead and a few minutes of trouble."""
        ref = message.body.split()[0]
        self._attempts[ref] += 1
        dice = self._dice(ref, self._attempts[ref])
        trouble = dice.random() < (0.004 if self._attempts[ref] == 1 else 0.3)
        fate = "later" if trouble else "never" if dice.random() < 0.006 else "taken"
        self._log("handed", message=ref, fate=fate)
        if fate == "later":
            raise TransportError("the mail server is busy")
        if fate == "never":
            raise UndeliverableError("no such mailbox")
        self._plan_answer(ref, dice)
        return Receipt(id=key, at=self.now)

    # What candidates do

    def _plan_answer(self, ref: str, dice: Random) -> None:
        number, _, kind = ref.partition("-")
        asked = self._conversations[int(number)]
        if kind == "3":
            return
        if dice.random() < 0.05:
            away = dice.randrange(1, 35)
            at = self.now + timedelta(minutes=dice.randrange(1, 20))
            back = (at + timedelta(days=away)).date().isoformat()
            self._at(at, lambda: self._reply(int(number), None, False, f"auto out_of_office {back}"))
        rate = asked.recruiter.rate * (1.2 if asked.assisted else 1.0) * (0.85 if asked.is_bulk else 1.3)
        if self.now < asked.recruiter.careful_until:
            rate *= 1.5
        if asked.is_answer_coming or dice.random() >= rate * (0.6 if kind == "2" else 1.0):
            return
        asked.is_answer_coming = True
        is_late = dice.random() < 0.03
        hours = dice.uniform(40, 130) * 24 if is_late else dice.lognormvariate(2.9, 1.4)
        at = self.now + timedelta(minutes=max(2, round(hours * 60)))
        _, smart, own, label, intent = dice.choices(ANSWERS, [answer[0] for answer in ANSWERS])[0]
        text = f"{label} {intent}" if own else ""
        self._at(at, lambda: self._reply(int(number), smart, own, text))
        if dice.random() < 0.05:
            other = "decline not_now" if label == "accept" else "accept question"
            self._at(at + timedelta(days=dice.randrange(1, 20)), lambda: self._reply(int(number), None, True, other))
        if label == "accept" and dice.random() < 0.4:
            self._at(at + timedelta(hours=dice.randrange(2, 30)), lambda: self._write(int(number)))
        if label == "decline" and smart and not own and dice.random() < 0.04:
            self._at(at + timedelta(hours=dice.randrange(2, 30)), lambda: self._write(int(number)))

    def _reply(self, number: int, smart: Any, own: bool, text: str) -> None:
        asked, key = self._conversations[number], next(self._replies)
        label, intent, returns_on = (*text.split(), None, None, None)[:3]
        self._log("reply", key=key, n=number, smart=smart, own=own, label=label, intent=intent, returns_on=returns_on)
        got = self.outreach.receive_reply(asked.thread, text, smart=smart, edited=own, key=str(key))
        if smart is None and label != "auto" and self._dice("correct", key).random() < 0.03:
            other = "decline" if label == "accept" else "accept"
            self._at(self.now + timedelta(hours=3), lambda: self._correct(got.reply.id, key, other))

    # What recruiters do

    def _correct(self, reply: str, key: int, label: Any) -> None:
        self._log("correct", key=key, label=label)
        self.outreach.correct_label(reply, label)

    def _write(self, number: int) -> None:
        self._log("write", n=number)
        self._count(
            self.outreach.write_in_thread(self._conversations[number].thread, subject="Re", body=f"{number}-3 Hello.")
        )

    def _cancel(self, number: int, kind: str) -> None:
        asked = self._conversations[number]
        message = asked.message if kind == "1" else asked.follow_up
        if message is not None:
            self._log("cancel", message=f"{number}-{kind}")
            self._count(self.outreach.cancel(message))

    def _work(self, recruiter: Recruiter, *, is_last: bool) -> None:
        dice, seat = self._random, recruiter.seat
        is_idle = dice.random() < (0.85 if seat.flagged else 0.5)
        if recruiter.owed == 0 or (is_idle and not is_last):
            return
        is_careful = self.now < recruiter.careful_until
        while recruiter.owed:
            wants_bulk = recruiter.owed > 3 and dice.random() < (0.1 if is_careful else 0.85)
            news: list[tuple[int, NewMessage]] = []
            while recruiter.owed and len(news) < (dice.randrange(2, 61) if wants_bulk else 1):
                news.append(self._new(recruiter, is_bulk=wants_bulk))
            is_sent_now = len(news) == 1 and news[0][1].at is None and dice.random() < 0.5
            self._log(
                "ask", seat=seat.id, bulk=wants_bulk, now=is_sent_now, of=[_asked(number, new) for number, new in news]
            )
            if is_sent_now:
                results: tuple[Scheduled | Refused, ...] = (self.outreach.send(seat.id, news[0][1]),)
            elif wants_bulk:
                results = self.outreach.schedule_bulk(seat.id, [new for _, new in news]).results
            else:
                results = (self.outreach.schedule(seat.id, news[0][1]),)
            for (number, _), result in zip(news, results, strict=True):
                self._count(result)
                if isinstance(result, Scheduled):
                    self._taken(number, result)
                elif result.rule == "H-3" and result.until:
                    recruiter.careful_until = result.until
                    is_careful = True
                    recruiter.owed += 2 if self._conversations[number].has_follow_up else 1

    def _taken(self, number: int, taken: Scheduled) -> None:
        asked = self._conversations[number]
        asked.thread, asked.message, asked.follow_up = taken.thread, taken.message, taken.follow_up
        dice = self._dice("cancel", number)
        if dice.random() < 0.012:
            self._at(self.now + timedelta(hours=dice.randrange(1, 30)), lambda: self._cancel(number, "1"))
        if taken.follow_up and dice.random() < 0.015:
            self._at(self.now + timedelta(days=dice.randrange(1, 12), hours=1), lambda: self._cancel(number, "2"))

    def _new(self, recruiter: Recruiter, *, is_bulk: bool) -> tuple[int, NewMessage]:
        number = next(self._numbers)
        dice, plan = self._dice("new", number), recruiter.seat.plan
        may_follow = plan is not Plan.LITE or dice.random() < 0.02
        has_follow_up = may_follow and recruiter.owed > 1 and dice.random() < 0.65
        recruiter.owed -= 2 if has_follow_up else 1
        candidate = dice.randrange(self.size.messages // 2)
        at = None
        if dice.random() < 0.3:
            day = self.now.date() + timedelta(days=dice.randrange(0, 6))
            at = datetime.combine(day, time(dice.randrange(6, 20), dice.choice((0, 30))))
        assisted = dice.random() < recruiter.assisted
        delay = dice.choice((None, None, None, 72, 100, 120, 240, 336, 672))
        new = NewMessage(
            candidate=f"c{candidate}",
            subject="A role",
            body=f"{number}-1 Would this interest you?",
            follow_up=FollowUp(body=f"{number}-2 Is this still of interest?", delay_hours=delay)
            if has_follow_up
            else None,
            at=at,
            candidate_zone=ZONES[candidate % len(ZONES)],
            job=f"job-{dice.randrange(8)}",
            assisted=assisted,
            free=dice.random() < 0.3,
            key=str(number),
        )
        self._conversations[number] = Conversation(recruiter, is_bulk, assisted, has_follow_up)
        return number, new

    # What a day brings

    def _plan_day(self, number: int) -> None:
        day = (START + timedelta(days=number)).date()
        if day.day == 1:
            self._at(_at(day, GRANTS_AT), lambda: self._grant(day))
        if day.day in (8, 15, 22):
            self._at(_at(day, PACKS_AT), lambda: self._give_packs(day))
        for place, recruiter in enumerate(self.recruiters):
            if place % 16 == 7 and number in (_part(self.size, 0.33), _part(self.size, 0.39)):
                reason = "reported by three candidates" if number == _part(self.size, 0.33) else None
                self._at(_at(day, time(7)), lambda who=recruiter, why=reason: self._flag(who, why))
            at = _at(day, WORK_AT) + timedelta(minutes=2 * place)
            self._at(at, lambda who=recruiter: self._work(who, is_last=number >= self.size.days - 1))
        self._at(_at(day, time(0)), lambda: self._hand_out(number))
        for at in RUNS_AT:
            self._at(_at(day, at), self._run)

    def _hand_out(self, number: int) -> None:
        """What is to be written by the end of a day, shared out, so that the year comes to its number exactly."""
        shares = [_work_of(self.size, day) for day in range(self.size.days)]
        whole, before, after = sum(shares), sum(shares[:number]), sum(shares[: number + 1])
        owed = round(self.size.messages * after / whole) - round(self.size.messages * before / whole)
        weights = [recruiter.weight * _pace(recruiter.seat, number, self.size) for recruiter in self.recruiters]
        for recruiter in self._random.choices(self.recruiters, weights, k=owed):
            recruiter.owed += 1

    def _grant(self, day: date) -> None:
        for recruiter in self.recruiters:
            self._log("grant", seat=recruiter.seat.id, month=f"{day:%Y-%m}")
            self.outreach.grant_month(recruiter.seat.id)

    def _give_packs(self, day: date) -> None:
        """Whose credits run low gets a pack: the admin looks three times a month."""
        for place, recruiter in enumerate(self.recruiters):
            sharing = [other for other in self.recruiters if other.seat.contract == recruiter.seat.contract]
            low = 30 * len(sharing) if self.policy.is_pooled(recruiter.seat.plan) else 3
            if (place + day.day) % 2 and self.outreach.balance(recruiter.seat.id) < low:
                self._log("pack", seat=recruiter.seat.id, key=day.isoformat())
                self.outreach.grant_bonus(recruiter.seat.id, key=day.isoformat())

    def _flag(self, recruiter: Recruiter, reason: str | None) -> None:
        self._log("flag", seat=recruiter.seat.id, reason=reason)
        recruiter.seat = self.outreach.settings(recruiter.seat.id, flagged=reason)

    def _run(self) -> None:
        self._log("run")
        self.outreach.run()

    # Within

    def _recruiter(self, number: int) -> Recruiter:
        dice = self._random
        contract = CONTRACTS[0] if number % 10 < 6 else CONTRACTS[1]
        plan = (
            Plan.LITE if number % 7 == 3 else Plan.RECRUITER if contract is CONTRACTS[0] else Plan.PROFESSIONAL_SERVICES
        )
        seat = Seat(
            id=f"{contract.id}-{number + 1:02}",
            contract=contract.id,
            plan=plan,
            zone=ZONES[number % len(ZONES)],
            daily_limit=(None, 60, None, 45, None)[number % 5],
            monthly_limit=260 if number % 9 == 4 else None,
        )
        weight = dice.uniform(0.08, 0.3) if plan is Plan.LITE else dice.uniform(0.6, 1.4)
        rate = min(0.4, max(0.05, dice.gauss(0.22, 0.06)))
        return Recruiter(seat, rate, weight, assisted=dice.uniform(0.1, 0.9))

    def _dice(self, *of: object) -> Random:
        return Random(f"{self.size.seed}/{'/'.join(map(str, of))}")  # noqa: S311 - seeded data

    def _at(self, instant: datetime, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (instant, next(self._order), happen))

    def _count(self, result: object) -> None:
        if isinstance(result, Refused):
            self.refused[result.rule] += 1

    def _log(self, do: str, **fields: Any) -> None:
        self._log_file.write(json.dumps({"at": self.now.isoformat(), "do": do, **fields}) + "\n")


def _asked(number: int, new: NewMessage) -> dict[str, Any]:
    """A request as the log has it."""
    return {
        "n": number,
        "candidate": new.candidate,
        "zone": new.candidate_zone,
        "at": new.at.isoformat() if new.at else None,
        "follow_up": bool(new.follow_up),
        "delay": new.follow_up.delay_hours if new.follow_up else None,
        "free": new.free,
        "assisted": new.assisted,
    }


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, UTC)


def _part(size: Size, share: float) -> int:
    return int(size.days * share)


def _work_of(size: Size, number: int) -> float:
    day = START + timedelta(days=number)
    return SEASON[day.month - 1] * (0.05 if day.weekday() >= 5 and size.days > 7 else 1.0)


def _pace(seat: Seat, number: int, size: Size) -> float:
    """The second contract has hardly begun to write in the first part of the year: credits expire."""
    return 0.2 if seat.contract == CONTRACTS[1].id and number < size.days // 3 else 1.0
