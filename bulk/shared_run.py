"""`--engine dbos` for a run: its store is a database that many workers share, and its rows go to them in chunks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from overture.errors import OvertureError, RunError
from overture.generation.draft import Usage

from .candidate_rows import CandidateRow
from .chunk_rows import Chunks, read_chunk
from .chunk_store import ChunkCounts
from .engine_dbos import DbosEngine
from .run import Progress, RunEnd, RunPlan, run_drafts
from .run_folder import RunFolder, RunSettings, agreed
from .run_store import RunStore
from .tally import Tally
from .worker_store import WorkerStore

ROWS: Final = 500
"""Of a chunk."""


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
    chunk_rows: int = ROWS,
    show: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
    **options: Any,
) -> RunEnd:
    """Draft the rows that the run does not hold yet, with all other workers that do the same; ends when all are done.

    Rates (`requests_per_minute`, `tokens_per_minute`) hold over all workers by how many chunks may start a minute, and
    in each worker; ceilings are looked at when a chunk starts. `options` are `DbosEngine`'s.

    Raises:
        MissingExtraError: DBOS is not installed.
    """
    began = clock()
    chunks = Chunks(rows, size=chunk_rows)
    tally, counting = Tally(), threading.Lock()
    engine: DbosEngine

    def work(text: str) -> Usage:
        end = _draft_chunk(plan, folder, read_chunk(text), spent_before=engine.chunks.spent)
        with counting:
            for name in Tally.__slots__:
                setattr(tally, name, getattr(tally, name) + getattr(end.tally, name))
        if end.stopped is not None:
            raise end.stopped
        return _spent(end.tally)

    def tell(counts: ChunkCounts) -> None:
        if show is not None:
            done = min(chunks.looked_at, counts.done * chunk_rows)
            show(Progress(looked_at=chunks.looked_at, finished=done, before=0, spent=engine.chunks.spent()))

    if plan.requests_per_minute is not None:
        options.setdefault("chunks_per_minute", max(1, int(plan.requests_per_minute / chunk_rows)))
    engine = DbosEngine(folder.store.url, run=folder.store.run, work=work, **options)
    stopped: OvertureError | None = None
    try:
        engine.run(chunks, show=tell)
    except RunError as error:
        stopped = error
    finally:
        engine.close()
    return RunEnd(
        looked_at=chunks.looked_at,
        missing=chunks.missing(folder.store) if stopped else 0,
        tally=tally,
        spent=folder.store.spent(),
        maybe_paid_twice=0,
        concurrency=plan.concurrency,
        seconds=clock() - began,
        stopped=stopped,
    )


def _draft_chunk(
    plan: RunPlan, folder: RunFolder, rows: list[CandidateRow], *, spent_before: Callable[[], Usage]
) -> RunEnd:
    store = WorkerStore(folder.store.url, run=folder.store.run, spent=spent_before)
    try:
        with TemporaryDirectory(dir=folder.path) as scratch:
            return asyncio.run(run_drafts(plan, replace(folder, path=Path(scratch), store=store), rows))
    finally:
        store.close()


def _spent(tally: Tally) -> Usage:
    return Usage(
        requests=tally.calls,
        input_tokens=tally.input_tokens,
        output_tokens=tally.output_tokens,
        cached_tokens=tally.cached_tokens,
    )
