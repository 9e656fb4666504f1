"""Skills and tools named in a draft in another language (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput, Hit
from .draft import Finding
from .lexicon import Skill, upper_case_skills
from .lexicon_local import is_everyday, local_skills
from .local_names import LISTED_NAMES, LocalNames, found, lists_of
from .stems import STEMS

_NEAR = 3
_DOUBTFUL = 2


def named_skills(names: LocalNames) -> Iterable[Finding]:
    """Skills of the vocabulary, and unknown names where a sentence lists skills."""
    given = names.given
    table = local_skills(given.language)
    hits = given.hits("skill")
    named: set[int] = set()
    for at, hit in enumerate(hits):
        if hit.start in names.taken or not _is_skill(names, hit, table[hit.payload], hits[max(0, at - 1) : at + 2]):
            continue
        named.update(range(hit.start, hit.end))
        if not _is_skill_known(given, hit, table[hit.payload]):
            yield found(names, "unsupported_skill", hit.start, hit.end)
    yield from _unknown_skills(names, named)


def _is_skill(names: LocalNames, hit: Hit, skill: Skill, near: list[Hit]) -> bool:
    given = names.given
    first = given.words[hit.start]
    single = hit.end - hit.start == 1
    if single and first in skill.cased:
        raw = given.raw[hit.start]
        if not (raw[0].isupper() or any(map(str.isdigit, raw))):
            return False
        if len(raw) > 1 and (first,) in skill.spellings and first in upper_case_skills() and not raw.isupper():
            return False
        # English everyday words are none here; one or two letters stay doubtful in every language
        at_start = skill.needs_neighbour and given.starts_sentence(hit.start)
        if len(raw) <= _DOUBTFUL or at_start or is_everyday(first, given.language):
            return _has_neighbour(names, hit, near)
    elif single and first == "net" and not given.gap(hit.start).endswith("."):
        return False
    return not skill.is_soft or _is_claimed(names, hit)


def _has_neighbour(names: LocalNames, hit: Hit, near: list[Hit]) -> bool:
    given = names.given
    start, end = given.sentence_of(hit.start)
    if any(
        other is not hit
        and start <= other.start < end
        and min(abs(other.start - hit.end), abs(hit.start - other.end)) <= _NEAR
        for other in near
    ):
        return True
    return _is_claimed(names, hit)


def _is_claimed(names: LocalNames, hit: Hit) -> bool:
    """`Erfahrung mit X`, `connaissances en X`, `X-Kenntnisse`."""
    given, words = names.given, names.words
    if given.word(hit.end) in words.naming and given.gap(hit.end) in {" ", "-"}:
        return True
    before = given.word(hit.start - 1)
    return (before in words.links or before in words.naming) and not words.naming.isdisjoint(
        given.words[max(0, hit.start - 5) : hit.start]
    )


def _is_skill_known(given: CheckInput, hit: Hit, skill: Skill) -> bool:
    facts = given.facts
    words = given.words[hit.start : hit.end]
    if any(map(facts.has_phrase, skill.spellings)) or facts.knows_all(words):
        return True
    if any(len(spelling) > 1 and facts.has_stems(spelling) for spelling in skill.spellings):
        return True
    return len(words) == 1 and facts.has_initials(words[0])


def _unknown_skills(names: LocalNames, named: set[int]) -> Iterable[Finding]:
    """`Go, PostgreSQL und Zorbix`; `Erfahrung mit Zorbix`."""
    given, words = names.given, names.words
    for i in given.capitals:
        if i in names.taken or not i or given.raw[i] in words.formal or given.starts_sentence(i):
            continue
        before, gap = given.word(i - 1), given.gap(i)
        listed = (gap in {", ", "/", " & "} and i - 1 in named) or (
            before in words.and_or and gap == " " and i - 2 in named
        )
        naming = gap == " " and before in words.links and given.word(i - 2) in words.naming
        if not (listed or naming) or not names.is_unknown(i) or not STEMS[given.words[i]]:
            continue
        if LISTED_NAMES.isdisjoint(lists_of(given, i)):
            yield found(names, "unsupported_skill", i, given.name_end(i))
