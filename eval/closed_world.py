"""What a message says against all that its inputs say: a comparison of its own, apart from the product's checks.

It reads the inputs themselves (not the context that the product made of them) and knows no grammar: numbers, names,
and the entries of a list of skills, employers, schools, places and benefits. What it has no list or sign for, it does
not see; the docs give its false alarms and misses, measured on messages written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations, pairwise
from typing import Literal, NamedTuple, cast

from babel import Locale
from pydantic import BaseModel

from overture.dates import PartialDate
from overture.generation import DraftInput
from overture.people import Candidate

from .contexts import load_contexts
from .message_words import (
    Word,
    by_language,
    country_names,
    find_phrase,
    fold,
    folded,
    joined,
    listed,
    number_words,
    numbers_in,
    said_numbers,
    words_in,
)
from .own_data import own_yaml
from .suite import SuiteData

UnsupportedKind = Literal[
    "number", "date", "name", "skill", "employer", "school", "place", "benefit", "rank", "contact"
]
_NOT_SAID = frozenset({"id", "source", "url", "urls", "seat", "time_zone", "language", "contacts", "email", "phone"})
_RANKS = frozenset("senior junior principal chief lead head director vice".split())
_CONTACT = re.compile(r"\S+@\S+\.\w{2,}|https?://\S+|\bwww\.\S+|\+\d[\d ()-]{7,}\d")
_MOST_POSITIONS = 6
_NEARLY = 9


class Unsupported(NamedTuple):
    """Something a message says that its inputs do not, with its span."""

    kind: UnsupportedKind
    said: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class World:
    """All that inputs say: their texts as folded words, their numbers, and months with their years."""

    texts: str
    words: frozenset[str]
    numbers: frozenset[float]
    months: frozenset[tuple[int, int]]
    initials: str = ""
    """The first letters of the words of each text."""
    contacts: str = ""

    def says(self, phrase: tuple[str, ...]) -> bool:
        """Whether these words stand in a row in one of the texts."""
        return f" {' '.join(phrase)} " in self.texts


def world_of(inputs: DraftInput, *, today: date | None = None) -> World:
    """The closed world of a message: candidate, opportunity, company, team and recruiter."""
    language = inputs.personalization.language if inputs.personalization else "en"
    parts = (inputs.candidate, inputs.job, inputs.project, inputs.company, inputs.team, inputs.recruiter)
    texts: list[str] = []
    dates: list[PartialDate] = []
    amounts: list[float] = []
    for part in parts:
        if part is not None:
            _collect(part, texts, dates, amounts)
    texts += _countries(texts, language)
    numbers = {value for text in texts for number in numbers_in(text) for value in number.values}
    for each in dict.fromkeys((language, "en")):
        table = number_words(each)
        numbers.update(table[word] for text in texts for word in folded(text) if word in table)
    numbers.update(amounts, (float(when.year) for when in dates))
    numbers |= {value / 100_000 for value in numbers if value >= 100_000}  # lakh
    numbers.update(_durations(inputs.candidate, today or date.today()), _counts(inputs))
    recruiter = inputs.recruiter
    known = " ".join(filter(None, (recruiter.email, recruiter.phone))) if recruiter else ""
    return World(
        texts=joined(texts),
        words=frozenset(word for text in texts for word in folded(text)),
        numbers=frozenset(numbers),
        months=frozenset((when.year, when.month) for when in dates if when.month),
        initials=" ".join("".join(word[0] for word in folded(text)) for text in texts),
        contacts=known,
    )


def find_unsupported(text: str, world: World, *, language: str, subject: int = 0) -> list[Unsupported]:
    """What `text` says that the world does not say; names are not read in its first `subject` characters."""
    words = words_in(text)
    found = [
        *(Unsupported("contact", m[0], *m.span()) for m in _CONTACT.finditer(text) if m[0] not in world.contacts),
        *_numbers(text, world, language),
        *_months(words, text, world, language),
        *_listed(words, text, world),
        *_ranks(words, world),
    ]
    taken = [(each.start, each.end) for each in found]
    names = _names(words, world, language, after=subject)
    found += [each for each in names if not any(start <= each.start < end for start, end in taken)]
    return sorted(found, key=lambda each: (each.start, each.end))


def _numbers(text: str, world: World, language: str) -> Iterator[Unsupported]:
    for number in said_numbers(text, language):
        if number.values.isdisjoint(world.numbers) and not number.values <= {0.0, 1.0}:
            yield Unsupported("number", number.text, number.start, number.end)


def _months(words: Sequence[Word], text: str, world: World, language: str) -> Iterator[Unsupported]:
    """A month beside a year: both are one date."""
    table = _month_names(language)
    for word in words:
        month = table.get(word.folded)
        year = re.match(r"\s+(?:de |van )?((?:19|20)\d\d)\b", text[word.end : word.end + 12]) if month else None
        if month and year and (int(year[1]), month) not in world.months:
            yield Unsupported("date", f"{word.text} {year[1]}", word.start, word.end + year.end())


def _listed(words: Sequence[Word], text: str, world: World) -> Iterator[Unsupported]:
    """Entries of the lists, unless the world names them or something that counts as the same."""
    vocabulary = {word.folded for word in words}
    for first, entries in _known_names().items():
        if first not in vocabulary:
            continue
        for entry in entries:
            if any(world.says(same) for same in entry.same) or world.words.issuperset(entry.phrase):
                continue
            for start, end in find_phrase(words, entry.phrase):
                if text[start].isupper() or not entry.is_name:
                    yield Unsupported(entry.kind, text[start:end], start, end)


def _ranks(words: Sequence[Word], world: World) -> Iterator[Unsupported]:
    for word, after in pairwise(words):
        is_rank = word.folded in _RANKS and word.text[0].isupper() and after.text[0].isupper()
        if is_rank and after.start == word.end + 1 and word.folded not in world.words:
            yield Unsupported("rank", word.text, word.start, word.end)


def _names(words: Sequence[Word], world: World, language: str, *, after: int) -> Iterator[Unsupported]:
    """Words with a capital that they do not owe to their place; in German only where an employer would stand."""
    free = listed("capitals", language)
    for i, word in enumerate(words):
        if word.start < after or not word.text[0].isupper() or word.begins:
            continue
        if language == "de" and (not i or words[i - 1].folded not in {"bei", "von"} or word.folded in _BEI):
            continue
        stem = word.folded.removesuffix("s")
        if word.text.isupper() and 2 <= len(word.text) <= 5 and word.folded in world.initials:
            continue  # CFO for Chief Financial Officer
        if word.folded not in world.words and stem not in world.words and word.folded not in free:
            yield Unsupported("name", word.text, word.start, word.end)


_BEI = frozenset("interesse bedarf fragen gelegenheit ihnen ihrer ihrem ihren beginn anfang".split())


class _Entry(NamedTuple):
    kind: UnsupportedKind
    phrase: tuple[str, ...]
    same: tuple[tuple[str, ...], ...]
    is_name: bool


@cache
def _known_names() -> Mapping[str, tuple[_Entry, ...]]:
    """By first word, the entries of our list and what our own contexts name."""
    lists = cast("dict[str, list[str]]", own_yaml("known_names.yaml"))
    kinds: dict[str, UnsupportedKind] = {
        "skills": "skill", "employers": "employer", "schools": "school", "places": "place", "benefits": "benefit",
    }  # fmt: skip
    found: dict[tuple[str, ...], _Entry] = {}
    for name, kind in kinds.items():
        for line in lists[name]:
            same = tuple(folded(each) for each in line.split("="))
            for each, phrase in zip(line.split("="), same, strict=True):
                found[phrase] = _Entry(kind, phrase, same, is_name=each[0].isupper())
    for kind, name in _names_of_contexts():
        if phrase := folded(name):
            found.setdefault(phrase, _Entry(kind, phrase, (phrase,), is_name=True))
    by_first: dict[str, tuple[_Entry, ...]] = {}
    for entry in found.values():
        by_first[entry.phrase[0]] = (*by_first.get(entry.phrase[0], ()), entry)
    return by_first


def _names_of_contexts() -> Iterator[tuple[UnsupportedKind, str]]:
    for context in load_contexts(SuiteData()):
        inputs = context.inputs
        for position in inputs.candidate.positions:
            yield "employer", position.company or ""
        for school in inputs.candidate.schools:
            yield "school", school.name
        for opening in filter(None, (inputs.job, inputs.project)):
            yield "employer", opening.company or ""
            for place in opening.locations:
                if place.locality and fold(place.locality) not in _month_names("en"):
                    yield "place", place.locality


def _collect(value: object, texts: list[str], dates: list[PartialDate], amounts: list[float]) -> None:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in _NOT_SAID:
                _collect(getattr(value, name), texts, dates, amounts)
    elif isinstance(value, str):
        texts.append(value)
    elif isinstance(value, PartialDate):
        dates.append(value)
    elif isinstance(value, tuple):
        for each in cast("tuple[object, ...]", value):
            _collect(each, texts, dates, amounts)
    elif value is not None and not isinstance(value, bool):
        amounts.append(float(str(value)))


def _countries(texts: Iterable[str], language: str) -> list[str]:
    """The names of the countries that stand there as codes."""
    names = country_names(language)
    return [names[text] for text in texts if len(text) == 2 and text.isupper() and text in names]


@cache
def _month_names(language: str) -> Mapping[str, int]:
    locale = Locale(language)
    widths = (locale.months[kind][width] for kind in ("format", "stand-alone") for width in ("wide", "abbreviated"))
    return {fold(name).rstrip("."): number for width in widths for number, name in width.items()}


def _durations(candidate: Candidate, today: date) -> Iterator[float]:
    """The whole years that any of the positions come to together; the next one where all but three months are full."""
    months = [
        each.start.months_until(each.end or today) for each in candidate.positions[:_MOST_POSITIONS] if each.start
    ]
    for size in range(1, len(months) + 1):
        for some in combinations(months, size):
            years, rest = divmod(sum(some), 12)
            yield float(years)
            if rest >= _NEARLY:
                yield float(years + 1)


def _counts(inputs: DraftInput) -> Iterator[float]:
    """How many skills may be counted: "you list all three"."""
    most = max((len(each.skills) for each in (inputs.candidate, inputs.job, inputs.project) if each), default=0)
    wanted = max((len(each.requirements) for each in (inputs.job, inputs.project) if each), default=0)
    yield from map(float, range(2, max(most, wanted) + 1))


def speaks_of_pay(text: str, world: World, language: str) -> list[tuple[int, int]]:
    """Where a text speaks of pay: by a word for it, or by a currency beside a number that the world does not give."""
    pay = listed("pay", language)
    words = words_in(text)
    found = [(word.start, word.end) for word in words if word.folded in pay and not _is_name(word, world)]
    return found + [match.span() for match in _MONEY.finditer(text) if not _is_told(match[0], world)]


_MONEY = re.compile(
    r"(?:[£$€₹]|R\$|\b(?:GBP|EUR|USD|SEK|BRL|CHF|INR))\s?\d[\d.,\u00a0\u202f]*|\d[\d.,\u00a0\u202f]*\s?(?:[£$€₹]|\b(?:GBP|EUR|USD|SEK|BRL|CHF|INR|euros?|pounds|dollars)\b)"
)


def _is_name(word: Word, world: World) -> bool:
    """`Norrsken Pay`, `Fair pay for all` in the world: then the word says nothing."""
    return word.folded in world.words and (word.text[0].isupper() or not word.begins)


def _is_told(money: str, world: World) -> bool:
    return any(not number.values.isdisjoint(world.numbers) for number in numbers_in(money))


def overclaims(text: str, world: World, language: str) -> list[tuple[int, int]]:
    """Where a message about an inferred role says more of it than is known (D-2)."""
    pattern = re.compile(by_language("overclaim", language), re.IGNORECASE)
    return [m.span() for m in pattern.finditer(text) if f" {' '.join(folded(m[0]))} " not in world.texts]


def is_worded_as_inferred(text: str, language: str) -> bool:
    """Whether the role is called close to what the person does, or the like (D-2)."""
    return re.search(by_language("inferred", language), text, re.IGNORECASE) is not None
