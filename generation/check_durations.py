"""Spans of time: `five years at X` follows from the dates of X, or a fact says it (D-10)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding, FindingCode
from .durations import Duration, is_held, known_months, names_of, read_durations
from .facts import Fact, FactKind
from .name_words import ORGANISATION_WORDS
from .numbers import find_digits, word_for

_DATED: tuple[FactKind, ...] = ("position", "title_experience", "school", "application", "interest")
_PERSON = frozenset("you your yours".split())
_AT = frozenset("at with for in".split())
_NEAR = 5
_APPLIED = "applied"
_UNDER = frozenset("less under fewer within".split())


def check_durations(given: CheckInput) -> Iterable[Finding]:
    """Every number of years, months or decades is said by a fact or follows from the dates of facts."""
    for duration in given.once(read_durations):
        if not _is_known(given, duration):
            advice = f"No dates of a fact make {given.said(duration.first, duration.last)!r}."
            of_person = not _PERSON.isdisjoint(given.sentence_words(duration.first))
            code: FindingCode = "unsupported_date" if of_person else "unsupported_number"
            yield given.finding(code, duration.first, duration.last, advice)


def _is_known(given: CheckInput, duration: Duration) -> bool:
    if given.word(duration.last) in {"ago", "later"} or (
        given.word(duration.last) == "on"
        and (given.gap(duration.last + 1) != " " or given.word(duration.last + 1) in {"from", "since"})
        and not any(says_duration(part.text.lower(), duration) for part in given.facts.parts)
    ):
        today = given.context.today
        years: Iterable[float] = (value for value in given.facts.numbers if 1900 <= value <= 2100)
        if _APPLIED in given.sentence_words(duration.first) and (told := given.facts.of_kind("application")):
            said = {each.values[0] for fact in told for each in find_digits(fact.text)}
            years = said or years
        return today is None or any(0 <= today.year - year - duration.months / 12 <= 1 for year in years)
    dated = [fact for fact in given.facts.personal.facts if fact.kind in _DATED]
    if named := _at_company(given, duration, dated):
        spans = known_months(named, given.context.today)
        if spans:
            companies = {fact.attributes["company"] for fact in named}
            there = [fact for fact in given.facts.personal.facts if fact.attributes.get("company") in companies]
            return is_held(duration, spans) or any(says_duration(fact.text.lower(), duration) for fact in there)
    if any(says_duration(part.text.lower(), duration) for part in given.facts.parts):
        return True
    spans = known_months(dated, given.context.today)
    positions = known_months([fact for fact in dated if fact.kind == "position"], given.context.today)
    if len(positions) > 1:  # "ten years in wards" counts all positions together
        spans.append((sum(low for low, _ in positions), sum(high for _, high in positions)))
    return is_held(duration, spans) or (_is_under(given, duration) and _is_just_short(duration, spans))


def _is_under(given: CheckInput, duration: Duration) -> bool:
    """`In less than nine years`."""
    return not _UNDER.isdisjoint(given.words[max(0, duration.first - 2) : duration.first])


def _is_just_short(duration: Duration, spans: list[tuple[int, int]]) -> bool:
    """Whether a span falls short of a duration by no more than a year."""
    return any(high <= duration.months <= low + 12 for low, high in spans)


def _at_company(given: CheckInput, duration: Duration, dated: list[Fact]) -> list[Fact]:
    """The positions at the company that stands right after the duration."""
    if given.word(duration.last) in _AT:
        _, end = given.sentence_of(duration.first)
        words = given.words[duration.last + 1 : min(duration.last + _NEAR, end)]
        near = {word for word in words if len(word) > 1} - ORGANISATION_WORDS
    else:
        near = _named_before(given, duration.first)
    return [fact for fact in dated if fact.kind == "position" and not near.isdisjoint(names_of(fact))]


def _named_before(given: CheckInput, first: int) -> set[str]:
    """The words of a name in `at Little Acorns for almost four years`."""
    begin, _ = given.sentence_of(first)
    begin = max(begin, first - 2 * _NEAR)
    lead = next((i for i in range(first - 1, max(begin, first - 4), -1) if given.words[i] == "for"), begin)
    at = next((i for i in range(lead - 1, begin - 1, -1) if given.words[i] in {"at", "with"}), lead)
    names = set(given.words[at + 1 : lead]) if given.is_capital(at + 1) else set[str]()
    return names - ORGANISATION_WORDS if lead > begin and given.is_capital(lead - 1) else set()


def says_duration(text: str, duration: Duration) -> bool:
    """Whether a text says the same span of time, in digits or in words."""
    for months, unit in ((12.0, "year"), (1.0, "month"), (120.0, "decade")):
        count = duration.months / months
        if count == int(count) and count >= 1:
            said = (
                f"{int(count)} {unit}",
                f"{int(count)}+ {unit}",
                f"{int(count)}-{unit}",
                f"{word_for(int(count))} {unit}",
                *((f"a {unit}", f"per {unit}") if count == 1 else ()),
            )
            if re.search(rf"(?<![\w.])(?:{'|'.join(map(re.escape, said))})", text):  # also the end of `3-7 years`
                return True
    return False
