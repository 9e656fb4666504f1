"""A seeded quarter of a contract with 50 seats, played through `Outreach` with its clock put forward step by step.

Besides everyday work it holds one occasion at least for every rule: cold senders, limits, flags, opt-outs, clock
changes, templates, crashes, a plan that runs out of credits. Nothing here decides what a rule says.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any, Final

from overture.classification import Verdict
from overture.errors import TransportError, UndeliverableError
from overture.messaging import (
    Contract,
    FollowUp,
    NewMessage,
    Outgoing,
    Outreach,
    Plan,
    Policy,
    Receipt,
    Refused,
    Scheduled,
    Seat,
    Template,
)

from .policy_journal import (
    Answered,
    Asked,
    Cancelled,
    Corrected,
    Flagged,
    GrantMade,
    Handed,
    Looked,
    Ran,
    Step,
    Written,
)

if TYPE_CHECKING:
    from overture.messaging import Store

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
DAYS: Final = 90
"""The first quarter of 2026: clocks change in New York on March 8, in Berlin on March 29, in Sydney on April 5."""
SETTLING: Final = 100
"""Days after it in which nothing new is asked: follow-ups go out, answers come in, credits are lost."""
CONTRACT: Final = Contract(id="harbour", zone="Europe/Berlin")
ZONES: Final = (None, "Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Europe/London")
SKIPPED: Final = (
    ("America/New_York", datetime(2026, 3, 8, 2, 30)),
    ("Europe/Berlin", datetime(2026, 3, 29, 2, 30)),
)
REPEATED: Final = (("Australia/Sydney", datetime(2026, 4, 5, 2, 30)),)
COLD, THAWING, LIMITED, CAPPED, FLAGGED, BUSY, UNEVEN = (
    "seat-01", "seat-02", "seat-03", "seat-04", "seat-05", "seat-06", "seat-08",
)  # fmt: skip
LONG: Final = 400
"""Characters from which the uneven sender's messages are long; nobody answers those."""
ANSWERS: Final = (  # weight, smart reply, own text, what the text means
    (16, "accept", False, None),
    (6, "accept", True, "accept meeting"),
    (2, "accept", True, "decline not_now"),
    (20, "decline", False, None),
    (8, "decline", True, "decline not_now"),
    (22, None, True, "accept interested"),
    (20, None, True, "decline happy_here"),
    (6, None, True, "decline unsubscribe"),
)


class WorkerDiedError(BaseException):
    """What a kill looks like from inside: nothing behind it is run (S-10)."""


class GivenLabels:
    """Reads label, intent and date of return from the words of a text; labelling is the suite `replies`'s matter."""

    def classify(self, reply: Any, outreach: str | None = None) -> Verdict:  # noqa: ARG002 - as `Labels.classify`
        """One reply."""
        label, intent, *rest = str(reply).split()
        fields = {"label": label, "intent": intent, "confidence": 0.9, "needs_review": False, "language": "en"}
        return Verdict.model_validate({**fields, "text": str(reply), "returns_on": rest[0] if rest else None})


@dataclass
class _Talk:
    """What the world knows of one thread."""

    seat: str
    thread: str
    answer_planned: bool = False


@dataclass
class World:
    """Plays the quarter on a store; `steps` is what happened, and `outreach` the door it went through."""

    store: Store
    seats: int = 50
    messages: int = 800
    seed: int = 1
    policy: Policy = field(default_factory=Policy.default)
    steps: list[Step] = field(default_factory=list[Step])
    now: datetime = START

    def __post_init__(self) -> None:
        self._dice = Random(self.seed)  # noqa: S311 - seeded data
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order, self._numbers, self._bulks = count(), count(1), count(1)
        self._talks: dict[str, _Talk] = {}
        self._tries: Counter[str] = Counter()
        self._taken: set[str] = set()
        self._running = False
        self.outreach = Outreach(
            self.store, transport=self, classifier=GivenLabels(), policy=lambda _: self.policy, clock=lambda: self.now
        )
        self.roster = {seat.id: seat for seat in map(self._seat, range(1, self.seats + 1))}
        self.templates: list[tuple[Template, bool]] = []

    def play(self) -> None:
        """All of it, step by step in the order of time."""
        self.outreach.add_contract(CONTRACT)
        for seat in self.roster.values():
            self.outreach.add_seat(seat)
        self._plan()
        last = START
        while self._events:
            at, _, happen = heapq.heappop(self._events)
            self.now = last = max(at, last + timedelta(seconds=1))  # one thing at a time: instants tell steps apart
            happen()

    @property
    def end(self) -> datetime:
        """The last instant."""
        return START + timedelta(days=DAYS + SETTLING)

    # The transport

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        """Take what is handed over, but for dead addresses, minutes of trouble, and workers that die."""
        self._tries[key] += 1
        dice = Random(f"{self.seed}/{message.body}/{self._tries[key]}")  # noqa: S311 - seeded data
        luck, is_first = dice.random(), self._tries[key] == 1
        if key in self._taken:
            self._hand(message, key, "known")
            return Receipt(id=key, at=self.now, duplicate=True)
        if is_first and luck < 0.01:
            self._hand(message, key, "later")
            raise TransportError("the mail server is busy")
        if luck < 0.018:
            self._hand(message, key, "never")
            raise UndeliverableError("no such mailbox")
        if self._running and is_first and luck < 0.024:
            self._hand(message, key, "died before")
            raise WorkerDiedError
        self._taken.add(key)
        dies = self._running and is_first and luck < 0.03
        self._hand(message, key, "died after" if dies else "taken")
        is_long = len(message.body) >= LONG
        self._at(self.now, self._plan_answer, key, dice, is_long=is_long)  # once the sender has its receipt
        if dies:
            raise WorkerDiedError
        return Receipt(id=key, at=self.now)

    def _hand(self, message: Outgoing, key: str, fate: Any) -> None:
        self.steps.append(Handed(at=self.now, key=key, message=message.id, body=message.body, fate=fate))

    # What candidates do

    def _plan_answer(self, message: str, dice: Random, *, is_long: bool) -> None:
        talk = self._talks.get(message.rpartition("-")[0])
        if talk is None:  # a further message of a conversation
            return
        seat = talk.seat
        if dice.random() < 0.06 or seat == BUSY:
            back = (self.now + timedelta(days=dice.randrange(1, 30))).date().isoformat()
            self._at(self.now + timedelta(minutes=5), self._answer, talk, None, f"auto out_of_office {back}")
        rate = 0.02 if seat == COLD else 0.0 if seat == THAWING and self.now < START + timedelta(days=18) else 0.3
        if seat == UNEVEN:
            rate = 0.0 if is_long else 0.36
        if talk.answer_planned or dice.random() >= rate:
            return
        talk.answer_planned = True
        hours = dice.choice((0.1, 2.0, 9.0, 30.0, 80.0, 150.0, 300.0))
        if dice.random() < 0.12:  # around the end of the days in which an answer counts
            hours = 24.0 * dice.choice((80, 89.9, 90, 90.1, 95))
        if seat == UNEVEN:
            hours = 2.0
        _, smart, own, text = dice.choices(ANSWERS, [answer[0] for answer in ANSWERS])[0]
        at = self.now + timedelta(hours=hours)
        self._at(at, self._answer, talk, smart, text or "", own=own)
        if dice.random() < 0.1:
            other = dice.choice(("decline not_now", "accept question"))
            self._at(at + timedelta(days=dice.randrange(1, 15)), self._answer, talk, None, other, own=True)
        if dice.random() < 0.25:
            self._at(at + timedelta(hours=20), self._write, talk)

    def _answer(self, talk: _Talk, smart: Any, text: str, *, own: bool = False) -> None:
        if self.now >= self.end:
            return
        label, intent, returns_on = (*text.split(), None, None, None)[:3]
        got = self.outreach.receive_reply(talk.thread, text, smart=smart, edited=own and smart is not None)
        step = Answered(
            at=self.now, thread=talk.thread, reply=got.reply.id, smart=smart, own=own, label=label, intent=intent,
            returns_on=returns_on,
        )  # fmt: skip
        self.steps.append(step)
        if label != "auto" and self._dice.random() < 0.08:
            other: Any = "decline" if (smart or label) == "accept" else "accept"
            self._at(self.now + timedelta(hours=3), self._correct, talk, got.reply.id, other)

    # What recruiters do

    def _correct(self, talk: _Talk, reply: str, label: Any) -> None:
        self.outreach.correct_label(reply, label)
        self.steps.append(Corrected(at=self.now, thread=talk.thread, reply=reply, label=label))

    def _write(self, talk: _Talk) -> None:
        result = self.outreach.write_in_thread(talk.thread, subject="Re", body=f"{next(self._numbers)}-further")
        refused = result.rule if isinstance(result, Refused) else None
        self.steps.append(Written(at=self.now, thread=talk.thread, refused=refused))

    def _cancel(self, message: str) -> None:
        refusal = self.outreach.cancel(message)
        self.steps.append(Cancelled(at=self.now, message=message, refused=refusal.rule if refusal else None))

    def _ask(self, seat: str, news: list[NewMessage], *, now: bool = False) -> None:
        is_bulk = len(news) > 1
        if is_bulk:
            results: tuple[Scheduled | Refused, ...] = self.outreach.schedule_bulk(seat, news).results
        elif now:
            results = (self.outreach.send(seat, news[0]),)
        else:
            results = (self.outreach.schedule(seat, news[0]),)
        bulk = next(self._bulks) if is_bulk else 0
        for new, result in zip(news, results, strict=True):
            step = Asked(
                at=self.now, seat=seat, candidate=new.candidate, candidate_zone=new.candidate_zone, local=new.at,
                saved=new.saved_time, follow_up=new.follow_up is not None,
                delay=new.follow_up.delay_hours if new.follow_up else None, free=new.free, bulk=bulk,
                recipients=len(news), now=now, body=new.body, result=result,
            )  # fmt: skip
            self.steps.append(step)
            if isinstance(result, Scheduled):
                self._taken_on(seat, result)

    def _taken_on(self, seat: str, taken: Scheduled) -> None:
        if taken.thread not in self._talks:
            self._talks[taken.thread] = _Talk(seat, taken.thread)
        luck = self._dice.random()
        if luck < 0.03:
            at = max(taken.time.at, self.now) - timedelta(hours=self._dice.choice((-20, 1, 5)))
            self._at(at, self._cancel, taken.message)
        elif luck < 0.06 and taken.follow_up is not None:
            follow_up = taken.follow_up
            self._at(self.now + timedelta(days=self._dice.randrange(1, 12)), self._cancel, follow_up)

    def _new(self, seat: str, **changes: Any) -> NewMessage:
        dice, number = self._dice, next(self._numbers)
        candidate = dice.randrange(self.messages)
        pairs = self.roster[seat].plan in (Plan.RECRUITER, Plan.PROFESSIONAL_SERVICES) or dice.random() < 0.08
        at = None
        if dice.random() < 0.3:
            day = self.now.date() + timedelta(days=dice.randrange(0, 6))
            at = datetime.combine(day, time(dice.randrange(6, 20), dice.choice((0, 30))))
        delay = dice.choice((None, None, 72, 100, 168, 336, 640, 20, 700))
        fields: dict[str, Any] = {
            "candidate": f"c{candidate}", "candidate_zone": ZONES[candidate % len(ZONES)], "subject": "A role",
            "body": f"{number}-first", "key": f"{number}", "at": at, "free": dice.random() < 0.1,
            "follow_up": FollowUp(body=f"{number}-second", delay_hours=delay)
            if pairs and dice.random() < 0.55
            else None,
        }  # fmt: skip
        if seat == UNEVEN and number % 2:
            fields["body"] += " with a long story" * 30
        return NewMessage.model_validate(fields | changes)

    def _work(self, seat: str) -> None:
        """An everyday piece of work: one message, or a few at once."""
        number = self._dice.choice((1, 1, 1, 2, 5))
        now = number == 1 and self._dice.random() < 0.4
        self._ask(seat, [self._new(seat, **({"at": None} if now else {})) for _ in range(number)], now=now)

    def _plain(self, seat: str, number: int, **changes: Any) -> None:
        """So many plain messages at once, without follow-up."""
        self._ask(seat, [self._new(seat, **{"at": None, "follow_up": None, **changes}) for _ in range(number)])

    def _flag(self, seat: str, reason: str | None) -> None:
        self.outreach.settings(seat, flagged=reason)
        self.steps.append(Flagged(at=self.now, seat=seat, reason=reason))

    def _grant(self, seat: str, *, bonus: str | None = None) -> None:
        granted = self.outreach.grant_bonus(seat, key=bonus) if bonus else self.outreach.grant_month(seat)
        kind: Any = "bonus" if bonus else "month"
        self.steps.append(GrantMade(at=self.now, seat=seat, kind=kind, credits=granted.credits))

    def _run(self) -> None:
        self._running = True
        try:
            self.outreach.run()
        except WorkerDiedError:  # the next worker comes when the claim is over
            self._at(self.now + timedelta(seconds=self.policy.claim_seconds + 60), self._run)
        else:
            self.steps.append(Ran(at=self.now))
        finally:
            self._running = False

    def _look(self, seat: str) -> None:
        self.steps.append(Looked(at=self.now, seat=seat, found=self.outreach.health(seat)))

    def _save_templates(self, seat: str) -> None:
        passed = datetime.combine(self.now.date() - timedelta(days=1), time(9))
        common: dict[str, Any] = {"seat": seat, "subject": "A role", "body": "template-first"}
        one = Template(id="t1", name="Harbour introduction", local_time=passed, **common)
        two = Template(id="t2", name="Night shift, two steps", follow_up_body="template-second", **common)
        for template in (one, two):
            self.outreach.save_template(template)
        for template in (one, two):
            found = self.outreach.templates(seat, search=template.name[:-1])
            self.templates.append((template, template.id in {each.id for each in found}))
        self._ask(seat, [self._new(seat, at=passed, saved_time=True, template="t1", candidate="saved")])

    # When

    def _plan(self) -> None:
        for day in range(DAYS + SETTLING):
            if day < DAYS + 29 or day % 6 == 0:
                self._at(_on(day, 12), self._run)
        for month in (0, 31, 59):
            for seat in self.roster:
                self._at(_on(month, 5), self._grant, seat)
        for seat in self.roster:
            if seat in (COLD, THAWING, LIMITED, BUSY, UNEVEN):
                continue
            for _ in range(round(self.messages / self.seats / 2)):
                at = _on(self._dice.randrange(1, DAYS), self._dice.uniform(7, 17))
                self._at(at, self._work, seat)
        for day in range(5, DAYS, 9):
            for seat in (COLD, THAWING, UNEVEN, *list(self.roster)[6:10]):
                self._at(_on(day, 20), self._look, seat)
        self._plan_occasions()

    def _plan_occasions(self) -> None:
        """What must come up at least once."""
        for seat in (COLD, THAWING):  # H-2 to H-4: a hundred messages that nobody answers
            for day in (2, 4):
                self._at(_on(day, 9), self._plain, seat, 55)
            for day in range(6, 46, 4):
                self._at(_on(day, 9), self._plain, seat, 6)
                self._at(_on(day, 10), self._plain, seat, 1)
                self._at(_on(day, 11), self._plain, seat, 1)
        for day, number in ((2, 90), (3, 60)):  # H-2: own numbers that tips can be drawn from
            self._at(_on(day, 9.5), self._plain, UNEVEN, number, free=False)
        for day in range(20, 28, 2):  # one to one, and answered: the sender recovers
            for hour in range(8, 16):
                self._at(_on(day, hour), self._plain, THAWING, 1)
        for day in (3, 10, 17, 24):  # S-7: more than the daily limit, and follow-ups that come due on the same days
            pair = FollowUp(body=f"limited-{day}-second", delay_hours=168)
            self._at(_on(day, 9), self._plain, LIMITED, 10, follow_up=pair)
        for day in range(5, 35, 3):  # CR-6: more than the monthly limit
            self._at(_on(day, 13), self._plain, CAPPED, 6)
        self._at(_on(20, 9), self._plain, FLAGGED, 3, at=_local(23, 9))  # S-8: due while flagged
        self._at(_on(21, 9), self._flag, FLAGGED, "reported by three candidates")
        self._at(_on(22, 9), self._plain, FLAGGED, 2)
        self._at(_on(28, 9), self._flag, FLAGGED, None)
        for day in range(3, 60, 7):  # C-5: away, with a follow-up that comes due before they are back
            second = FollowUp(body=f"busy-{day}-second")
            self._at(_on(day, 9), self._plain, BUSY, 3, follow_up=second)
        for seat in (seat.id for seat in self.roster.values() if seat.plan is Plan.LITE):
            self._at(_on(2, 8), self._plain, seat, 40, at=_local(5, 9), free=False)  # CR-1, CR-7
            second = FollowUp(body=f"{seat}-second")
            self._at(_on(1, 8), self._plain, seat, 2, follow_up=second)  # S-11
        self._at(_on(45, 6), self._grant, CAPPED, bonus="spring")
        for zone, local in (*SKIPPED, *REPEATED):  # S-2
            self._at(_on(63, 9), self._plain, BUSY, 1, at=local, candidate_zone=zone)
        for hour in (7, 8):  # S-1: a fresh time in the past
            self._at(_on(30, hour), self._plain, BUSY, 1, at=_local(29, 9))
        self._at(_on(40, 7), self._save_templates, BUSY)

    def _seat(self, number: int) -> Seat:
        key = f"seat-{number:02}"
        if number % 10 == 7:
            plan = Plan.LITE
        elif number % 25 == 18:
            plan = Plan.TALENT_FINDER
        else:
            plan = Plan.PROFESSIONAL_SERVICES if number % 3 == 0 else Plan.RECRUITER
        return Seat(
            id=key,
            contract=CONTRACT.id,
            plan=plan,
            zone=ZONES[number % len(ZONES)],
            daily_limit=6 if key == LIMITED else None,
            monthly_limit=25 if key == CAPPED else None,
        )

    def _at(self, instant: datetime, happen: Callable[..., None], /, *args: Any, **options: Any) -> None:
        if instant < self.end:
            happening: Callable[[], None] = partial(happen, *args, **options)
            heapq.heappush(self._events, (instant, next(self._order), happening))


def _on(day: int, hour: float) -> datetime:
    return START + timedelta(days=day, hours=hour)


def _local(day: int, hour: int) -> datetime:
    return datetime.combine((START + timedelta(days=day)).date(), time(hour))
