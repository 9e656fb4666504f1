"""`--mode batch` for a run: the rows that are missing go through a provider's batches, at half the price."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from overture.errors import BudgetExceededError, ConfigurationError, OvertureError
from overture.generation.budget import Budget
from overture.generation.draft import Usage
from overture.generation.openai_writer import OpenAIWriter
from overture.generation.prices import Prices, rate_for

from .batch_client import BatchClient, Waiting
from .batch_run import BatchRun
from .batch_store import BatchStore
from .batch_wire import MOST_REQUESTS
from .batch_writer import BatchWriter, batch_prices
from .candidate_rows import CandidateRow
from .missing import MissingRows
from .row_drafter import RowDrafter
from .run import Progress, RunEnd, RunPlan, row_work
from .run_folder import RunFolder
from .tally import Tally

_SHOWN: Final = 500


def run_batches(
    plan: RunPlan,
    folder: RunFolder,
    rows: Iterable[CandidateRow],
    *,
    most_requests: int = MOST_REQUESTS,
    most_open: int = 4,
    waiting: Waiting | None = None,
    show: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> RunEnd:
    """Draft the rows that the run does not hold yet, through batches of `most_requests`, `most_open` of them at once.

    Raises:
        ConfigurationError: the model is no `openai:NAME`, or there is a ceiling on the price, and no price to hold
            against it.
    """
    if not isinstance(plan.writer, OpenAIWriter):
        raise ConfigurationError(
            f"--mode batch asks an openai:NAME, through its Batch API; {plan.writer.label!r} is none"
        )
    began, store, waiting = clock(), folder.store, waiting or Waiting()
    prices = batch_prices(plan.prices or Prices.default())
    ceiling = None if plan.max_price is None else Budget(max_price=plan.max_price)
    rate = rate_for(plan.writer, prices=prices, limits=plan.limits, budget=ceiling)
    missing, finished = MissingRows(rows, store=store), 0
    before = store.spent()

    def may_spend(estimate: Usage) -> bool:
        whole = before + writer.spent + estimate
        return (plan.max_tokens is None or whole.total_tokens <= plan.max_tokens) and (
            plan.max_price is None or rate is None or rate.price(whole) <= plan.max_price
        )

    stopped: OvertureError | None = None
    batches = BatchStore(store.url, run=store.run)
    try:
        writer = BatchWriter(plan.writer, store=store, batches=batches)
        drafted = RowDrafter(row_work(replace(plan, prices=prices), folder).start(writer), store=store)
        run = BatchRun[CandidateRow](
            writer,
            client=BatchClient(plan.writer.client, model=plan.writer.settings.model, waiting=waiting),
            batches=batches,
            folder=folder.path / "batches",
            waiting=waiting,
            most_requests=most_requests,
            most_open=most_open,
            may_spend=may_spend if plan.max_tokens is not None or plan.max_price is not None else None,
        )
        with asyncio.Runner() as runner:

            def draft(row: CandidateRow) -> None:
                nonlocal finished
                store.put(rows=[runner.run(drafted.draft(row))])
                finished += 1
                if show is not None and not finished % _SHOWN:
                    show(
                        Progress(
                            looked_at=missing.looked_at,
                            finished=finished,
                            before=missing.before,
                            spent=before + writer.spent,
                        )
                    )

            try:
                run.run(missing, draft)
            except OvertureError as error:
                stopped = error
            if stopped is not None or run.report.stopped:
                missing.look_on()
        if run.report.stopped and stopped is None:
            ceilings = f"{plan.max_price} US dollars" if plan.max_price is not None else f"{plan.max_tokens} tokens"
            stopped = BudgetExceededError(f"one more request would pass the run's ceiling of {ceilings}")
    finally:
        batches.close()
    spent = before + writer.spent
    return RunEnd(
        looked_at=missing.looked_at,
        missing=missing.looked_at - missing.before - finished,
        tally=Tally(calls=writer.answers, tried_again=run.report.requests - writer.answers),
        spent=spent if rate is None else rate.priced(spent),
        maybe_paid_twice=None,
        concurrency=most_requests * most_open,
        seconds=clock() - began,
        stopped=stopped,
    )
