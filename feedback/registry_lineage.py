"""Which corrections a version learned from and was tested on: digests and numbers, no text (F-2, F-3)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from overture.base import Value

from .corrections import CorrectedReply
from .erasure_rows import digest_of_person


class LineageRow(Value):
    """One corrected reply: digests of its id, candidate and seats, and the numbers of the events in the store."""

    reply: str
    candidate: str
    seats: tuple[str, ...]
    events: tuple[int, ...]
    split: str
    weight: float


class Lineage(Value):
    """All that a version comes from."""

    parent: str
    files: dict[str, str]
    corpus: str
    salt: str
    rows: tuple[LineageRow, ...]

    @property
    def people(self) -> frozenset[str]:
        """The digests of every candidate and seat in it."""
        return frozenset(person for row in self.rows for person in (row.candidate, *row.seats))


def lineage_rows(corrected: Sequence[CorrectedReply], *, split: str) -> tuple[LineageRow, ...]:
    """The rows of one side; seats include that of the reply, whose erasure takes the reply with it (F-3)."""
    return tuple(
        LineageRow(
            reply=hashlib.sha256(row.reply.id.encode()).hexdigest(),
            candidate=digest_of_person(row.reply.candidate),
            seats=tuple(
                sorted({digest_of_person(seat) for seat in (row.reply.seat, *(vote[0] for vote in row.votes))})
            ),
            events=tuple(vote[1] for vote in row.votes),
            split=split,
            weight=round(row.weight, 6),
        )
        for row in corrected
    )
