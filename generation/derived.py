"""Numbers that follow from a fact's own: `a quarter` is 25 percent, `from twelve to seven` five fewer (D-10)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .check_facts import FactIndex
from .check_words import check_words
from .choices import Language
from .lexicon import TOKEN
from .numbers import Number, find_digits, read_words

_ORDINALS = {
    word: float(value)
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
    )
}
_ENGLISH_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10}
_PARTS = {
    "half": 2, **_ENGLISH_PARTS, **{f"{word}s": parts for word, parts in _ENGLISH_PARTS.items()},
    "hälfte": 2, "drittel": 3, "viertel": 4, "fünftel": 5, "zehntel": 10,
    "moitié": 2, "tiers": 3, "quart": 4, "quarts": 4, "cinquième": 5, "dixième": 10,
    "mitad": 2, "tercio": 3, "tercios": 3, "metade": 2, "terço": 3, "terços": 3, "quarto": 4, "quartos": 4,
    "metà": 2, "terzo": 3, "terzi": 3, "helft": 2, "derde": 3, "kwart": 4,
}  # fmt: skip
"""Names of parts, in English and in the language of the facts, to how many make a whole."""
_HALVED = frozenset("halved halving halves halbiert".split())
_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "zwei": 2, "drei": 3, "deux": 2, "trois": 3, "dos": 2, "tres": 3,
    "duas": 2, "dois": 2, "três": 3, "due": 2, "tre": 3, "twee": 2, "drie": 3,
}  # fmt: skip
_FROM = frozenset("from von vom de da dal dai van desde".split())
_TO = re.compile(r"\b(?:to|auf|à|a|para|tot|naar)\s*$")
_WIDEST_BETWEEN = 30
_STEP = 1.0


_DIFFERS = frozenset(
    """fewer less off faster quicker earlier sooner shorter saved saving gained more up down point points rise drop
    cut fall gain lift increase improvement difference
    weniger mehr schneller früher kürzer gespart spart gewonnen punkte prozentpunkte besser
    moins plus gagné gagnés gagnées gagner gain points point rapide
    menos más mais pontos puntos meno più punti minder meer sneller punten""".split()
)


class Derived(NamedTuple):
    """Ordinals and shares, differences, and percentages, that follow from one fact."""

    numbers: frozenset[float]
    differences: frozenset[float]
    percents: frozenset[float]


def follows(facts: FactIndex, number: Number, beside: frozenset[str], language: Language = "en") -> bool:
    """Whether a number is an ordinal, a share or a difference that some fact implies.

    `beside` are the words of its sentence: a difference needs one that says so (`five days off`).
    """
    said = number.values[0]
    differs = not _DIFFERS.isdisjoint(beside)
    for part in facts.parts:
        for fact in part.facts:
            derived = derive(fact.text, language)
            if not number.is_percent and (said in derived.numbers or (differs and said in derived.differences)):
                return True
            if number.is_percent and any(abs(said - percent) < _STEP for percent in derived.percents):
                return True
    return False


@lru_cache(maxsize=4096)
def derive(text: str, language: Language = "en") -> Derived:
    """What follows from the text of a fact, told in English or in this language."""
    tokens = list(TOKEN.finditer(text))
    words = [token[0].lower() for token in tokens]
    found = _read(text, words, [token.span() for token in tokens], check_words(language).numbers)
    numbers = {_ORDINALS[word] for i, word in enumerate(words) if word in _ORDINALS and words[i - 1 : i] != ["a"]}
    percents: set[float] = set()
    differences: set[float] = set()
    for (_, end, low, _), (start, _, high, is_percent) in pairwise(found):
        between = text[end:start]
        if len(between) > _WIDEST_BETWEEN or not _TO.search(between) or not _is_from(text, found, end):
            continue
        differences.add(round(abs(low - high), 4))
        if is_percent:
            percents.add(round(abs(low - high), 4))
        elif low and high:
            percents.add(100 * abs(low - high) / low)
    for i, word in enumerate(words):
        share = 0.5 if word in _HALVED else _share(words, i)
        if share:
            percents.add(100 * share)
            numbers |= {float(round(each[2] * share)) for each in found if each[2] * share >= 1}
    return Derived(frozenset(numbers), frozenset(differences), frozenset(percents))


def _share(words: list[str], i: int) -> float:
    parts = _PARTS.get(words[i], 0)
    count = _COUNTS.get(words[i - 1], 1) if i else 1
    return count / parts if parts > count else 0.0


def _read(
    text: str, words: list[str], spans: list[tuple[int, int]], named: Mapping[str, float]
) -> list[tuple[int, int, float, bool]]:
    """Every number of a fact, in digits or words: its characters, its value, whether it is a percentage."""
    found = [(each.start, each.end, each.values[0], each.is_percent) for each in find_digits(text)]
    done = 0
    for i in range(len(words)):
        number = read_words(words, i) if i >= done else None
        if number and number.end > i:
            done = number.end
            found.append((spans[i][0], spans[done - 1][1], number.values[0], number.is_percent))
        elif words[i] in named and i >= done:
            found.append((*spans[i], named[words[i]], False))
    return sorted(found)


def _is_from(text: str, found: list[tuple[int, int, float, bool]], end: int) -> bool:
    start = next(begin for begin, stop, _, _ in found if stop == end)
    before = text[:start].rstrip().rpartition(" ")[2].lower()
    return before in _FROM
