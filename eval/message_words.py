"""The words and numbers of a message, for graders: their own reading, apart from that of the product's checks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, cast

from .own_data import own_yaml

_WORD = re.compile(r"(?!R\$)(?<!\d)[^\W\d_]+(?:\+\+|#)?")
_NUMBER = re.compile(r"\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?!\d)|\d+(?:[.,’']\d+)*")
_BEGINS = frozenset('.!?¿¡:;\n•*“„«»‘’"()–—-/')
_ORDINAL = re.compile(r"[.)]\s|\ufe0f?\u20e3")
_BETWEEN = re.compile(r"-| |-et-| et | y | e | and ")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,’'\u00a0\u202f ]\d{3})+")


class Word(NamedTuple):
    """A word as written, folded, its place, and whether its capital may be due to that place."""

    text: str
    folded: str
    start: int
    end: int
    begins: bool


class Number(NamedTuple):
    """A number with every value that it may mean: `1.200` is 1200 or 1.2, by language."""

    text: str
    values: frozenset[float]
    start: int
    end: int


@lru_cache(maxsize=1024)
def words_in(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        before = text[: match.start()].rstrip(" \t")[-1:] if match.start() else ""
        found.append(Word(match[0], fold(match[0]), *match.span(), not before or before in _BEGINS))
    return tuple(found)


@lru_cache(maxsize=1024)
def numbers_in(text: str) -> tuple[Number, ...]:
    """The numbers of a text that are written in digits; `82k` is 82000."""
    return tuple(_numbers_in(text))


def _numbers_in(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        values = values_of(match[0])
        if text[match.end() : match.end() + 1] in {"k", "K"}:
            values |= {value * 1000 for value in values}
        yield Number(match[0], values, *match.span())


def values_of(digits: str) -> frozenset[float]:
    """What a number in digits may mean."""
    found: set[float] = set()
    if digits.isdigit():
        found.add(float(digits))
    elif _THOUSANDS.fullmatch(digits):
        found.add(float(re.sub(r"\D", "", digits)))
    parts = re.split(r"[.,]", digits)
    if len(parts) > 1 and parts[-1].isdigit():
        whole = re.sub(r"\D", "", "".join(parts[:-1]))
        found.add(float(f"{whole or 0}.{parts[-1]}"))
    return frozenset(found)


def by_language(kind: str, language: str) -> str:
    """A list of `languages.yaml` for one language."""
    return _languages()[kind][language]


@cache
def listed(kind: str, language: str) -> frozenset[str]:
    """The words of such a list, folded."""
    return frozenset(fold(word) for word in by_language(kind, language).split())


@cache
def number_words(language: str) -> Mapping[str, float]:
    """Number words to their values, from two to twenty and the tens."""
    found: dict[str, float] = {}
    for kind, first, step in (("numbers", 2, 1), ("tens", 30, 10)):
        for place, word in enumerate(by_language(kind, language).split()):
            if word != "-":
                found[fold(word)] = float(first + step * place)
    return found


def said_numbers(text: str, language: str) -> Iterator[Number]:
    """The numbers of a text in digits and in words, without those that count minutes, lines and the like.

    A number word before a hundred or a thousand is left out, and so is what numbers the lines of a list.
    """
    free = listed("counted", language) | listed("scales", language)
    words = words_in(text)
    for number in numbers_in(text):
        after = next((word.folded for word in words if word.start >= number.end), "")
        line = text[text.rfind("\n", 0, number.start) + 1 : number.start]
        if after not in listed("counted", language) and (line.strip(" *(") or not _ORDINAL.match(text, number.end)):
            yield number
    yield from _in_words(text, words, number_words(language), free)


def _in_words(text: str, words: Sequence[Word], table: Mapping[str, float], free: frozenset[str]) -> Iterator[Number]:
    done = 0
    for at, first in enumerate(words):
        value = table.get(first.folded)
        if value is None or at < done:
            continue
        last = at
        if value >= 20 and value % 10 == 0:  # twenty-six, treinta y dos
            for unit in range(at + 1, min(at + 3, len(words))):
                more = table.get(words[unit].folded, 10.0)
                if more < 10 and _BETWEEN.fullmatch(text[first.end : words[unit].start]):
                    value, last = value + more, unit
                    break
        done = last + 1
        if done >= len(words) or words[done].folded not in free:
            end = words[last].end
            yield Number(text[first.start : end], frozenset({value}), first.start, end)


def find_phrase(words: Sequence[Word], phrase: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The places in the text where folded words stand in a row."""
    size = len(phrase)
    for i in range(len(words) - size + 1):
        if words[i].folded == phrase[0] and all(words[i + j].folded == phrase[j] for j in range(1, size)):
            yield words[i].start, words[i + size - 1].end


@lru_cache(maxsize=16_384)
def folded(text: str) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(word.folded for word in words_in(text))


def joined(texts: Iterable[str]) -> str:
    """Texts as one line of folded words with a blank at either end, a bar between texts."""
    return " " + " | ".join(" ".join(folded(text)) for text in texts) + " "


def fold(text: str) -> str:
    """A text without case and accents.

    >>> fold("Zürich")
    'zurich'
    """
    if text.isascii():
        return text.lower()
    return "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))


@cache
def country_names(language: str) -> Mapping[str, str]:
    """ISO 3166 codes to the names of countries in a language."""
    from babel import Locale

    return cast("Mapping[str, str]", dict(Locale(language).territories))


@cache
def _languages() -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", own_yaml("languages.yaml"))
