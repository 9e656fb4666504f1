"""Numbers, money, dates and spans of time of a draft in another language, against the facts (D-10)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .check_input import CheckInput
from .check_words import CheckWords, check_words
from .derived import follows
from .draft import Finding, FindingCode
from .durations import Duration, is_held
from .facts import Fact, FactKind
from .lexicon_local import full_months, month_names
from .local_numbers import FactValues, fact_values, is_local_year, local_mentions, local_months
from .mentions import Mention
from .numbers import ANY_CURRENCY, Number, is_said

_DATED: tuple[FactKind, ...] = ("position", "title_experience", "school", "application", "interest")
_DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "TWD", "CLP", "COP", "ARS"))
_ENUMERATED = re.compile(r"[.)][ \t]")
_CLOCK = re.compile(r"\d{1,2}(?::\d{2}|\.\d{2}(?!\d)|[ ]?[hH]\b)")
_ENDS = frozenset(",.;:!?\n•")
_MOST_MINUTES = 60
_LOWEST_PAY = 1000
_NEAR = 6


def check_values(given: CheckInput) -> Iterable[Finding]:
    """Every number, amount, year, month and span of time is one that a fact says or that follows from its dates."""
    mentions = local_mentions(given)
    if mentions:
        words, known = check_words(given.language), fact_values(given)
        spans = {duration.first: duration for duration in local_durations(given)}
        for mention in mentions:
            yield from _one(given, mention, words, known, spans)
    yield from _months(given)


def _one(
    given: CheckInput, mention: Mention, words: CheckWords, known: FactValues, spans: dict[int, Duration]
) -> Iterable[Finding]:
    number = mention.number
    if number.currency is not None:
        yield from _money(given, mention, words, known)
    elif mention.first in spans:
        yield from _span(given, spans[mention.first], words, known)
    elif is_local_year(mention) and given.word(mention.last) not in words.currencies:
        yield from _year(given, mention, words, known)
    elif number.is_percent:
        is_known = is_said(number, known.percents, about=_is_about(given, mention, words))
        if not is_known and not follows(given.facts, number, given.sentence_words(mention.first), given.language):
            yield _unknown(given, mention, "unsupported_number")
    elif not (
        _is_free(given, mention, words)
        or _is_known(given, mention, words, known)
        or follows(given.facts, number, given.sentence_words(mention.first), given.language)
    ):
        is_pay = number.values[0] >= _LOWEST_PAY and _is_about_pay(given, mention, words)
        yield _unknown(given, mention, "unsupported_salary" if is_pay else "unsupported_number")


def _unknown(given: CheckInput, mention: Mention, code: FindingCode) -> Finding:
    said = given.text[mention.start : mention.end]
    return given.finding_at(code, mention.start, mention.end, f"No fact says {said!r}.")


def _is_known(given: CheckInput, mention: Mention, words: CheckWords, known: FactValues) -> bool:
    if is_said(mention.number, known.numbers, about=_is_about(given, mention, words)):
        return True
    if given.facts.has_phrase(given.words[mention.first : mention.last]):
        return True
    # the name of a thing: "ISO 9001", "Web 3"
    return mention.first > 0 and given.facts.has_phrase(given.words[mention.first - 1 : mention.last])


def _is_about(given: CheckInput, mention: Mention, words: CheckWords) -> bool:
    return not words.about.isdisjoint(given.words[max(0, mention.first - 3) : mention.first])


def _is_free(given: CheckInput, mention: Mention, words: CheckWords) -> bool:
    """Numbers that state nothing of the facts: one, numbers of a list, times of a talk, loose counts."""
    value = mention.number.values[0]
    if value in {0.0, 1.0}:
        return True
    line = given.text.rfind("\n", 0, mention.start) + 1
    if not given.text[line : mention.start].strip() and _ENUMERATED.match(given.text, mention.end):
        return True
    before, after = given.word(mention.first - 1), given.word(mention.last)
    if _is_call(given, mention, words) and (
        (after in words.minutes and value <= _MOST_MINUTES)
        or _CLOCK.match(given.text, mention.start)
        or after in month_names(given.language)
        or before in words.minutes
    ):
        return True
    return (
        after in words.loose or (before in words.pointing and not mention.number.is_bare) or before in words.negations
    )


def _is_call(given: CheckInput, mention: Mention, words: CheckWords) -> bool:
    return not words.call.isdisjoint(given.sentence_words(mention.first))


def _money(given: CheckInput, mention: Mention, words: CheckWords, known: FactValues) -> Iterable[Finding]:
    salaries = given.facts.of_kind("salary")
    if not is_said(mention.number, known.numbers, about=_is_about(given, mention, words)):
        yield _unknown(given, mention, "unsupported_salary")
        return
    if not salaries:
        if _is_about_pay(given, mention, words) or _period(given, mention.last, words):
            advice = "No salary is given: say nothing about pay."
            yield given.finding_at("unsupported_salary", mention.start, mention.end, advice)
        return
    for salary in salaries:
        if not _is_of(mention.number, salary):
            continue
        currency, said = salary.attributes.get("currency", ""), mention.number.currency or ""
        if currency and said not in {currency, ANY_CURRENCY} and not (said == "" and currency in _DOLLARS):
            advice = f"The salary is in {currency}."
            yield given.finding_at("unsupported_salary", mention.start, mention.end, advice)
        period, told = salary.attributes.get("period", ""), _period(given, mention.last, words)
        if told and period and told != period:
            yield given.finding("unsupported_salary", mention.first, mention.last, f"The salary is per {period}.")


def _is_of(number: Number, salary: Fact) -> bool:
    amounts = {float(salary.attributes[key]) for key in ("minimum", "maximum") if salary.attributes.get(key)}
    return is_said(number, amounts)


def _period(given: CheckInput, at: int, words: CheckWords) -> str | None:
    for i in range(at, min(at + 4, len(given.words))):
        if given.words[i][0].isdigit() or not _ENDS.isdisjoint(given.gap(i)):
            return None
        if given.words[i] in words.periods:
            return words.periods[given.words[i]]
    return None


def _is_about_pay(given: CheckInput, mention: Mention, words: CheckWords) -> bool:
    near = given.words[max(0, mention.first - _NEAR) : mention.last + _NEAR]
    return not words.pay.isdisjoint(near)


def local_durations(given: CheckInput) -> list[Duration]:
    """Every number of years, months or decades in the draft."""
    return given.once(_durations)


def _durations(given: CheckInput) -> list[Duration]:
    words = check_words(given.language)
    found: list[Duration] = []
    for mention in local_mentions(given):
        months = words.units.get(given.word(mention.last))
        if months is None or mention.number.currency is not None or is_local_year(mention):
            continue
        is_about = not words.about.isdisjoint(given.words[max(0, mention.first - 3) : mention.first])
        found.append(Duration(mention.first, mention.last + 1, mention.number.values[0] * months, is_about))
    return found


def _span(given: CheckInput, duration: Duration, words: CheckWords, known: FactValues) -> Iterable[Finding]:
    today = given.context.today
    if given.word(duration.first - 1) in words.ago or given.word(duration.last) in words.ago:
        years = (value for value in known.numbers if 1900 <= value <= 2100)
        if today is None or any(abs(today.year - year - duration.months / 12) <= 1 for year in years):
            return
    if duration.months in known.spans:
        return
    dated = [fact for fact in given.facts.personal.facts if fact.kind in _DATED]
    positions_of = [fact for fact in dated if fact.kind == "position"]
    held = local_months(dated, today, given.language)
    positions = local_months(positions_of, today, given.language)
    if len(positions) > 1:
        held.append((sum(low for low, _ in positions), sum(high for _, high in positions)))
    if not is_held(duration, held):
        of_person = not (words.informal | _lowered(words.formal)).isdisjoint(given.sentence_words(duration.first))
        code: FindingCode = "unsupported_date" if of_person else "unsupported_number"
        advice = f"No dates of a fact make {given.said(duration.first, duration.last)!r}."
        yield given.finding(code, duration.first, duration.last, advice)


def _lowered(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(str.lower, words))


def _year(given: CheckInput, mention: Mention, words: CheckWords, known: FactValues) -> Iterable[Finding]:
    year, at = int(mention.number.values[0]), mention.first
    if float(year) not in known.numbers:
        yield given.finding("unsupported_date", at, at + 1, f"No fact is dated {year}.")
        return
    names = month_names(given.language)
    before = {word for word in given.words[max(0, at - 3) : at] if word not in names}
    last = {given.word(at - 1)} if given.word(at - 1) not in names else before
    for said, side, other in ((words.since, "since", "until"), (words.until, "until", "since")):
        if not last.isdisjoint(said) and _is_only(given, year, wrong=other, right=side):
            yield given.finding("unsupported_date", at, at + 1, f"No fact says {side} {year}.")


def _is_only(given: CheckInput, year: int, *, wrong: str, right: str) -> bool:
    """Whether the year is known only from the other end of a position or a school."""
    facts = given.facts.personal.facts
    dated = [fact for fact in facts if fact.kind in {"position", "school"}]
    said = str(year)
    if any(said in fact.text for part in given.facts.parts for fact in part.facts if fact not in dated):
        return False
    return any(said in fact.attributes.get(wrong, "") for fact in dated) and not any(
        said in fact.attributes.get(right, "") for fact in dated
    )


def _months(given: CheckInput) -> Iterable[Finding]:
    names = month_names(given.language)
    if names.keys().isdisjoint(given.vocabulary):
        return
    full, words = full_months(given.language), check_words(given.language)
    known = fact_values(given).months
    for i, word in enumerate(given.words):
        if word not in names or (given.language == "de" and not given.is_capital(i)):
            continue
        at = i + 2 if given.word(i + 1) in {"de", "del", "di"} else i + 1
        year = int(given.words[at]) if len(given.word(at)) == 4 and given.words[at].isdecimal() else None
        if year is None:
            if word not in full or word in words.grammar or any(month == names[word] for month, _ in known):
                continue
            if given.facts.knows(word) or _is_proposed(given, i, words):
                continue
            yield given.finding("unsupported_date", i, i + 1, f"No fact is dated {given.raw[i]}.")
        elif (names[word], year) not in known:
            yield given.finding("unsupported_date", i, at + 1, f"No fact is dated {given.said(i, at + 1)}.")


def _is_proposed(given: CheckInput, i: int, words: CheckWords) -> bool:
    start, end = given.sentence_of(i)
    last = given.characters(start, end)[1]
    return not words.call.isdisjoint(given.sentence_words(i)) or "?" in given.text[last : last + 2]
