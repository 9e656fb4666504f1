"""Whatever instant a worker dies at, and whoever is faster: nothing is lost, nothing is sent twice (S-6, S-10)."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from outreach_desk import OutreachDesk, WorkerDied, let_pass, new_message
from sqlalchemy import func, select
from threads import START, day

from overture.messaging.file_transport import FileOutbox
from overture.messaging.new_message import Scheduled
from overture.messaging.records import Contract
from overture.messaging.store import Store
from overture.messaging.tables import messages

TESTS = Path(__file__).parent
PATHS = os.pathsep.join([str(TESTS.parent / ".typing"), str(TESTS)])
CLAIM = timedelta(seconds=121)


@pytest.fixture
def desk(store: Store) -> OutreachDesk:
    return OutreachDesk(store)


def die(key: str) -> None:
    raise WorkerDied


# One death at a known instant


@pytest.mark.parametrize("instant", ["before", "after"])
@pytest.mark.parametrize("kind", ["initial", "follow_up"])
def test_s10_a_worker_that_dies_around_the_transport_loses_nothing_and_sends_nothing_twice(
    desk: OutreachDesk, instant: str, kind: str
) -> None:
    pair = desk.schedule(follow_up=True)
    if kind == "follow_up":
        desk.run(START)
        desk.clock.now = day(7)
    setattr(desk.transport, instant, die)
    with pytest.raises(WorkerDied):
        desk.outreach.run()
    setattr(desk.transport, instant, let_pass)
    key = pair.message if kind == "initial" else str(pair.follow_up)
    assert (key in desk.transport.taken) == (instant == "after")
    desk.outreach = desk.restarted()
    assert desk.run(desk.clock.now + timedelta(seconds=119)).sent == 0  # its claim still holds
    assert desk.run(desk.clock.now + timedelta(seconds=1)).sent == 1
    assert desk.run(desk.clock.now + timedelta(days=1)).sent == 0
    assert Counter(desk.transport.calls)[key] == (2 if instant == "after" else 1)
    assert desk.outreach.balance("s1") == 148
    desk.verify()


def test_s10_what_was_cancelled_or_answered_after_a_death_before_the_transport_does_not_go_out(
    desk: OutreachDesk,
) -> None:
    pair = desk.sent(follow_up=True)
    desk.clock.now = day(7)
    desk.transport.before = die
    with pytest.raises(WorkerDied):
        desk.outreach.run()
    desk.transport.before = let_pass
    desk.clock.now += CLAIM
    desk.reply(pair.thread, "Yes.")
    assert desk.run(day(9)).sent == 0
    assert desk.outreach.balance("s1") == 150


def test_s10_a_worker_that_slept_past_its_claim_cannot_undo_what_came_after_it(desk: OutreachDesk) -> None:
    message = desk.schedule().message
    other = desk.restarted()

    def another_takes_it(key: str) -> None:
        desk.transport.before = let_pass
        desk.clock.now += CLAIM
        assert other.deliver(message).outcome == "sent"

    desk.transport.before = another_takes_it
    desk.outreach.deliver(message)
    sent = desk.message(message)
    assert (sent.state, sent.sent_at, desk.transport.calls) == ("sent", START + CLAIM, [message, message])
    assert desk.outreach.health("s1").sent == 1


def test_cr1_a_death_in_the_transaction_that_charges_leaves_neither_charge_nor_message(
    desk: OutreachDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die_instead(*arguments: object) -> None:
        raise WorkerDied

    with monkeypatch.context() as patch:
        patch.setattr("overture.messaging.scheduling.add_all", die_instead)
        with pytest.raises(WorkerDied):
            desk.outreach.schedule("s1", new_message(follow_up=True))
    assert (desk.outreach.balance("s1"), desk.folder("scheduled")) == (150, [])
    desk.verify()


# An answer against its follow-up


def race(desk: OutreachDesk, number: int) -> None:
    """An answer and the follow-up that is due at the same time; then what must be true, whoever was first."""
    pair = desk.sent(f"c{number}", follow_up=72, free=False)
    key = str(pair.follow_up)
    desk.clock.now += timedelta(days=3)
    is_answered = threading.Event()
    too_late: list[str] = []
    start = threading.Barrier(2)

    def watch(sent: str) -> None:
        if is_answered.is_set():
            too_late.append(sent)

    def answer() -> None:
        start.wait()
        time.sleep(random.random() * 0.01)
        desk.outreach.receive_reply(pair.thread, "Yes.")
        is_answered.set()

    def send() -> None:
        start.wait()
        time.sleep(random.random() * 0.01)
        desk.outreach.deliver(key)

    desk.transport.before = watch
    both = [threading.Thread(target=answer), threading.Thread(target=send)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    desk.transport.before = let_pass
    assert too_late == []
    (state, _), given_back = desk.state(key)[0], desk.entries(pair.message, key).count(("refund", "CR-3"))
    assert (state, given_back) == (("sent", 1) if key in desk.transport.taken else ("cancelled", 2))


@pytest.mark.parametrize("races", [10, pytest.param(1000, marks=[pytest.mark.nightly, pytest.mark.timeout(1800)])])
def test_s10_no_follow_up_is_handed_over_once_an_answer_was_taken(desk: OutreachDesk, races: int) -> None:
    desk.under(daily_limit=1000)
    for number in range(races):
        if number % 50 == 0:
            desk.outreach.grant_bonus("s1", key=str(number))
        race(desk, number)
    desk.verify()


def test_c7_suppressing_and_cancelling_at_once_never_block_each_other(desk: OutreachDesk) -> None:
    desk.outreach.grant_bonus("s1", key="b", credits=200)
    late = datetime(2026, 3, 9, 9)
    pairs = [desk.schedule(f"c{number % 3}", follow_up=True, at=late) for number in range(30)]
    steps = [lambda name=f"c{number}": desk.outreach.suppress("k1", name) for number in range(3)]
    steps += [lambda key=pair.message: desk.outreach.cancel(key) for pair in reversed(pairs)]
    failed: list[BaseException] = []

    def work(own: list[object]) -> None:
        for step in own:
            try:
                step()  # type: ignore[operator]  # the list holds the functions made above
            except BaseException as error:  # noqa: BLE001 - it is handed to the test
                failed.append(error)

    workers = [threading.Thread(target=work, args=(steps[place::6],)) for place in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert desk.outreach.balance("s1") == 350
    desk.verify()


# kill -9


def start_worker(url: str, outbox: Path, now: datetime) -> subprocess.Popen[str]:
    command = [sys.executable, str(TESTS / "outreach_worker.py"), url, str(outbox), now.isoformat()]
    worker = subprocess.Popen(  # noqa: S603 (our own script)
        command, env={**os.environ, "PYTHONPATH": PATHS}, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def end(worker: subprocess.Popen[str]) -> None:
    worker.wait()
    assert worker.stdout is not None
    worker.stdout.close()


def killed(url: str, outbox: Path, *, begin: datetime, kills: int, workers: int, within: float) -> int:
    """Workers that are killed at random instants and started again, and at last left to finish.

    Each new one comes when the claims of the dead have run out. Returns how many were killed at work.
    """
    now, at_work = begin, 0
    running = [start_worker(url, outbox, now) for _ in range(workers)]
    for _ in range(kills):
        time.sleep(random.random() * within)
        victim = running.pop(random.randrange(workers))
        at_work += victim.poll() is None
        victim.kill()
        end(victim)
        now += CLAIM
        running.append(start_worker(url, outbox, now))
    for worker in running:
        end(worker)
        assert worker.returncode == 0
    last = start_worker(url, outbox, now + CLAIM)
    end(last)
    assert last.returncode == 0
    return at_work


def pairs_sent(desk: OutreachDesk, number: int) -> list[Scheduled]:
    desk.outreach.settings("s1", daily_limit=10 * number)
    desk.outreach.grant_bonus("s1", key="b", credits=2 * number)
    news = [new_message(f"c{place}", follow_up=True) for place in range(number)]
    taken = [one for one in desk.outreach.schedule_bulk("s1", news).results if isinstance(one, Scheduled)]
    assert len(taken) == number
    assert desk.outreach.run().sent == number
    return taken


def keys_of(outbox: Path) -> Iterator[str]:
    with outbox.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["key"]


_FOR_THE_NIGHT = (pytest.mark.nightly, pytest.mark.timeout(3600))
SIZES = [
    pytest.param(200, 3, 1, id="200-follow-ups-1-worker", marks=pytest.mark.slow),
    pytest.param(10_000, 25, 1, id="10000-follow-ups-1-worker", marks=_FOR_THE_NIGHT),
    pytest.param(10_000, 25, 3, id="10000-follow-ups-3-workers", marks=_FOR_THE_NIGHT),
]


@pytest.mark.parametrize(("number", "kills", "workers"), SIZES)
def test_s10_kill_9_at_random_instants_loses_no_follow_up_and_doubles_none(
    store: Store, store_url: str, tmp_path: Path, number: int, kills: int, workers: int
) -> None:
    outbox = tmp_path / "outbox.jsonl"
    desk = OutreachDesk(store, transport=FileOutbox(outbox))
    desk.outreach.add_contract(Contract(id="k1"))
    pairs = pairs_sent(desk, number)
    tenth, twentieth = number // 10, number // 20
    cancelled, moved = pairs[:tenth], pairs[tenth : tenth + twentieth]
    desk.clock.now = day(1)
    for pair in cancelled:
        assert desk.outreach.cancel(str(pair.follow_up)) is None
    for pair in moved:  # back on day 10, so due on day 11
        desk.outreach.receive_reply(pair.thread, "Away until 2026-03-12.")
    within = 2 * number / 150 / kills
    assert killed(store_url, outbox, begin=day(8), kills=kills, workers=workers, within=within) > 0
    gone = {str(pair.follow_up) for pair in cancelled}
    later = {str(pair.follow_up) for pair in moved}
    everything = {pair.message for pair in pairs} | {str(pair.follow_up) for pair in pairs}
    assert Counter(keys_of(outbox)) == Counter(everything - gone - later)
    killed(store_url, outbox, begin=day(12), kills=1, workers=workers, within=0.1)
    assert Counter(keys_of(outbox)) == Counter(everything - gone)
    with store.read() as connection:
        states = dict(connection.execute(select(messages.c.state, func.count()).group_by(messages.c.state)).all())
    assert states == {"sent": 2 * number - tenth, "cancelled": tenth}
    assert desk.outreach.balance("s1") == 150 + tenth
    desk.verify()
