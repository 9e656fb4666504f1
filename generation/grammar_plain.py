"""The grammar of languages whose sentences take values as they are: names in apposition, terms in brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from .clause import Clause
from .clauses import quotable
from .grammar import Terms
from .grammar_en import lower_first
from .value_words import ValueWords

_SHORT_COUNT = 12
_SMALLEST_TEAM = 2
_BEGINS_WITH_I = re.compile(r"I[A-Z]|[Hh]?[IiÍí](?![aeo])|[Yy](?![aeiou])")
_BEGINS_WITH_O = re.compile(r"[Hh]?[OoÓó]")


class PlainGrammar:
    """`Grammar` from a table of words; the wordings avoid whatever an inserted name would have to agree with."""

    def __init__(
        self,
        words: ValueWords,
        *,
        thousands: str,
        before_own_sound: tuple[str, str] | None = None,
        between_clauses: str = "; ",
    ) -> None:
        self._words = words
        self._thousands = thousands
        self._between_clauses = between_clauses
        """French has a space before a semicolon, which must not break."""
        self._before_own_sound = before_own_sound
        """What Spanish makes of "and" and "or" before their own sound: `diseño e ingeniería`, `Oslo u Oviedo`."""

    def listed(self, items: Sequence[str], *, conjunction: Literal["and", "or"] = "and", clauses: bool = False) -> str:
        """Items with commas, and a word before the last; clauses with semicolons."""
        if clauses:
            return self._between_clauses.join(items)
        if len(items) <= 1:
            return "".join(items)
        is_or = conjunction == "or"
        word = self._words.conjunctions[is_or]
        if self._before_own_sound and (_BEGINS_WITH_O if is_or else _BEGINS_WITH_I).match(items[-1]):
            word = self._before_own_sound[is_or]
        return f"{', '.join(items[:-1])} {word} {items[-1]}"

    def number(self, count: int) -> str:
        """A count in words up to twelve, in digits above."""
        if 0 <= count <= _SHORT_COUNT:
            return self._words.numbers[count]
        return f"{count:,}".replace(",", self._thousands)

    def years(self, months: int) -> str:
        """`sechs Jahre`, `mehr als sechs Jahre`."""
        whole, rest = divmod(months, 12)
        words = self._words
        said = words.one_year if whole == 1 else words.years.format(count=self.number(whole))
        return words.more_than.format(years=said) if rest else said

    def noun(self, noun: str) -> str:
        """The noun itself."""
        return noun

    def office(self, title: str) -> str:
        """The title itself."""
        return title

    def school(self, name: str) -> str:
        """The name itself."""
        return name

    def in_year(self, year: str) -> str:
        """` im Jahr 2024`."""
        return self._words.in_year.format(year=year)

    def for_title(self, title: str) -> str:
        """` (Backend Engineer)`."""
        return self._words.for_title.format(title=title)

    def team(self, name: str, size: int | None) -> str:
        """`Team Plattform (acht Personen)`."""
        words = self._words
        if size is None or size < _SMALLEST_TEAM:
            return words.team.format(name=name)
        return words.team_of.format(name=name, count=self.number(size))

    def place(self, terms: Terms) -> str:  # noqa: ARG002 - of the protocol
        """Nothing: `terms` says it."""
        return ""

    def terms(self, terms: Terms) -> str:
        """` (Kassel, vor Ort, Vollzeit)`."""
        where = self.listed(terms.places, conjunction="or")
        said = ", ".join(filter(None, (where, terms.workplace, terms.employment)))
        return f" ({said})" if said else ""

    def deed(self, text: str, *, longest: int, is_current: bool) -> Clause | None:  # noqa: ARG002 - of the protocol
        """The line itself in quotation marks: nothing of it can be put into a sentence unchanged."""
        line = quotable(text, longest=longest)
        opening, closing = self._words.quotes
        return Clause(f"{opening}{line}{closing}", "past") if line else None

    def duty(self, text: str, *, longest: int, in_house: bool) -> str | None:  # noqa: ARG002 - of the protocol
        """The line itself, unless it speaks to the reader."""
        line = quotable(text, longest=longest)
        if line is None or not self._words.address.isdisjoint(line.lower().split()):
            return None
        return self.inside(line)

    def duties(self, duties: Sequence[str]) -> tuple[str, str]:
        """All of them, parted by semicolons."""
        return self._between_clauses.join(duties), ""

    def inside(self, text: str) -> str:
        """A line in the middle of a sentence."""
        return text if self._words.keeps_capitals else lower_first(text)
