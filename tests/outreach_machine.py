"""A machine that takes any step of messaging in any order, crashes too, and compares each with a naive model.

Never a negative balance, the ledger verifies, each key once at the transport, nothing cancelled and no follow-up
behind an answer goes out, limits hold, and every thread lies in one folder (S, CR, H, C).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from outreach_desk import OutreachDesk, WorkerDied, let_pass, new_message
from outreach_model import DAY, LOT, Fate, Model, Post, Sender, Talk
from sqlalchemy import select

from overture.errors import TransportError, UndeliverableError
from overture.messaging.decisions import Refused
from overture.messaging.new_message import Scheduled
from overture.messaging.policy import Plan
from overture.messaging.records import Folder
from overture.messaging.store import Store
from overture.messaging.tables import messages, threads

SEATS = {"s1": Plan.RECRUITER, "s2": Plan.PROFESSIONAL_SERVICES, "lite": Plan.LITE}
SEAT = st.sampled_from(sorted(SEATS))
CANDIDATE = st.sampled_from(["ada", "bob", "eve", "joe"])
PICK = st.integers(0, 10**6)
FOLDERS: tuple[Folder, ...] = ("scheduled", "awaiting_reply", "accepted", "declined")
MICROSECOND = timedelta(microseconds=1)
JUMPS = [timedelta(seconds=50), timedelta(hours=5), DAY, 3 * DAY, 7 * DAY, 29 * DAY]
ERRORS: dict[str, Callable[[], BaseException]] = {
    "busy": lambda: TransportError("busy"),
    "undeliverable": lambda: UndeliverableError("no such mailbox"),
    "dies before": WorkerDied,
    "dies after": WorkerDied,
}


MakeStore = Callable[[], tuple[Store, Callable[[], None]]]


class OutreachMachine(RuleBasedStateMachine):
    """`make_store` gives each run a database of its own, and its disposal."""

    def make_store(self) -> tuple[Store, Callable[[], None]]:
        raise NotImplementedError  # `machine_on` gives it

    def __init__(self) -> None:
        super().__init__()
        store, self.dispose = self.make_store()
        self.desk = OutreachDesk(store)
        self.desk.under(health_min_sent=6)
        self.model = Model(health_min_sent=6)
        self.places = count(1)
        for name, plan in SEATS.items():
            if name != "s1":
                self.desk.add_seat(name, plan)
            self.desk.outreach.settings(name, daily_limit=20)
            self.model.senders[name] = Sender(name, plan, daily_limit=20)
            self.model.grant(self.model.senders[name], self.now)

    def teardown(self) -> None:
        self.desk.verify()
        self.desk.store.close()
        self.dispose()

    @property
    def now(self) -> datetime:
        return self.desk.clock.now

    # What is sent

    @rule(seat=SEAT, candidate=CANDIDATE, hours=st.sampled_from([0, 72, 168, 672]), free=st.integers(0, 9),
          later=st.sampled_from([None, 2, 30, 24 * 91]), now=st.booleans())  # fmt: skip
    def write(self, seat: str, candidate: str, hours: int, free: int, later: int | None, now: bool) -> None:
        sender = self.model.senders[seat]
        fields: dict[str, Any] = {"free": free == 0, "follow_up": hours or False, "key": str(next(self.places))}
        if later is not None and not now:
            fields["at"] = (self.now + timedelta(hours=later, seconds=next(self.places))).replace(tzinfo=None)
        refusal = self.model.refusal(sender, candidate, pair=bool(hours), free=free == 0, now=self.now)
        taken = self.desk.outreach.schedule(seat, new_message(candidate, **fields))
        if isinstance(taken, Refused):
            assert taken.rule == refusal
            return
        assert refusal is None
        talk = self._kept(taken, sender, candidate, hours, free=free == 0)
        if now:
            outcome = self.desk.outreach.deliver(taken.message).outcome
            assert outcome == self.model.deliver(talk.posts[0], "taken", self.now)

    @rule(seat=SEAT, number=st.sampled_from([1, 2, 3, 25]), hours=st.sampled_from([0, 72]))
    def write_many(self, seat: str, number: int, hours: int) -> None:
        sender = self.model.senders[seat]
        self.model.look(sender, self.now)
        names = [f"b{next(self.places)}" for _ in range(number)]
        news = [new_message(name, follow_up=hours or False, key=name) for name in names]
        bulk = self.desk.outreach.schedule_bulk(seat, news)
        if sender.state == "restricted" and number > 1:
            assert all(isinstance(one, Refused) and one.rule == "H-3" for one in bulk.results)
            return
        for name, one in zip(names, bulk.results, strict=True):
            refusal = self.model.refusal(sender, name, pair=bool(hours), free=False, now=self.now)
            assert (one.rule if isinstance(one, Refused) else None) == refusal
            if isinstance(one, Scheduled):
                self._kept(one, sender, name, hours, free=False)

    @precondition(lambda self: self.model.posts)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        post = self._one(pick)
        is_waiting = post.state in {"scheduled", "held"}
        assert (self.desk.outreach.cancel(post.key) is None) == is_waiting
        if is_waiting:
            self.model.end(post, self.now)

    @rule(candidate=CANDIDATE)
    def profile_changes(self, candidate: str) -> None:
        self.desk.outreach.candidate_changed("k1", candidate)
        for talk in self.model.talks.values():
            for post in talk.waiting() if talk.candidate == candidate else []:
                post.state = "held"

    @precondition(lambda self: any(post.state == "held" for post in self.model.posts.values()))
    @rule(pick=PICK)
    def release(self, pick: int) -> None:
        held = [post for post in self.model.posts.values() if post.state == "held"]
        post = held[pick % len(held)]
        assert self.desk.outreach.release(post.key)
        post.state = "scheduled"

    # What runs

    @rule(jump=st.sampled_from(JUMPS), at=st.integers(0, 5),
          fate=st.sampled_from(["taken", "taken", "busy", "undeliverable", "dies before", "dies after"]))  # fmt: skip
    def work(self, jump: timedelta, at: int, fate: Fate) -> None:
        """A worker does what is due; at its so-many-th message, something happens at the transport."""
        self.desk.clock.now += jump
        fates: list[Fate] = ["taken" for _ in range(at)]
        fates.append(fate)
        handed: list[str] = []

        def fail(when: str, key: str) -> None:
            post = self.model.posts[key]
            if when == "before":
                handed.append(key)
                assert not (post.kind == "follow_up" and post.thread.responded_at), "S-10: a follow-up after an answer"
                assert post.state != "cancelled", "S-6: what was cancelled is sent"
            chosen = fates[min(len(handed), len(fates)) - 1] if len(handed) <= len(fates) else "taken"
            if chosen in ERRORS and (chosen == "dies after") == (when == "after"):
                raise ERRORS[chosen]()

        self.desk.transport.before, self.desk.transport.after = partial(fail, "before"), partial(fail, "after")
        try:
            self.desk.outreach.run()
            has_died = False
        except WorkerDied:
            has_died = True
            self.desk.outreach = self.desk.restarted()
        self.desk.transport.before = self.desk.transport.after = let_pass
        assert self._model_runs(iter(fates)) == has_died

    def _model_runs(self, fates: Any) -> bool:
        while due := self.model.due(self.now):
            for post in due:
                sender = post.thread.sender
                passes = sender.daily_limit > self.model.days[sender.key, self.now.date()] or post.state == "sending"
                is_answered = post.kind == "follow_up" and post.thread.responded_at is not None
                is_handed = passes and not is_answered and not sender.is_flagged
                is_handed = is_handed and post.thread.candidate not in self.model.suppressed
                if post.state not in {"scheduled", "sending"}:  # went with its initial message
                    continue
                outcome = self.model.deliver(post, next(fates, "taken") if is_handed else "taken", self.now)
                if outcome.startswith("dies"):
                    return True
        for sender in self.model.senders.values():
            self.model.look(sender, self.now)
        return False

    @rule(seat=SEAT, offset=st.sampled_from([-MICROSECOND, timedelta(0)]))
    def write_as_a_lot_expires(self, seat: str, offset: timedelta) -> None:
        """CR-5: the last instant of a lot, and the first without it."""
        owner = self.model.senders[seat].owner
        ends = [granted + LOT for granted, left, _ in self.model.lots.get(owner, []) if left]
        ahead = sorted(end for end in ends if end + offset > self.now)
        if ahead:
            self.desk.clock.now = ahead[0] + offset
            self.write(seat, "zoe", 0, 1, None, False)

    @rule(seat=SEAT)
    def grant(self, seat: str) -> None:
        self.desk.outreach.grant_month(seat)
        self.model.grant(self.model.senders[seat], self.now)

    # What comes back

    @precondition(lambda self: self.model.talks)
    @rule(pick=PICK, text=st.sampled_from(["Yes.", "No.", "Unsubscribe.", "smart yes", "smart no", "smart no, text"]))
    def answer(self, pick: int, text: str) -> None:
        talk = self._talk(pick)
        self._outwait(talk)
        self._answer(talk, text, self.now)

    @precondition(lambda self: any(post.sent_at for post in self.model.posts.values()))
    @rule(pick=PICK, offset=st.sampled_from([timedelta(0), MICROSECOND]))
    def answer_as_90_days_end(self, pick: int, offset: timedelta) -> None:
        """CR-2: the last instant that gives the credit back, and the first that does not."""
        sent = [p for p in self.model.posts.values() if p.sent_at and p.thread.responded_at is None]
        if not sent:
            return
        post = sent[pick % len(sent)]
        assert post.sent_at is not None
        received = post.sent_at + 90 * DAY + offset
        self.desk.clock.now = max(self.now, received)
        self._outwait(post.thread)
        self._answer(post.thread, "Yes.", received)

    @precondition(lambda self: self.model.talks)
    @rule(pick=PICK, days=st.sampled_from([None, 1, 5, 12, 25, 60]))
    def answer_automatically(self, pick: int, days: int | None) -> None:
        talk = self._talk(pick)
        back = None if days is None else (self.now + days * DAY).date()
        text = "Away." if back is None else f"Away until {back}."
        received = self.desk.outreach.receive_reply(talk.key, text)
        assert received.reply.label is None
        self.model.automatic(talk, back)

    @precondition(lambda self: any(talk.answers for talk in self.model.talks.values()))
    @rule(pick=PICK, label=st.sampled_from(["accept", "decline"]))
    def correct(self, pick: int, label: Any) -> None:
        talks = [talk for talk in self.model.talks.values() if talk.answers]
        talk = talks[pick % len(talks)]
        place = pick % len(talk.answers)
        key, _ = talk.answers[place]
        received = self.desk.outreach.correct_label(key, label)
        talk.answers[place] = (key, label)
        if received.settlement.suppresses:
            assert received.reply.intent == "unsubscribe"
            self.model.suppress(talk.candidate, self.now)

    @rule(candidate=CANDIDATE, often=st.integers(0, 5))
    def suppress(self, candidate: str, often: int) -> None:
        if often == 0:
            self.desk.outreach.suppress("k1", candidate)
            self.model.suppress(candidate, self.now)

    # What is set

    @rule(seat=SEAT, limit=st.sampled_from([1, 2, 20]))
    def limit_the_day(self, seat: str, limit: int) -> None:
        self.desk.outreach.settings(seat, daily_limit=limit)
        self.model.senders[seat].daily_limit = limit

    @rule(seat=SEAT, limit=st.sampled_from([None, 3, 40]))
    def limit_the_month(self, seat: str, limit: int | None) -> None:
        self.desk.outreach.settings(seat, monthly_limit=limit)
        self.model.senders[seat].monthly_limit = limit

    @rule(seat=SEAT, reason=st.sampled_from([None, None, "spam reports"]))
    def flag(self, seat: str, reason: str | None) -> None:
        self.desk.outreach.settings(seat, flagged=reason)
        self.model.senders[seat].is_flagged = reason is not None

    # What always holds

    @invariant()
    def balances_are_the_models_and_never_negative(self) -> None:
        for name, sender in self.model.senders.items():
            there = self.desk.outreach.balance(name)
            assert there >= 0, "CR-8"
            assert there == self.model.balance(sender.owner, self.now), f"CR-5: balance of {name}"
        if next(self.places) % 10 == 0:
            self.desk.verify()

    @invariant()
    def every_message_is_as_the_model_has_it(self) -> None:
        with self.desk.store.read() as connection:
            columns = (messages.c.id, messages.c.state, messages.c.due_at, messages.c.sent_at)
            found = {row.id: tuple(row)[1:] for row in connection.execute(select(*columns))}
        expected = {key: (post.state, post.due, post.sent_at) for key, post in self.model.posts.items()}
        assert found == expected
        assert set(self.desk.transport.taken) == self.model.at_transport, "S-10"

    @invariant()
    def every_thread_is_in_one_folder(self) -> None:
        with self.desk.store.read() as connection:
            rows = connection.execute(select(threads.c.id, threads.c.closed, threads.c.responded_at)).all()
        talks = self.model.talks.values()
        assert {row.id: (row.closed, row.responded_at) for row in rows} == {
            talk.key: (talk.is_closed, talk.responded_at) for talk in talks
        }
        held = {
            (line.thread.id, name)
            for seat in SEATS
            for name in FOLDERS
            for line in self.desk.outreach.folder(seat, name, limit=10_000).lines
        }
        assert held == {(talk.key, talk.folder) for talk in talks}, "S-9"

    @invariant()
    def no_day_is_over_its_limit(self) -> None:
        for (seat, _), sent in self.model.days.items():
            assert sent <= 20, f"S-7: {seat}"

    # Helpers

    def _kept(self, taken: Scheduled, sender: Sender, candidate: str, hours: int, *, free: bool) -> Talk:
        talk = Talk(taken.thread, sender, candidate)
        posts = [Post(taken.message, talk, "initial", taken.time.at, free)]
        if hours:
            posts.append(Post(str(taken.follow_up), talk, "follow_up", None, free, hours))
        self.model.add(talk, posts)
        return talk

    def _one(self, pick: int) -> Post:
        return list(self.model.posts.values())[pick % len(self.model.posts)]

    def _talk(self, pick: int) -> Talk:
        return list(self.model.talks.values())[pick % len(self.model.talks)]

    def _outwait(self, talk: Talk) -> None:
        """An answer waits until the claim of a dead worker is over; then that message waits again."""
        for post in talk.posts:
            if post.state == "sending" and post.claimed_until:
                self.desk.clock.now = max(self.now, post.claimed_until)
                post.state, post.claimed_until = "scheduled", None

    def _answer(self, talk: Talk, text: str, received: datetime) -> None:
        smart: Any = {"smart yes": "accept", "smart no": "decline", "smart no, text": "decline"}.get(text)
        own = "" if text in {"smart yes", "smart no"} else "No, not now." if smart else text
        label = smart or ("accept" if text == "Yes." else "decline")
        got = self.desk.outreach.receive_reply(
            talk.key, own, smart=smart, edited=bool(smart and own), received_at=received
        )
        assert got.reply.label == label
        talk.answers.append((got.reply.id, label))
        if text == "smart no":
            talk.smart_closed.add(got.reply.id)
        self.model.answer(talk, received, self.now)
        if text == "Unsubscribe.":
            self.model.suppress(talk.candidate, self.now)


def machine_on(make_store: MakeStore) -> type[OutreachMachine]:
    """The machine on stores of one kind."""

    class Machine(OutreachMachine):
        def make_store(self) -> tuple[Store, Callable[[], None]]:
            return make_store()

    return Machine


def machine_on_sqlite(migrated: Path) -> type[OutreachMachine]:
    """The machine on copies of a file that has our tables."""

    def make() -> tuple[Store, Callable[[], None]]:
        folder = tempfile.mkdtemp(prefix="overture-machine-")
        shutil.copy(migrated, folder)
        return Store(f"sqlite:///{folder}/{migrated.name}"), lambda: shutil.rmtree(folder)

    return machine_on(make)


def check(machine: type[OutreachMachine], *, runs: int, steps: int, **options: Any) -> None:
    """So many runs of so many steps; a failing one is shown as it is, since shrinking it takes longer than reading."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs, stateful_step_count=steps, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            report_multiple_bugs=False, **options,
        ),
    )  # fmt: skip
