"""S-10: whatever is due is delivered at least once, never early, never after it was cancelled, through any kill."""

from __future__ import annotations

import logging
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dispatching import Delivering, cancel, mark_sent, move, now, open_desk, schedule, states, wait_until
from postgres import STORES, PostgresServer
from sqlalchemy import text
from threads import a_message, day
from transports import our_environment

from overture.errors import ConfigurationError
from overture.messaging.dbos_dispatcher import DbosDispatcher
from overture.messaging.dispatcher import Failure, PollingDispatcher
from overture.messaging.file_lock import try_lock
from overture.messaging.rows import put
from overture.messaging.store import Store
from overture.messaging.tables import messages
from overture.messaging.worker_slots import worker_slots


@pytest.fixture(scope="session")
def with_queue(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Databases that have a desk and DBOS's tables, made once for each kind: their 120 migrations take seconds."""
    made: dict[str, Any] = {}

    def make(kind: str, *, server: PostgresServer | None = None) -> Any:
        if kind not in made:
            path = tmp_path_factory.mktemp("queue") / "overture.db"
            url = server.create() if server else f"sqlite:///{path}"
            store = Store(url)
            open_desk(store)
            DbosDispatcher(store)
            store.close()
            made[kind] = url.rpartition("/")[2] if server else path
        return made[kind]

    return make


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest, tmp_path: Path, with_queue: Callable[..., Any]) -> Iterator[str]:
    """A database with a desk, on either store."""
    if request.param == "sqlite":
        shutil.copy(with_queue("sqlite"), tmp_path / "overture.db")
        yield f"sqlite:///{tmp_path / 'overture.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    made = server.create(template=with_queue("postgresql", server=server))
    yield made
    server.drop(made)


@pytest.fixture
def desk(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


def test_s10_a_pass_delivers_what_is_due_in_order_and_nothing_else(desk: Store) -> None:
    polling, deliver = PollingDispatcher(desk, chunk=2), Delivering(desk)
    for number in range(7):
        schedule(desk, polling, [f"m{number}"], at=day(7 - number))
    assert polling.run_once(deliver, now=day(4)).delivered == 4
    assert deliver.ids == ["m6", "m5", "m4", "m3"]
    assert polling.run_once(deliver, now=day(7, microseconds=-1)).delivered == 2
    assert polling.run_once(deliver, now=day(7)).delivered == 1
    assert set(states(desk).values()) == {"sent"}


def test_s10_many_of_one_instant_each_come_once_in_chunks(desk: Store) -> None:
    polling = PollingDispatcher(desk, chunk=3)
    ids = [f"m{number:02}" for number in range(10)]
    schedule(desk, polling, ids, at=day(1))
    seen: list[str] = []
    assert polling.run_once(seen.append, now=day(1)).delivered == 10, "although nothing marks them"
    assert seen == ids


def test_s10_one_failure_holds_up_no_other_and_comes_up_again(desk: Store, caplog: pytest.LogCaptureFixture) -> None:
    polling, deliver = PollingDispatcher(desk, chunk=2), Delivering(desk)
    deliver.fails = lambda message: message in {"m0", "m1"}
    schedule(desk, polling, [f"m{number}" for number in range(5)], at=day(1))
    with caplog.at_level(logging.WARNING):
        done = polling.run_once(deliver, now=day(2))
    assert done.delivered == 3
    assert done.failed == (Failure(message="m0", error="ValueError"), Failure(message="m1", error="ValueError"))
    assert "private" not in caplog.text
    deliver.fails = lambda _: False
    assert polling.run_once(deliver, now=day(2)).delivered == 2


def test_s10_what_was_cancelled_moved_or_held_is_not_due(desk: Store) -> None:
    polling, deliver = PollingDispatcher(desk), Delivering(desk)
    schedule(desk, polling, ["cancelled", "moved", "held", "waits"], at=day(1))
    cancel(desk, polling, ["cancelled"])
    move(desk, polling, ["moved"], at=day(3))
    with desk.write() as connection:
        connection.execute(messages.update().where(messages.c.id == "held").values(state="held"))
        connection.execute(messages.update().where(messages.c.id == "waits").values(due_at=None))
    assert polling.run_once(deliver, now=day(2)).delivered == 0
    assert polling.run_once(deliver, now=day(3)).delivered == 1
    assert deliver.ids == ["moved"]


def test_s10_what_a_dead_worker_was_sending_is_due_when_its_claim_ends(desk: Store) -> None:
    polling, deliver = PollingDispatcher(desk), Delivering(desk)
    schedule(desk, polling, ["m0"], at=day(1))
    claimed = {"state": "sending", "claimed_by": "dead", "claimed_until": day(2)}
    with desk.write() as connection:
        connection.execute(messages.update().values(**claimed))
    assert polling.run_once(deliver, now=day(2, microseconds=-1)).delivered == 0
    assert polling.run_once(deliver, now=day(2)).delivered == 1


def test_s10_a_polling_thread_delivers_until_it_is_stopped(desk: Store) -> None:
    polling, deliver = PollingDispatcher(desk, every=timedelta(milliseconds=50)), Delivering(desk)
    schedule(desk, polling, ["m0"], at=now())
    polling.start(deliver)
    with pytest.raises(RuntimeError, match="started before"):
        polling.start(deliver)
    wait_until(lambda: states(desk)["m0"] == "sent")
    schedule(desk, polling, ["m1"], at=now())
    wait_until(lambda: states(desk)["m1"] == "sent")
    polling.stop()
    schedule(desk, polling, ["m2"], at=now())
    time.sleep(0.3)
    assert states(desk)["m2"] == "scheduled"
    polling.stop()
    polling.start(deliver)
    wait_until(lambda: states(desk)["m2"] == "sent")
    polling.stop()
    assert deliver.ids == ["m0", "m1", "m2"]


def test_s10_a_database_that_is_away_for_a_while_stops_no_polling(
    desk: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = iter([OSError("away"), OSError("away")])
    read = desk.read

    def read_or_fail() -> Any:
        for error in away:
            raise error
        return read()

    polling, deliver = PollingDispatcher(desk, every=timedelta(milliseconds=20)), Delivering(desk)
    schedule(desk, polling, ["m0"], at=now())
    monkeypatch.setattr(desk, "read", read_or_fail)
    polling.start(deliver)
    wait_until(lambda: deliver.ids == ["m0"])
    polling.stop()
    assert caplog.text.count("could not be read (OSError)") == 2


def test_a_worker_holds_the_lowest_free_slot_until_it_leaves(desk: Store) -> None:
    first, second, third = (worker_slots(desk) for _ in range(3))
    assert (first.take(), second.take()) == (0, 1)
    assert first.is_held()
    with third.while_dead(0) as is_dead:
        assert not is_dead
    first.leave()
    with third.while_dead(0) as is_dead:
        assert is_dead
        assert first.take() == 2, "while somebody looks after the dead, nobody takes its slot"
    first.leave()
    assert third.take() == 0
    for slots in (second, third):
        slots.leave()


def test_a_database_in_memory_has_no_workers() -> None:
    store = Store("sqlite://")
    with pytest.raises(ConfigurationError, match="in memory"):
        worker_slots(store)
    store.close()


def test_a_lock_is_held_until_it_is_closed(tmp_path: Path) -> None:
    import os

    held = try_lock(tmp_path / "lock")
    assert held is not None
    assert try_lock(tmp_path / "lock") is None
    os.close(held)
    again = try_lock(tmp_path / "lock")
    assert again is not None
    os.close(again)


@pytest.fixture
def dispatcher(desk: Store) -> Iterator[DbosDispatcher]:
    made = DbosDispatcher(desk, watch=timedelta(seconds=1), grace=timedelta(seconds=2), keep=timedelta(0))
    yield made
    made.stop()


def entries(store: Store) -> Counter[str]:
    """DBOS's entries by their status."""
    table = "workflow_status" if store.is_sqlite else "dbos.workflow_status"
    with store.read() as connection:
        rows = connection.execute(text(f"SELECT status, count(*) FROM {table} GROUP BY status"))  # noqa: S608 - ours
        return Counter({row[0]: row[1] for row in rows})


def test_s10_an_entry_commits_with_its_message_or_not_at_all(desk: Store, dispatcher: DbosDispatcher) -> None:
    with desk.engine.connect().execution_options(writes=True) as connection, connection.begin() as transaction:
        put(connection, a_message("m0", state="scheduled", due_at=day(1)))
        dispatcher.wake("m0", at=now() + timedelta(days=7), connection=connection)
        transaction.rollback()
    assert (states(desk), entries(desk)) == ({}, Counter())
    schedule(desk, dispatcher, ["m0", "m1"], at=now() + timedelta(days=7))
    with desk.write() as connection:
        dispatcher.wake("m0", at=now() + timedelta(days=8), connection=connection)
    assert entries(desk) == Counter(DELAYED=3)


def test_s10_the_queue_delivers_at_the_time_and_not_what_was_cancelled_or_moved(
    desk: Store, dispatcher: DbosDispatcher
) -> None:
    deliver = Delivering(desk)
    dispatcher.start(deliver)
    at = now() + timedelta(seconds=1.5)
    schedule(desk, dispatcher, ["now"], at=now())
    schedule(desk, dispatcher, ["later", "cancelled", "moved"], at=at)
    schedule(desk, dispatcher, ["far"], at=now() + timedelta(days=1))
    cancel(desk, dispatcher, ["cancelled"])
    move(desk, dispatcher, ["moved"], at=at + timedelta(seconds=2))
    wait_until(lambda: states(desk)["moved"] == "sent")
    called = dict(deliver.calls)
    assert set(called) == {"now", "later", "moved"}
    assert called["now"] < called["moved"]
    assert called["later"] >= at
    assert called["moved"] >= at + timedelta(seconds=2)
    wait_until(lambda: set(entries(desk)) == {"DELAYED"})  # what is finished is pruned


def test_s10_what_failed_is_queued_anew_and_its_words_are_kept_nowhere(
    desk: Store, dispatcher: DbosDispatcher, caplog: pytest.LogCaptureFixture
) -> None:
    deliver = Delivering(desk)
    deliver.fails = lambda message: message == "m1" and deliver.ids.count("m1") < 2
    schedule(desk, dispatcher, ["m0", "m1"], at=now())
    dispatcher.start(deliver)
    wait_until(lambda: set(states(desk).values()) == {"sent"})
    assert deliver.ids.count("m0") == 1
    assert deliver.ids.count("m1") == 2
    assert "m1 could not be delivered (ValueError)" in caplog.text
    assert "private" not in caplog.text
    assert not entries(desk)["ERROR"]


def test_s10_messages_without_an_entry_are_found_by_the_watchdog(desk: Store, dispatcher: DbosDispatcher) -> None:
    """As after a change from polling to the queue."""
    schedule(desk, PollingDispatcher(desk), ["m0", "m1"], at=now() - timedelta(days=1))
    deliver = Delivering(desk)
    dispatcher.start(deliver)
    wait_until(lambda: set(states(desk).values()) == {"sent"})


def test_there_is_one_worker_in_a_process_and_it_can_be_started_again(desk: Store, dispatcher: DbosDispatcher) -> None:
    deliver = Delivering(desk)
    dispatcher.start(deliver)
    for other in (dispatcher, DbosDispatcher(desk)):
        with pytest.raises(ConfigurationError, match="runs DBOS already"):
            other.start(deliver)
    dispatcher.stop()
    schedule(desk, dispatcher, ["m0"], at=now())
    dispatcher.start(deliver)
    wait_until(lambda: states(desk)["m0"] == "sent")


def test_the_queue_tells_nobody(desk: Store, dispatcher: DbosDispatcher, capfd: pytest.CaptureFixture[str]) -> None:
    """No conductor, no telemetry, nothing on stderr; the network is sealed as well."""
    dispatcher.start(Delivering(desk))
    schedule(desk, dispatcher, ["m0"], at=now())
    wait_until(lambda: states(desk)["m0"] == "sent")
    from dbos import DBOS

    assert (DBOS.application_version, DBOS.executor_id) == ("1", "overture-worker-0")
    assert not [name for name in sys.modules if name.startswith("opentelemetry.exporter")]
    assert not [handler for handler in logging.getLogger("dbos").handlers if isinstance(handler, logging.StreamHandler)]
    dispatcher.stop()
    assert capfd.readouterr() == ("", "")


class Workers:
    """Worker processes on one database that are killed -9 and started again."""

    def __init__(self, url: str, log: Path, kind: str) -> None:
        self._command = [sys.executable, str(Path(__file__).with_name("dispatching.py")), url, str(log), kind]
        self.log = log
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        worker = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=our_environment()
        )
        self.running.append(worker)
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"started\n"

    def kill(self) -> None:
        self._end(self.running.pop(0), -9)

    def stop(self) -> None:
        while self.running:
            self._end(self.running.pop(), 0)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_error: object) -> None:
        while self.running:
            self.kill()

    def delivered(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    @staticmethod
    def _end(worker: subprocess.Popen[bytes], code: int) -> None:
        if code:
            worker.kill()
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.close()
        worker.stdout.close()
        assert worker.wait(60) == code


def _killed_workers(
    desk: Store, url: str, log: Path, *, kind: str, count: int, kills: int, workers: int, seconds: float = 120
) -> None:
    """Some are delivered, some cancelled, some moved, while workers die; nothing is lost, nothing cancelled goes."""
    dice = random.Random(7)
    dispatcher = DbosDispatcher(desk) if kind == "dbos" else PollingDispatcher(desk)
    ids = [f"m{number}" for number in range(count)]
    at = now() + timedelta(seconds=1)
    for start in range(0, count, 100):
        schedule(desk, dispatcher, ids[start : start + 100], at=at)
    cancelled, moved = set(ids[: count // 10]), set(ids[count // 10 : count // 10 + count // 20])
    cancel(desk, dispatcher, sorted(cancelled))
    move(desk, dispatcher, sorted(moved), at=at + timedelta(seconds=3))
    with Workers(url, log, kind) as fleet:
        for _ in range(workers):
            fleet.start()
        for kill in range(1, kills + 1):
            wait_until(lambda share=kill: len(set(fleet.delivered())) >= count * 0.6 * share / kills, seconds=seconds)
            time.sleep(dice.random() * 0.1)
            fleet.kill()
            fleet.start()
        wait_until(lambda: set(states(desk).values()) == {"sent", "cancelled"}, seconds=seconds)
        fleet.stop()
    assert set(fleet.delivered()) == set(ids) - cancelled
    assert {message for message, state in states(desk).items() if state == "cancelled"} == cancelled


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["dbos", "polling"])
def test_s10_a_worker_killed_in_the_middle_loses_nothing(desk: Store, url: str, tmp_path: Path, kind: str) -> None:
    _killed_workers(desk, url, tmp_path / "log", kind=kind, count=60, kills=2, workers=1)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("kind", ["dbos", "polling"])
def test_s10_ten_kills_among_two_thousand_messages_lose_nothing(
    desk: Store, url: str, tmp_path: Path, kind: str, workers: int
) -> None:
    _killed_workers(desk, url, tmp_path / "log", kind=kind, count=2_000, kills=10, workers=workers, seconds=600)


@pytest.mark.slow
def test_s10_the_living_take_up_what_a_dead_worker_had_begun(desk: Store, url: str, tmp_path: Path) -> None:
    """It is not started again: its slot stays free, and another's watchdog finds its entries."""
    dispatcher = DbosDispatcher(desk, watch=timedelta(seconds=1), grace=timedelta(days=1))
    with Workers(url, tmp_path / "log", "dbos") as fleet:
        fleet.start()
        schedule(desk, dispatcher, [f"m{number}" for number in range(40)], at=now())
        wait_until(lambda: len(fleet.delivered()) > 4)
        fleet.kill()
    with desk.write() as connection:  # one that the dead one certainly had begun and not finished
        connection.execute(
            text(
                f"UPDATE {'workflow_status' if desk.is_sqlite else 'dbos.workflow_status'} SET status = 'PENDING', "  # noqa: S608 - ours
                "executor_id = 'overture-worker-7' WHERE status = 'ENQUEUED'"
            )
        )
    assert entries(desk)["PENDING"] > 0
    deliver = Delivering(desk)
    dispatcher.start(deliver)
    wait_until(lambda: set(states(desk).values()) == {"sent"})
    dispatcher.stop()


def test_the_double_marks_what_it_delivers(desk: Store) -> None:
    schedule(desk, PollingDispatcher(desk), ["m0"], at=day(1))
    mark_sent(desk, "m0")
    assert states(desk) == {"m0": "sent"}
