"""How values are said in English: pay, places, workplace and terms; number formats by Babel."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from overture.jobs import EmploymentType, PayPeriod, Place, Salary, Seniority, WorkplaceType

WORKPLACES: dict[WorkplaceType, str] = {"on_site": "on site", "hybrid": "hybrid", "remote": "remote"}
EMPLOYMENT: dict[EmploymentType, str] = {
    "full_time": "full-time",
    "part_time": "part-time",
    "contract": "contract",
    "temporary": "temporary",
    "internship": "internship",
    "volunteer": "volunteer",
    "apprenticeship": "apprenticeship",
}
SENIORITY: dict[Seniority, str] = {
    "intern": "intern",
    "entry": "entry level",
    "mid": "mid-level",
    "senior": "senior",
    "staff": "staff",
    "lead": "lead",
    "manager": "manager",
    "director": "director",
    "executive": "executive",
}
_PERIODS: dict[PayPeriod, str] = {
    "hour": "an hour",
    "day": "a day",
    "week": "a week",
    "month": "a month",
    "year": "a year",
}


@lru_cache(maxsize=4096)
def money(amount: Decimal, currency: str) -> str:
    """An amount as English writes it: `£47,810`, `CA$102,800`, `€31.50`."""
    from babel.numbers import format_currency, get_currency_symbol

    plain = amount == amount.to_integral_value()
    number = "#,##0" if plain else "#,##0.00"
    gap = " " if get_currency_symbol(currency, locale="en").isalpha() else ""
    return format_currency(amount, currency, format=f"¤{gap}{number}", locale="en", currency_digits=False)


def pay(salary: Salary) -> str | None:
    """A salary as it may be promised, or None while its currency is unknown: then it is not said (D-10)."""
    if salary.currency is None:
        return None
    low, high = (None if v is None else money(v, salary.currency) for v in (salary.minimum, salary.maximum))
    if low and high and low != high:
        amount = f"{low} to {high}"
    elif low and high:
        amount = low
    else:
        amount = f"from {low}" if low else f"up to {high}"
    return f"{amount} {_PERIODS[salary.period]}" if salary.period else amount


@lru_cache(maxsize=4096)
def country_name(country: str) -> str:
    """The English name of an ISO 3166 code; any other text as it is."""
    if len(country) == 2 and country.isalpha():
        from babel import Locale

        names: dict[str, str] = dict(Locale("en").territories)  # pyright: ignore[reportUnknownMemberType]  # untyped in Babel
        return names.get(country.upper(), country)
    return country


def place_name(place: Place) -> str:
    """A place in full: `Chicago, IL, United States`."""
    parts = [part for part in (place.locality, place.region) if part]
    if place.country:
        parts.append(country_name(place.country))
    return ", ".join(dict.fromkeys(parts))
