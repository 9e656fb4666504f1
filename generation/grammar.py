"""What a sentence needs to know of a language: how values are inserted, listed and counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from .clause import Clause


class Terms(NamedTuple):
    """Where and on what terms a role is: `places` in order; the others said in the language, or empty."""

    places: tuple[str, ...]
    is_remote: bool
    workplace: str
    employment: str
    level: str


class Grammar(Protocol):
    """How one language takes in names, numbers and lists. Values come back as they stand inside a sentence."""

    def listed(self, items: Sequence[str], *, conjunction: Literal["and", "or"] = "and", clauses: bool = False) -> str:
        """Items as a list; clauses may be set off by more than a comma."""
        ...

    def number(self, count: int) -> str:
        """A count, small ones in words."""
        ...

    def years(self, months: int) -> str:
        """A duration rounded down to years, with "more than" where something is left over."""
        ...

    def noun(self, noun: str) -> str:
        """A title or a name where the language may want an article: `an SRE`."""
        ...

    def office(self, title: str) -> str:
        """A title behind "as": `a Staff Nurse`, but `CEO`."""
        ...

    def school(self, name: str) -> str:
        """A school's name inside a sentence."""
        ...

    def in_year(self, year: str) -> str:
        """A year with what leads to it, a space first: ` in 2024`."""
        ...

    def for_title(self, title: str) -> str:
        """What an application was for, a space first."""
        ...

    def team(self, name: str, size: int | None) -> str:
        """A team by name and size."""
        ...

    def place(self, terms: Terms) -> str:
        """Where the role is, a space first; empty where `terms` says it."""
        ...

    def terms(self, terms: Terms) -> str:
        """The rest: ", full-time and hybrid", or all of it in brackets."""
        ...

    def deed(self, text: str, *, longest: int, is_current: bool) -> Clause | None:
        """What the candidate did, from a line of the profile; None for a line that cannot be told."""
        ...

    def duty(self, text: str, *, longest: int, in_house: bool) -> str | None:
        """What the person in the role does, from a line of the job post; None for a line that cannot be told."""
        ...

    def duties(self, duties: Sequence[str]) -> tuple[str, str]:
        """Duties for one sentence, and what is better said in a second one, or ""."""
        ...

    def inside(self, text: str) -> str:
        """A text for the middle of a sentence: its first word without the capital that the start of a line gave it."""
        ...
