"""From one row of the input to its draft, in this process or another one; what it is compared with is not looked at."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from overture.errors import ConfigurationError, InputError, OvertureError, RunError
from overture.generation.context import build_context
from overture.generation.draft import Draft, Usage
from overture.generation.draft_input import DraftInput
from overture.generation.drafter import Drafter
from overture.generation.limits import Limits
from overture.generation.personalization import Personalization
from overture.generation.prices import Prices
from overture.generation.writers import Writer

from .candidate_rows import CandidateRow
from .output import record_of
from .records import StoredRow
from .sameness import signature_of
from .variants import variant_of

_EVERYTHING_ON = Personalization()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A draft as the line of the output that it will be, and what it is compared by."""

    record: dict[str, Any]
    signature: bytes
    usage: Usage


RowTask = tuple[CandidateRow, bool]
"""A row, and whether it is written with another plan, since its draft was too much like another (D-11)."""
WriteRow = Callable[[RowTask], Awaitable[Written | StoredRow | None]]
"""Gives a draft, or the row that says why there is none; None where there is none with another plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWork:
    """What is needed to write for rows anywhere; `inputs` holds what goes with every candidate."""

    inputs: DraftInput
    prompt: str
    limits: Limits | None
    prices: Prices | None
    today: date

    def start(self, writer: Writer) -> WriteRow:
        """What is called for each row; what the writer raises beyond our errors passes."""
        drafter = Drafter(writer, limits=self.limits, prices=self.prices, prompt=self.prompt, today=self.today)
        return _RowWriter(drafter, self.inputs, self.today).write

    def common(self, result: Written | StoredRow | None) -> Iterable[object]:  # noqa: ARG002 - the protocol
        """Nothing: a record holds text alone."""
        return ()


class _RowWriter:
    def __init__(self, drafter: Drafter, common: DraftInput, today: date) -> None:
        self._drafter, self._common, self._today = drafter, common, today

    async def write(self, task: RowTask) -> Written | StoredRow | None:
        row, is_again = task
        try:
            if is_again:
                return await self._again(row)
            candidate, common = row.candidate(), self._common
            draft = await self._drafter.adraft(
                candidate, job=common.job, project=common.project, company=common.company, team=common.team,
                recruiter=common.recruiter, personalization=common.personalization,
                custom_content=common.custom_content,
            )  # fmt: skip
        except (InputError, ConfigurationError, RunError) as error:
            return None if is_again else _refused(row, error)
        return _written(draft, row, candidate.id)

    async def _again(self, row: CandidateRow) -> Written:
        candidate, common = row.candidate(), self._common
        context = build_context(
            candidate, today=self._today, job=common.job, project=common.project, company=common.company,
            team=common.team, recruiter=common.recruiter, personalization=common.personalization or _EVERYTHING_ON,
        )  # fmt: skip
        draft = await self._drafter.adraft_from(
            variant_of(context, number=row.number), custom_content=common.custom_content
        )
        return _written(draft, row, candidate.id)


def _written(draft: Draft, row: CandidateRow, id_: str | None) -> Written:
    record = record_of(
        draft, number=row.number, id_=id_ or row.name, file=row.file, line=row.line, likeness=None, redrafted=False
    )
    return Written(record=record, signature=signature_of(draft), usage=draft.usage)


def _refused(row: CandidateRow, error: OvertureError) -> StoredRow:
    told: dict[str, Any] = {"number": row.number, "file": row.file, "line": row.line, "field": None}
    if isinstance(error, InputError):
        told |= {"field": error.field or None, "reason": error.problem, "expected": error.expected or None}
    else:
        told |= {"reason": str(error), "expected": None}
    return StoredRow(number=row.number, digest=row.digest, status="refused", record=told, finished=time.time())
