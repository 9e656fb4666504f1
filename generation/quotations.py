"""What a draft quotes word for word from a fact: exempt from the checks of wording and of language (D-10)."""

from __future__ import annotations

import re

from .check_input import CheckInput
from .lexicon import TOKEN

_QUOTED = re.compile(r"[„“\"«”]([^„“”\"«»\n]{2,400})[“”\"»]")
_MARKS = frozenset('„“”"«»')
_SHORTEST_RUN = 4


def is_quoted(given: CheckInput, i: int) -> bool:
    """Whether the word at `i` stands in quotation marks and the quotation is in a fact."""
    return i in given.once(quoted_words)


def quoted_words(given: CheckInput) -> frozenset[int]:
    """The words of quotations that a fact has word for word."""
    if _MARKS.isdisjoint(given.signs):
        return frozenset()
    found: set[int] = set()
    for match in _QUOTED.finditer(given.text):
        first, last = given.word_at(match.start(1)), given.word_at(match.end(1) - 1) + 1
        said = [word.lower() for word in TOKEN.findall(match[1])]
        if said and given.facts.has_phrase(said):
            found.update(range(first, min(last, len(given.words))))
    return frozenset(found)


def told_words(given: CheckInput, first: int, last: int) -> frozenset[int]:
    """The words of a span that stand in a fact in the same order, four or more at a time, quoted or not."""
    found: set[int] = set(range(first, last)) & given.once(quoted_words)
    for i in range(first, last - _SHORTEST_RUN + 1):
        if given.facts.has_phrase(given.words[i : i + _SHORTEST_RUN]):
            found.update(range(i, i + _SHORTEST_RUN))
    return frozenset(found)
