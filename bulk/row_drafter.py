"""A row's draft beside all others of the run: written anew where it is too much like another (D-11)."""

from __future__ import annotations

import time

from .candidate_rows import CandidateRow
from .output import usage_fields
from .records import StoredRow
from .row_writing import WriteRow, Written
from .run_store import RunStore
from .sameness import TOO_ALIKE, Sameness


class RowDrafter:
    """Drafts row after row by `write`. What it compares with is in `store`."""

    def __init__(self, write: WriteRow, *, store: RunStore) -> None:
        self._write = write
        self._sameness = Sameness()
        self._sameness.fill(store.signatures(most=self._sameness.remembered))

    async def draft(self, row: CandidateRow) -> StoredRow:
        """The row of a draft, or of the reason why there is none; raises what `write` raises."""
        written = await self._write((row, False))
        if not isinstance(written, Written):
            assert written is not None  # noqa: S101 - for the type checkers: only another plan may come to nothing
            return written
        likeness = self._sameness.nearest(written.signature)
        redrafted = likeness >= TOO_ALIKE
        if redrafted:
            other = await self._write((row, True))
            if isinstance(other, Written) and (distance := self._sameness.nearest(other.signature)) < likeness:
                other.record.update(usage_fields(written.usage + other.usage))
                written, likeness = other, distance
        self._sameness.remember(written.signature)
        record = {**written.record, "likeness": round(likeness, 4), "redrafted": redrafted}
        return StoredRow(
            number=row.number, digest=row.digest, status="drafted", record=record, finished=time.time(),
            likeness=likeness, signature=written.signature,
        )  # fmt: skip
