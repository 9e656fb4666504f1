"""How far a seat's corrections can be believed, so that one that clicks at random does not sink a model (F-4).

A person who corrects real mistakes contradicts the champion where it was unsure; one who clicks at random contradicts
it anywhere. How sure the champion is where it is wrong, and where it is right, is read off rows that nobody corrected.
So the share of a seat's contradictions that are real is the weight of one of two known distributions in a mixture
(Everitt and Hand 1981), and each contradiction has a probability of its own. Seats that judged the same reply speak
for or against each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from overture.base import Value
from overture.classification.labels import Label

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

_BINS: Final = (0.1, 0.25, 0.5, 0.75)
"""Quantiles of the champion's confidence between which it counts as equally sure."""
_SHARES: Final = np.linspace(0.005, 0.995, 100)
_PRIOR: Final = (4.0, 1.0)
"""Of a seat of which nothing is known, four in five contradictions are taken for real (a beta distribution)."""
_CHANCE: Final = 0.5
_SURE: Final = 0.75
_PEER: Final = (0.5, 0.9)
"""Between these a peer's word counts, however well it does."""
_ROUNDS: Final = 3


class Vote(NamedTuple):
    """A seat's last word on a reply."""

    reply: str
    seat: str
    label: Label


class Opinion(NamedTuple):
    """What the champion makes of a reply."""

    label: Label
    confidence: float


class SeatReliability(Value):
    """What was found of one seat; `reliability` is the share of its contradictions of the champion that seem real."""

    seat: str
    corrections: int
    contradictions: int
    reliability: float
    is_used: bool
    reason: str


class Profile(NamedTuple):
    """How sure the champion is where it is wrong against where it is right: a likelihood ratio for each bin."""

    edges: Doubles
    ratios: Doubles

    def ratio(self, confidence: float) -> float:
        """How much likelier this confidence is under a wrong label than under a right one."""
        return float(self.ratios[np.searchsorted(self.edges, confidence, side="right")])


def profile_of(confidence: Doubles, right: NDArray[np.bool_]) -> Profile:
    """The profile, from rows whose label is known; with no mistake among them every ratio is 1."""
    edges = np.quantile(confidence, _BINS)
    bins = np.searchsorted(edges, confidence, side="right")
    size = len(_BINS) + 1
    wrong, sound = (np.bincount(bins[chosen], minlength=size) for chosen in (~right, right))
    shares = np.bincount(bins, minlength=size) / len(bins)
    # a handful of mistakes says little: the bins' own shares stand in for as many rows as there are bins
    of_wrong = (wrong + size * shares) / (wrong.sum() + size)
    of_right = (sound + size * shares) / (sound.sum() + size)
    return Profile(edges, np.where(shares > 0, of_wrong / np.maximum(of_right, 1e-9), 1.0))


def weigh_votes(
    votes: Sequence[Vote], opinions: Mapping[str, Opinion], profile: Profile, *, trusted: Iterable[str] = ()
) -> tuple[dict[Vote, float], tuple[SeatReliability, ...]]:
    """The probability of each vote that it is right, and what was found of each seat; that of a seat left out is 0.

    Seats in `trusted` are believed whatever their clicks look like.
    """
    trust = frozenset(trusted)
    own = {vote: profile.ratio(opinions[vote.reply].confidence) for vote in votes if _contradicts(vote, opinions)}
    by_seat: dict[str, list[Vote]] = defaultdict(list)
    by_reply: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        by_seat[vote.seat].append(vote)
        by_reply[vote.reply].append(vote)
    weights = dict.fromkeys(votes, _PRIOR[0] / sum(_PRIOR))
    found: dict[str, tuple[float, float]] = {}
    for _ in range(_ROUNDS):
        ratios = {vote: ratio * _peers(vote, by_reply[vote.reply], found) for vote, ratio in own.items()}
        found = {
            seat: _share([ratios[vote] for vote in given if vote in ratios]) for seat, given in sorted(by_seat.items())
        }
        for vote in votes:
            real = 1 - 1e-3 if vote.seat in trust else found[vote.seat][0]
            if vote in ratios:
                weights[vote] = real * ratios[vote] / (real * ratios[vote] + 1 - real)
            else:
                weights[vote] = opinions[vote.reply].confidence
    seats = tuple(_judge(seat, by_seat[seat], own, found[seat], seat in trust) for seat in sorted(by_seat))
    left_out = {each.seat for each in seats if not each.is_used}
    return {vote: 0.0 if vote.seat in left_out else weight for vote, weight in weights.items()}, seats


def _contradicts(vote: Vote, opinions: Mapping[str, Opinion]) -> bool:
    return vote.label != opinions[vote.reply].label


def _peers(vote: Vote, given: Sequence[Vote], found: Mapping[str, tuple[float, float]]) -> float:
    """What the other seats' words on the same reply add to a contradiction's odds."""
    odds = 1.0
    for peer in given:
        if peer.seat != vote.seat:
            believed = float(np.clip(found.get(peer.seat, (_PRIOR[0] / sum(_PRIOR), 0.0))[0], *_PEER))
            odds *= believed / (1 - believed) if peer.label == vote.label else (1 - believed) / believed
    return odds


def _share(ratios: Sequence[float]) -> tuple[float, float]:
    """The share of real contradictions, and the probability that it is below chance."""
    likely = (_PRIOR[0] - 1) * np.log(_SHARES) + (_PRIOR[1] - 1) * np.log(1 - _SHARES)
    for ratio in ratios:
        likely = likely + np.log(_SHARES * ratio + 1 - _SHARES)
    held = np.exp(likely - likely.max())
    held /= held.sum()
    return float(held @ _SHARES), float(held[_SHARES < _CHANCE].sum())


def _judge(
    seat: str, given: Sequence[Vote], contradictions: Mapping[Vote, float], found: tuple[float, float], trusted: bool
) -> SeatReliability:
    share, below_chance = found
    count = sum(vote in contradictions for vote in given)
    if trusted:
        is_used, reason = True, "trusted by the caller"
    elif below_chance > _SURE:
        is_used = False
        reason = f"left out: of its {count} contradictions about {share:.0%} seem real, less than chance would give"
    elif not count:
        is_used, reason = True, "it contradicts nothing"
    else:
        is_used, reason = True, f"of its {count} contradictions about {share:.0%} seem real"
    return SeatReliability(
        seat=seat,
        corrections=len(given),
        contradictions=count,
        reliability=share,
        is_used=is_used,
        reason=reason,
    )
