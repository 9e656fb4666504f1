"""The rows that champion and challenger are compared on, and which of them are slices (F-2, F-4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from overture.classification.examples import Example
from overture.classification.labels import Label

from .comparison import PairedRow
from .corrections import CorrectedReply, Corrections
from .splits import Salt

if TYPE_CHECKING:
    from overture.classification.verdict import Verdict

LEAST_TEST_WEIGHT: Final = 0.5
"""A correction that is believed less is no measure of a model."""
_OPT_OUT: Final = "unsubscribe"


class Sides(NamedTuple):
    """Corrected replies to learn from, and those of other candidates to test on."""

    learned: tuple[CorrectedReply, ...]
    tested: tuple[CorrectedReply, ...]


class FrozenRow(NamedTuple):
    """One reply with the label that it should get; rows of a `cluster` come from one candidate or circle of people."""

    text: str
    outreach: str | None
    label: Label
    cluster: str
    slices: tuple[str, ...]
    is_opt_out: bool

    def paired(self, champion: Verdict, challenger: Verdict) -> PairedRow:
        """The row with what both models make of it."""
        return PairedRow(
            cluster=self.cluster,
            champion_right=champion.label == self.label,
            challenger_right=challenger.label == self.label,
            slices=self.slices,
            is_opt_out=self.is_opt_out,
            champion_accepts=champion.label == "accept",
            challenger_accepts=challenger.label == "accept",
        )


def sides_of(corrections: Corrections, salt: Salt, *, eval_share: float) -> Sides:
    """Corrected replies by the side of their candidates, which never changes (F-2)."""
    learned: list[CorrectedReply] = []
    tested: list[CorrectedReply] = []
    for row in corrections.rows:
        if salt.split_of(row.reply.candidate, eval_share=eval_share) == "train":
            learned.append(row)
        elif row.weight >= LEAST_TEST_WEIGHT:
            tested.append(row)
    return Sides(tuple(learned), tuple(tested))


def frozen_rows(corpus: Sequence[Example], tested: Sequence[CorrectedReply]) -> list[FrozenRow]:
    """The corpus test split, then the corrections of the evaluation side."""
    return [*map(_of_corpus, corpus), *map(_of_correction, tested)]


def _of_corpus(row: Example) -> FrozenRow:
    hard = ("hard",) if row.is_hard else ()
    return FrozenRow(
        text=row.text,
        outreach=row.outreach or None,
        label=row.label,
        cluster=f"batch {row.batch}",
        slices=("corpus", f"language {row.lang}", f"kind {row.kind}", *hard),
        is_opt_out=row.intent == _OPT_OUT,
    )


def _of_correction(row: CorrectedReply) -> FrozenRow:
    return FrozenRow(
        text=row.reply.text,
        outreach=row.reply.outreach,
        label=row.label,
        cluster=f"candidate {row.reply.candidate}",
        slices=("corrections", f"language {row.reply.language}"),
        is_opt_out=row.intent == _OPT_OUT,
    )
