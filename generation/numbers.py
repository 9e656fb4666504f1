"""Numbers as drafts and facts write them: `47,810`, `47.8k`, `12 %`, `twelve`, `two hundred` (D-10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: float(value) for value, word in enumerate(_ONES.split())} | {
    word: 10.0 * value for value, word in enumerate(_TENS.split(), 2)
}
_WORD_OF = {value: word for word, value in _SMALL.items()}
_SCALES = {"dozen": 12.0, "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "lakh": 1e5, "crore": 1e7}
NUMBER_WORDS = frozenset(_SMALL) | frozenset(_SCALES) | {"dozens", "hundreds", "thousands", "millions", "billions"}
_SUFFIXES: dict[str, tuple[float, ...]] = {
    "k": (1e3,), "m": (1e6, 1.0), "mn": (1e6,), "mio": (1e6,), "million": (1e6,), "bn": (1e9,), "b": (1e9, 1.0),
    "billion": (1e9,), "thousand": (1e3,), "hundred": (100.0,), "dozen": (12.0,), "lakh": (1e5,), "lpa": (1e5,),
    "crore": (1e7,),
}  # fmt: skip
_DOLLARS = {"$": "", "US$": "USD", "A$": "AUD", "AU$": "AUD", "CA$": "CAD", "C$": "CAD", "NZ$": "NZD", "HK$": "HKD"}
_SIGNS = """£ GBP € EUR ¥ JPY ₹ INR ₩ KRW ₪ ILS ₺ TRY ₦ NGN ₱ PHP ₫ VND ฿ THB ₽ RUB ₴ UAH R$ BRL MX$ MXN S$ SGD NT$ TWD
    KSh KES Ksh KES Kč CZK zł PLN Rs INR""".split()
CURRENCIES = _DOLLARS | dict(zip(_SIGNS[::2], _SIGNS[1::2], strict=True))
ANY_CURRENCY = "*"
"""A currency that many countries call by the same name: kroner, francs, pesos."""
_CODES = (
    "USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|ILS|AED|SAR|QAR|INR|PKR|JPY|CNY|RMB|KRW|HKD|SGD|TWD|MYR|THB|IDR|PHP|VND"
    "|AUD|NZD|CAD|MXN|BRL|ARS|CLP|COP|PEN|ZAR|NGN|KES|GHS|EGP|MAD|UAH|RUB"
)
_SIGN = r"(?:KSh|Ksh|Kč|zł|Rs\.?|(?:[A-Z]{1,3})?\$|[£€¥₹₩₪₺₦₱₫฿₽₴])"
_NAMED = r"(?:euros?|dollars?|pounds?|francs?|kroner|kronor|rupees?|yen|zloty|pesos?|reais|shillings|quid|bucks|grand)"
_NUMBER = re.compile(
    rf"""
    (?P<digits>(?:\d{{1,3}}(?:[ ]\d{{3}}(?!\d))+|\d+(?:[,'’\u00a0\u202f]\d{{2,3}}(?!\d))*)(?:\.\d+)?)
    (?:
        [ \u00a0-]?(?P<percent>%|percent\b|per[ ]cent\b|percentage[ ]points?\b)
      | [ \u00a0-]?(?P<suffix>
            [kKmM]|mn|mio|bn|[Mm]illion|[Bb]illion|[Tt]housand|[Hh]undred|[Dd]ozen|[Ll]akh|LPA|[Cc]rore
        )(?![^\W_])
      | (?P<ordinal>st|nd|rd|th)\b
      | (?P<plural>s)\b
    )?
    (?:\+?[ \u00a0]?(?P<after>€|£|\$|zł|Kč|(?:{_CODES})\b|{_NAMED}\b))?
    """,
    re.VERBOSE,
)
_BEFORE = re.compile(rf"(?:{_SIGN}|\b(?:{_CODES}))[ \u00a0]?$")
_WIDEST_SIGN = 6


_DIGITS = re.compile(r"[0-9]+")
_PLAIN = (1.0,)
_MAY_END_SIGN = frozenset("$£€hs.") | frozenset("DRFKNYSGBLPEVHZIAUCTMQ")
_SEPARATORS = re.compile("[^\\d.]")
_CUT = 0.25
"""How much of a number may be cut off where it is rounded down: `forty thousand` for 47,810."""
_RANGES = frozenset(("-", "–", "—", "to", "and", "until", "bis"))


class Number(NamedTuple):
    """One number of a text: its possible `values` (`100m` is metres or millions) and how exactly it is said.

    `step` is the unit of the last digit said: 47.8k has a step of 100. `currency` is an ISO code, "" for a bare `$`,
    `ANY_CURRENCY` for crowns and pesos, None where it is no money. `start:end` are characters, or words where the
    number was read from words.
    """

    values: tuple[float, ...]
    step: float
    start: int
    end: int
    is_percent: bool = False
    is_ordinal: bool = False
    currency: str | None = None
    is_bare: bool = True
    scale: float = 1.0
    """Digits alone, as a year would be written."""


def find_digits(text: str) -> list[Number]:
    """Every number written in digits, with character spans; digits inside a word (`k8s`, `S3`) are none."""
    found: list[Number] = []
    done = 0
    for digit in _DIGITS.finditer(text):
        start = digit.start()
        if start < done or (match := _NUMBER.match(text, start)) is None:
            continue
        done = match.end()
        before = text[start - 1] if start else ""
        if before and before in ".,_" and (before == "_" or (start > 1 and text[start - 2].isdigit())):
            continue
        digits, percent, suffix, ordinal, _, after = match.groups()
        sign = None
        if before == " " or before == "\u00a0":
            near = text[start - 2 : start - 1]
            may_be_sign = near in _MAY_END_SIGN or not near.isascii()
        else:
            may_be_sign = bool(before) and (before in _MAY_END_SIGN or not before.isascii())
        if may_be_sign:
            sign = _BEFORE.search(text, max(0, start - _WIDEST_SIGN), start)
        if before.isalnum() and not sign:
            continue  # a digit inside a word: k8s, S3
        plain = digits if digits.isdigit() else _SEPARATORS.sub("", digits)
        decimals = len(plain.partition(".")[2])
        scales = (1e3,) if after == "grand" else _SUFFIXES[suffix.lower()] if suffix else _PLAIN
        value = float(plain)
        currency = _currency(sign[0].strip() if sign else None, after)
        found.append(
            Number(
                tuple([value * scale for scale in scales]), 10.0**-decimals * scales[0],
                sign.start() if sign else start, match.end(),
                percent is not None, ordinal is not None, currency,
                digits == plain and not suffix and percent is None and not decimals and currency is None, scales[0],
            )
        )  # fmt: skip
    for i in range(len(found) - 1):
        between = text[found[i].end : found[i + 1].start]
        if between.strip() in _RANGES:
            found[i], found[i + 1] = _as_range(found[i], found[i + 1])
    return found


def _as_range(low: Number, high: Number) -> tuple[Number, Number]:
    """The ends of a range share scale and currency: `£52–60 thousand`."""
    if low.currency is None and high.currency is not None:
        low = low._replace(currency=high.currency, is_bare=False)
    elif high.currency is None and low.currency is not None:
        high = high._replace(currency=low.currency, is_bare=False)
    if high.is_percent and not low.is_percent:
        low = low._replace(is_percent=True, is_bare=False)
    scale = high.scale
    if low.scale == 1.0 and scale > 1.0 and low.values[0] * scale <= high.values[0]:
        low = low._replace(values=(low.values[0] * scale,), step=low.step * scale, scale=scale, is_bare=False)
    return low, high


def read_words(words: Sequence[str], start: int) -> Number | None:
    """The number whose words begin at `start` (lower case), with a span in words; None for a bare plural or none.

    >>> read_words(["two", "hundred", "and", "five", "beds"], 0).values
    (205.0,)
    """
    total = current = 0.0
    seen = False
    i = start
    while i < len(words):
        word = words[i]
        if word in _SMALL:
            value = _SMALL[word]
            if seen and not (
                (current % 100 >= 20 and current % 10 == 0 and 0 < value < 10) or current % 100 == 0 < current
            ):
                break
            current += value
        elif word in _SCALES:
            scale = _SCALES[word]
            if scale == 100.0 or word == "dozen":
                current = (current or 1.0) * scale
            else:
                total += (current or 1.0) * scale
                current = 0.0
        elif not (word == "and" and seen and words[i - 1] in _SCALES and i + 1 < len(words) and words[i + 1] in _SMALL):
            break
        seen = True
        i += 1
    if not seen:
        return None
    percent = i < len(words) and (words[i] == "percent" or words[i : i + 2] == ["per", "cent"])
    value = total + current
    return Number(
        (value,), _step(value), start, i + (1 if percent and words[i] == "percent" else 2 if percent else 0), percent
    )


def word_for(value: int) -> str:
    """A small whole number as a word; larger ones as digits.

    >>> word_for(12), word_for(121)
    ('twelve', '121')
    """
    return _WORD_OF.get(float(value), str(value))


def is_said(number: Number, values: frozenset[float] | set[float], *, about: bool = False) -> bool:
    """Whether a number is among `values`, as exactly as it is said; `about` allows a tenth more or less."""
    for said in number.values:
        if said in values:
            return True
        step = number.step * said / number.values[0] if number.values[0] else number.step
        if step >= 100 and any(
            abs(said - value) <= step / 2 or abs(said - value) < min(step, _CUT * value) for value in values
        ):
            return True
        if about and any(abs(said - value) <= 0.1 * value and _is_round(said, value) for value in values if value):
            return True
    return False


def _is_round(said: float, value: float) -> bool:
    return (
        said >= 1
        and said == round(said)
        and len(str(int(said)).rstrip("0")) <= max(1, len(str(int(value)).rstrip("0")) - 1)
    )


def _step(value: float) -> float:
    step = 1.0
    while value and value % (step * 10) == 0:
        step *= 10
    return step if step >= 1000 else 1.0


def _currency(before: str | None, after: str | None) -> str | None:
    said = before or after
    if said is None:
        return None
    if said.isalpha() and len(said) == 3 and said.isupper():
        return "CNY" if said == "RMB" else said
    if said in CURRENCIES:
        return CURRENCIES[said]
    named = {
        "euro": "EUR",
        "pound": "GBP",
        "quid": "GBP",
        "franc": "CHF",
        "yen": "JPY",
        "zloty": "PLN",
        "reais": "BRL",
        "rupee": "INR",
    }
    return named.get(said.lower().rstrip("s."), "" if said.lower().startswith(("dollar", "buck")) else ANY_CURRENCY)
