"""The end of a run: its files, written from the store, and its summary, counted from what was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .output import write_records
from .records import StoredRow
from .run import RunEnd
from .run_folder import RunFolder
from .sameness import TOO_ALIKE
from .summary import BINS, BulkSummary, SamenessSummary


def finish_run(
    folder: RunFolder, end: RunEnd, *, out: str, errors: Path | None = None, ordered: bool = True
) -> BulkSummary:
    """Write the drafts to `out` and the refused rows to `errors` (else into the run's folder), and sum up the run.

    Raises:
        InputError: a file cannot be written.
    """
    count = _Count()
    below = end.looked_at  # a shorter input than last time has fewer rows
    write_records(out, count.drafts(folder.store.rows(ordered=ordered, below=below)))
    write_records(str(errors or folder.errors), _refused(folder.store.rows(below=below)))
    spent, tally = end.spent, end.tally
    return BulkSummary(
        candidates=end.looked_at,
        drafted=count.drafted,
        refused=count.refused,
        missing=end.missing,
        fallbacks=dict(count.fallbacks),
        sameness=SamenessSummary(
            distribution=tuple(count.bins), redrafted=count.redrafted, still_alike=count.still_alike
        ),
        spent=spent,
        cached_share=spent.cached_tokens / spent.input_tokens if spent.input_tokens else None,
        cacheable_share=tally.cacheable_share,
        calls=tally.calls,
        reused=tally.reused,
        tried_again=tally.tried_again,
        unanswered=tally.unanswered,
        maybe_paid_twice=end.maybe_paid_twice,
        concurrency=end.concurrency,
        seconds=round(end.seconds, 3),
        stopped=None if end.stopped is None else str(end.stopped),
    )


class _Count:
    """What the rows say, counted while they are written."""

    def __init__(self) -> None:
        self.drafted = self.refused = self.redrafted = self.still_alike = 0
        self.fallbacks: Counter[str] = Counter()
        self.bins = [0] * BINS

    def drafts(self, rows: Iterator[StoredRow]) -> Iterator[dict[str, Any]]:
        for row in rows:
            if row.status == "refused":
                self.refused += 1
                continue
            self.drafted += 1
            if kind := row.record.get("fallback"):
                self.fallbacks[kind] += 1
            if row.likeness is not None:
                self.bins[min(BINS - 1, int(row.likeness * BINS))] += 1
                self.still_alike += row.likeness >= TOO_ALIKE
            self.redrafted += bool(row.record.get("redrafted"))
            yield row.record


def _refused(rows: Iterator[StoredRow]) -> Iterator[dict[str, Any]]:
    return (row.record for row in rows if row.status == "refused")
