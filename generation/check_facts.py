"""The facts of a context as the checks ask for them: words, phrases, numbers, and which fact holds what (D-10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .facts import Fact, FactKind
from .lexicon import words_of
from .numbers import NUMBER_WORDS, Number, find_digits, read_words
from .stems import STEMS

_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 3, 5
_SHORTENED = frozenset(("company", "school", "side_project", "position", "team"))
_GENERIC = frozenset(
    map(
        STEMS.__getitem__,
        "engineer manager nurse developer analyst teacher lead senior head company group team saint".split(),
    )
) | {""}
_TWICE = Number((2.0,), 1.0, 0, 0)
_TOKENS = re.compile(r"\n|\w+(?:\+\+|#)?")


class FactNames(NamedTuple):
    """The names of a fact as phrases of words, the first word that may stand for a longer one, and each as words."""

    phrases: tuple[str, ...]
    first: str
    words: frozenset[tuple[str, ...]]


class FactTerms:
    """What some facts say, indexed once; every question after that is a look-up."""

    __slots__ = ("_names", "_numbers", "_percents", "facts", "joined", "postings", "sizes", "text", "words")

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.facts = tuple(facts)
        self.text = "\n".join([_said(fact) for fact in self.facts])
        tokens = _TOKENS.findall(self.text.lower())
        self.joined = f" {' '.join(tokens)} "
        self.words = frozenset(tokens)
        self.postings: dict[str, list[int]] = {}
        self.sizes = [0] * len(self.facts)
        postings, sizes, number, seen = self.postings, self.sizes, 0, set[str]()
        for stem in map(STEMS.__getitem__, tokens):
            if stem == "\n":
                number += 1
                seen.clear()
            elif stem and stem not in seen:
                seen.add(stem)
                sizes[number] += 1
                if stem in postings:
                    postings[stem].append(number)
                else:
                    postings[stem] = [number]
        self._names: list[FactNames | None] = [None] * len(self.facts)
        self._numbers: frozenset[float] | None = None
        self._percents: frozenset[float] = frozenset()

    def names_of(self, number: int) -> FactNames:
        """The names of the fact with this index, as words."""
        names = self._names[number]
        if names is None:
            fact = self.facts[number]
            words = [words_of(name) for name in fact.names]
            first = ""
            if fact.kind in _SHORTENED:
                first = next(
                    (
                        each[0]
                        for each in words
                        if len(each) > 1 and len(each[0]) > 3 and STEMS[each[0]] not in _GENERIC
                    ),
                    "",
                )
            names = self._names[number] = FactNames(
                tuple(f" {' '.join(each)} " for each in words if each), first, frozenset(words)
            )
        return names

    @property
    def numbers(self) -> frozenset[float]:
        """Every number that the facts say, in digits or in words, percentages apart."""
        if self._numbers is None:
            found = find_digits(self.text)
            if self.words & NUMBER_WORDS:
                tokens = self.joined.split(" ")
                read = (read_words(tokens, i) for i, token in enumerate(tokens) if token in NUMBER_WORDS)
                found += [number for number in read if number]
            if "twice" in self.words:
                found.append(_TWICE)
            # the shared facts are read by many threads: whoever sees the numbers sees the percentages too
            self._percents = frozenset(value for number in found if number.is_percent for value in number.values)
            self._numbers = frozenset(value for number in found if not number.is_percent for value in number.values)
        return self._numbers

    @property
    def percents(self) -> frozenset[float]:
        """The numbers among them that are percentages."""
        _ = self.numbers
        return self._percents


class FactIndex:
    """Shared and personal facts behind one set of questions; `own` words are the names that code puts in."""

    __slots__ = ("_numbers", "own", "parts", "personal", "shared")

    def __init__(self, shared: FactTerms, personal: FactTerms, own: frozenset[str]) -> None:
        self.shared, self.personal, self.own = shared, personal, own
        self.parts = (personal, shared)
        self._numbers: frozenset[float] | None = None

    def knows(self, word: str) -> bool:
        """Whether some fact, or a name that code puts in, has this word (lower case), as it is or in another form."""
        return (
            word in self.shared.words
            or word in self.personal.words
            or word in self.own
            or (bool(stem := STEMS[word]) and (stem in self.shared.postings or stem in self.personal.postings))
        )

    def has_relative(self, word: str) -> bool:
        """Whether some fact has a word built on this one: `Iberia` in an `Iberian market`."""
        root = word[:-1] if len(word) > 4 else word
        return any(known.startswith(root) for part in self.parts for known in part.words)

    def has_initials(self, acronym: str) -> bool:
        """Whether the words of some fact begin with the letters of an acronym, side by side: SRE, HRBP."""
        if not _SHORTEST_ACRONYM <= len(acronym) <= _LONGEST_ACRONYM:
            return False
        return any(acronym in "".join([word[0] for word in part.joined.split()]) for part in self.parts)

    def knows_all(self, words: Iterable[str]) -> bool:
        """Whether every word is known."""
        return all(map(self.knows, words))

    def has_phrase(self, words: Sequence[str]) -> bool:
        """Whether these words (lower case) stand side by side in one fact."""
        phrase = f" {' '.join(words)} "
        return phrase in self.shared.joined or phrase in self.personal.joined

    def has_stems(self, words: Iterable[str]) -> bool:
        """Whether one fact has all of these words in some form; words without a stem do not count."""
        stems = {stem for word in words if (stem := STEMS[word])}
        return bool(stems) and any(_common(part, stems) for part in self.parts)

    def with_words(self, words: Iterable[str], *, personal_only: bool = False) -> list[Fact]:
        """The facts that have all of these words in some form."""
        stems = {stem for word in words if (stem := STEMS[word])}
        parts = (self.personal,) if personal_only else self.parts
        return [part.facts[number] for part in parts if stems for number in _common(part, stems)]

    @property
    def numbers(self) -> frozenset[float]:
        """Every number that the facts say, percentages apart."""
        if self._numbers is None:
            self._numbers = self.shared.numbers | self.personal.numbers
        return self._numbers

    @property
    def percents(self) -> frozenset[float]:
        """The numbers among them that are percentages."""
        return self.shared.percents | self.personal.percents

    def of_kind(self, *kinds: FactKind) -> list[Fact]:
        """The facts of these kinds."""
        return [fact for part in self.parts for fact in part.facts if fact.kind in kinds]


def _common(part: FactTerms, stems: set[str]) -> set[int]:
    found: set[int] | None = None
    for stem in stems:
        numbers = part.postings.get(stem)
        if numbers is None:
            return set()
        found = set(numbers) if found is None else found.intersection(numbers)
    return found or set()


def _said(fact: Fact) -> str:
    text = fact.text
    for name in fact.names:
        if name not in text:
            text = f"{text} {name}"
    return text.replace("\n", " ") if "\n" in text else text
