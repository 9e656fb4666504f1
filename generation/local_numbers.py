"""Numbers as drafts in other languages write them, `47.810`, `1,5 Mio.`, `12 %`, `zwölf`, held against facts (D-10)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from .check_facts import FactTerms
from .check_input import CheckInput
from .check_words import CheckWords, check_words
from .choices import Language
from .durations import known_months
from .facts import Fact, MessageContext
from .identity_cache import IdentityCache
from .lexicon import words_of
from .lexicon_local import month_names
from .mentions import Mention
from .numbers import CURRENCIES, Number

_GROUP = "[.,'’ \u00a0\u202f]"
_NUMBER = re.compile(
    rf"(?<![\w.,])(?<!\d:)(?:\d{{1,3}}(?:{_GROUP}\d{{3}}(?!\d))+(?:[.,]\d{{1,2}}(?!\d))?|\d+(?:[.,]\d+)?)"
)
_SIGNS = "|".join(sorted((re.escape(sign) for sign in CURRENCIES), key=len, reverse=True))
_CODES = (
    "USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|ILS|AED|SAR|QAR|INR|PKR|JPY|CNY|KRW|HKD|SGD|TWD|MYR|THB|IDR|PHP|VND"
    "|AUD|NZD|CAD|MXN|BRL|ARS|CLP|COP|PEN|ZAR|NGN|KES|GHS|EGP|MAD|UAH|RUB"
)
_BEFORE = re.compile(rf"(?:{_SIGNS}|\b(?:{_CODES}))[ \u00a0]?$")
_AFTER = re.compile(rf"[ \u00a0\u202f]?(?:({_SIGNS}|{_CODES})(?![^\W\d_]))")
_SUFFIX = re.compile(r"[ \u00a0\u202f]?(?:(k)|(M|Mio|mln|mio)|(Mrd|mld|md))\b\.?")
_FACTORS = (1e3, 1e6, 1e9)
_PERCENT = re.compile(r"[ \u00a0\u202f]?%")
_DAY = re.compile(r"(?:\d{1,2}[./-])?\d{1,2}[./](\d{4})(?!\d)")
_RANGE = re.compile(r"\s*(?:[-–—]|\bbis\b|\bà\b|\ba\b|\bat?é\b|\bhasta\b|\by\b|\be\b|\bet\b|\bund\b|\ben\b|\btot\b)\s*")
_LONGEST_PHRASE, _GROUP_SIZE = 3, 3
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


class FactValues(NamedTuple):
    """What facts say in numbers: plain ones, percentages, spans of time in months, and dated months."""

    numbers: frozenset[float]
    percents: frozenset[float]
    spans: frozenset[float]
    months: frozenset[tuple[int, int]]


_shared: dict[Language, IdentityCache[FactValues]] = {}


def fact_values(given: CheckInput) -> FactValues:
    """Everything the facts of a draft say in numbers, in English or in the draft's language."""
    return given.once(_fact_values)


def _fact_values(given: CheckInput) -> FactValues:
    cache_of = _shared.setdefault(given.language, IdentityCache())
    context: MessageContext = given.context
    shared = cache_of.get((context.shared,), lambda: _values_of(given.facts.shared, given.language))
    own = _values_of(given.facts.personal, given.language)
    return FactValues(*(a | b for a, b in zip(shared, own, strict=True)))  # type: ignore[arg-type]  # field by field


def _values_of(terms: FactTerms, language: Language) -> FactValues:
    words = check_words(language)
    numbers, percents, spans = set(terms.numbers), set(terms.percents), set[float]()
    text = terms.text
    for number in find_local_digits(text, language):
        (percents if number.is_percent else numbers).update(number.values)
    tokens = words_of(text)
    for i, word in enumerate(tokens):
        if word in words.units or word in _ENGLISH_UNITS:
            months = words.units.get(word) or _ENGLISH_UNITS[word]
            spans.update(value * months for value in _just_before(tokens, i, words))
        elif word in _first_words(language) and (found := phrase_value(tokens, i, words)):
            numbers.add(found[0])
    for fact in terms.facts:
        numbers.update(float(fact.attributes[key]) for key in ("minimum", "maximum") if fact.attributes.get(key))
    return FactValues(frozenset(numbers), frozenset(percents), frozenset(spans), _months(terms, language))


_ENGLISH_UNITS = {"year": 12.0, "years": 12.0, "month": 1.0, "months": 1.0, "decade": 120.0, "decades": 120.0}
_ENGLISH = {
    word: float(value)
    for value, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 2
    )
}


def _just_before(tokens: Sequence[str], i: int, words: CheckWords) -> Iterator[float]:
    word = tokens[i - 1] if i else ""
    if word.isdecimal():
        yield float(word)
    elif word in _ENGLISH:
        yield _ENGLISH[word]
    elif word in words.numbers:
        yield words.numbers[word]


def _months(terms: FactTerms, language: Language) -> frozenset[tuple[int, int]]:
    names = month_names(language)
    found: set[tuple[int, int]] = set()
    for fact in terms.facts:
        found.update(_dated(fact, language))
    tokens = words_of(terms.text)
    for i in range(1, len(tokens)):
        if len(tokens[i]) == 4 and tokens[i].isdecimal():
            before = tokens[i - 2] if tokens[i - 1] in {"de", "del", "di"} and i > 1 else tokens[i - 1]
            if before in names:
                found.add((names[before], int(tokens[i])))
    return frozenset(found)


def _dated(fact: Fact, language: Language) -> Iterator[tuple[int, int]]:
    for key in ("since", "until"):
        year, _, month = date_of(fact.attributes.get(key, ""), language).partition("-")
        if month:
            yield int(month), int(year)


@lru_cache(maxsize=4096)
def date_of(said: str, language: Language) -> str:
    """A date as facts say it, `März 2021` or `2021`, as ISO 8601 writes it, `2021-03`; nothing where it is none."""
    words = words_of(said)
    year = next((word for word in words if len(word) == 4 and word.isdecimal()), "")
    month = next((month_names(language)[word] for word in words if word in month_names(language)), 0)
    return f"{year}-{month:02}" if year and month else year


def local_months(facts: list[Fact], today: date | None, language: Language) -> list[tuple[int, int]]:
    """For each dated fact, the fewest and the most months it can have lasted."""
    plain = [
        replace(
            fact,
            attributes={
                **fact.attributes,
                "since": date_of(fact.attributes.get("since", ""), language),
                "until": date_of(fact.attributes.get("until", ""), language),
            },
        )
        for fact in facts
    ]
    return known_months(plain, today)


def find_local_digits(text: str, language: Language) -> list[Number]:
    """Every number in digits; a sign that may part thousands or decimals gives both values."""
    words = check_words(language)
    found: list[Number] = []
    done = 0
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if start < done or (text[end : end + 1].isalpha() and not _SUFFIX.match(text, end)):
            continue
        if day := _DAY.match(text, start):
            done = day.end()
            found.append(Number((float(day[1]),), 1.0, day.start(1), day.end(1)))
            continue
        values = _readings(match[0])
        scale = 1.0
        if suffix := _SUFFIX.match(text, end):
            scale, end = _FACTORS[next(i for i, group in enumerate(suffix.groups()) if group)], suffix.end()
        elif (word := _word_after(text, end)) and (factor := words.scales.get(word[0])):
            scale, end = factor, word[1]
        percent = _PERCENT.match(text, end)
        if percent:
            end = percent.end()
        before = _BEFORE.search(text, max(0, start - 6), start)
        after = _AFTER.match(text, end)
        currency = _code(before[0].strip()) if before else _code(after[1]) if after else None
        if currency is None and (word := _word_after(text, end)) and word[0] in words.currencies:
            currency, end = words.currencies[word[0]], word[1]
        if after and not before:
            end = after.end()
        done = end
        if currency is not None:
            values = values[:1]  # money has no three decimals
        is_bare = match[0].isdecimal() and scale == 1.0 and percent is None and currency is None
        found.append(
            Number(
                tuple(value * scale for value in values), _step(match[0]) * scale, before.start() if before else start,
                end, percent is not None or _says_percent(text, end, words), False, currency, is_bare, scale,
            )
        )  # fmt: skip
    for at, (low, high) in enumerate(pairwise(found)):
        if _RANGE.fullmatch(text[low.end : high.start]):
            found[at] = _like(low, high)
            if high.currency is None and low.currency is not None:
                found[at + 1] = high._replace(currency=low.currency, is_bare=False)
    return found


def _like(low: Number, high: Number) -> Number:
    """The first number of a range with what is said once behind the second: `52 bis 60 Tsd. Euro`."""
    if high.currency is not None and low.currency is None:
        low = low._replace(currency=high.currency, is_bare=False)
    if high.is_percent:
        low = low._replace(is_percent=True, is_bare=False)
    if low.scale == 1.0 < high.scale and low.values[0] * high.scale <= high.values[0]:
        low = low._replace(values=tuple(value * high.scale for value in low.values), scale=high.scale, is_bare=False)
    return low


def _readings(digits: str) -> tuple[float, ...]:
    plain = re.sub("['’ \u00a0\u202f]", "", digits)
    points, commas = plain.count("."), plain.count(",")
    if not points and not commas:
        return (float(plain),)
    if points and commas:
        decimal = max(plain.rfind("."), plain.rfind(","))
        return (float(re.sub("[.,]", "", plain[:decimal]) + "." + plain[decimal + 1 :]),)
    whole = float(re.sub("[.,]", "", plain))
    if points + commas > 1:
        return (whole,)
    broken = float(plain.replace(",", "."))
    head, tail = re.split("[.,]", plain)
    return (whole, broken) if len(tail) == _GROUP_SIZE and head != "0" and len(head) <= _GROUP_SIZE else (broken,)


def _step(digits: str) -> float:
    match = re.search(r"[.,](\d{1,2})$", digits)
    return 10.0 ** -len(match[1]) if match else 1.0


def _word_after(text: str, at: int) -> tuple[str, int] | None:
    match = _WORD.match(text, at)
    return (match[1].lower(), match.end()) if match else None


_WORD = re.compile(r"[ \u00a0\u202f-]?([^\W\d_]+)\.?")


def _says_percent(text: str, at: int, words: CheckWords) -> bool:
    after = text[at : at + 20].lower().lstrip(" \u00a0-")
    return any(after.startswith(phrase) for phrase in words.percent)


def _code(sign: str) -> str:
    if sign in CURRENCIES:
        return CURRENCIES[sign]
    return sign


@cache
def _first_words(language: Language) -> frozenset[str]:
    return frozenset(phrase.split()[0] for phrase in check_words(language).numbers)


def phrase_value(tokens: Sequence[str], i: int, words: CheckWords) -> tuple[float, int] | None:
    """The value of the number in words that begins at `i`, and the word after it; the longest phrase counts."""
    for size in range(_LONGEST_PHRASE, 0, -1):
        value = words.numbers.get(" ".join(tokens[i : i + size])) if i + size <= len(tokens) else None
        if value is not None:
            end = i + size
            if end < len(tokens) and (factor := words.scales.get(tokens[end])) and factor >= 100:
                return _with_rest(value * factor, end + 1, tokens, words)
            return _with_rest(value, end, tokens, words)
    return None


def _with_rest(value: float, end: int, tokens: Sequence[str], words: CheckWords) -> tuple[float, int]:
    """A round number with the smaller one that follows it: `mille deux cents`, `mil doscientas`."""
    scale = next((each for each in (1000.0, 100.0) if value >= each and value % each == 0), 0.0)
    rest = phrase_value(tokens, end, words) if scale else None
    return (value + rest[0], rest[1]) if rest and 0 < rest[0] < scale else (value, end)


def local_mentions(given: CheckInput) -> list[Mention]:
    """Every number of the draft where it stands: those in digits, then those in words."""
    return given.once(_mentions)


def _mentions(given: CheckInput) -> list[Mention]:
    words = check_words(given.language)
    found: list[Mention] = []
    for number in find_local_digits(given.text, given.language) if given.has_digits else ():
        first = given.word_at(number.start)
        found.append(Mention(number, first, max(first + 1, given.words_before(number.end)), number.start, number.end))
    done = 0
    for hit in given.hits("number"):
        if hit.start < done or (read := phrase_value(given.words, hit.start, words)) is None:
            continue
        value, done = read
        start, end = given.characters(hit.start, done)
        is_percent = _says_percent(given.text, end, words)
        currency = words.currencies.get(given.word(done))
        number = Number((value,), 1.0, hit.start, done, is_percent, False, currency, False)
        found.append(Mention(number, hit.start, done, start, end))
    return found


def is_local_year(mention: Mention) -> bool:
    """Whether a number is written as a year is."""
    value = mention.number.values[0]
    return mention.number.is_bare and _FIRST_YEAR <= value <= _LAST_YEAR and len(mention.number.values) == 1
