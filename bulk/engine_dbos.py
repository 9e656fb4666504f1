"""`--engine dbos`: the chunks of a run as durable workflows of DBOS, taken by any number of workers on any machines.

https://docs.dbos.dev/python. A chunk is a workflow whose one step drafts its rows; every answer is kept by its key and
every row by its number as it comes, so a chunk that is run again pays for nothing that was answered. A worker that dies
keeps its workflows, so the living ones look at each other's heartbeats and queue anew what the dead had begun.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from overture.database import make_engine, writing
from overture.dbos_settings import dbos_config, dbos_url
from overture.errors import ConfigurationError, MissingExtraError, OvertureError, RunError
from overture.generation.draft import Usage

from .chunk_rows import Chunk
from .chunk_store import ChunkCounts, ChunkStore

APPLICATION: Final = "overture-bulk"
VERSION: Final = "1"  # of the workflow below; entries of another version wait for workers of that version
WORKFLOW: Final = "overture-draft-chunk"

_THREADS: Final = 8  # on SQLite DBOS stalls with more threads than the database serves
_STOP_SECONDS: Final = 30
_PAGE: Final = 500
_ONE: Final = "this process runs DBOS already, and it is one for a process"

logger = logging.getLogger("overture")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkEnd:
    """What a chunk cost, and why it could not be drafted to its end."""

    spent: Usage
    error: OvertureError | None = None


Work = Callable[[str], ChunkEnd]
"""Drafts the rows of a chunk that the run does not hold yet, and keeps them.

A chunk may be worked on twice, one after the other or at the same time. An error of ours, returned or raised, ends it
as failed and this worker with it: the ceilings, the key or the endpoint would stop the next chunk as well.
"""


class DbosEngine:
    """One worker of a run; every process that has one takes chunks, and any of them may put chunks in.

    Raises:
        MissingExtraError: DBOS is not installed.
        ConfigurationError: the database cannot be reached.
    """

    def __init__(
        self,
        url: str,
        *,
        run: str,
        work: Work,
        chunks_at_once: int = 2,
        tell_workers: Callable[[int], None] = lambda _workers: None,
        ahead: int = 1_000,
        dead_after: float = 60.0,
        poll: float = 0.25,
    ) -> None:
        """Makes the tables where they are missing.

        Args:
            url: the database that all workers share.
            run: the run's name there.
            work: drafts a chunk.
            chunks_at_once: in this process.
            tell_workers: is told how many workers there are, this one included, for a rate that they share.
            ahead: how many open chunks the database may hold before `run` waits with putting in more.
            dead_after: seconds without a heartbeat after which a worker counts as dead.
            poll: seconds between two looks at the queue.
        """
        try:
            from dbos import DBOS, DBOSClient
        except ImportError:
            raise MissingExtraError("bulk", needed_for="--engine dbos") from None
        self._engine = make_engine(url)
        self.chunks = ChunkStore(self._engine, run=run)
        self._url = dbos_url(self._engine)
        DBOS.migrate(self._url)
        self._client = DBOSClient(
            system_database_engine=self._engine,
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,
        )
        self._run, self._work = run, work
        self._queue = f"{APPLICATION}:{run}"
        self._worker = uuid4().hex
        self._at_once = min(chunks_at_once, _THREADS)
        self._tell_workers, self._ahead, self._poll = tell_workers, ahead, poll
        self._dead_after = dead_after
        self.noticed_after = dead_after / 6
        """Seconds until every worker has looked at who else is there."""
        self.stopped: OvertureError | None = None
        """Why a chunk ended this worker."""
        self._seen: dict[str, tuple[int, float]] = {}
        self._stopping = threading.Event()
        self._watchdog: threading.Thread | None = None

    def run(self, chunks: Iterable[Chunk], *, show: Callable[[ChunkCounts], None] = lambda _counts: None) -> None:
        """Put in the chunks that are not there, work on whatever is, and return when all chunks of the run have ended,
        or one has `stopped` this worker.

        Raises:
            ConfigurationError: this process runs DBOS already.
            RunError: chunks have failed; they are queued anew when the run is started again.
        """
        self._start()
        try:
            for chunk in chunks:
                self._put(chunk)
                while self.chunks.counts().open >= self._ahead and self.stopped is None:
                    self._pause(show)
                if self.stopped is not None:
                    break
            while (counts := self.chunks.counts()).open and self.stopped is None:
                self._pause(show)
            show(counts)
            if not counts.failed and not counts.open:
                self._prune()
        finally:
            self._stop()
        if counts.failed and self.stopped is None:
            raise RunError(
                f"{counts.failed} of {counts.done + counts.failed} chunks failed ({self.chunks.error()}); "
                "start the run again to go on with them"
            )

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def _start(self) -> None:
        from dbos import DBOS

        DBOS(
            config=dbos_config(
                self._url, application=APPLICATION, version=VERSION, executor=self._worker, threads=_THREADS
            )
        )
        if DBOS.executor_id != self._worker:  # it gave back the one that was there
            raise ConfigurationError(_ONE)
        self._stopping.clear()
        try:
            self.chunks.beat(self._worker)
            self._tell_workers(len(self.chunks.beats()))
            DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(_workflow(self._draft))
            DBOS.listen_queues([self._queue])
            DBOS.launch()
            DBOS.register_queue(
                self._queue,
                worker_concurrency=self._at_once,
                polling_interval_sec=self._poll,
                on_conflict="always_update",
            )
        except BaseException:
            self._stop()
            raise
        self._watchdog = threading.Thread(target=self._watch, name="overture-bulk-watchdog", daemon=True)
        self._watchdog.start()

    def _stop(self) -> None:
        from dbos import DBOS

        self._stopping.set()
        if self._watchdog is not None:
            self._watchdog.join(_STOP_SECONDS)
            self._watchdog = None
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=_STOP_SECONDS)
        self.chunks.leave(self._worker)

    def _put(self, chunk: Chunk) -> None:
        from dbos import WorkflowSerializationFormat

        with writing(self._engine) as connection:
            start = self.chunks.put(chunk.name, chunk.rows, is_there=chunk.is_there, connection=connection)
            if start:
                self._client.enqueue_in_transaction(
                    connection,
                    {
                        "workflow_name": WORKFLOW,
                        "queue_name": self._queue,
                        "workflow_id": f"{self._run}/{chunk.name}/{start}",
                        "app_version": VERSION,
                        "serialization_type": WorkflowSerializationFormat.PORTABLE,
                    },
                    chunk.name,
                )

    def _draft(self, chunk: str) -> None:
        """The workflow: one step. Never raises: DBOS would keep the error's text for good."""
        from dbos import DBOS

        DBOS.run_step({"name": "draft"}, self._step, chunk)

    def _step(self, chunk: str) -> None:
        rows = self.chunks.rows(chunk)
        if rows is None:
            return
        spent, error, stop = Usage(), "", self.stopped
        try:
            if stop is None:
                end = self._work(rows)
                spent, stop = end.spent, end.error
        except OvertureError as failed:
            stop = failed
        except Exception as failed:  # noqa: BLE001 - of whatever kind, the chunk has failed; its text may be private
            error = type(failed).__name__
            logger.warning("chunk %s failed (%s)", chunk, error)
        if stop is not None:
            error = str(stop) or type(stop).__name__
        self.chunks.finish(chunk, spent=spent, error=error)
        self.stopped = self.stopped or stop

    def _pause(self, show: Callable[[ChunkCounts], None]) -> None:
        time.sleep(self._poll)
        show(self.chunks.counts())

    def _watch(self) -> None:
        while not self._stopping.wait(self.noticed_after):
            try:
                self.chunks.beat(self._worker)
                self._resume_the_dead()
                self._tell_workers(len(self.chunks.beats()))
            except Exception as error:  # noqa: BLE001 - the database may be back at the next look
                logger.warning("the run could not be looked after (%s)", type(error).__name__)

    def _resume_the_dead(self) -> None:
        """By this machine's own clock: a number that has stood still for long enough is a dead worker's."""
        from dbos import DBOS

        now, beats = time.monotonic(), self.chunks.beats()
        for worker, beat in beats.items():
            seen = self._seen.get(worker)
            if worker == self._worker or seen is None or seen[0] != beat:
                self._seen[worker] = (beat, now)
            elif now - seen[1] > self._dead_after:
                while left := DBOS.list_workflows(
                    status="PENDING",
                    name=WORKFLOW,
                    executor_id=worker,
                    load_input=False,
                    load_output=False,
                    limit=_PAGE,
                ):
                    logger.warning("worker %s is gone; %d chunks of its are queued anew", worker, len(left))
                    DBOS.resume_workflows([entry.workflow_id for entry in left], queue_name=self._queue)
                self.chunks.leave(worker)
                self._seen.pop(worker, None)

    def _prune(self) -> None:
        """Nothing that is finished goes away in DBOS by itself."""
        from dbos import DBOS

        while finished := DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
            workflow_id_prefix=f"{self._run}/",
            name=WORKFLOW,
            load_input=False,
            load_output=False,
            limit=_PAGE,
        ):
            DBOS.delete_workflows([entry.workflow_id for entry in finished])


def _workflow(draft: Callable[[str], None]) -> Callable[[str], None]:
    """A plain function, since DBOS writes on what it registers and a method takes no writing."""

    def draft_chunk(chunk: str) -> None:
        draft(chunk)

    return draft_chunk
