"""The words that decided a label, marked in the reply as it was written (C-4).

A verdict counts characters in the normalised text, in which spaces, quotes and letter forms differ from what the
candidate typed; so each character of that text is traced back to the characters that it came from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from pydantic import ConfigDict

from overture.base import Value
from overture.classification import DecidingWord, Verdict
from overture.classification.normal import normalise

_MOST_ALIKE: Final = 3  # of a run of the same character, as `normalise` keeps it
_EDGE: Final = "|"  # nothing combines with it


class Piece(Value):
    """A stretch of a reply; `weight` is what it gave to the label, none where it gave nothing."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: str
    weight: float | None = None


class MarkedReply(Value):
    """A reply in pieces, and the words that decided it but stand nowhere in it."""

    pieces: tuple[Piece, ...]
    elsewhere: tuple[str, ...] = ()


class _Traced(NamedTuple):
    """A character of the normalised text and the stretch of the reply that it came from."""

    character: str
    start: int
    end: int


def mark_words(verdict: Verdict) -> MarkedReply:
    """The cleaned reply with the words of its verdict marked."""
    traced = _trace(verdict.text)
    spans: list[tuple[int, int, float]] = []
    elsewhere: list[str] = []
    for word in verdict.words:
        span = _span_of(word, traced)
        if span is None:
            elsewhere.append(word.text)
        else:
            spans.append((*span, word.weight))
    return MarkedReply(pieces=tuple(_pieces(verdict.text, sorted(spans))), elsewhere=tuple(elsewhere))


def _span_of(word: DecidingWord, traced: Sequence[_Traced]) -> tuple[int, int] | None:
    """Where a word stands in the reply; none where the trace does not show that very word there."""
    if word.start is None or not word.text:
        return None
    found = traced[word.start : word.start + len(word.text)]
    if "".join(each.character for each in found) != word.text:
        return None
    return found[0].start, found[-1].end


def _pieces(text: str, spans: Sequence[tuple[int, int, float]]) -> Iterator[Piece]:
    at = 0
    for start, end, weight in spans:
        if start < at:
            continue
        if start > at:
            yield Piece(text=text[at:start])
        yield Piece(text=text[start:end], weight=weight)
        at = end
    if at < len(text):
        yield Piece(text=text[at:])


def _trace(text: str) -> list[_Traced]:
    """Each character of the normalised text with where it came from; nothing where that cannot be told."""
    found: list[_Traced] = []
    for start, end in _clusters(text):
        found += (_Traced(character, start, end) for character in _normalised(text[start:end]))
    found = [each for _, run in groupby(found, key=lambda each: each.character) for each in _cut(list(run))]
    spaced: list[_Traced] = []
    for each in found:
        if not each.character.isspace():
            spaced.append(each)
        elif spaced and spaced[-1].character != " ":
            spaced.append(each._replace(character=" "))
    if spaced and spaced[-1].character == " ":
        del spaced[-1]
    return spaced if "".join(each.character for each in spaced) == normalise(text) else []


def _cut(run: list[_Traced]) -> list[_Traced]:
    """What is kept of a run of one character; its last stands for all that were cut off."""
    kept = run[:_MOST_ALIKE]
    return [*kept[:-1], kept[-1]._replace(end=run[-1].end)]


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Characters with the marks that combine with them."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.combining(text[end]):
            yield start, end
            start = end


@lru_cache(maxsize=4096)
def _normalised(cluster: str) -> str:
    return normalise(f"{_EDGE}{cluster}{_EDGE}")[1:-1]
