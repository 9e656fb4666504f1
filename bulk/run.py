"""One run on one machine: what is missing is drafted and kept, row by row, until all is there or it has to stop."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from typing import Final

from overture.errors import BudgetExceededError, OvertureError, RunError
from overture.generation.bounded import bounded_map
from overture.generation.budget import Budget
from overture.generation.draft import Usage
from overture.generation.draft_input import DraftInput
from overture.generation.limits import Limits
from overture.generation.openai_writer import OpenAIWriter
from overture.generation.prices import Prices, Rate, rate_for
from overture.generation.processes import Processes
from overture.generation.writers import Writer

from .call_log import CallLog
from .candidate_rows import CandidateRow
from .first_calls import FirstCalls, PutOff
from .keeper import Keeper
from .missing import MissingRows
from .objections import RunStopped
from .pacing import Pace
from .records import StoredRow
from .row_drafter import RowDrafter
from .row_writing import RowTask, RowWork, WriteRow, Written
from .run_folder import RunFolder
from .stored_writer import StoredWriter
from .tally import Tally

ATTEMPTS: Final = 8
_WORTH_PROCESSES: Final = 200
_ROWS_EACH: Final = 8
_DraftRow = Callable[[int, CandidateRow], Awaitable[bool]]
"""Whether there is a row now; one that was put off is drafted once more in the end."""
_FEWEST_FAILURES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What a run drafts with. `common` holds what goes with every candidate; its own candidate is not looked at.

    `max_price` (US dollars) and `max_tokens` are ceilings over all starts of the run.
    """

    writer: Writer
    common: DraftInput
    prompt: str = "draft"
    limits: Limits | None = None
    prices: Prices | None = None
    concurrency: int = 64
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    max_price: Decimal | None = None
    max_tokens: int | None = None
    attempts: int = ATTEMPTS
    processes: int = 1
    """How many read, render and check; above 1 they are others than this one, which asks the model and keeps all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run is: rows looked at and drafted this time, and what the run has spent."""

    looked_at: int
    finished: int
    before: int
    """Rows that were there already."""
    spent: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended: `looked_at` rows of the input, of which `missing` have no row in the store."""

    looked_at: int
    missing: int
    tally: Tally
    spent: Usage
    maybe_paid_twice: int | None
    """None where nobody counts it."""
    concurrency: int
    seconds: float
    stopped: OvertureError | None


async def run_drafts(
    plan: RunPlan,
    folder: RunFolder,
    rows: Iterable[CandidateRow],
    *,
    pace: Pace | None = None,
    first: FirstCalls | None = None,
    show: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> RunEnd:
    """Draft the rows that the run does not hold yet; `pace` and `first` are what other runs in this event loop share.

    Raises:
        ConfigurationError: there is a ceiling on the price, and no price to hold against it.
    """
    run = _Run(plan, folder, rows, pace=pace or pace_of(plan), first=first, show=show)
    began = clock()
    stopped: OvertureError | None = None
    try:
        async with run.drafting() as (draft_row, rows_at_once, missing):
            for given in (missing, run.put_off()):
                async with aclosing(bounded_map(draft_row, given, concurrency=rows_at_once, ordered=False)) as done:
                    async for is_there in done:
                        run.finished += is_there
                        run.tell()
    except RunStopped as stop:
        stopped = stop.reason
        run.missing.look_on()
    finally:
        await run.close()
    return RunEnd(
        looked_at=run.missing.looked_at,
        missing=run.missing.looked_at - run.missing.before - run.finished,
        tally=run.tally,
        spent=run.spent(),
        maybe_paid_twice=run.calls.maybe_paid_twice,
        concurrency=int(run.pace.window.size),
        seconds=clock() - began,
        stopped=stopped,
    )


class _Run:
    """What the drafts of a run share."""

    def __init__(
        self,
        plan: RunPlan,
        folder: RunFolder,
        rows: Iterable[CandidateRow],
        *,
        pace: Pace,
        first: FirstCalls | None,
        show: Callable[[Progress], None] | None,
    ) -> None:
        self._plan, self._folder, self._show = plan, folder, show
        self.tally, self.finished = Tally(), 0
        store = folder.store
        self.missing = MissingRows(rows, store=store, looked=self.tell)
        self._keeper = Keeper(store)
        self.pace, self._first = pace, first
        self._put_off = list[CandidateRow]()
        self._spent_before = store.spent()
        self._rate = rate = _rate(plan)
        budget, self._stopped = _budget(plan, self._spent_before, rate)
        self.calls = CallLog(folder.call_log, store=store)
        self._inner = _retried_here(plan.writer, self.pace)
        self._writer = self._stored(budget)

    @asynccontextmanager
    async def drafting(self) -> AsyncGenerator[tuple[_DraftRow, int, Iterable[CandidateRow]]]:
        """What drafts for a row and keeps what comes of it, for how many at once, and the rows; in other processes
        where there are rows enough for the time that they take to load.

        Raises:
            RunStopped: the ceilings are reached.
        """
        if self._stopped is not None:
            raise RunStopped(self._stopped)
        plan, work, rest = self._plan, row_work(self._plan, self._folder), iter(self.missing)
        first = list(islice(rest, _WORTH_PROCESSES)) if plan.processes > 1 else []
        rows = chain(first, rest)
        if len(first) < _WORTH_PROCESSES:
            yield self._drafting(work.start(self._writer)), plan.concurrency, rows
            return
        async with Processes(work, writer=self._writer, number=plan.processes) as pool:

            async def write(task: RowTask) -> Written | StoredRow | None:
                try:
                    return await pool(task)
                except RunError as error:  # what comes of a row is a row: the processes themselves are gone
                    raise RunStopped(error) from error

            # beyond those that wait for the model, some for each process to be at
            yield self._drafting(write), plan.concurrency + _ROWS_EACH * plan.processes, rows

    def _drafting(self, write: WriteRow) -> _DraftRow:
        drafter = RowDrafter(write, store=self._folder.store)

        async def draft_row(_: int, row: CandidateRow) -> bool:
            try:
                drafted = await drafter.draft(row)
            except PutOff:
                self._put_off.append(row)
                return False
            await self._keeper.keep_row(drafted)
            return True

        return draft_row

    def put_off(self) -> Iterator[CandidateRow]:
        """The rows that were put off; whoever asks for them has asked for all others before."""
        if isinstance(self._writer, StoredWriter):
            self._writer.all_was_asked()
        yield from self._put_off

    def spent(self) -> Usage:
        """What the run has spent over all its starts, priced where the model's price is known."""
        usage = self._spent_before + self.tally.usage
        return usage if self._rate is None else self._rate.priced(usage)

    def tell(self) -> None:
        """Show where the run is."""
        if self._show is not None:
            self._show(
                Progress(
                    looked_at=self.missing.looked_at,
                    finished=self.finished,
                    before=self.missing.before,
                    spent=self.spent(),
                )
            )

    async def close(self) -> None:
        """Keep what is waiting, and let go of connections and files."""
        self._keeper.flush()
        self.calls.close()
        if self._inner is not self._plan.writer and isinstance(self._inner, OpenAIWriter):
            await self._inner.aclose()

    def _stored(self, budget: Budget | None) -> Writer:
        plan = self._plan
        if plan.writer.label == "offline":
            return plan.writer
        return StoredWriter(
            self._inner, store=self._folder.store, keeper=self._keeper, calls=self.calls, pace=self.pace,
            tally=self.tally, budget=budget, rate=self._rate,
            attempts=plan.attempts if self._inner is not plan.writer else 1,
            most_failures=max(_FEWEST_FAILURES, plan.concurrency), first=self._first,
        )  # fmt: skip


def pace_of(plan: RunPlan) -> Pace:
    """A pace that holds what the plan says."""
    return Pace(
        concurrency=plan.concurrency,
        requests_per_minute=plan.requests_per_minute,
        tokens_per_minute=plan.tokens_per_minute,
    )


def row_work(plan: RunPlan, folder: RunFolder) -> RowWork:
    """What is needed to write for the rows of a run."""
    return RowWork(
        inputs=plan.common, prompt=plan.prompt, limits=plan.limits, prices=plan.prices, today=folder.settings.today
    )


def _rate(plan: RunPlan) -> Rate | None:
    ceiling = None if plan.max_price is None else Budget(max_price=plan.max_price)
    return rate_for(plan.writer, prices=plan.prices, limits=plan.limits, budget=ceiling)


def _retried_here(writer: Writer, pace: Pace) -> Writer:
    """The writer without retries of its own where it can do without; another is not tried again here."""
    if isinstance(writer, OpenAIWriter):
        return writer.without_retries(on_response=pace.heard)
    return writer


def _budget(plan: RunPlan, spent: Usage, rate: Rate | None) -> tuple[Budget | None, OvertureError | None]:
    """What is left of the ceilings; where that is nothing, why the run cannot go on."""
    if plan.max_price is None and plan.max_tokens is None:
        return None, None
    price = None if plan.max_price is None or rate is None else plan.max_price - rate.price(spent)
    tokens = None if plan.max_tokens is None else plan.max_tokens - spent.total_tokens
    for left, ceiling, unit in ((price, plan.max_price, "US dollars"), (tokens, plan.max_tokens, "tokens")):
        if left is not None and left <= 0:
            return None, BudgetExceededError(f"the run's ceiling of {ceiling} {unit} is spent", usage=spent)
    return Budget(max_price=price, max_tokens=tokens), None
