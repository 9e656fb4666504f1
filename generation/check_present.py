"""What the candidate does now: the role's work, numbers and terms are not told as it (D-10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .check_facts import FactTerms
from .check_input import CheckInput
from .deeds import Deed, clause_of, read_deeds
from .draft import Finding, Severity
from .durations import read_durations
from .mentions import is_year, read_mentions
from .numbers import Number, is_said
from .relation_words import ASKED
from .stems import STEMS
from .told_facts import covers, read_companies, stems_in, text_numbers, text_words, told

_THEIRS = frozenset("role job position us we our".split())
_ROLE_KINDS = frozenset(
    "responsibility requirement team company_description culture benefit achievement side_project position".split()
)
_DUTIES = frozenset(("responsibility",))
_OWN = frozenset("achievement side_project position skill_match school title_experience interest application".split())
_SEEN = frozenset("profile cv resume".split())
_ALREADY = frozenset("already now today currently".split())
_HALF, _NEARLY_ALL = 0.5, 0.8
_PASTS = frozenset("led built ran wrote taught drove took brought grew made won kept held sold set cut".split())
_PREPOSITIONS = frozenset("in on at for with from to of a an per through across and or".split())
_TERMS = frozenset("remote remotely hybrid permanent freelance".split())
_TIMES = frozenset(("full", "part"))
_WORK_NOW = frozenset("work are re working been".split())
_PLAINLY = _WORK_NOW | frozenset("fully already now currently have ve from been".split())
_EARNING = frozenset("earn make earning making paid on".split())
_NEAR = 5
_ROLE_NUMBER = "This number is the role's or the company's; no fact says it of the candidate."
_ROLE_DUTY = "This is the role's work; no fact says that the candidate has done it."
_ROLE_TERM = "This is a term of the role; no fact says it of the candidate's present job."


def check_present(given: CheckInput) -> Iterable[Finding]:
    """No number, task or term of the role or the company is told as the candidate's present."""
    deeds = [
        deed
        for deed in given.once(read_deeds)
        if not deed.is_ahead and given.words[deed.at] == "you" and ASKED.isdisjoint(given.sentence_words(deed.at))
    ]
    if deeds or "your" in given.vocabulary:
        yield from _numbers(given, deeds)
        yield from _duties(given, deeds)
        yield from _terms(given, deeds)


def _numbers(given: CheckInput, deeds: list[Deed]) -> Iterator[Finding]:
    """`You lead nine engineers`, where nine engineers are the role's."""
    if not given.has_digits and "number" not in given.categories:
        return
    durations = {each.first for each in given.once(read_durations)}
    for mention in given.once(read_mentions):
        number = mention.number
        if (
            mention.first in durations
            or is_year(given, mention)
            or number.values[0] <= 1
            or number.currency is not None
        ):
            continue
        deed = next((each for each in deeds if each.at < mention.first < each.last and each.verb < mention.first), None)
        if deed is None and given.word(mention.first - 1) != "your":
            continue
        begin, end = given.sentence_of(mention.first)
        sentence = given.sentence_words(mention.first)
        if not ASKED.isdisjoint(sentence) or not sentence.isdisjoint(_THEIRS):
            continue
        if any(each.is_hiring and begin <= each.start < end for each in given.once(read_companies)):
            continue
        last = min(mention.last + 3, clause_of(given, mention.first)[1])
        last = next((i for i in range(mention.last, last) if given.words[i] in _PREPOSITIONS), last)
        counted = stems_in(given, mention.last, last) or stems_in(given, max(begin, mention.first - 3), mention.first)
        if counted and _has(given.facts.shared, number, counted) and not _has(given.facts.personal, number, counted):
            is_sure = deed is None or _is_done(given, deed, begin, end)
            severity: Severity = "blocking" if is_sure else "advisory"
            yield given.finding("changed_relation", mention.first, mention.last, _ROLE_NUMBER, severity=severity)


def _duties(given: CheckInput, deeds: list[Deed]) -> Iterator[Finding]:
    """`At Bramble House you already lead a shift`, where that is the role's work."""
    for deed in deeds:
        begin, end = given.sentence_of(deed.at)
        if deed.verb >= deed.last or not given.sentence_words(deed.at).isdisjoint(_THEIRS):
            continue
        stems = stems_in(given, deed.verb, deed.last)
        found = told(given, given.facts.shared, stems, _DUTIES)
        if not found or not covers(found[0].shared, stems) or not (found[0].is_clear or found[0].shared == stems):
            continue
        if not _is_done(given, deed, begin, end):
            continue
        verb = STEMS[given.words[deed.verb]]
        own = told(given, given.facts.personal, stems, _OWN)
        if not any(_is_as_much(each.shared, found[0].shared, verb) for each in own):
            yield given.finding("changed_relation", deed.at, deed.verb + 1, _ROLE_DUTY)


def _is_as_much(own: frozenset[str], asked: frozenset[str], verb: str) -> bool:
    """Whether a fact about the candidate says the same: half of it with the verb, or nearly all."""
    return len(own) >= (_HALF if verb in own else _NEARLY_ALL) * len(asked)


def _is_done(given: CheckInput, deed: Deed, begin: int, end: int) -> bool:
    """Whether the clause tells of now or before and not of the role: a past verb, `already`, an employer's name."""
    between = given.words[deed.at + 1 : deed.verb + 1]
    if not _ALREADY.isdisjoint(given.words[deed.first : deed.last]) or not {"have", "ve", "were", "had"}.isdisjoint(
        between
    ):
        return True
    if not _SEEN.isdisjoint(given.words[begin : deed.at]):
        return True
    if between and (between[-1].endswith("ed") or between[-1] in _PASTS):
        return True
    return any(each.own and begin <= each.start < end for each in given.once(read_companies))


def _has(part: FactTerms, number: Number, counted: frozenset[str]) -> bool:
    """Whether a fact says this number and one of the words of what it counts."""
    facts = {place for stem in counted for place in part.postings.get(stem, ())}
    return any(
        part.facts[place].kind in _ROLE_KINDS and is_said(number, text_numbers(part.facts[place].text))
        for place in facts
    )


def _terms(given: CheckInput, deeds: list[Deed]) -> Iterator[Finding]:
    for deed in deeds:
        begin, end = given.sentence_of(deed.at)
        if given.asks(begin, end):
            continue
        said = given.words[deed.at + 1 : deed.last]
        for place, word in enumerate(said[:7]):
            if word in _TERMS or (word in _TIMES and said[place + 1 : place + 2] == ["time"]):
                before = frozenset(said[:place])
                if not before.isdisjoint(_WORK_NOW) and before <= _PLAINLY and _is_role_term(given, word):
                    yield given.finding("changed_relation", deed.at, deed.at + place + 2, _ROLE_TERM)
                break
    for mention in given.once(read_mentions):
        if mention.number.currency is None:
            continue
        earner = next((d for d in deeds if d.at < mention.first < d.last and mention.first - d.at <= _NEAR), None)
        if earner and not _EARNING.isdisjoint(given.words[earner.at + 1 : mention.first]):
            yield given.finding("changed_relation", earner.at, mention.last, _ROLE_TERM)


def _is_role_term(given: CheckInput, word: str) -> bool:
    return any(
        (word in text_words(fact.text) or word == "remotely")
        for fact in given.facts.shared.facts
        if fact.kind in {"workplace_type", "employment_type"}
    ) and not any(word in text_words(fact.text) for fact in given.facts.personal.facts)
