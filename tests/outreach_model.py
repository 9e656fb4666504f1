"""The rules of messaging once more, naively: lists and loops, no SQL, nothing of the library but its plans.

What the machine of `test_outreach_machine.py` compares every step with. Times are UTC throughout.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from overture.messaging.policy import Plan

DAY = timedelta(days=1)
REFUND, LOT, WINDOW, RESTRICTION = 90 * DAY, 90 * DAY, 14 * DAY, 14 * DAY
POOLED = {Plan.RECRUITER, Plan.PROFESSIONAL_SERVICES}
GRANTS = {Plan.RECRUITER: 150, Plan.PROFESSIONAL_SERVICES: 100, Plan.LITE: 30, Plan.TALENT_FINDER: 25}
Fate = Literal["taken", "busy", "undeliverable", "dies before", "dies after"]


@dataclass
class Sender:
    """A seat."""

    key: str
    plan: Plan
    daily_limit: int
    monthly_limit: int | None = None
    is_flagged: bool = False
    state: str = "ok"
    changed_at: datetime | None = None
    until: datetime | None = None

    @property
    def owner(self) -> str:
        """Whose credits it uses."""
        return "pool" if self.plan in POOLED else self.key


@dataclass
class Post:
    """A message."""

    key: str
    thread: Talk
    kind: str
    due: datetime | None
    is_free: bool
    hours: int = 168
    state: str = "scheduled"
    sent_at: datetime | None = None
    claimed_until: datetime | None = None
    attempts: int = 0
    is_given_back: bool = False
    is_answered: bool = False


@dataclass
class Talk:
    """A thread."""

    key: str
    sender: Sender
    candidate: str
    posts: list[Post] = field(default_factory=list[Post])
    answers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])  # reply id, label
    smart_closed: set[str] = field(default_factory=set[str])
    responded_at: datetime | None = None

    @property
    def folder(self) -> str:
        """S-9."""
        if self.answers:
            return "accepted" if self.answers[-1][1] == "accept" else "declined"
        return "scheduled" if self.posts[0].state in {"scheduled", "held", "sending"} else "awaiting_reply"

    @property
    def is_closed(self) -> bool:
        """C-9."""
        return bool(self.answers) and self.answers[-1][1] == "decline" and self.answers[-1][0] in self.smart_closed

    def waiting(self) -> list[Post]:
        """What is still to be sent."""
        return [post for post in self.posts if post.state in {"scheduled", "held"}]


class Model:
    """One contract."""

    def __init__(self, *, health_min_sent: int) -> None:
        self.health_min_sent = health_min_sent
        self.senders: dict[str, Sender] = {}
        self.talks: dict[str, Talk] = {}
        self.posts: dict[str, Post] = {}
        self.lots: dict[str, list[tuple[datetime, int, str]]] = {}  # owner: granted at, credits, seat and month
        self.months: Counter[tuple[str, str]] = Counter()
        self.days: Counter[tuple[str, date]] = Counter()
        self.suppressed: set[str] = set()
        self.at_transport: set[str] = set()

    # CR

    def balance(self, owner: str, now: datetime) -> int:
        """CR-5: a lot is lost at the instant that is 90 days after its grant."""
        return sum(left for granted, left, _ in self.lots.get(owner, []) if now - granted < LOT)

    def grant(self, sender: Sender, now: datetime) -> None:
        """CR-5: once a month."""
        name = f"{sender.key} {now:%Y-%m}"
        if name not in {lot[2] for lots in self.lots.values() for lot in lots}:
            self.lots.setdefault(sender.owner, []).append((now, GRANTS[sender.plan], name))

    def charge(self, sender: Sender, number: int, now: datetime) -> str | None:
        """CR-1, CR-6: the rule that refuses, or none."""
        if self.balance(sender.owner, now) < number:
            return "CR-1"
        month = (sender.key, f"{now:%Y-%m}")
        if sender.monthly_limit is not None and self.months[month] + number > sender.monthly_limit:
            return "CR-6"
        self.months[month] += number
        lots = sorted(self.lots[sender.owner])
        for _ in range(number):
            place = next(i for i, (granted, left, _) in enumerate(lots) if left and now - granted < LOT)
            lots[place] = (lots[place][0], lots[place][1] - 1, lots[place][2])
        self.lots[sender.owner] = lots
        return None

    def give_back(self, post: Post, now: datetime) -> None:
        """CR-2, CR-4, CR-5: once, as a lot of this day."""
        if not post.is_free and not post.is_given_back:
            post.is_given_back = True
            today = now.replace(hour=0, minute=0, second=0, microsecond=0)
            self.lots.setdefault(post.thread.sender.owner, []).append((today, 1, ""))

    def end(self, post: Post, now: datetime, state: str = "cancelled") -> None:
        """S-6, CR-4."""
        post.state, post.claimed_until = state, None
        self.give_back(post, now)
        if post.kind == "initial":
            for other in post.thread.waiting():
                self.end(other, now)

    # S

    def refusal(self, sender: Sender, candidate: str, *, pair: bool, free: bool, now: datetime) -> str | None:
        """Why a message is refused; charges it if it is not."""
        if sender.is_flagged:
            return "S-8"
        if candidate in self.suppressed:
            return "C-7"
        if pair and sender.plan not in POOLED:
            return "S-11"
        return None if free else self.charge(sender, 2 if pair else 1, now)

    def add(self, talk: Talk, posts: list[Post]) -> None:
        """A message that was taken."""
        talk.posts = posts
        self.talks[talk.key] = talk
        self.posts |= {post.key: post for post in posts}

    def due(self, now: datetime) -> list[Post]:
        """What is to be sent, the most overdue first."""
        late = [
            post
            for post in self.posts.values()
            if (post.state == "scheduled" and post.due and post.due <= now and (post.claimed_until or now) <= now)
            or (post.state == "sending" and post.claimed_until and post.claimed_until <= now)
        ]
        return sorted(late, key=lambda post: (post.due or now, post.key))

    def deliver(self, post: Post, fate: Fate, now: datetime) -> str:
        """S-3, S-7, S-8, S-10, C-7: what comes of one try."""
        sender, day = post.thread.sender, (post.thread.sender.key, now.date())
        is_taken_over = post.state == "sending"
        answered = post.kind == "follow_up" and post.thread.responded_at is not None
        if sender.is_flagged or post.thread.candidate in self.suppressed or answered:
            self.end(post, now)
            return "cancelled"
        if not is_taken_over:
            if self.days[day] >= sender.daily_limit:
                self.end(post, now)
                return "cancelled"
            self.days[day] += 1
        post.attempts += 1
        post.state, post.claimed_until = "sending", now + timedelta(seconds=120)
        if fate in {"dies before", "dies after"}:
            self.at_transport |= {post.key} if fate == "dies after" else set()
            return fate
        if fate == "undeliverable":
            self.end(post, now, "failed")
            return "failed"
        if fate == "busy":
            if now - (post.due or now) >= DAY:
                self.end(post, now, "failed")
                return "failed"
            post.state = "scheduled"
            post.claimed_until = now + min(timedelta(minutes=2 ** (post.attempts - 1)), timedelta(hours=1))
            self.days[day] -= 0 if is_taken_over else 1
            return "retried"
        self.at_transport.add(post.key)
        post.state, post.sent_at, post.claimed_until = "sent", now, None
        for other in post.thread.waiting() if post.kind == "initial" else []:
            other.due = now + timedelta(hours=other.hours)
        return "sent"

    # C

    def automatic(self, talk: Talk, back: date | None) -> None:
        """C-5."""
        initial = talk.posts[0]
        for post in talk.waiting():
            if post.kind == "follow_up" and post.due and initial.sent_at and back and post.due.date() < back:
                latest = initial.sent_at + 28 * DAY
                if back <= latest.date():
                    post.due = min(datetime.combine(back + DAY, post.due.timetz()), latest)

    def answer(self, talk: Talk, received: datetime, now: datetime) -> None:
        """CR-2, CR-3: the first response gives back the credit of what it answers; what waits is not sent any more."""
        out = [post for post in talk.posts if post.state == "sent" and post.sent_at]
        if talk.responded_at is None:
            talk.responded_at = received
            before = [post for post in out if post.sent_at and post.sent_at <= received] or out[:1]
            in_time = [post for post in out if post.sent_at and received - post.sent_at <= REFUND and not post.is_free]
            for post in before[-1:]:
                post.is_answered = True
                for given in [post] if post in in_time else in_time[-1:]:
                    self.give_back(given, now)
        for post in talk.waiting():
            self.end(post, now)

    def suppress(self, candidate: str, now: datetime) -> None:
        """C-7."""
        self.suppressed.add(candidate)
        for talk in self.talks.values():
            for post in talk.waiting() if talk.candidate == candidate else []:
                if post.state in {"scheduled", "held"}:
                    self.end(post, now)

    # H

    def look(self, sender: Sender, now: datetime) -> None:
        """H-2 to H-4."""
        recent = [
            post
            for post in self.posts.values()
            if post.thread.sender is sender and post.sent_at and now - WINDOW <= post.sent_at <= now
        ]
        sent, answered = len(recent), sum(post.is_answered for post in recent)
        is_met = 100 * answered >= 13 * sent
        if sender.state == "restricted":
            assert sender.until is not None
            while sender.until <= now:
                if is_met:
                    sender.state, sender.until, sender.changed_at = "ok", None, now
                    return
                sender.until += RESTRICTION
        elif is_met:
            sender.changed_at = now if sender.state == "noticed" else sender.changed_at
            sender.state = "ok"
        elif sender.state == "noticed":
            if sender.changed_at and sender.changed_at.date() != now.date():
                sender.state, sender.until, sender.changed_at = "restricted", now + RESTRICTION, now
        elif sent >= self.health_min_sent:
            sender.state, sender.changed_at = "noticed", now
