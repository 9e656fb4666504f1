"""Which facts a sentence rests on: by their names, their numbers with a word, or enough of their words (D-10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .check_facts import FactTerms
from .check_input import CheckInput
from .check_values import local_durations
from .choices import Language
from .durations import Duration, is_held, known_months, read_durations
from .facts import Fact, FactKind
from .language_pack import value_words
from .lexicon import skills, words_of
from .local_numbers import local_months
from .stems import STEMS

_BY_NAME = frozenset(
    {"title", "company", "skill", "skill_match", "position", "school", "location", "team", "recruiter", "side_project"}
)
_ENOUGH = 3
_SHARE = 0.34
_SAYS: Mapping[FactKind, frozenset[str]] = {
    "open_to_work": frozenset("open looking available".split()),
    "interest": frozenset(
        "follow follows following followed interest engaged engage pool referred know worked".split()
    ),
    "application": frozenset("applied application apply".split()),
    "workplace_type": frozenset("remote remotely hybrid site office home onsite".split()),
    "employment_type": frozenset("full part time contract permanent temporary internship".split()),
}
_SKILLS = frozenset(("skill", "skill_match"))
_DATED = frozenset(("position", "title_experience"))
_HINTS = frozenset(word for words in _SAYS.values() for word in words)


_Says = Mapping[FactKind, frozenset[str]]


def _says(language: Language) -> _Says:
    """The words by which a sentence says what is true or not, rather than by a name."""
    return _SAYS if language == "en" else value_words(language).says


def sentence_facts(given: CheckInput) -> tuple[tuple[Fact, ...], ...]:
    """For each sentence of `given.spans`, the facts it rests on, the candidate's first."""
    says = _says(given.language)
    durations = given.once(read_durations) if says is _SAYS else local_durations(given)
    skill_hits = given.hits("skill")
    parts = [(part, _read_loose(part)) for part in given.facts.parts if part.facts]
    words, stems = given.words, given.stems
    found: list[tuple[Fact, ...]] = []
    for first, last in given.sentences:
        said = words[first:last]
        own_stems = set(stems[first:last])
        if not own_stems:
            found.append(())
            continue
        joined = f" {' '.join(said)} "
        vocabulary = set(said)
        named = [hit.payload for hit in skill_hits if first <= hit.start < last]
        supporting = [
            each
            for part, loose in parts
            for each in _supporting(part, loose, joined, vocabulary, own_stems, named, says)
        ]
        facts = _closest(supporting)
        if durations and (spans := [each for each in durations if first <= each.first < last]):
            facts += _dated(given, spans, facts)
        found.append(tuple(facts))
    return tuple(found)


def _dated(given: CheckInput, durations: list[Duration], known: list[Fact]) -> list[Fact]:
    """The first fact whose dates make one of the durations, unless a fact that can hold it is there already."""
    if any(fact.kind in _DATED or fact.kind == "achievement" for fact in known):
        return []
    today = given.context.today
    for fact in given.facts.personal.facts:
        if fact.kind in _DATED:
            spans = (
                known_months([fact], today) if given.language == "en" else local_months([fact], today, given.language)
            )
            if any(is_held(each, spans) for each in durations):
                return [fact]
    return []


def _closest(supporting: list[tuple[Fact, frozenset[str]]]) -> list[Fact]:
    """The facts that say something of the sentence which no other fact says together with more of it; and the title."""
    return [
        fact
        for fact, shared in supporting
        if not shared or fact.kind == "title" or not any(shared < other for _, other in supporting)
    ]


def _supporting(
    part: FactTerms,
    loose: tuple[int, ...],
    joined: str,
    vocabulary: set[str],
    stems: set[str],
    named: list[str],
    says: _Says,
) -> list[tuple[Fact, frozenset[str]]]:
    """The facts of a part that the sentence may rest on, each with the stems they share."""
    held: dict[int, list[str]] = {}
    numbers: set[int] = set()
    postings = part.postings
    for stem in stems & postings.keys():
        for number in postings[stem]:
            held.setdefault(number, []).append(stem)
        if stem[0].isdigit():
            numbers.update(postings[stem])
    found: list[tuple[Fact, frozenset[str]]] = []
    sizes = part.sizes
    for number in sorted(held):  # a set gave the order, which differs from process to process
        fact = part.facts[number]
        kind = fact.kind
        shared = len(held[number])
        if kind in _BY_NAME or kind in _SAYS or kind == "salary" or kind == "seniority":
            if not _rests_on(part, number, shared, number in numbers, joined, vocabulary, named, says):
                continue
        elif not (
            shared >= _ENOUGH
            or (shared == 2 and (number in numbers or sizes[number] * _SHARE <= 2))
            or (shared == 1 and sizes[number] <= 2)
        ):
            continue
        found.append((fact, frozenset(held[number])))
    if loose and len(held) < len(part.facts):
        hinted = says is not _SAYS or not _HINTS.isdisjoint(vocabulary)
        for number in loose:
            if number in held:
                continue
            fact = part.facts[number]
            if fact.kind in _SKILLS:
                if any(phrase in joined for phrase in part.names_of(number).phrases):
                    found.append((fact, frozenset()))
            elif hinted and _is_said(fact, vocabulary, says):
                found.append((fact, frozenset()))
    return found


def _read_loose(part: FactTerms) -> tuple[int, ...]:
    """The facts that a sentence may say without a stem of theirs: by a hint, or by a name of stop words, such as Go."""
    return tuple(
        number
        for number, fact in enumerate(part.facts)
        if fact.kind in _SAYS
        or (fact.kind in _SKILLS and any(not any(STEMS[w] for w in words) for words in part.names_of(number).words))
    )


def _rests_on(
    part: FactTerms,
    number: int,
    shared: int,
    has_number: bool,
    joined: str,
    vocabulary: set[str],
    named: list[str],
    says: _Says,
) -> bool:
    fact = part.facts[number]
    kind = fact.kind
    if kind == "salary":
        return has_number
    if kind == "seniority":
        return True
    if kind in _SAYS:
        return _is_said(fact, vocabulary, says) or (kind == "application" and shared >= 2)
    names = part.names_of(number)
    if any(phrase in joined for phrase in names.phrases) or (names.first and names.first in vocabulary):
        return True
    if kind in _SKILLS:
        return shared >= min(2, part.sizes[number]) or any(
            not names.words.isdisjoint(_spellings_of(name)) for name in named
        )
    if kind == "title":
        return shared >= min(2, part.sizes[number])
    return (
        shared >= _ENOUGH
        or (shared == 2 and (kind in {"position", "school"} or part.sizes[number] <= 5))
        or (has_number and shared >= 2)
    )


def _spellings_of(name: str) -> tuple[tuple[str, ...], ...]:
    skill = skills().get(name)
    return skill.spellings if skill else ()  # a skill that only the list of another language has


def _is_said(fact: Fact, vocabulary: set[str], says: _Says) -> bool:
    if says is not _SAYS:
        if fact.kind in {"workplace_type", "employment_type"}:
            return vocabulary.issuperset(words_of(fact.attributes.get("said", "")))
        return not vocabulary.isdisjoint(says.get(fact.kind, ()))
    if fact.kind == "open_to_work":
        return "open" in vocabulary and bool(
            vocabulary & {"work", "new", "opportunities", "offers", "roles", "moves", "said", "say", "marked"}
        )
    if fact.kind in {"workplace_type", "employment_type"}:
        words: Sequence[str] = words_of(fact.text.partition(": ")[2])
        return all(word in vocabulary for word in words) or (
            fact.kind == "workplace_type" and "remotely" in vocabulary and "remote" in words
        )
    if fact.kind == "interest":
        return not vocabulary.isdisjoint(_SAYS["interest"] - {"know", "worked", "interest"}) or (
            fact.attributes.get("kind") == "alumni" and "worked" in vocabulary
        )
    return not vocabulary.isdisjoint(_SAYS[fact.kind])
