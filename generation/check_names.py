"""Names in no particular place: a capitalised word inside a sentence that no fact, list or dictionary knows (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .lexicon import categories_of, common_words
from .name_words import ORGANISATION_WORDS, is_name_like
from .stems import STEMS

_NUMBER = frozenset(("number",))
_SHORTEST = 3
_ENDINGS = tuple(
    """ing ings tion tions ment ments ness ity ities ship ance ence ism ology ical able ible ive ous ful less wise ly
    ics ised ized""".split()
)


def check_names(given: CheckInput) -> Iterable[Finding]:
    """No proper name stands in a sentence that no fact gives; headings and ordinary words with a capital are let be."""
    taken = {i for hit in given.hits("channel") for i in range(hit.start, hit.end)}
    done = 0
    for i in given.capitals:
        if i < done or i in taken:
            continue
        end = done = given.name_end(i)
        names = [at for at in range(i, end) if _is_foreign(given, at)]
        capitals = [at for at in range(i, end) if given.is_capital(at)]
        if names and len(names) * 2 >= len(capitals) and not given.in_heading(i):
            yield given.finding("unsupported_name", i, end, f"No fact names {given.said(i, end)!r}.")


def _is_foreign(given: CheckInput, i: int) -> bool:
    word, raw = given.words[i], given.raw[i]
    if len(raw) < _SHORTEST or raw.removesuffix("s").isupper() or not raw[0].isupper():
        return False
    if not is_name_like(word) or word in ORGANISATION_WORDS or given.facts.knows(word) or not STEMS[word]:
        return False
    if word in common_words() or word.removesuffix("s") in common_words() or word.endswith(_ENDINGS):
        return False
    return categories_of(word) <= _NUMBER and not given.facts.has_relative(word)
