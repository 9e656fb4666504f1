"""`--engine ray`: the chunks of a run on the actors of Ray Data, for models that are loaded on many GPUs.

https://docs.ray.io/en/latest/data/data.html. Each actor loads its model once and drafts chunk after chunk, many rows at
a time. What it drafts is in the run's store before Ray hears of it, by key and by number: Ray's own checkpoints are not
used, and a run that died goes on by what its store holds.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

from overture.errors import ConfigurationError, MissingExtraError, OvertureError, RunError
from overture.generation.draft import Usage
from overture.generation.offline import OfflineWriter
from overture.generation.writers import Writer

from .candidate_rows import CandidateRow
from .chunk_rows import CHUNK_ROWS, Chunks, read_chunk
from .first_calls import FirstCalls
from .run import Progress, RunEnd, RunPlan, pace_of, run_drafts
from .run_folder import RunFolder, RunSettings
from .tally import Tally
from .worker_store import WorkerStore

_SPOOL: Final = "chunks"
_STARTS: Final = "actors"
_COUNTS: Final = Tally.__slots__
_RESTARTS: Final = 3


def run_on_ray(
    plan: RunPlan,
    folder: RunFolder,
    rows: Iterable[CandidateRow],
    *,
    make_writer: Callable[[], Writer],
    chunk_rows: int = CHUNK_ROWS,
    actors: int = 1,
    cpus_each: float = 1.0,
    gpus_each: float = 0.0,
    show: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> RunEnd:
    """Draft the rows that the run does not hold yet on the Ray that this process is connected to, or on one of its own.

    The run's store and its folder must be within reach of every machine of the cluster. Rates are shared out evenly
    among the actors; ceilings are held by each for itself, chunk by chunk.

    Args:
        plan: what to draft with; its writer is not used.
        folder: the open run.
        rows: the input.
        make_writer: makes the writer in each actor, so that no model travels; called once there.
        chunk_rows: rows of a chunk.
        actors: how many, each with a model of its own.
        cpus_each: cores of an actor.
        gpus_each: GPUs of an actor, or a part of one.
        show: is told how far the run is.
        clock: for the time that it took.

    Raises:
        MissingExtraError: Ray is not installed.
        RunError: Ray does not start, or its cluster cannot be reached.
        ConfigurationError: the cluster has too few cores; one stays free for Ray itself.
    """
    began = clock()
    ray, data = _connected()
    cores = ray.cluster_resources().get("CPU", 0.0)
    if cores - actors * cpus_each < 1:  # Ray Data reads with what is left: with nothing left it waits for ever
        raise ConfigurationError(
            f"{actors} actors with {cpus_each:g} cores each leave none of the cluster's {cores:g} cores for Ray, which "
            "needs one: take fewer actors, or fewer cores for each"
        )
    spool, starts = folder.path / _SPOOL, folder.path / _STARTS
    for each in (spool, starts):
        shutil.rmtree(each, ignore_errors=True)  # what a run that died has left
        each.mkdir(mode=0o700)
    chunks, tally = Chunks(rows, size=chunk_rows, store=folder.store), Tally()
    errors = list[str]()
    try:
        spooled = there = 0
        for chunk in chunks:
            if chunk.is_there:
                there += 1
            else:
                (spool / f"{chunk.name}.json").write_text(chunk.rows, encoding="utf-8")
                spooled += 1
        if spooled:
            share = replace(
                plan, writer=OfflineWriter(),
                requests_per_minute=plan.requests_per_minute and plan.requests_per_minute / actors,
                tokens_per_minute=plan.tokens_per_minute and plan.tokens_per_minute / actors,
            )  # fmt: skip
            actor = (share, folder.path, folder.store.url, folder.store.run)
            results = data.read_text(str(spool), override_num_blocks=spooled).map_batches(
                _Actor, fn_constructor_args=(*actor, folder.settings, make_writer, actors * (1 + _RESTARTS)),
                batch_size=1, concurrency=actors, num_cpus=cpus_each, num_gpus=gpus_each or None,
            )  # fmt: skip
            for done, result in enumerate(results.iter_rows(), there + 1):
                tally.add(Tally(**{name: int(result[name]) for name in _COUNTS}))
                if result["error"]:
                    errors.append(str(result["error"]))
                if show is not None:
                    finished = min(chunks.looked_at, done * chunk_rows)
                    show(Progress(looked_at=chunks.looked_at, finished=finished, before=0, spent=Usage()))
    except Exception as error:  # noqa: BLE001 - Ray's own, of many kinds
        errors.append(f"Ray gave up: {type(error).__name__}")
    finally:
        for each in (spool, starts):
            shutil.rmtree(each, ignore_errors=True)
    stopped = f"not all was drafted ({errors[0]}); start the run again to go on with it" if errors else ""
    return RunEnd(
        looked_at=chunks.looked_at,
        missing=chunks.missing(),
        tally=tally,
        spent=folder.store.spent(),
        maybe_paid_twice=None,
        concurrency=plan.concurrency * actors,
        seconds=clock() - began,
        stopped=RunError(stopped) if stopped else None,
    )


def _connected() -> tuple[Any, Any]:
    """Ray and Ray Data; this process is connected to a cluster, or has one of its own."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray reports home unless it is told not to
    try:
        ray, data = import_module("ray"), import_module("ray.data")
    except ImportError:
        raise MissingExtraError("ray", needed_for="--engine ray") from None
    connection: Any = ray
    if not connection.is_initialized():
        try:
            connection.init(include_dashboard=False, log_to_driver=False)
        except Exception as error:  # Ray's own, of many kinds, the plainest one where its time to start is over
            where = os.environ.get("RAY_ADDRESS")
            tried = f"Ray at RAY_ADDRESS={where!r} cannot be reached" if where else "Ray cannot be started here"
            raise RunError(f"{tried} ({str(error).partition('.')[0] or type(error).__name__})") from error
    return connection, data


class _Actor:
    """Drafts chunks in a process of Ray's; its model stays between them.

    Ray starts one that has died again without end, so that the starts are counted here: beyond `most_starts` of all
    actors it drafts nothing and says so.
    """

    def __init__(
        self, plan: RunPlan, path: Path, url: str, run: str, settings: RunSettings, make_writer: Callable[[], Writer],
        most_starts: int,
    ) -> None:  # fmt: skip
        starts = path / _STARTS
        (starts / uuid4().hex).touch()
        count = sum(each.is_file() for each in starts.iterdir())
        self._stopped = f"actors died {_RESTARTS} times each" if count > most_starts else ""
        if self._stopped:
            return
        self._plan, self._pace, self._first = replace(plan, writer=make_writer()), pace_of(plan), FirstCalls()
        self._folder = RunFolder(path=path, store=WorkerStore(url, run=run), settings=settings)

    async def __call__(self, batch: dict[str, Any]) -> AsyncIterator[dict[str, list[Any]]]:
        """A row of counts for each chunk."""
        for text in batch["text"]:
            tally = Tally()
            if not self._stopped:  # what stopped it would stop the next chunk as well
                try:
                    with TemporaryDirectory(dir=self._folder.path / _STARTS) as scratch:
                        own = replace(self._folder, path=Path(scratch))
                        end = await run_drafts(
                            self._plan, own, read_chunk(str(text)), pace=self._pace, first=self._first
                        )
                    tally, self._stopped = end.tally, str(end.stopped or "")
                except OvertureError as failed:
                    self._stopped = str(failed)
            yield {**{name: [getattr(tally, name)] for name in _COUNTS}, "error": [self._stopped]}
