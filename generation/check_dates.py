"""Years and months rest on the dates of facts (D-10)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from .check_input import CheckInput
from .draft import Finding
from .durations import names_of
from .facts import Fact, FactKind
from .mentions import is_written, is_year, read_mentions
from .name_words import MONTHS
from .numbers import find_digits

_MONTH_YEAR = re.compile(r"\b([A-Z][a-z]{2,8})\.?,? (\d{4})\b")
_SINCE = frozenset(("since",))
_UNTIL = frozenset(("until", "till"))
_DATED: tuple[FactKind, ...] = ("position", "title_experience", "school", "application", "interest")
_PERSON = frozenset("you your yours you've".split())
_AHEAD = frozenset("next within over coming in plan roadmap ahead contract fixed term probation for".split())
_DATING = frozenset("in since until from by of early late mid to last next this end till".split())
_MEET = frozenset(
    """call chat talk speak conversation coffee meet phone ring suit free slot diary calendar day evening
    morning afternoon""".split()
)


class _Dates:
    """The years and months that facts give, and which of them begin or end something."""

    def __init__(self, given: CheckInput) -> None:
        self._given = given

    @cached_property
    def years(self) -> frozenset[int]:
        return frozenset(int(value) for value in self._given.facts.numbers if 1900 <= value <= 2100)

    @cached_property
    def begins(self) -> frozenset[int]:
        return frozenset(_years(self._given.facts.of_kind("position", "school"), "since"))

    @cached_property
    def ends(self) -> frozenset[int]:
        return frozenset(_years(self._given.facts.of_kind("position", "school"), "until"))

    @cached_property
    def elsewhere(self) -> frozenset[int]:
        other = [
            fact.text
            for part in self._given.facts.parts
            for fact in part.facts
            if fact.kind not in {"position", "school"}
        ]
        return frozenset(
            int(number.values[0]) for number in find_digits("\n".join(other)) if 1900 <= number.values[0] <= 2100
        )

    @cached_property
    def months(self) -> frozenset[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        for part in self._given.facts.parts:
            for name, year in _MONTH_YEAR.findall(part.text):
                if name.lower() in MONTHS:
                    found.add((MONTHS[name.lower()], int(year)))
        return frozenset(found)


def check_dates(given: CheckInput) -> Iterable[Finding]:
    """Every year and month is in a fact, and on its side of `since` and `until`."""
    dates = _Dates(given)
    if given.has_digits:
        yield from _check_years(given, dates)
    if not MONTHS.keys().isdisjoint(given.vocabulary):
        yield from _check_months(given, dates)


def _check_years(given: CheckInput, dates: _Dates) -> Iterable[Finding]:
    for mention in given.once(read_mentions):
        if not is_year(given, mention):
            continue
        year, at = int(mention.number.values[0]), mention.first
        before = {given.word(at - 1), given.word(at - 2)} if given.word(at - 1) in MONTHS else {given.word(at - 1)}
        if not is_written(given, mention) and year not in dates.years:
            yield given.finding("unsupported_date", at, at + 1, f"No fact is dated {year}.")
        elif before & _SINCE and (_only(year, dates.ends, dates.begins, dates) or _is_of_another(given, at, year)):
            yield given.finding("unsupported_date", at, at + 1, f"No fact says since {year}.")
        elif before & _UNTIL and _only(year, dates.begins, dates.ends, dates):
            yield given.finding("unsupported_date", at, at + 1, f"No fact says until {year}.")


def _only(year: int, wrong: frozenset[int], right: frozenset[int], dates: _Dates) -> bool:
    return year in wrong and year not in right and year not in dates.elsewhere


def _is_of_another(given: CheckInput, at: int, year: int) -> bool:
    """`at X since 2019`, where the facts about X know other years only."""
    words = given.sentence_words(at)
    positions = [fact for fact in given.facts.personal.facts if fact.kind == "position" and names_of(fact)]
    named = [fact for fact in positions if words >= names_of(fact)]
    if len({fact.attributes.get("company") for fact in named}) != 1 or len(positions) == len(named):
        return False
    own = {value for fact in named for value in _years([fact], "since")}
    return bool(own) and year not in own


def _check_months(given: CheckInput, dates: _Dates) -> Iterable[Finding]:
    for i, word in enumerate(given.words):
        if word not in MONTHS or not given.is_capital(i) or _is_not_a_month(given, i, word):
            continue
        month = MONTHS[word]
        year = int(given.words[i + 1]) if given.word(i + 1).isdigit() and len(given.words[i + 1]) == 4 else None
        if year is None:
            if any(known == month for known, _ in dates.months) or given.facts.knows(word):
                continue
            if _is_proposed(given, i):
                continue  # a time for a talk
        elif (month, year) in dates.months or (not dates.months and given.facts.has_phrase((word, str(year)))):
            continue
        yield given.finding(
            "unsupported_date",
            i,
            i + 1 + (year is not None),
            f"No fact is dated {given.said(i, i + 1 + (year is not None))}.",
        )


def _is_proposed(given: CheckInput, i: int) -> bool:
    start, end = given.sentence_of(i)
    words = given.sentence_words(i)
    if "start" in words or "starting" in words:
        return False
    last = given.characters(start, end)[1]
    return not _MEET.isdisjoint(words) or "?" in given.text[last : last + 2]


def _is_not_a_month(given: CheckInput, i: int, word: str) -> bool:
    if word in {"may", "march", "mar", "jan", "sep", "august", "june", "april", "dec", "jun"}:
        before, after = given.word(i - 1), given.word(i + 1)
        dated = before in _DATING
        numbered = after.isdigit() or before.isdigit()
        if word in {"may", "march", "mar", "sep", "dec", "jun", "jan"}:
            return not (dated or numbered) or (word == "may" and given.starts_sentence(i))
        return (
            not (dated or numbered)
            and given.context.salutation is not None
            and word in given.context.salutation.lower()
        )
    return False


def _years(facts: Iterable[Fact], side: str) -> Iterable[int]:
    for fact in facts:
        said = fact.attributes.get(side, "")
        yield from (int(number.values[0]) for number in find_digits(said) if number.values[0] >= 1900)
