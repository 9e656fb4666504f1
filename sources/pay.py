"""Pay as sources state it, in one form; a currency or a period that is not said is absent, never a guess (D-10)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from overture.jobs import MOST_PAY, PayPeriod, Place, Salary

from .places import country_code
from .terms import PERIODS, look_up

_SYMBOLS = {
    "US$": "USD", "U.S.$": "USD", "CA$": "CAD", "C$": "CAD", "CAD$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD",
    "HK$": "HKD", "S$": "SGD", "SG$": "SGD", "R$": "BRL", "MX$": "MXN", "NT$": "TWD", "€": "EUR", "£": "GBP",
    "₹": "INR", "zł": "PLN", "₽": "RUB", "₩": "KRW", "₪": "ILS", "₺": "TRY", "₴": "UAH", "₦": "NGN", "₱": "PHP",
    "₫": "VND", "฿": "THB", "Kč": "CZK", "euro": "EUR", "euros": "EUR", "Fr.": "CHF", "SFr.": "CHF",
}  # fmt: skip
_BY_COUNTRY = {
    "$": {"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN", "AR": "ARS",
          "CL": "CLP", "CO": "COP", "TW": "TWD"},
    "¥": {"JP": "JPY", "CN": "CNY"},
    "kr": {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"},
}  # fmt: skip
"""Signs of several currencies: the country of the job settles which."""

_NUMBER = r"\d{1,3}(?:[.,' \u00a0\u202f’]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,4})?(?!\d)"
_AMOUNT = re.compile(
    rf"({_NUMBER})\s?([kK]|[mM](?![a-z])|mil\b|Tsd\.?)?(?![.,]?\d|\s?%|\(k\)|(?<=k)\)|\s?(?:hours|hrs|days|weeks|years|months|Stunden)\b)"
)
_CODE = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_SIGN = re.compile(
    r"(?:U\.?S\.?|CAD?|AUD?|NZD?|HKD?|SGD?|S|R|MX|NT|A|C)?\$|[€£₹₽₩₪₺₴₦₱₫฿¥]|(?<![A-Za-z])(?:zł|kr|Kč|[Ee]uros?|S?Fr\.)(?![A-Za-z])"
)
_RANGE = re.compile(
    r"^\s*(?:[A-Z]{3}|\+)?\s*(?:-|–|—|to|bis|à|a|y|até|tot|until)\s*(?:[A-Z]{3}|up to)?\s*[^\w\s]{0,4}\s*$"
)
_AND = frozenset({"and", "und", "et", "y", "e", "en"})
_PERIOD = re.compile(
    r"(?:/|\bper\b|\bpro\b|\ba\b|\ban\b|\bpar\b|\bal\b|\bpor\b|\bje\b|\(|\beach\b)\s*(hour|hr|h|std|day|d|week|wk|month|mo|mon|year|yr|annum|"
    r"an|stunde|tag|woche|monat|jahr|heure|jour|semaine|mois|hora|día|dia|semana|mes|mês|año|ano|ora|giorno|settimana|"
    r"mese|anno|uur|dag|maand|jaar|a)\b|\b(hourly|daily|weekly|monthly|annual|annually|yearly|p\.?\s?a|monatlich|jährlich|"
    r"jahresgehalt|mensuel|mensual|mensal|annuel|anual)\b",
    re.IGNORECASE,
)
_RETIREMENT = re.compile(r"\b401\s?\(?k\)?", re.IGNORECASE)


def make_salary(
    minimum: Decimal | None, maximum: Decimal | None, *, currency: str | None = None, period: str | None = None
) -> Salary | None:
    """A salary of its parts; None without an amount; bounds that are the wrong way round are put right."""
    if minimum is None and maximum is None:
        return None
    if minimum is not None and maximum is not None and minimum > maximum:
        minimum, maximum = maximum, minimum
    return Salary(minimum=minimum, maximum=maximum, currency=currency_code(currency), period=look_up(PERIODS, period))


def currency_code(text: str | None, places: Iterable[Place] = ()) -> str | None:
    """The ISO 4217 code that a code or a sign stands for; a sign of several currencies needs the country."""
    if not text:
        return None
    text = text.strip()
    if text.upper() in _known_codes():
        return text.upper()
    if text in _SYMBOLS or text.casefold() in _SYMBOLS:
        return _SYMBOLS.get(text) or _SYMBOLS[text.casefold()]
    if text in _BY_COUNTRY:
        codes = {country_code(place.country) for place in places}
        return _BY_COUNTRY[text].get(codes.pop() or "") if len(codes) == 1 else None
    return None


def parse_salary(text: str, places: Iterable[Place] = ()) -> Salary | None:
    """Read pay such as "$3.5k–$4.9k/mo", "Up to £42,000 per annum" or "45.000 – 52.000 € brutto/Jahr".

    Words without an amount ("Competitive") are None. "Up to" leaves the minimum open, "from" and "+" the maximum.
    """
    text = _RETIREMENT.sub("", text)[:300]
    amounts = list(_AMOUNT.finditer(text))
    if not amounts:
        return None
    first = amounts[0]
    second = amounts[1] if len(amounts) > 1 and _joins(text, first.end(), amounts[1].start()) else None
    last = second or first
    low = _value(first[1], first[2] or (second[2] if second and _shares_unit(first, second) else None))
    high = _value(second[1], second[2]) if second else None
    if low is None or not 1 <= low < MOST_PAY or (second and (high is None or not low <= high < MOST_PAY)):
        return None
    minimum: Decimal | None = low
    maximum: Decimal | None = high if second else low
    if not second:
        before, after = text[: first.start()].casefold(), text[first.end() :].lstrip()
        if re.search(r"\b(?:up to|max\.?|maximum|bis(?: zu)?|jusqu'à|hasta|até|fino a|tot)\W*[^\w\s]{0,3}\s*$", before):
            minimum = None
        elif (
            after.startswith("+")
            and not re.match(r"\+\s*(?:\w*\s*)?(?:equity|bonus|benefits|stock)", after, re.IGNORECASE)
        ) or re.search(
            r"\b(?:from|ab|starting at|à partir de|desde|a partir de|da|vanaf|min\.?|minimum)\W*[^\w\s]{0,3}\s*$",
            before,
        ):
            maximum = None
    return Salary(
        minimum=minimum,
        maximum=maximum,
        currency=_currency(text, first.start(), last.end(), tuple(places)),
        period=_period(text[last.end() :][:20]) or _period(text[: first.start()][-20:]),
    )


def _joins(text: str, start: int, end: int) -> bool:
    """Whether what stands between two amounts makes them one range."""
    bare = _SIGN.sub("", text[start:end])
    if end - start > 24 or "/" in bare:
        return False
    between = re.search(r"\b(?:between|zwischen|entre|tra|tussen)\b", text[:start], re.IGNORECASE)
    return _RANGE.match(bare) is not None or (between is not None and bare.strip().casefold() in _AND)


def _shares_unit(first: re.Match[str], second: re.Match[str]) -> bool:
    """In "75–90k" the k belongs to both; in "900–1.2k" it does not."""
    own, other = _value(first[1], None), _value(second[1], None)
    return bool(second[2]) and own is not None and other is not None and own < other


def _value(digits: str, unit: str | None) -> Decimal | None:
    bare = re.sub(r"[ '\u00a0\u202f’]", "", digits)
    groups = re.fullmatch(r"(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?", bare)
    if groups and groups[3] != groups[2]:
        whole = groups[1].replace(groups[2], "")
        number = f"{whole}.{groups[4]}" if groups[4] else whole
    else:
        number = bare.replace(",", ".")
    if number.count(".") > 1 or len(number) > 15:
        return None
    factor = {"k": 1_000, "m": 1_000_000, "mil": 1_000, "tsd": 1_000, "tsd.": 1_000}.get((unit or "").casefold(), 1)
    value = Decimal(number) * factor
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _currency(text: str, start: int, end: int, places: tuple[Place, ...]) -> str | None:
    """The currency named nearest to the amount: a code, else a sign."""
    near = text[max(0, start - 12) : end + 12]
    codes = [found[1] for found in _CODE.finditer(near) if found[1] in _known_codes()]
    if codes:
        return codes[0] if len(set(codes)) == 1 else None
    signs = {found[0] for found in _SIGN.finditer(near)}
    known = {code for sign in signs if (code := currency_code(sign.replace("USD$", "US$"), places))}
    return known.pop() if len(known) == 1 and len(signs) >= 1 else None


def _period(text: str) -> PayPeriod | None:
    found = _PERIOD.search(text)
    return look_up(PERIODS, found[1] or found[2]) if found else None


@lru_cache(maxsize=1)
def _known_codes() -> frozenset[str]:
    from babel import Locale
    from babel.core import get_global

    current = {
        code
        for spans in get_global("territory_currencies").values()
        for code, _, end, tender in spans
        if not end and tender
    }
    return frozenset(current & set(Locale("en").currencies))
