"""Choosing among wordings: seeded by the context, so that the choice is stable, and filled only with facts."""

from __future__ import annotations

import re
from functools import lru_cache

from .grammar_en import upper_first, without_contractions
from .personalization import Tone
from .phrases_en import DIRECT, PHRASES, PROFESSIONAL, SUBJECTS, Move

_SLOT = re.compile(r"\{(\w+)\}")
_BY_TONE: dict[Tone, dict[Move, tuple[str, ...]]] = {"direct": DIRECT, "professional": PROFESSIONAL, "friendly": {}}


@lru_cache(maxsize=4096)
def _usable(move: Move, tone: Tone, missing: frozenset[str]) -> tuple[str, ...]:
    """The wordings of a move that need none of the missing slots."""
    templates = _BY_TONE[tone].get(move) or PHRASES[move]
    if tone == "professional":
        templates = tuple(map(without_contractions, templates))
    return tuple(template for template in templates if missing.isdisjoint(_SLOT.findall(template)))


class Phrasing:
    """Puts moves into words in one tone; `seed` is hexadecimal, and every move draws its own digits of it."""

    def __init__(self, *, tone: Tone, seed: str) -> None:
        self.tone = tone
        self._seed = int(seed[:16] or "0", 16)
        self._drawn = 0

    def say(self, move: Move, **slots: str | None) -> str | None:
        """One wording of a move, or None where no wording has all its slots filled; `""` counts as filled."""
        usable = _usable(move, self.tone, frozenset(name for name, value in slots.items() if value is None))
        return upper_first(usable[self.draw(len(usable))].format_map(slots)) if usable else None

    def subject(self, kind: str, **slots: str) -> str:
        """One wording of a subject line of this kind."""
        templates = SUBJECTS[kind]
        return upper_first(templates[self.draw(len(templates))].format_map(slots))

    def draw(self, choices: int) -> int:
        """The next choice among `choices`, from the seed."""
        self._drawn += 1
        mixed = (self._seed ^ (self._drawn * 0x9E3779B97F4A7C15)) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        return (mixed >> 33) % choices if choices > 1 else 0
