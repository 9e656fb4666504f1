"""Drafts the rows of bulk jobs, beside the requests of its process; any number of processes share the work (S-5)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final
from uuid import uuid4

import anyio
from starlette.concurrency import run_in_threadpool

from overture.generation import Draft, DraftInput
from overture.people import Candidate

from . import bulk_jobs
from .bulk_jobs import BulkRow, Claim
from .documents import key_of, read_profile
from .drafting import new_kept, put_draft
from .kept_draft import load_inputs
from .problems import ProblemError, as_problem, body_of_problem
from .requested import arguments_of, candidate_of
from .services import Services

LEASE: Final = timedelta(seconds=60)
"""How long a row is a worker's without a sign of it: so long the rows of a process that died wait."""
_AT_ONCE: Final = 16
_CLAIMED: Final = 64
_LOOK_EVERY: Final = 2.0
_log = logging.getLogger("overture.studio")


class BulkWorker:
    """One process's share of all bulk jobs. It holds a few rows at a time, whatever a job's size."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._name = uuid4().hex
        self._loop: asyncio.AbstractEventLoop | None = None
        self._called = asyncio.Event()

    def wake(self) -> None:
        """There is something to do; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._called.set)

    async def run(self) -> None:
        """Draft what there is, and look for more, until it is cancelled."""
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                if not await self._do_some():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._called.wait(), _LOOK_EVERY)
                    self._called.clear()
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self._release)

    async def _do_some(self) -> bool:
        try:
            claim = await run_in_threadpool(self._claim)
            if claim is None:
                return False
            renewing = asyncio.create_task(self._renew())
            try:
                await self._draft_all(claim)
            finally:
                renewing.cancel()
        except Exception as error:  # noqa: BLE001 - the database may be back at the next look
            _log.warning("bulk drafting failed (%s); it goes on", type(error).__name__)
            return False
        return True

    async def _draft_all(self, claim: Claim) -> None:
        shared = load_inputs(claim.job.request["inputs"])
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(row: BulkRow) -> None:
            try:
                await self._draft_one(claim, shared, row)
            finally:
                room.release()

        async with asyncio.TaskGroup() as group:
            for row in claim.rows:
                await room.acquire()
                group.create_task(one(row))
                await asyncio.sleep(0)  # drafting may take the loop: what else waits comes between two drafts

    async def _draft_one(self, claim: Claim, shared: DraftInput, row: BulkRow) -> None:
        draft: Draft | None = None
        problem: ProblemError | None = None
        key, new = row.candidate, None
        try:
            read = await run_in_threadpool(self._read, claim, row)
            if read is None:
                return
            profile, key = read
            new = profile if row.profile is not None else None
            draft = await self._services.drafter.adraft(
                **arguments_of(shared.model_copy(update={"candidate": profile}))
            )
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one must not end the others
            problem = error if isinstance(error, ProblemError) else as_problem(error)
        try:
            await run_in_threadpool(self._settle, claim, row, key, new, draft, problem)
        except Exception as error:  # noqa: BLE001 - a row left open would be drafted again and again, at its price
            await self._give_up(claim, row, as_problem(error))

    async def _give_up(self, claim: Claim, row: BulkRow, problem: ProblemError) -> None:
        """What cannot be kept of a row is its error; where that cannot be kept either, its claim runs out."""
        try:
            await run_in_threadpool(self._settle, claim, row, row.candidate, None, None, problem)
        except Exception as error:  # noqa: BLE001 - the other rows go on
            _log.warning("a row of a bulk job is not settled (%s); it comes up again", type(error).__name__)

    def _read(self, claim: Claim, row: BulkRow) -> tuple[Candidate, str] | None:
        """The profile of a row, and the id of its candidate; None where the row was taken away meanwhile."""
        with self._services.store.read() as connection:
            if not bulk_jobs.is_claimed(connection, self._name, row):
                return None
        if row.profile is None:
            return candidate_of(self._services, claim.job.seat, row.candidate).profile, row.candidate
        profile = read_profile(row.profile)
        return profile, key_of(profile)

    def _settle(
        self,
        claim: Claim,
        row: BulkRow,
        key: str,
        new: Candidate | None,
        draft: Draft | None,
        problem: ProblemError | None,
    ) -> None:
        job, now = claim.job, self._services.clock()
        kept = None
        if draft is not None:
            kept = new_kept(draft, contract=job.contract, candidate=key, job=job.request["job"], now=now)
        error = body_of_problem(problem).model_dump_json(exclude_none=True) if problem else None
        with self._services.store.write() as connection:
            is_mine = bulk_jobs.settle_row(
                connection, self._name, row, candidate=key, draft=kept.id if kept else None, error=error
            )
            if is_mine and kept is not None:
                put_draft(connection, job.seat, kept, new=new)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await run_in_threadpool(self._renew_now)
            except Exception as error:  # noqa: BLE001 - the database may be back before the claims run out
                _log.warning("claims of bulk rows are not renewed (%s); it tries again", type(error).__name__)

    def _claim(self) -> Claim | None:
        now = self._services.clock()
        with self._services.store.read() as connection:
            has_ended, has_work = bulk_jobs.has_ended(connection), bulk_jobs.has_work(connection, now=now)
        if not has_ended and not has_work:
            return None
        with self._services.store.write() as connection:
            if has_ended:
                bulk_jobs.finish_jobs(connection, now=now)
            return bulk_jobs.claim_rows(connection, self._name, now=now, until=now + LEASE, limit=_CLAIMED)

    def _renew_now(self) -> None:
        with self._services.store.write() as connection:
            bulk_jobs.renew_claims(connection, self._name, until=self._services.clock() + LEASE)

    def _release(self) -> None:
        with self._services.store.write() as connection:
            bulk_jobs.release_claims(connection, self._name)


@asynccontextmanager
async def drafting_in_bulk(worker: BulkWorker) -> AsyncGenerator[None]:
    """The worker at its work until the end of the block."""
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
