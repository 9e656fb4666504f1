"""From what seats say of replies' labels to rows that a model can learn from or be tested on (C-2, F-2, F-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pydantic import Field

from overture.base import Value
from overture.classification.labels import LABEL_OF, Intent, Label

from .corrections_seats import Opinion, Profile, SeatReliability, Vote, weigh_votes
from .receipts import ReplyState
from .snapshots import ReplySnapshot

LEAST_WEIGHT: Final = 0.1
"""Rows that count less than this are left out: the seats contradict each other, or none of them is believed."""


class CorrectedReply(Value):
    """A reply with the label that its seats come to; `weight`, from 0 to 1, is how far that is believed.

    `votes` are the (seat, event number) behind it.
    """

    reply: ReplySnapshot = Field(repr=False)
    label: Label
    intent: Intent | None
    weight: float
    votes: tuple[tuple[str, int], ...]


class Corrections(Value):
    """All of them, in the order of the replies' ids, with what was found of each seat; `left_out` counts replies."""

    rows: tuple[CorrectedReply, ...]
    seats: tuple[SeatReliability, ...]
    left_out: int


def standing_words(states: Iterable[ReplyState]) -> dict[str, list[ReplyState]]:
    """By reply, in the order of ids, the words that were not taken back."""
    held: dict[str, list[ReplyState]] = defaultdict(list)
    for state in states:
        if state.label is not None:
            held[state.reply.id].append(state)
    return {reply: sorted(held[reply], key=lambda state: state.seat) for reply in sorted(held)}


def weigh_corrections(
    words: Mapping[str, Sequence[ReplyState]],
    opinions: Mapping[str, Opinion],
    profile: Profile,
    *,
    trusted: Iterable[str] = (),
) -> Corrections:
    """One row for each reply: where seats differ, the label that is believed more, at the weight of what is left.

    `opinions` are the champion's, by reply.
    """
    votes = [Vote(reply, state.seat, state.label) for reply, states in words.items() for state in states if state.label]
    weights, seats = weigh_votes(votes, opinions, profile, trusted=trusted)
    rows = [_row(states, weights) for states in words.values()]
    kept = tuple(row for row in rows if row.weight >= LEAST_WEIGHT)
    return Corrections(rows=kept, seats=seats, left_out=len(rows) - len(kept))


def _row(states: Sequence[ReplyState], weights: Mapping[Vote, float]) -> CorrectedReply:
    doubts: dict[Label, float] = {}
    for state in states:
        if state.label:
            doubt = 1 - weights[Vote(state.reply.id, state.seat, state.label)]
            doubts[state.label] = doubts.get(state.label, 1.0) * doubt
    (label, doubt), *others = sorted(doubts.items(), key=lambda each: each[1])
    against = 1 - others[0][1] if others else 0.0
    intents: list[Intent] = [state.intent for state in states if state.label == label and state.intent is not None]
    intent: Intent | None = next((each for each in intents if LABEL_OF[each] == label), None)
    return CorrectedReply(
        reply=states[0].reply,
        label=label,
        intent=intent,
        weight=max(0.0, 1 - doubt - against),
        votes=tuple((state.seat, state.number) for state in states),
    )
