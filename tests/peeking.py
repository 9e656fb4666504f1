"""Votes on two versions of a prompt as they come in, looked at on every day, by our interval and by a daily z-test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from overture.feedback.confidence import Votes, difference_of_shares

LOOKS = 60


@dataclass(frozen=True, slots=True)
class World:
    """How seats vote: `mood` is how much they differ in thumbs, `taste` in which version they like better.

    Both are standard deviations of log-odds. `nested` seats know one version only, `uneven` ones vote as Zipf has it.
    """

    seats: int = 40
    votes_a_day: int = 20
    base: float = 0.6
    gain: float = 0.0
    mood: float = 0.0
    taste: float = 0.0
    nested: bool = False
    uneven: bool = False


NULLS = {
    "no seat effects": World(),
    "seats differ in mood": World(mood=1.0, uneven=True),
    "seats differ in taste": World(mood=0.5, taste=1.0, uneven=True),
    "each seat knows one version": World(mood=1.0, nested=True, uneven=True),
    "twelve seats, one version each": World(seats=12, mood=1.0, nested=True),
    "nearly all thumbs are up": World(base=0.95, mood=0.5),
}
BETTER = {
    "15 points better": World(gain=0.15, mood=0.5, taste=0.3, uneven=True),
    "10 points better": World(gain=0.10, mood=0.5, taste=0.3, uneven=True),
}


@dataclass(frozen=True, slots=True)
class Peeked:
    """Of one world: the first day (from 1) on which the interval left out zero, and whether upwards; and the z-test."""

    day: int | None
    upwards: bool
    naive: bool


def peek(world: World, seed: int, *, alpha: float = 0.05) -> Peeked:
    """Sixty days of votes with a look at the end of each."""
    random = Random(seed)
    mood = [random.gauss(0, world.mood) for _ in range(world.seats)]
    taste = [random.gauss(0, world.taste) for _ in range(world.seats)]
    often = [1 / (1 + place) if world.uneven else 1.0 for place in range(world.seats)]
    random.shuffle(often)
    level = math.log(world.base / (1 - world.base))
    cells: dict[tuple[str, str, int], Votes] = {}
    day, upwards, naive = None, False, False
    for look in range(1, LOOKS + 1):
        for seat in random.choices(range(world.seats), often, k=world.votes_a_day):
            arm = seat % 2 if world.nested else random.getrandbits(1)
            chance = 1 / (1 + math.exp(-(level + mood[seat] + taste[seat] * (arm - 0.5))))
            votes = cells.setdefault(("", str(seat), arm), Votes())
            votes.n += 1
            votes.ups += random.random() < chance + world.gain * arm
        naive = naive or _z_test(cells)
        if day is None:
            found = difference_of_shares(cells, alpha=alpha)
            if found.low > 0 or found.high < 0:
                day, upwards = look, found.low > 0
    return Peeked(day, upwards, naive)


def _z_test(cells: dict[tuple[str, str, int], Votes]) -> bool:
    """The two-sided z-test of two shares at 5 %, as if every vote were one of its own, from 30 votes on."""
    n = [sum(votes.n for (_, _, of), votes in cells.items() if of == arm) for arm in (0, 1)]
    ups = [sum(votes.ups for (_, _, of), votes in cells.items() if of == arm) for arm in (0, 1)]
    pooled = sum(ups) / sum(n)
    if min(n) < 30 or pooled in (0, 1):
        return False
    error = math.sqrt(pooled * (1 - pooled) * (1 / n[0] + 1 / n[1]))
    return abs(ups[1] / n[1] - ups[0] / n[0]) > 1.96 * error
