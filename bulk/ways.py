"""The ways to carry out a run: on this machine, through a provider's batches, with other workers, or on Ray."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from overture.errors import ConfigurationError
from overture.generation.processes import usable_cores
from overture.generation.writers import Writer

from .candidate_rows import CandidateRow
from .run import Progress, RunEnd, RunPlan, run_drafts
from .run_folder import RunFolder, RunSettings, open_run

_RUN_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`mode` is how the model is asked, `engine` who asks. `make_writer` makes the run's writer in another process.

    `workers` is how many processes draft on this machine, None for one on each core it may use.

    Raises:
        ConfigurationError: the two do not go together, or one needs what is not given.
    """

    make_writer: Callable[[], Writer]
    mode: Literal["online", "batch"] = "online"
    engine: Literal["local", "dbos", "ray"] = "local"
    database_url: str | None = None
    actors: int = 1
    gpus_each: float = 0.0
    workers: int | None = None

    def __post_init__(self) -> None:
        if self.mode == "batch" and self.engine != "local":
            raise ConfigurationError("--mode batch leaves the work to the provider: take it with --engine local")
        if self.workers is not None and (self.mode, self.engine) != ("online", "local"):
            raise ConfigurationError("--workers goes with --engine local and --mode online")
        if self.engine == "dbos" and self.database_url is None:
            raise ConfigurationError(
                "--engine dbos needs --database-url: postgresql://USER@HOST/NAME, or sqlite:///FILE on one machine"
            )
        if self.engine == "local" and self.database_url is not None:
            raise ConfigurationError("--database-url goes with --engine dbos; without it a run is kept in its folder")


def open_way(way: Way, path: Path, settings: RunSettings) -> AbstractContextManager[RunFolder]:
    """The run, in its folder, or by the folder's name in the database that workers share; raises like `open_run`."""
    if way.engine == "ray":
        path = path.absolute()  # its processes have working folders of their own
    if way.database_url is None:
        return open_run(path, settings)
    from .shared_run import open_shared

    return open_shared(path, url=way.database_url, run=path.name[:_RUN_NAME], settings=settings)


def carry_out(
    way: Way,
    plan: RunPlan,
    folder: RunFolder,
    rows: Iterable[CandidateRow],
    *,
    show: Callable[[Progress], None] | None = None,
) -> RunEnd:
    """Draft the rows that the run does not hold yet.

    Raises:
        ConfigurationError: the way does not fit the model, or there is a ceiling on the price, and no price to hold
            against it.
        MissingExtraError: what the engine needs is not installed.
    """
    if way.mode == "batch":
        from .batch_drafting import run_batches

        return run_batches(plan, folder, rows, show=show)
    if way.engine == "dbos":
        from .shared_run import run_shared

        return run_shared(plan, folder, rows, show=show)
    if way.engine == "ray":
        from .engine_ray import run_on_ray

        return run_on_ray(
            plan, folder, rows, make_writer=way.make_writer, actors=way.actors, gpus_each=way.gpus_each, show=show,
        )  # fmt: skip
    processes = usable_cores() if way.workers is None else way.workers
    return asyncio.run(run_drafts(replace(plan, processes=processes), folder, rows, show=show))
