"""Which facts a stretch of a draft tells again, by the words they share, and which companies it names (D-10)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from .check_facts import FactTerms
from .check_input import CheckInput
from .facts import Fact
from .identity_cache import IdentityCache
from .lexicon import words_of
from .name_words import ORGANISATION_WORDS
from .numbers import NUMBER_WORDS, find_digits, read_words
from .relation_words import watched
from .stems import STEMS

_CLEAR = 3
_SHARE = 0.5
_SHORTEST_NAME = 4
_PLACED = frozenset(("position", "achievement"))


class Told(NamedTuple):
    """A fact with the stems that a stretch of words shares with it."""

    fact: Fact
    number: int
    shared: frozenset[str]

    @property
    def is_clear(self) -> bool:
        """Whether the words are this fact and hardly another: three of its words, or two with a number."""
        return len(self.shared) >= _CLEAR or (
            len(self.shared) == _CLEAR - 1 and any(s[0].isdigit() for s in self.shared)
        )


class Named(NamedTuple):
    """A company that words `start:end` name; `own` are the facts about the candidate there."""

    start: int
    end: int
    name: str
    own: tuple[Fact, ...]
    is_hiring: bool


class _Companies(NamedTuple):
    by_first: dict[str, list[tuple[tuple[str, ...], str]]]
    own: dict[str, tuple[Fact, ...]]
    hiring: frozenset[str]
    stems: frozenset[str]


def told(given: CheckInput, part: FactTerms, stems: AbstractSet[str], kinds: frozenset[str]) -> list[Told]:
    """The facts of some kinds that share two or more stems with the words, the closest first; names do not count."""
    postings, facts = part.postings, part.facts
    held: dict[int, list[str]] = {}
    for stem in (postings.keys() & stems) - given.once(_companies).stems:
        for number in postings[stem]:
            if number in held:
                held[number].append(stem)
            else:
                held[number] = [stem]
    found = [
        Told(facts[number], number, frozenset(shared))
        for number, shared in held.items()
        if len(shared) >= _CLEAR - 1 and facts[number].kind in kinds
    ]
    if len(found) > 1:
        found.sort(key=lambda each: (-len(each.shared), each.number))
    return found


def covers(shared: frozenset[str], stems: frozenset[str]) -> bool:
    """Whether the shared stems are half or more of the words' own."""
    return len(shared) >= _SHARE * len(stems)


def _read_places(given: CheckInput) -> dict[str, list[int]]:
    here = watched() & given.vocabulary
    found: dict[str, list[int]] = {word: [] for word in here}
    for i, word in enumerate(given.words):
        if word in here:
            found[word].append(i)
    return found


def places_of(given: CheckInput, words: AbstractSet[str]) -> list[int]:
    """Where any of some words of `relation_words` stands, in order."""
    here = words & given.vocabulary
    if not here:
        return []
    found = given.once(_read_places)
    if len(here) == 1:
        return found[next(iter(here))]
    return sorted([i for word in here for i in found[word]])


def find_places(given: CheckInput, words: AbstractSet[str]) -> list[int]:
    """Where any of some words stands, in order; any words."""
    here = words & given.vocabulary
    return [i for i, word in enumerate(given.words) if word in here] if here else []


@lru_cache(maxsize=4096)
def text_words(text: str) -> tuple[str, ...]:
    """`words_of`, remembered: the facts of an opportunity are the same for all its candidates."""
    return words_of(text)


@lru_cache(maxsize=4096)
def text_stems(text: str) -> frozenset[str]:
    """The stems of a fact's words."""
    return frozenset(stem for word in text_words(text) if (stem := STEMS[word]))


@lru_cache(maxsize=4096)
def text_numbers(text: str) -> frozenset[float]:
    """The numbers that a fact says, in digits or in words."""
    words = text_words(text)
    found = find_digits(text) + [
        number for i, word in enumerate(words) if word in NUMBER_WORDS and (number := read_words(words, i))
    ]
    return frozenset(value for number in found for value in number.values)


def stems_in(given: CheckInput, first: int, last: int) -> frozenset[str]:
    """The stems of some words of the draft."""
    return frozenset(stem for stem in given.stems[first:last] if stem)


def without_names(given: CheckInput, stems: frozenset[str]) -> frozenset[str]:
    """The stems that are no part of a company's name."""
    return stems - given.once(_companies).stems


def read_companies(given: CheckInput) -> list[Named]:
    """Every place where the draft names an employer of the candidate or the hiring company."""
    companies = given.once(_companies)
    found: list[Named] = []
    words = given.words
    done = 0
    for i in find_places(given, companies.by_first.keys()):
        word = words[i]
        if i < done or not (given.is_capital(i) or word[0].isdigit()):
            continue
        for phrase, name in companies.by_first[word]:
            if tuple(words[i : i + len(phrase)]) == phrase:
                done = i + len(phrase)
                own = companies.own.get(name, ())
                found.append(Named(i, done, name, own, name in companies.hiring))
                break
    return found


_hiring: IdentityCache[frozenset[str]] = IdentityCache()


def _companies(given: CheckInput) -> _Companies:
    shared = given.context.shared
    own: dict[str, tuple[Fact, ...]] = {}
    for fact in given.context.personal:
        if fact.kind in _PLACED and (name := fact.attributes["company"]):
            own[name] = (*own[name], fact) if name in own else (fact,)
    hiring = _hiring.get((shared,), lambda: _read_hiring(shared))
    towns = {word for fact in shared if fact.kind == "location" for word in text_words(fact.attributes["place"])}
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    stems: set[str] = set()
    for name in (*own, *hiring):
        prefixes, name_stems = _short_forms(name)
        if len(prefixes[-1]) == 1 and len(prefixes) > 1 and prefixes[-1][0] in towns:
            prefixes = prefixes[:-1]  # of Lagos Pipeworks, where the role is in Lagos
        stems.update(name_stems)
        for prefix in prefixes:
            entries = by_first.setdefault(prefix[0], [])
            if all(prefix != each or other == name for each, other in entries):
                entries.append((prefix, name))
    for entries in by_first.values():
        if len(entries) > 1:
            entries.sort(key=lambda entry: -len(entry[0]))
    return _Companies(by_first, own, hiring, frozenset(stems))


def _read_hiring(shared: tuple[Fact, ...]) -> frozenset[str]:
    names = {fact.attributes.get("name", "") for fact in shared if fact.kind == "company"}
    return frozenset(
        (names | {fact.attributes.get("company", "") for fact in shared if fact.kind == "recruiter"}) - {""}
    )


@lru_cache(maxsize=4096)
def _short_forms(name: str) -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    """The beginnings of a company's name that stand for it, the longest first, and the stems of its words."""
    words = text_words(name)
    found: list[tuple[str, ...]] = []
    for size in range(len(words), 0, -1):
        whole = size == len(words)
        if not whole and (words[size - 1] in ORGANISATION_WORDS or len(words[size - 1]) < 2):
            continue
        if whole or size > 1 or len(words[0]) >= _SHORTEST_NAME:
            found.append(words[:size])
    return tuple(found), frozenset(STEMS[word] for word in words)
