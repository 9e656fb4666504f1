"""Which facts support a claim: one verifier a kind (D-10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .check_durations import says_duration
from .check_input import CheckInput
from .claim import ClaimKind
from .durations import is_held, known_months, read_durations
from .facts import Fact, FactKind
from .lexicon import skills
from .mentions import Mention, read_mentions
from .numbers import is_said
from .relation_words import FIRM
from .told_facts import read_companies, stems_in, text_numbers, text_stems, text_words, told

_DEEDS = frozenset("achievement side_project position title_experience skill_match school interest application".split())
_ABOUT_FIRM = frozenset(("company_description", "culture", "value", "team"))
_TITLED: tuple[FactKind, ...] = (
    "position",
    "title_experience",
    "application",
    "title",
    "recruiter_title",
    "achievement",
)
_DATED: tuple[FactKind, ...] = ("position", "title_experience")
_TERMS: tuple[FactKind, ...] = ("benefit", "workplace_type", "employment_type")
_MOST = 3

Verifier = Callable[[CheckInput, int, int], Iterable[Fact]]


def _employer(given: CheckInput, first: int, _last: int) -> Iterable[Fact]:
    return [fact for named in given.once(read_companies) if named.start == first for fact in named.own]


def _company(given: CheckInput, first: int, last: int) -> Iterable[Fact]:
    named = {each.name for each in given.once(read_companies) if each.start == first and each.end == last}
    if named:
        return [fact for fact in given.facts.of_kind("company", "recruiter") if not named.isdisjoint(fact.names)]
    found = told(given, given.facts.shared, stems_in(given, first, last), _ABOUT_FIRM)
    return [each.fact for each in found if each.is_clear]


def _title(given: CheckInput, first: int, last: int) -> Iterable[Fact]:
    stems = stems_in(given, first, last)
    facts = given.facts.of_kind(*_TITLED)
    whole = [fact for fact in facts if stems <= _title_stems(fact)]
    return whole or [fact for fact in facts if stems & _title_stems(fact)]


def _title_stems(fact: Fact) -> frozenset[str]:
    return text_stems(f"{fact.text} {fact.attributes.get('title', '')}")


def _skill(given: CheckInput, first: int, last: int) -> Iterable[Fact]:
    said = tuple(given.words[first:last])
    spellings = {said} | {
        spelling for hit in given.hits("skill") if hit.start == first for spelling in skills()[hit.payload].spellings
    }
    facts = given.facts.of_kind("skill_match", "skill")
    named = [fact for fact in facts if any(text_words(name) in spellings for name in fact.names)]
    return named or _saying(given, first, last)


def _years(given: CheckInput, first: int, _last: int) -> Iterable[Fact]:
    duration = next(each for each in given.once(read_durations) if each.first == first)
    dated = given.facts.of_kind(*_DATED)
    today = given.context.today
    lasting = [fact for fact in dated if is_held(duration, known_months([fact], today))]
    if lasting:
        return lasting
    saying = [fact for part in given.facts.parts for fact in part.facts if says_duration(fact.text.lower(), duration)]
    if saying:
        return saying
    positions = [fact for fact in dated if fact.kind == "position"]
    spans = known_months(positions, today)
    total = (sum(low for low, _ in spans), sum(high for _, high in spans))
    return positions if is_held(duration, [total]) else ()


def _date(given: CheckInput, first: int, last: int) -> Iterable[Fact]:
    words = frozenset(given.words[first:last])
    return [fact for part in given.facts.parts for fact in part.facts if words <= set(text_words(fact.text))]


def _number(given: CheckInput, first: int, _last: int) -> Iterable[Fact]:
    mention: Mention = next(each for each in given.once(read_mentions) if each.first == first)
    facts = [fact for part in given.facts.parts for fact in part.facts]
    saying = [fact for fact in facts if is_said(mention.number, text_numbers(fact.text), about=True)]
    if len(saying) < 2:
        return saying
    stems = stems_in(given, *given.sentence_of(first))
    close = max(len(stems & text_stems(fact.text)) for fact in saying)
    return [fact for fact in saying if len(stems & text_stems(fact.text)) == close]


def _school(given: CheckInput, first: int, last: int) -> Iterable[Fact]:
    stems = stems_in(given, first, last)
    return [fact for fact in given.facts.of_kind("school") if stems & text_stems(fact.text)]


def _place(given: CheckInput, first: int, last: int) -> Iterable[Fact]:
    stems = stems_in(given, first, last)
    facts = given.facts.of_kind("location")
    return [fact for fact in facts if stems & text_stems(f"{fact.text} {' '.join(fact.names)}")] or _saying(
        given, first, last
    )


def _pay(given: CheckInput, first: int, last: int) -> Iterable[Fact]:
    mention = next((each for each in given.once(read_mentions) if each.first == first), None)
    salaries = given.facts.of_kind("salary")
    if mention is None:
        return salaries
    said = [fact for fact in salaries if is_said(mention.number, text_numbers(fact.text))]
    return said or _number(given, first, last)


def _benefit(given: CheckInput, first: int, last: int) -> Iterable[Fact]:
    stems = stems_in(given, first, last)
    words = set(given.words[first:last])
    terms = given.facts.of_kind(*_TERMS)
    return [
        fact for fact in terms if stems & text_stems(fact.text) or words & set(text_words(fact.text)[1:])
    ] or _saying(given, first, last)


def _relation(given: CheckInput, first: int, last: int) -> Iterable[Fact]:
    stems = stems_in(given, first, last)
    if given.words[first] in FIRM or "you" not in given.words[first:last]:
        return given.facts.of_kind("title", "company")
    found = told(given, given.facts.personal, stems, _DEEDS)
    best = [each.fact for each in found if len(each.shared) == len(found[0].shared)]
    if best:
        return best
    named = [fact for each in given.once(read_companies) if first <= each.start < last for fact in each.own]
    said = f" {' '.join(given.words[first:last])} "
    personal = given.facts.personal
    own = [fact for i, fact in enumerate(personal.facts) if any(name in said for name in personal.names_of(i).phrases)]
    skill = [
        fact for hit in given.hits("skill") if first <= hit.start < last for fact in _skill(given, hit.start, hit.end)
    ]
    return named or own or [fact for fact in skill if fact.kind == "skill_match"]


def _of_kind(kind: FactKind) -> Verifier:
    return lambda given, _first, _last: given.facts.of_kind(kind)


def _saying(given: CheckInput, first: int, last: int) -> list[Fact]:
    """The facts that have all of these words in some form, the candidate's first."""
    phrase = f" {' '.join(given.words[first:last])} "
    exact = [
        fact
        for part in given.facts.parts
        if phrase in part.joined
        for fact in part.facts
        if phrase in f" {' '.join(text_words(fact.text))} "
    ]
    return exact or given.facts.with_words(given.words[first:last])


VERIFIERS: dict[ClaimKind, Verifier] = {
    "employer": _employer,
    "company": _company,
    "title": _title,
    "skill": _skill,
    "years": _years,
    "date": _date,
    "number": _number,
    "pay": _pay,
    "school": _school,
    "place": _place,
    "benefit": _benefit,
    "relation": _relation,
    "interest": _of_kind("interest"),
    "application": _of_kind("application"),
    "open_to_work": _of_kind("open_to_work"),
}
"""One verifier a kind: from the words of a claim to the facts that support it."""


def supporting(given: CheckInput, kind: ClaimKind, first: int, last: int) -> tuple[Fact, ...]:
    """The facts that support a claim of this kind at these words, at most three."""
    found: list[Fact] = []
    for fact in VERIFIERS[kind](given, first, last):
        if not any(fact is each for each in found):
            found.append(fact)
    return tuple(found[:_MOST])
