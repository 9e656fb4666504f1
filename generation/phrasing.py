"""Choosing among wordings: seeded by the context, so that the choice is stable, and filled only with facts."""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

from .choices import Language, Tone
from .grammar import Grammar
from .language_pack import LanguagePack, language_pack
from .moves import Move, SubjectKind

_SLOT = re.compile(r"\{(\w+)\}")
_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")
"""Of a name that ends in one (`Acme Inc.`) and of the sentence behind it."""


@lru_cache(maxsize=8192)
def _usable(language: Language, move: Move, tone: Tone, missing: frozenset[str]) -> tuple[str, ...]:
    """The wordings of a move that need none of the missing slots."""
    wordings = language_pack(language).wordings[tone][move]
    return tuple(wording for wording in wordings if missing.isdisjoint(_SLOT.findall(wording)))


class Phrasing:
    """Puts moves into words in one language and tone; `seed` is hexadecimal, and every move draws its own digits."""

    def __init__(self, *, tone: Tone, seed: str, language: Language = "en") -> None:
        self.tone: Tone = tone
        self.pack: LanguagePack = language_pack(language)
        self._seed = int(seed[:16] or "0", 16)
        self._drawn: dict[str, int] = {}

    @property
    def grammar(self) -> Grammar:
        """How this language takes in values."""
        return self.pack.grammar

    def say(self, move: Move, **slots: str | None) -> str | None:
        """One wording of a move, or None where no wording has all its slots filled; `""` counts as filled."""
        missing = frozenset(name for name, value in slots.items() if value is None)
        usable = _usable(self.pack.language, move, self.tone, missing)
        if not usable:
            return None
        said = upper_first(usable[self.draw(move, len(usable))].format_map(slots))
        return _TWO_STOPS.sub(".", said) if ".." in said else said

    def part(self, move: Move) -> str:
        """A part of a sentence, as it stands inside one."""
        return self.pack.wordings[self.tone][move][0]

    def shortest(self, move: Move) -> str:
        """The shortest wording of a move that has no slots."""
        return upper_first(min(self.pack.wordings[self.tone][move], key=len))

    def subject(self, kind: SubjectKind, **slots: str) -> str:
        """One wording of a subject line of this kind."""
        templates = self.pack.subjects[kind]
        return upper_first(templates[self.draw(kind, len(templates))].format_map(slots))

    def draw(self, name: str, choices: int) -> int:
        """The next choice for a name; other draws do not move it, so that a small change stays small."""
        if choices < 2:
            return 0
        times = self._drawn[name] = self._drawn.get(name, 0) + 1
        mixed = (self._seed ^ _digits_of(name, times)) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        return (mixed >> 33) % choices


@lru_cache(maxsize=1024)
def _digits_of(name: str, times: int) -> int:
    return crc32(name.encode()) * times * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF


def upper_first(text: str) -> str:
    """The text for the start of a sentence."""
    return text[:1].upper() + text[1:]
