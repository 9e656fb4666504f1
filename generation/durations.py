"""How long the candidate has done something: `five years at X`, `nearly seven years`, held against dates (D-10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from overture.dates import PartialDate

from .check_input import CheckInput
from .facts import Fact
from .lexicon import words_of
from .numbers import find_digits, read_words

_UNITS = {
    "year": 12.0,
    "years": 12.0,
    "yr": 12.0,
    "yrs": 12.0,
    "month": 1.0,
    "months": 1.0,
    "decade": 120.0,
    "decades": 120.0,
    "century": 1200.0,
    "springs": 12.0,
    "summers": 12.0,
    "winters": 12.0,
    "autumns": 12.0,
    "harvests": 12.0,
    "vintages": 12.0,
}
_PARTS = {"quarter": 0.25, "half": 0.5, "third": 1 / 3}
_UP = frozenset("nearly almost about around roughly close approaching some nearing going just".split())
_BEFORE_UNIT = frozenset("full good solid long happy whole short".split())


class Duration(NamedTuple):
    """A span of time in the draft: its words, its months, and whether it may round up."""

    first: int
    last: int
    months: float
    is_about: bool


def read_durations(given: CheckInput) -> list[Duration]:
    """Every number of years, months or decades in the draft."""
    return list(_read(given)) if not _UNITS.keys().isdisjoint(given.vocabulary) else []


def _read(given: CheckInput) -> Iterator[Duration]:
    for i, word in enumerate(given.words):
        if word not in _UNITS or i == 0 or given.word(i + 1) in {"old", "olds"}:
            continue
        at = i - 1
        if given.words[at] in _BEFORE_UNIT and at > 0:
            at -= 1
        if word == "century":
            share = _PARTS.get(given.words[at - 2], 0.0) if given.words[at - 1 : at + 1] == ["of", "a"] else 0.0
            if share:
                yield Duration(at - 2, i + 1, share * 1200.0, is_about=True)
            continue
        half = given.words[at] == "half" and given.word(at - 1) == "a" and given.word(at - 2) == "and"
        if half:
            at -= 3
        value, first = _value(given, at)
        if value is None:
            if given.words[at] in {"a", "the", "full"} and word == "decade":
                value, first = 1.0, at
            elif given.words[at] == "a" and given.word(at - 1) == "half" and word in {"decade", "year"}:
                value, first = 0.5, at - 1
            else:
                continue
        about = bool(_UP.intersection(given.words[max(0, first - 3) : first]))
        yield Duration(first, i + 1, (value + (0.5 if half else 0.0)) * _UNITS[word], about)


def _value(given: CheckInput, at: int) -> tuple[float | None, int]:
    if at < 0:
        return None, at
    if given.words[at].isdigit():
        start, end = given.characters(at, at + 1)
        if at > 0 and given.gap(at) in {".", ","} and given.words[at - 1].isdigit():
            start, at = given.characters(at - 1, at)[0], at - 1
        found = find_digits(given.text[start:end])
        return (found[0].values[0], at) if found else (None, at)
    for first in (at - 1, at):
        if first >= 0 and (number := read_words(given.words, first)) and number.end == at + 1:
            return number.values[0], first
    return None, at


def known_months(facts: list[Fact], today: date | None) -> list[tuple[int, int]]:
    """For each dated position, the fewest and the most months it can have lasted."""
    found: list[tuple[int, int]] = []
    for fact in facts:
        if fact.kind == "title_experience":
            months = int(fact.attributes.get("months") or 0)
            found.append((months, months))
            continue
        since, until = _date(fact.attributes.get("since")), _date(fact.attributes.get("until"))
        end = until or (
            PartialDate((today or date.today()).year, (today or date.today()).month)
            if fact.attributes.get("current")
            else None
        )
        if since is None or end is None:
            continue
        months = (end.year - since.year) * 12
        low = months + (end.month or 1) - (since.month or 12)
        high = months + (end.month or 12) - (since.month or 1) + 1
        found.append((max(0, low), high))
    return found


def is_held(duration: Duration, spans: list[tuple[int, int]], *, at_most: bool = False) -> bool:
    """Whether a duration fits one of the spans: rounded down to its unit, or up where it says `nearly`."""
    months = duration.months
    unit = 12 if months >= 12 else 1
    for low, high in spans:
        if low <= months <= high or (at_most and months <= high):
            return True
        if low // unit * unit <= months <= high:
            return True
        if high < months <= high + (8 if duration.is_about else 2 if unit == 12 else 0):
            return True
        if months % 12 == 6 and low - 6 <= months <= high:
            return True
    return False


def _date(text: str | None) -> PartialDate | None:
    try:
        return PartialDate.parse(text) if text else None
    except ValueError:
        return None


def names_of(fact: Fact) -> frozenset[str]:
    """The words of the company that a fact of a position names."""
    return frozenset(words_of(fact.attributes.get("company", "")))
