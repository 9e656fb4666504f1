"""Due messages as delayed entries of a queue of DBOS Transact, in the database that holds the messages (S-10).

https://docs.dbos.dev/python. Three of its traps are met here: on SQLite it stalls with more threads than it can serve,
so these are few; a worker that dies keeps what it had begun, so the living ones look for the dead (`worker_slots`) and
put it back into the queue; and nothing that is finished ever goes away, so it is pruned. It sends nothing to anybody.
"""

from __future__ import annotations

import logging
import random
import re
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from sqlalchemy import Connection

from overture.dbos_settings import dbos_config, dbos_url
from overture.errors import ConfigurationError, MissingExtraError

from .dispatcher import Deliver, due, failure_of, is_due
from .store import Store
from .transport import Clock, utc_now
from .worker_slots import worker_slots

if TYPE_CHECKING:
    from dbos import EnqueueOptions

APPLICATION: Final = "overture-messaging"
VERSION: Final = "1"  # of the workflow below; entries of another version wait for workers of that version
QUEUE: Final = "overture-messages"
WORKFLOW: Final = "overture-deliver"

_THREADS: Final = 8
_SQLITE_WORKERS: Final = 2  # it has one writer at a time: two keep it busy, and eight halve what it gets done
_EXECUTOR: Final = re.compile(r"overture-worker-(\d+)")
_BATCH: Final = 500
_ALONG: Final = 200
_LATE: Final = 0.002  # seconds; DBOS cuts off what is under a millisecond, and nothing may come early
_STOP_SECONDS: Final = 30
_ONE: Final = "this process runs DBOS already, and it is one for a process"

_log = logging.getLogger(__name__)


class DbosDispatcher:
    """Wakes each message by an entry that commits with the caller's transaction; many workers share the queue (S-10).

    A message that was cancelled or moved still has its old entry, which finds it not due and ends. What is overdue
    by `grace` and has no working entry (a `deliver` that raised, a clock that is behind another's) is queued anew by
    the watchdog. One dispatcher may run in a process, since DBOS is one for a process.
    """

    def __init__(
        self,
        store: Store,
        *,
        watch: timedelta = timedelta(seconds=10),
        grace: timedelta = timedelta(minutes=1),
        keep: timedelta = timedelta(hours=1),
        poll: timedelta = timedelta(milliseconds=50),
        clock: Clock = utc_now,
    ) -> None:
        """Makes DBOS's tables where they are missing.

        Args:
            store: whose database holds the queue as well.
            watch: how often the watchdog looks for dead workers, overdue messages and finished entries.
            grace: how long a message may be overdue before it is queued anew.
            keep: how long finished entries are kept.
            poll: how often a worker asks the queue.
            clock: says what is due; the queue itself goes by the machine's clock.

        Raises:
            MissingExtraError: DBOS is not installed.
            ConfigurationError: the database is in memory.
        """
        try:
            from dbos import DBOS, DBOSClient
        except ImportError:
            raise MissingExtraError("messaging", needed_for="the DBOS dispatcher") from None
        self._slots = worker_slots(store)
        self._url = dbos_url(store.engine)
        self._store, self._clock = store, clock
        self._watch, self._grace, self._keep, self._poll = watch, grace, keep, poll
        DBOS.migrate(self._url)
        self._client = DBOSClient(
            system_database_engine=store.engine, application_name=APPLICATION, lazy=True, retry_connection_errors=False
        )
        self._deliver: Deliver | None = None
        self._hands = threading.Condition()
        self._busy = set[str]()
        self._failed: dict[str, float] = {}
        self._takes_along = threading.Lock()
        self._stopping = threading.Event()
        self._watchdog: threading.Thread | None = None

    def wake(self, message: str, *, at: datetime, connection: Connection) -> None:
        """Queue it in the caller's transaction; the same message and time again is one entry."""
        wait = at.timestamp() - time.time()
        if wait <= 0:
            self._enqueue(f"{message}@now-{uuid4().hex}", message, connection)
        else:
            self._enqueue(f"{message}@{at.astimezone(UTC).isoformat()}", message, connection, wait=wait)

    def forget(self, message: str, *, connection: Connection) -> None:
        """Nothing: the message's `state` says it, and its entry finds it so."""

    def start(self, deliver: Deliver) -> None:
        """Become a worker: take a slot, take up again what its last holder left, and begin.

        Raises:
            ConfigurationError: this process runs DBOS already.
        """
        from dbos import DBOS

        if self._deliver is not None:
            raise ConfigurationError(_ONE)
        executor = f"overture-worker-{self._slots.take()}"
        DBOS(
            config=dbos_config(self._url, application=APPLICATION, version=VERSION, executor=executor, threads=_THREADS)
        )
        if DBOS.executor_id != executor:  # it gave back the one that was there
            self._slots.leave()
            raise ConfigurationError(_ONE)
        self._deliver = deliver
        self._stopping.clear()
        try:
            DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(_function(self._work))
            DBOS.listen_queues([QUEUE])
            DBOS.launch()
            DBOS.register_queue(
                QUEUE,
                worker_concurrency=_SQLITE_WORKERS if self._store.is_sqlite else _THREADS,
                polling_interval_sec=self._poll.total_seconds(),
                on_conflict="always_update",
            )
        except BaseException:
            self.stop()
            raise
        self._watchdog = threading.Thread(target=self._watch_on, name="overture-watchdog", daemon=True)
        self._watchdog.start()

    def stop(self) -> None:
        """Finish what is being delivered, and leave the rest to others."""
        from dbos import DBOS

        if self._deliver is None:
            return
        self._stopping.set()
        if self._watchdog is not None:
            self._watchdog.join(_STOP_SECONDS)  # DBOS waits without end for a database that is away
            self._watchdog = None
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=_STOP_SECONDS)
        self._slots.leave()
        self._deliver = None

    def look_after(self) -> None:
        """What the watchdog does at each look: the dead's work, what is overdue, what is finished."""
        if not self._slots.is_held():
            _log.warning("this worker lost its slot; another may do its work a second time")
        for message, until in list(self._failed.items()):
            if until < time.monotonic():
                self._failed.pop(message, None)
        self._resume_the_dead()
        self._queue_the_overdue()
        self._prune()

    def _enqueue(self, entry: str, message: str, connection: Connection, *, wait: float = 0.0) -> None:
        from dbos import WorkflowSerializationFormat

        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": entry,
            "app_version": VERSION,
            "serialization_type": WorkflowSerializationFormat.PORTABLE,
        }
        if wait > 0:
            options["delay_seconds"] = wait + _LATE
        self._client.enqueue_in_transaction(connection, options, message)

    def _work(self, message: str) -> None:
        """The workflow: its message, then others that are due too, since an entry of the queue costs more than they."""
        self._attend(message, waits=True)
        if not self._takes_along.acquire(blocking=False):  # one at a time in a process; the others do their own
            return
        try:
            along = list(islice(due(self._store, now=self._clock(), chunk=_ALONG), _ALONG))
            random.shuffle(along)  # workers that do so together meet less often
            for other in along:
                if not self._stopping.is_set() and self._failed.get(other, 0.0) < time.monotonic():
                    self._attend(other, waits=False)
        except Exception as error:  # noqa: BLE001 - they have their own entries
            _log.warning("what else is due could not be read (%s)", type(error).__name__)
        finally:
            self._takes_along.release()

    def _attend(self, message: str, *, waits: bool) -> None:
        """Deliver a message if it is due. Never raises: DBOS would keep the error's text, which may be private.

        An entry waits while its message is in another thread's hands, so that it ends no sooner than its message.
        """
        deliver = self._deliver
        with self._hands:
            while waits and message in self._busy:
                self._hands.wait()
            if message in self._busy or deliver is None:
                return
            self._busy.add(message)
        try:
            with self._store.read() as connection:
                now_due = is_due(connection, message, now=self._clock())
            if now_due:
                deliver(message)
        except Exception as error:  # noqa: BLE001 - the watchdog queues it anew
            failure_of(message, error)
            self._failed[message] = time.monotonic() + self._grace.total_seconds()
        finally:
            with self._hands:
                self._busy.discard(message)
                self._hands.notify_all()

    def _watch_on(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look_after()
            except Exception as error:  # noqa: BLE001 - the database may be back at the next look
                _log.warning("the queue could not be looked after (%s)", type(error).__name__)
            self._stopping.wait(self._watch.total_seconds())

    def _resume_the_dead(self) -> None:
        from dbos import DBOS

        begun = DBOS.list_workflows(status="PENDING", name=WORKFLOW, load_input=False, load_output=False, limit=_BATCH)
        for executor in {entry.executor_id for entry in begun} - {DBOS.executor_id}:
            slot = _EXECUTOR.fullmatch(executor or "")
            if slot is None:
                continue
            with self._slots.while_dead(int(slot[1])) as is_dead:
                if is_dead:  # and stays so in this block: what it had begun is nobody's
                    left = DBOS.list_workflows(
                        status="PENDING", name=WORKFLOW, executor_id=executor, load_input=False, load_output=False
                    )
                    DBOS.resume_workflows([entry.workflow_id for entry in left], queue_name=QUEUE)

    def _queue_the_overdue(self) -> None:
        from dbos import DBOS

        now = self._clock()
        is_idle = not DBOS.list_workflows(status="ENQUEUED", name=WORKFLOW, load_input=False, limit=1)
        most = _BATCH * 10 if is_idle else _BATCH  # behind a queue that is long, most of them have their entry in it
        late = list(islice(due(self._store, now=now - self._grace, chunk=_BATCH), most))
        look = int(now.timestamp() // max(1.0, self._grace.total_seconds()))  # all workers' looks in it queue one entry
        for chunk in _chunks(late, 100):
            with self._store.write() as connection:
                for message in chunk:
                    self._enqueue(f"{message}@late-{look}", message, connection)

    def _prune(self) -> None:
        from dbos import DBOS

        before = (datetime.now(UTC) - self._keep).isoformat()
        while not self._stopping.is_set():
            finished = DBOS.list_workflows(
                status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
                name=WORKFLOW,
                completed_before=before,
                load_input=False,
                load_output=False,
                limit=_BATCH,
            )
            if finished:
                DBOS.delete_workflows([entry.workflow_id for entry in finished])
            if len(finished) < _BATCH:
                return


def _chunks(items: list[str], size: int) -> Iterable[list[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _function(work: Deliver) -> Deliver:
    """A plain function, since DBOS writes on what it registers and a method takes no writing."""

    def deliver(message: str) -> None:
        work(message)

    return deliver
