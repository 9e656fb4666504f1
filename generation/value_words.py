"""How values are said in one language: workplace, terms, pay, counts, years, teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from overture.jobs import EmploymentType, PayPeriod, Seniority, WorkplaceType

from .facts import FactKind


@dataclass(frozen=True, slots=True)
class ValueWords:
    """The words; braces are slots."""

    workplaces: Mapping[WorkplaceType, str]
    employment: Mapping[EmploymentType, str]
    seniority: Mapping[Seniority, str]
    periods: Mapping[PayPeriod, str]
    """Behind an amount: `a year`."""
    pay_between: str
    """With {low} and {high}."""
    pay_from: str
    """With {low}."""
    pay_up_to: str
    """With {high}."""
    numbers: tuple[str, ...]
    """Zero to twelve; one in the form that counts (`ein`, `une`) is in `one_year`."""
    one_year: str
    years: str
    """With {count}."""
    more_than: str
    """With {years}."""
    conjunctions: tuple[str, str]
    """And, or."""
    in_year: str
    """With {year}; begins with a space."""
    for_title: str
    """With {title}; begins with a space."""
    team: str
    """With {name}."""
    team_of: str
    """With {name} and {count}."""
    quotes: tuple[str, str]
    says: Mapping[FactKind, frozenset[str]]
    """Words (lower case) by which a sentence says that the candidate is open to work, interested, has applied."""
    address: frozenset[str]
    """Words (lower case) that speak to the reader; a line of a job post that has one is not told again."""
    keeps_capitals: bool = False
    """Whether a line keeps its capital in the middle of a sentence, as German nouns do."""
