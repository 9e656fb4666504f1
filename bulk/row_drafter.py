"""From one row of the input to one row of the run: its draft, written anew where it is too much like another (D-11)."""

from __future__ import annotations

import time
from typing import Any, Final

from overture.errors import ConfigurationError, InputError, OvertureError, RunError
from overture.generation.draft import Draft
from overture.generation.draft_input import DraftInput
from overture.generation.drafter import Drafter

from .candidate_rows import CandidateRow
from .output import record_of
from .records import StoredRow
from .run_store import RunStore
from .sameness import TOO_ALIKE, Sameness, signature_of
from .variants import variant_of

_LOOKED_UP: Final = 500


class RowDrafter:
    """Drafts row after row; `common` holds what goes with every candidate. What it compares with is in `store`."""

    def __init__(self, drafter: Drafter, *, common: DraftInput, store: RunStore) -> None:
        self._drafter, self._common = drafter, common
        self._sameness = Sameness()
        self._sameness.fill(store.signatures(most=self._sameness.remembered))

    async def draft(self, row: CandidateRow) -> StoredRow:
        """The row of a draft, or of the reason why there is none; what its writer raises beyond our errors passes."""
        try:
            candidate = row.candidate()
            common = self._common
            draft = await self._drafter.adraft(
                candidate, job=common.job, project=common.project, company=common.company, team=common.team,
                recruiter=common.recruiter, personalization=common.personalization,
                custom_content=common.custom_content,
            )  # fmt: skip
        except (InputError, ConfigurationError, RunError) as error:
            return _refused(row, error)
        return await self._compared(row, candidate.id, draft)

    async def _compared(self, row: CandidateRow, id_: str | None, draft: Draft) -> StoredRow:
        """The row of a draft, which is written again where it is too much like another (D-11)."""
        signature = signature_of(draft)
        likeness = self._sameness.nearest(signature)
        redrafted = likeness >= TOO_ALIKE
        if redrafted:
            other = await self._again(draft, row.number)
            if other is not None:
                others = signature_of(other)
                if (distance := self._sameness.nearest(others)) < likeness:
                    draft, signature, likeness = other, others, distance
        self._sameness.remember(signature)
        record = record_of(
            draft, number=row.number, id_=id_ or row.name, file=row.file, line=row.line,
            likeness=round(likeness, 4), redrafted=redrafted,
        )  # fmt: skip
        return StoredRow(
            number=row.number, digest=row.digest, status="drafted", record=record, finished=time.time(),
            likeness=likeness, signature=signature,
        )  # fmt: skip

    async def _again(self, draft: Draft, number: int) -> Draft | None:
        try:
            other = await self._drafter.adraft_from(
                variant_of(draft.context, number=number), custom_content=self._common.custom_content
            )
        except RunError:
            return None
        return other.model_copy(update={"usage": draft.usage + other.usage})


def _refused(row: CandidateRow, error: OvertureError) -> StoredRow:
    told: dict[str, Any] = {"number": row.number, "file": row.file, "line": row.line, "field": None}
    if isinstance(error, InputError):
        told |= {"field": error.field or None, "reason": error.problem, "expected": error.expected or None}
    else:
        told |= {"reason": str(error), "expected": None}
    return StoredRow(number=row.number, digest=row.digest, status="refused", record=told, finished=time.time())
