"""Last words on drafts, counted by prompt version, stratum and voter: what a comparison of prompts reads (F-5)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from overture.classification.labels import Label

from .confidence import Arm, Cells, Votes
from .receipts import DraftState, ReplyState
from .snapshots import DraftSnapshot

Stratum = Literal["language", "writer", "week", "contract"]
Voter = Literal["seat", "candidate"]
Key = tuple[str, str, Arm]


@dataclass(slots=True)
class PromptVotes:
    """What was counted; `complaints` has a table for each reason, `declines` one of drafts whose outcome is known."""

    thumbs: dict[Key, Votes] = field(default_factory=lambda: defaultdict[Key, Votes](Votes))
    complaints: dict[str, dict[Key, Votes]] = field(default_factory=dict[str, dict[Key, Votes]])
    declines: dict[Key, Votes] = field(default_factory=lambda: defaultdict[Key, Votes](Votes))
    reasons: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter[str](), Counter[str]()))
    days: set[date] = field(default_factory=set[date])
    fingerprints: tuple[set[str], set[str]] = field(default_factory=lambda: (set[str](), set[str]()))


def count_votes(
    states: Iterable[DraftState],
    *,
    name: str,
    versions: tuple[int, int],
    strata: tuple[Stratum, ...],
    voter: Voter,
    complaints: Iterable[str],
    outcomes: Mapping[str, Label],
) -> PromptVotes:
    """One pass over last words, in memory for the number of voters; those taken back and other prompts' are left."""
    counted = PromptVotes(complaints={reason: defaultdict(Votes) for reason in complaints})
    arms = {version: arm for arm, version in enumerate(versions)}
    decided: set[str] = set()
    for state in states:
        draft = state.draft
        arm = arms.get(draft.prompt.version) if draft.prompt.name == name else None
        if arm is None:
            continue
        key = (stratum_of(draft, strata), _voter(state, voter), arm)
        if draft.id not in decided and (outcome := outcomes.get(draft.id)):
            decided.add(draft.id)
            _count(counted.declines[key], outcome == "decline")
        if state.vote is None:
            continue
        counted.fingerprints[arm].add(draft.prompt.fingerprint)
        counted.days.add(state.at.date())
        counted.reasons[arm].update(state.reasons)
        _count(counted.thumbs[key], state.vote == "up")
        for reason, table in counted.complaints.items():
            _count(table[key], reason in state.reasons)
    return counted


def stratum_of(draft: DraftSnapshot, strata: tuple[Stratum, ...]) -> str:
    """The stratum of a draft in words: `en, offline`."""
    year, week, _ = draft.made_at.isocalendar()
    said: dict[Stratum, str] = {
        "language": draft.language,
        "writer": draft.writer,
        "week": f"{year}-W{week:02}",
        "contract": draft.contract,
    }
    return ", ".join(said[each] for each in strata)


def outcomes_of(states: Iterable[DraftState], replies: Iterable[ReplyState]) -> dict[str, Label]:
    """Draft id to the label of the candidate's reply, a correction above the model's word (C-2).

    A store of feedback knows the replies that somebody corrected or confirmed, not all: better give all outcomes.
    """
    labels: dict[tuple[str, str], Label] = {}
    for reply in replies:
        labels[reply.contract, reply.reply.candidate] = reply.label or reply.reply.label
    if not labels:
        return {}
    told: dict[str, Label] = {}
    for state in states:
        if label := labels.get((state.draft.contract, state.draft.candidate)):
            told[state.draft.id] = label
    return told


def in_stratum(cells: Cells, stratum: str) -> dict[Key, Votes]:
    """The cells of one stratum."""
    return {key: votes for key, votes in cells.items() if key[0] == stratum}


def pooled(cells: Cells) -> dict[Key, Votes]:
    """The cells as if there were one stratum."""
    table: dict[Key, Votes] = defaultdict(Votes)
    for (_, voter, arm), votes in cells.items():
        table["", voter, arm].n += votes.n
        table["", voter, arm].ups += votes.ups
    return dict(table)


def _voter(state: DraftState, voter: Voter) -> str:
    return f"{state.contract}\0{state.seat if voter == 'seat' else state.draft.candidate}"


def _count(votes: Votes, up: bool) -> None:
    votes.n += 1
    votes.ups += up
