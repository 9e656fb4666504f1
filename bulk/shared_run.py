"""`--engine dbos` for a run: its store is a database that many workers share, and its rows go to them in chunks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from overture.errors import OvertureError, RunError
from overture.generation.draft import Usage

from .candidate_rows import CandidateRow
from .chunk_rows import CHUNK_ROWS, Chunks, read_chunk
from .chunk_store import ChunkCounts
from .engine_dbos import ChunkEnd, DbosEngine
from .first_calls import FirstCalls
from .pacing import Pace
from .run import Progress, RunEnd, RunPlan, pace_of, run_drafts
from .run_folder import RunFolder, RunSettings, agreed
from .run_store import RunStore
from .tally import Tally
from .worker_store import WorkerStore


@contextmanager
def open_shared(path: Path, *, url: str, run: str, settings: RunSettings) -> Generator[RunFolder]:
    """A run whose store is in a database; the folder is this worker's own and holds what it writes in the end.

    Raises:
        ConfigurationError: the database cannot be opened, or the run was started there with something else.
    """
    path.mkdir(parents=True, exist_ok=True, mode=0o700)  # profiles and messages are private
    store = RunStore(url, run=run)
    try:
        yield RunFolder(path=path, store=store, settings=agreed(path, settings, store))
    finally:
        store.close()


def run_shared(
    plan: RunPlan,
    folder: RunFolder,
    rows: Iterable[CandidateRow],
    *,
    chunk_rows: int = CHUNK_ROWS,
    show: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
    **options: Any,
) -> RunEnd:
    """Draft the rows that the run does not hold yet, with all other workers that do the same; ends when all are done.

    Rates (`requests_per_minute`, `tokens_per_minute`) are shared out evenly among the workers that are there. Where
    there is a ceiling a worker has one chunk at a time, so that it is passed by no more than what the chunks of other
    workers cost that are under way. `options` are `DbosEngine`'s.

    Raises:
        MissingExtraError: DBOS is not installed.
    """
    began = clock()
    store, pace, first = folder.store, pace_of(plan), FirstCalls()
    chunks = Chunks(rows, size=chunk_rows, store=store)
    tally, counting = Tally(), threading.Lock()
    has_ceiling = plan.max_price is not None or plan.max_tokens is not None
    if has_ceiling:
        options["chunks_at_once"] = 1
    engine: DbosEngine

    with _event_loop() as loop:

        def work(text: str) -> ChunkEnd:
            # A ceiling counts every answer: what stopped chunks paid, and what a worker paid that was killed.
            spent_before = None if has_ceiling else engine.chunks.spent
            drafting = _draft_chunk(plan, folder, read_chunk(text), pace=pace, first=first, spent_before=spent_before)
            end = asyncio.run_coroutine_threadsafe(drafting, loop).result()
            with counting:
                tally.add(end.tally)
            return ChunkEnd(spent=end.tally.usage, error=end.stopped)

        def share(workers: int) -> None:
            loop.call_soon_threadsafe(pace.share, workers)

        def tell(counts: ChunkCounts) -> None:
            if show is not None:
                done = min(chunks.looked_at, counts.done * chunk_rows)
                show(Progress(looked_at=chunks.looked_at, finished=done, before=0, spent=engine.chunks.spent()))

        engine = DbosEngine(store.url, run=store.run, work=work, tell_workers=share, **options)
        if plan.requests_per_minute is not None or plan.tokens_per_minute is not None:
            pace.hold(engine.noticed_after)  # until the others leave us our share
        stopped: OvertureError | None = None
        try:
            engine.run(chunks, show=tell)
            stopped = engine.stopped
        except RunError as error:
            stopped = error
        finally:
            engine.close()
    return RunEnd(
        looked_at=chunks.looked_at,
        missing=chunks.missing() if stopped else 0,
        tally=tally,
        spent=store.spent(),
        maybe_paid_twice=None,
        concurrency=plan.concurrency,
        seconds=clock() - began,
        stopped=stopped,
    )


async def _draft_chunk(
    plan: RunPlan,
    folder: RunFolder,
    rows: list[CandidateRow],
    *,
    pace: Pace,
    first: FirstCalls,
    spent_before: Callable[[], Usage] | None,
) -> RunEnd:
    store = WorkerStore(folder.store.url, run=folder.store.run, spent=spent_before)
    try:
        with TemporaryDirectory(dir=folder.path) as scratch:
            return await run_drafts(
                plan, replace(folder, path=Path(scratch), store=store), rows, pace=pace, first=first
            )
    finally:
        store.close()


@contextmanager
def _event_loop() -> Generator[asyncio.AbstractEventLoop]:
    """One for all chunks of a worker, in a thread: a model's connections belong to the loop that they were made in."""
    ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def live() -> None:
        end = asyncio.Event()
        ready.set_result((asyncio.get_running_loop(), end))
        await end.wait()

    thread = threading.Thread(target=lambda: asyncio.run(live()), name="overture-bulk-loop", daemon=True)
    thread.start()
    loop, end = ready.result()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
