"""Intervals for the difference of two shares that stay right however often, and whenever, they are looked at (F-5).

The interval is an asymptotic confidence sequence: the Gaussian mixture boundary of Robbins (1970) in the form of
Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence
sequences", Annals of Statistics 52 (2024), here in information time (one over the variance), with a variance that
leaves out one voter at a time, so that a hundred votes of one seat are not a hundred independent votes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from overture.base import Value

Arm = int
"""0 is the one that is held against, 1 the one that may be better."""
_MOST_OF_A_VOTER: Final = 10.0


@dataclass(slots=True)
class Votes:
    """How many thumbs there were, and how many of them up."""

    n: int = 0
    ups: int = 0


Cells = Mapping[tuple[str, str, Arm], Votes]
"""Stratum, voter and arm to votes; a voter is a seat or a candidate."""


class Difference(Value):
    """A difference of two shares at one look: arm 1 less arm 0, with an interval for all looks together.

    `shares` are weighted like the difference; `voters` and `votes` are effective numbers, by arm: Kish's of the voters,
    and what the votes weigh together. `estimate` is None where too little is there to say anything.
    """

    n: tuple[int, int]
    ups: tuple[int, int]
    shares: tuple[float, float] | None = None
    voters: tuple[float, float] = (0.0, 0.0)
    votes: tuple[float, float] = (0.0, 0.0)
    estimate: float | None = None
    standard_error: float | None = None
    low: float = Field(default=-1.0, ge=-1, le=1)
    high: float = Field(default=1.0, ge=-1, le=1)


def difference_of_shares(
    cells: Cells,
    *,
    alpha: float = 0.05,
    least_votes: float = 30.0,
    least_voters: float = 5.0,
    planned_votes: float = 300.0,
) -> Difference:
    """Arm 1 less arm 0, compared within each stratum and weighted over the strata (Cochran, Mantel and Haenszel) (F-5).

    A voter's n votes in an arm weigh n / (1 + (n - 1) / 10), so at most ten. `least_votes` and `least_voters` are
    effective numbers in either arm, below which nothing is said; `planned_votes` in each arm is where the interval is
    at its narrowest for its level. A stratum with one arm only tells nothing. Over all looks together the interval
    misses the true difference with a probability of about `alpha` at most; it takes O(cells) time.
    """
    table = _Table(cells)
    seen = Difference(n=table.n, ups=table.ups, voters=table.voters(), votes=table.votes())
    shares = table.shares()
    if shares is None or min(seen.voters) < least_voters or min(seen.votes) < least_votes:
        return seen
    variance = table.variance()
    if variance is None:
        return seen
    estimate = shares[1] - shares[0]
    freedom = max(1.0, min(seen.voters) - 1)
    planned = planned_votes / (2 * 0.25)  # the information of so many votes in each arm, at a share of one half
    radius = _in_t(_boundary(1 / variance, alpha=alpha, planned=planned), freedom) * math.sqrt(variance)
    return seen.model_copy(
        update={
            "shares": shares,
            "estimate": estimate,
            "standard_error": math.sqrt(variance),
            "low": max(-1.0, estimate - radius),
            "high": min(1.0, estimate + radius),
        }
    )


def plain_cells(votes: Iterable[tuple[str, Arm, bool]]) -> dict[tuple[str, str, Arm], Votes]:
    """Cells of one stratum from voter, arm and whether the thumb was up."""
    cells: dict[tuple[str, str, Arm], Votes] = defaultdict(Votes)
    for voter, arm, up in votes:
        cell = cells["", voter, arm]
        cell.n += 1
        cell.ups += up
    return dict(cells)


def _boundary(information: float, *, alpha: float, planned: float) -> float:
    """How many standard errors wide: Robbins' mixture at this information, narrowest where it was planned."""
    at_best = 2 * math.log(1 / alpha)
    prior = planned / (at_best + math.log(1 + at_best))
    return math.sqrt((1 + prior / information) * math.log((information + prior) / (prior * alpha * alpha)))


def _in_t(z: float, freedom: float) -> float:
    """The quantile of Student's t at the level of a normal quantile (Peiser's expansion): few voters, a wider one."""
    v = freedom
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / v + second / v**2 + third / v**3


_NOTHING: Final = 1e-9
_Sums = list[float]
"""Of a stratum, or of a voter in it: weight and ups of arm 0, weight and ups of arm 1."""


class _Table:
    """Weighted sums by stratum and arm, and by voter."""

    def __init__(self, cells: Cells) -> None:
        total: dict[tuple[str, Arm], int] = defaultdict(int)
        counts, ups = [0, 0], [0, 0]
        for (_, voter, arm), votes in cells.items():
            total[voter, arm] += votes.n
            counts[arm] += votes.n
            ups[arm] += votes.ups
        self.n: tuple[int, int] = (counts[0], counts[1])
        self.ups: tuple[int, int] = (ups[0], ups[1])
        strata: dict[str, _Sums] = defaultdict(lambda: [0.0] * 4)
        voters: dict[str, dict[str, _Sums]] = defaultdict(lambda: defaultdict(lambda: [0.0] * 4))
        self._squares: dict[tuple[str, Arm], float] = defaultdict(float)
        for (stratum, voter, arm), votes in cells.items():
            if votes.n:
                each = 1 / (1 + (total[voter, arm] - 1) / _MOST_OF_A_VOTER)
                for sums in (strata[stratum], voters[voter][stratum]):
                    sums[2 * arm] += votes.n * each
                    sums[2 * arm + 1] += votes.ups * each
                self._squares[stratum, arm] += votes.n * each * each
        self._strata = {name: sums for name, sums in strata.items() if sums[0] > 0 and sums[2] > 0}
        shared = self._strata.keys()
        told = [{name: of[name] for name in of if name in shared} for of in voters.values()]
        self._voters = [of for of in told if of]
        self._weight = sum(_weight(sums) for sums in self._strata.values())

    def shares(self) -> tuple[float, float] | None:
        """The share of each arm over the strata that have both."""
        if not self._strata:
            return None
        a, b = (
            sum(_weight(sums) * sums[2 * arm + 1] / sums[2 * arm] for sums in self._strata.values()) / self._weight
            for arm in (0, 1)
        )
        return min(1.0, a), min(1.0, b)

    def voters(self) -> tuple[float, float]:
        """The effective number of voters in each arm: Kish's."""
        found: list[float] = []
        for arm in (0, 1):
            own = [sum(sums[2 * arm] for sums in of.values()) for of in self._voters]
            squares = sum(weight * weight for weight in own)
            found.append(sum(own) ** 2 / squares if squares else 0.0)
        return found[0], found[1]

    def votes(self) -> tuple[float, float]:
        """What the votes in each arm weigh together."""
        a, b = (sum(sums[2 * arm] for sums in self._strata.values()) for arm in (0, 1))
        return a, b

    def variance(self) -> float | None:
        """Of the difference: by leaving out one voter at a time, and never less than that of independent votes."""
        voters = len(self._voters)
        if voters < 2:
            return None
        whole = sum(_weight(sums) * _gap(sums) for sums in self._strata.values())
        moved = 0.0
        for of in self._voters:
            weight, gap = self._weight, whole
            for stratum, own in of.items():
                sums = self._strata[stratum]
                rest = [all_of_it - part for all_of_it, part in zip(sums, own, strict=True)]
                weight -= _weight(sums)
                gap -= _weight(sums) * _gap(sums)
                if rest[0] > _NOTHING and rest[2] > _NOTHING:
                    weight += _weight(rest)
                    gap += _weight(rest) * _gap(rest)
            if weight <= _NOTHING * self._weight:  # all that there is hangs on this voter
                return None
            moved += (gap / weight - whole / self._weight) ** 2
        return max(moved * (voters - 1) / voters, self._of_independent_votes())

    def _of_independent_votes(self) -> float:
        variance = 0.0
        for stratum, sums in self._strata.items():
            share_of_all = _weight(sums) / self._weight
            for arm in (0, 1):
                effective = sums[2 * arm] ** 2 / self._squares[stratum, arm]
                share = (sums[2 * arm + 1] / sums[2 * arm] * effective + 1) / (effective + 2)  # never 0 or 1
                variance += share_of_all * share_of_all * share * (1 - share) / effective
        return variance


def _weight(sums: _Sums) -> float:
    """What a stratum weighs in the difference, after Cochran, Mantel and Haenszel."""
    return sums[0] * sums[2] / (sums[0] + sums[2])


def _gap(sums: _Sums) -> float:
    return sums[3] / sums[2] - sums[1] / sums[0]
