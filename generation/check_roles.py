"""Who writes to whom: a recruiter never applies to the candidate, nor claims the candidate's work (D-11)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .deeds import clause_of
from .draft import Finding
from .facts import Fact
from .lexicon import words_of
from .stems import STEMS
from .told_facts import stems_in

_ADVICE = "The recruiter writes to the candidate: offer the role, do not apply for it."
_FIRST = frozenset("i my me mine".split())
_SECOND = frozenset("you your yours".split())
_PERSONAL = frozenset({"position", "achievement", "skill_match", "title_experience", "side_project", "school"})
_SOUGHT = frozenset("role position job opportunity challenge post career new".split())
_HIRING = frozenset("recruiter recruiting recruitment talent sourcer headhunter hiring former".split())
_NOT_A_DEED = frozenset(
    map(
        STEMS.__getitem__,
        "saw see read note noticed notice look looked hope think thought recruit hire hired lead work".split(),
    )
)


def check_roles(given: CheckInput) -> Iterable[Finding]:
    """No sentence in which the recruiter applies, sells themselves, or did what the candidate did."""
    for hit in given.hits("swapped_role"):
        if _is_meant(given, hit.start, hit.end):
            yield given.finding("swapped_role", hit.start, hit.end, _ADVICE)
    if "i" in given.vocabulary:
        yield from _deeds(given)
        yield from _titles(given)


def _is_meant(given: CheckInput, start: int, end: int) -> bool:
    words = given.words[start:end]
    if words[0] == "my" and given.word(start - 1) == "in" and words[1] == "experience":
        return False
    if (
        words[0] == "your"
        and len(words) > 1
        and words[1] in {"current", "available"}
        and words[-1] in {"role", "position", "job", "roles", "positions", "jobs"}
    ):
        return False
    if (
        words[0] == "your"
        and words[1] in {"job", "hiring", "recruitment", "recruiting"}
        and given.facts.has_stems(words[1:])
    ):
        return False
    if words[0] in {"join", "joining"} or (
        "your" in words[:-1]
        and words[0] in {"part", "member", "asset", "addition", "contributor", "value", "contribute"}
    ):
        # "two hires will join your team" offers; "I would love to join your team" applies
        sentence = given.sentence_words(start)
        return not _FIRST.isdisjoint(sentence) or given.starts_sentence(start) or "opportunity" in sentence
    if words[0] == "you" and words[-1] in {"hiring", "recruiting", "advertising"}:
        return not given.facts.has_stems(words[-1:])
    if words[0] in {"great", "good", "strong", "perfect", "ideal", "excellent", "right"} and "your" in words:
        return not _FIRST.isdisjoint(given.sentence_words(start))
    return words[-2:] not in (["seeking", "a"], ["seeking", "an"]) or not _SOUGHT.isdisjoint(given.words[end : end + 3])


def _titles(given: CheckInput) -> Iterable[Finding]:
    """`I am a nurse`, where the candidate is one and the recruiter is not."""
    for i, word in enumerate(given.words):
        if word != "i" or given.word(i + 1) not in {"am", "m"} or given.word(i + 2) not in {"a", "an"}:
            continue
        said = given.words[i + 3 : i + 6]
        held = {held for fact in given.facts.personal.facts if fact.kind == "position" for held in _title(fact)}
        signed = words_of(given.context.recruiter_title or "")
        heads = {hit.payload for hit in given.hits("title") if i + 3 <= hit.start < i + 6}
        if not heads.isdisjoint(held) and heads.isdisjoint(signed) and _HIRING.isdisjoint(said):
            yield given.finding("swapped_role", i, i + 4, _ADVICE)


def _title(fact: Fact) -> tuple[str, ...]:
    return words_of(fact.attributes.get("title", ""))


def _deeds(given: CheckInput) -> Iterable[Finding]:
    personal = given.facts.personal
    for i, word in enumerate(given.words):
        if word != "i":
            continue
        verb_at = i + 1
        while given.word(verb_at) in {"ve", "have", "had", "also", "recently", "successfully", "personally"}:
            verb_at += 1
        stem = STEMS[given.word(verb_at)] if given.word(verb_at) else ""
        if not stem or stem in _NOT_A_DEED or stem not in personal.postings:
            continue
        sentence = given.sentence_words(i)
        if not _SECOND.isdisjoint(sentence):
            continue
        stems = stems_in(given, *clause_of(given, i))
        for number in personal.postings[stem]:
            fact = personal.facts[number]
            shared = sum(1 for each in stems if number in personal.postings.get(each, ()))
            if fact.kind in _PERSONAL and shared >= 3:
                yield given.finding(
                    "swapped_role", i, verb_at + 1, "This is the candidate's work, not the recruiter's."
                )
                break
