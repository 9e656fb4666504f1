"""Drafts for many candidates by other processes, where each draft is what this process would have made."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .async_only import AsyncOnly
from .course import Plan
from .draft import Draft
from .draft_input import DraftInput
from .limits import Limits
from .many import Drafted, DraftSource, draft_each
from .metering import awrite_metered
from .prices import Prices
from .processes import Processes
from .served_model import ServedModel, served_model
from .writers import Writer, WriteRequest, WriterOutput


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWork:
    """What a process needs to draft as another one does; each item is a `DraftInput`, each result its `Draft`."""

    prompt: str | Path
    limits: Limits
    prices: Prices | str | Path | None
    fallback: bool
    today: date | None

    def start(self, writer: Writer) -> Callable[[DraftInput], Awaitable[Draft]]:
        """A drafter; the draft leaves out its inputs, which are where it goes."""
        from .drafter import Drafter

        drafter = Drafter(
            writer, limits=self.limits, prices=self.prices, prompt=self.prompt, fallback=self.fallback, today=self.today
        )

        async def draft(inputs: DraftInput) -> Draft:
            made = await drafter.adraft(
                inputs.candidate, job=inputs.job, project=inputs.project, company=inputs.company, team=inputs.team,
                recruiter=inputs.recruiter, personalization=inputs.personalization,
                custom_content=inputs.custom_content,
            )  # fmt: skip
            return made.model_copy(update={"inputs": None})

        return draft

    def common(self, result: Draft) -> Iterable[object]:
        """The facts that all drafts for a job share."""
        context = result.context
        return *context.shared, context.shared, context.personalization, context.opportunity_fields


async def draft_elsewhere(
    work: DraftWork,
    plan: Plan,
    inputs: Iterable[DraftSource] | AsyncIterable[DraftSource],
    *,
    processes: int,
    finish: Callable[[Draft], Awaitable[Draft]],
    common: DraftInput,
    concurrency: int,
    ordered: bool,
) -> AsyncGenerator[Drafted]:
    """`draft_each` with so many processes that draft; `finish` gets each draft in this one."""
    async with Processes(work, writer=_CountedWriter(plan), number=processes, common=_common_of) as pool:

        async def draft(given: DraftInput) -> Draft:
            return await finish((await pool(given)).model_copy(update={"inputs": given}))

        results = draft_each(draft, inputs, common=common, concurrency=concurrency, ordered=ordered)
        async with aclosing(results):
            async for result in results:
                yield result


def _common_of(inputs: DraftInput) -> Iterable[object]:
    return inputs.job, inputs.project, inputs.company, inputs.team, inputs.recruiter, inputs.personalization


class _CountedWriter(AsyncOnly):
    """The plan's writer, each request priced and held to the budget here, where there is one of each."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.label = plan.writer.label

    @property
    def options(self) -> Mapping[str, str | int | float | bool | None]:
        return self._plan.writer.options

    @property
    def served_model(self) -> ServedModel:
        return served_model(self._plan.writer)

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        return await awrite_metered(self._plan, request)
