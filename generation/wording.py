"""How values are said: pay, places, workplace, terms and dates, in the language of the message; formats by Babel."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from overture.dates import PartialDate
from overture.jobs import Place, Salary

from .choices import Language
from .language_pack import value_words

_PLAIN_SIGNS = {"£GB": "£", "$US": "$"}
"""What Babel writes in French, and what people there write."""
_NO_BREAK_SPACE = "\u00a0"


@lru_cache(maxsize=4096)
def money(amount: Decimal, currency: str, *, language: Language = "en") -> str:
    """An amount as the language writes it: `£47,810`, `CA$102,800`, `€31.50`; `47.810 £` in German."""
    from babel import Locale
    from babel.numbers import format_currency, get_currency_symbol

    pattern: str = Locale.parse(language).currency_formats["standard"].pattern.partition(";")[0]
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    if language == "en" and get_currency_symbol(currency, locale="en").isalpha():
        pattern = pattern.replace("¤", "¤ ")
    said = format_currency(amount, currency, format=pattern, locale=language, currency_digits=False)
    for long, short in _PLAIN_SIGNS.items():
        said = said.replace(long, short)
    # a space that parts thousands must not break; the one beside the sign may
    return said.replace("\u202f", _NO_BREAK_SPACE) if language == "fr" else said.replace(_NO_BREAK_SPACE, " ")


def pay(salary: Salary, *, language: Language = "en") -> str | None:
    """A salary as it may be promised, or None while its currency is unknown: then it is not said (D-10)."""
    if salary.currency is None:
        return None
    words = value_words(language)
    low, high = (
        None if v is None else money(v, salary.currency, language=language) for v in (salary.minimum, salary.maximum)
    )
    if low and high and low != high:
        amount = words.pay_between.format(low=low, high=high)
    elif low and high:
        amount = low
    else:
        amount = words.pay_from.format(low=low) if low else words.pay_up_to.format(high=high)
    return f"{amount} {words.periods[salary.period]}" if salary.period else amount


@lru_cache(maxsize=4096)
def country_name(country: str, *, language: Language = "en") -> str:
    """The name of an ISO 3166 code; any other text as it is."""
    if len(country) == 2 and country.isalpha():
        from babel import Locale

        names: dict[str, str] = dict(Locale.parse(language).territories)  # pyright: ignore[reportUnknownMemberType]  # untyped in Babel
        return names.get(country.upper(), country)
    return country


def place_name(place: Place, *, language: Language = "en") -> str:
    """A place in full: `Chicago, IL, United States`."""
    parts = [part for part in (place.locality, place.region) if part]
    if place.country:
        parts.append(country_name(place.country, language=language))
    return ", ".join(dict.fromkeys(parts))


@lru_cache(maxsize=4096)
def month_year(when: PartialDate | None, *, language: Language = "en") -> str:
    """A date as far as it is known, the day left out: `March 2021`, `2021`, or nothing."""
    if when is None:
        return ""
    if not when.month:
        return str(when.year)
    from babel.dates import format_date

    pattern = "MMMM 'de' yyyy" if language in {"es", "pt"} else "LLLL yyyy" if language == "nl" else "MMMM yyyy"
    return format_date(when.first_day(), pattern, locale=language)
