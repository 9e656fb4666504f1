"""Which facts a sentence rests on: their names, their numbers with a word beside them, or enough of their words (D-10)."""

from __future__ import annotations

from collections.abc import Sequence

from .check_facts import FactTerms
from .check_input import CheckInput
from .durations import is_held, known_months, read_durations
from .facts import Fact
from .lexicon import skills, words_of
from .stems import STEMS

_BY_NAME = frozenset(
    {"title", "company", "skill", "skill_match", "position", "school", "location", "team", "recruiter", "application", "side_project"}
)
_ENOUGH = 3
_SHARE = 0.34
_SAYS = {
    "open_to_work": frozenset("open looking available".split()),
    "interest": frozenset("follow follows following followed interest engaged engage pool referred know worked".split()),
    "application": frozenset("applied application apply".split()),
    "workplace_type": frozenset("remote remotely hybrid site office home onsite".split()),
    "employment_type": frozenset("full part time contract permanent temporary internship".split()),
}
_GENERIC_STEMS = frozenset(map(STEMS.__getitem__, "engineer manager nurse developer analyst teacher lead senior head company group team".split()))


def sentence_facts(given: CheckInput) -> tuple[tuple[Fact, ...], ...]:
    """For each sentence of `given.spans`, the facts it rests on, the candidate's first."""
    durations = read_durations(given)
    skill_hits = given.hits("skill")
    found: list[tuple[Fact, ...]] = []
    for start, end in given.spans:
        first, last = given.word_at(start), given.word_at(end - 1) + 1
        words = given.words[first:last]
        facts: list[Fact] = []
        joined = f" {' '.join(words)} "
        vocabulary = set(words)
        stems = {stem for word in vocabulary if (stem := STEMS[word])}
        named = {hit.payload for hit in skill_hits if first <= hit.start < last}
        spans = [duration for duration in durations if first <= duration.first < last]
        for part in given.facts.parts:
            if part.facts:
                facts += _supporting(part, joined, vocabulary, stems, named)
        if spans:
            dated = [fact for fact in given.facts.personal.facts if fact.kind in {"position", "title_experience"} and fact not in facts]
            facts += [
                fact for fact in dated if any(is_held(each, known_months([fact], given.context.today)) for each in spans)
            ][: 1 if not any(fact.kind in {"position", "title_experience"} for fact in facts) else 0]
        found.append(tuple(facts))
    return tuple(found)


def _supporting(part: FactTerms, joined: str, vocabulary: set[str], stems: set[str], named: set[str]) -> list[Fact]:
    count: dict[int, int] = {}
    numbers: set[int] = set()
    for stem in stems & part.postings.keys():
        is_number = stem[0].isdigit()
        for number in part.postings[stem]:
            count[number] = count.get(number, 0) + 1
            if is_number:
                numbers.add(number)
    found = [
        part.facts[number]
        for number in sorted(count)
        if _rests_on(part.facts[number], count[number], part.sizes[number], number in numbers, joined, vocabulary, named)
    ]
    for number, fact in enumerate(part.facts):
        if number not in count and fact.kind in _SAYS and _is_said(fact, vocabulary):
            found.append(fact)
    return found


def _rests_on(
    fact: Fact, shared: int, size: int, has_number: bool, joined: str, vocabulary: set[str], named: set[str]
) -> bool:
    kind = fact.kind
    if kind in _SAYS and _is_said(fact, vocabulary):
        return True
    if kind in {"skill", "skill_match"}:
        return _has_name(fact, joined) or any(_is_skill(fact, name) for name in named) or shared >= min(2, size)
    if kind in _BY_NAME and _has_name(fact, joined):
        return True
    if kind == "title" and shared >= min(2, size):
        return True
    if kind == "position":
        return shared >= 2 or (shared >= 1 and has_number)
    if kind == "salary":
        return has_number
    if kind == "seniority":
        return bool(shared)
    if has_number and shared >= 2:
        return True
    return shared >= _ENOUGH or (shared >= 2 and shared >= _SHARE * size) or (shared >= 1 and shared >= 0.5 * size)


def _has_name(fact: Fact, joined: str) -> bool:
    for name in fact.names:
        words = words_of(name)
        if words and f" {' '.join(words)} " in joined:
            return True
        if len(words) > 1 and fact.kind in {"company", "school", "side_project", "position", "recruiter", "team"}:
            first = STEMS[words[0]]
            if len(words[0]) > 3 and first and first not in _GENERIC_STEMS and f" {words[0]} " in joined and fact.kind != "recruiter":
                return True
    return False


def _is_skill(fact: Fact, name: str) -> bool:
    spellings = skills()[name].spellings
    return any(words_of(own) in spellings for own in fact.names)


def _is_said(fact: Fact, vocabulary: set[str]) -> bool:
    if fact.kind == "open_to_work":
        return "open" in vocabulary and bool(vocabulary & {"work", "new", "opportunities", "offers", "roles", "moves", "said", "say", "marked"})
    if fact.kind in {"workplace_type", "employment_type"}:
        words: Sequence[str] = words_of(fact.text.partition(": ")[2])
        return all(word in vocabulary for word in words) or (fact.kind == "workplace_type" and "remotely" in vocabulary and "remote" in words)
    if fact.kind == "interest":
        return not vocabulary.isdisjoint(_SAYS["interest"] - {"know", "worked", "interest"}) or (
            fact.attributes.get("kind") == "alumni" and "worked" in vocabulary
        )
    return not vocabulary.isdisjoint(_SAYS[fact.kind])
