"""Skills and tools: no technology, certificate or craft that no fact gives (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput, Hit
from .draft import Finding
from .lexicon import Category, Skill, categories_of, rule, skills, upper_case_skills, words_of
from .name_words import ORGANISATION_WORDS, is_name_like
from .stems import STEMS

_OTHER: frozenset[Category] = frozenset(("place", "company", "school", "title"))
_NAMING = frozenset(
    """experience expertise skills skill skilled knowledge background proficiency proficient fluent certified
    qualified certification certificate trained training specialised specialized specialise specialize expert
    strong grounding command know knows knew mastery familiar versed practice practised stack using used use
    uses tools plus both""".split()
)
_IN = frozenset("in with of and using on for into via through as".split())
_NEAR = 3
_USED = frozenset("used knew learnt learned mastered".split())
_IN_A_LIST = frozenset("and or plus".split())


def check_skills(given: CheckInput) -> Iterable[Finding]:
    """No skill of the vocabulary without a fact, and no unknown name where a sentence names skills."""
    table = skills()
    taken: set[int] = set()
    named: set[int] = set()
    hits = given.hits("skill")
    channel = {i for hit in given.hits("channel") for i in range(hit.start, hit.end)}
    for at, hit in enumerate(hits):
        taken.update(range(hit.start, hit.end))
        skill = table[hit.payload]
        if hit.start in channel or not _is_meant(given, hit, skill, hits[max(0, at - 1) : at + 2]):
            continue
        named.update(range(hit.start, hit.end))
        if not _is_known(given, hit, skill):
            yield given.finding(
                "unsupported_skill", hit.start, hit.end, f"No fact gives {given.said(hit.start, hit.end)!r}."
            )
    yield from _unknown_names(given, taken, named)


def read_skills(given: CheckInput) -> list[Hit]:
    """The skills of the vocabulary that are meant as skills where they stand."""
    hits = given.hits("skill")
    channel = {i for hit in given.hits("channel") for i in range(hit.start, hit.end)}
    return [
        hit
        for at, hit in enumerate(hits)
        if hit.start not in channel and _is_meant(given, hit, skills()[hit.payload], hits[max(0, at - 1) : at + 2])
    ]


def _is_known(given: CheckInput, hit: Hit, skill: Skill) -> bool:
    facts = given.facts
    words = given.words[hit.start : hit.end]
    if any(map(facts.has_phrase, skill.spellings)):
        return True
    if facts.has_stems(words) and (hit.end - hit.start > 1 or not skill.cased):
        return True
    if any(len(spelling) > 1 and facts.has_stems(spelling) for spelling in skill.spellings):
        return True
    if len(words) == 1 and facts.has_initials(words[0]):
        return True
    # longer names that a fact gives: "Siemens S7" for "S7", "Figma design system" for "design systems"
    return (hit.end - hit.start > 1 or skill.is_soft) and facts.knows_all(words)


def _is_meant(given: CheckInput, hit: Hit, skill: Skill, near: list[Hit]) -> bool:
    """Whether the word names the skill here: as it is spelled, and beside other skills where it is an everyday word."""
    first = given.words[hit.start]
    single = hit.end - hit.start == 1
    if single and first in skill.cased:
        raw = given.raw[hit.start]
        if not (raw[0].isupper() or any(map(str.isdigit, raw))):
            return False
        if len(raw) > 1 and _is_upper_name(skill, first) and not raw.isupper():
            return False
        if skill.needs_neighbour or given.starts_sentence(hit.start) or given.in_heading(hit.start):
            return _has_neighbour(given, hit, near)
    elif single and first == "net" and not given.gap(hit.start).endswith("."):
        return False
    if not single and any(len(raw) == 1 and raw.islower() for raw in given.raw[hit.start : hit.end]):
        return False  # "I'm a", "out a level" are no M&A, no A-level
    if skill.is_soft:
        return _is_claimed(given, hit)
    return True


def _is_upper_name(skill: Skill, word: str) -> bool:
    return (word,) in skill.spellings and word in upper_case_skills()


def _has_neighbour(given: CheckInput, hit: Hit, near: list[Hit]) -> bool:
    start, end = given.sentence_of(hit.start)
    if any(
        other is not hit
        and start <= other.start < end
        and min(abs(other.start - hit.end), abs(hit.start - other.end)) <= _NEAR
        for other in near
    ):
        return True
    after, before = given.word(hit.end), given.word(hit.start - 1)
    if after in rule("skill_words") or (after == "on" and given.word(hit.end + 1) == "your") or before in _USED:
        return True
    known = given.once(_skill_ends)
    if before in _IN_A_LIST and given.word(hit.start - 2) in known:
        return True
    if given.gap(hit.start) in {", ", "/", " & "} and before in known:
        return True
    if before in _IN and given.word(hit.start - 2) in _NAMING | rule("skill_words") | {
        "work",
        "written",
        "years",
        "build",
        "working",
        "write",
        "built",
    }:
        return True
    return (
        before in {"in", "with", "using", "know", "knows", "need", "needs", "use", "uses", "require", "requires", "on"}
        and not (given.is_capital(hit.end) and given.gap(hit.end) == " ")
        and given.raw[hit.start] != given.raw[hit.start].lower()
    )


def _skill_ends(given: CheckInput) -> frozenset[str]:
    """The last words of the skills that facts name."""
    names = (name for fact in given.facts.of_kind("skill", "skill_match") for name in fact.names)
    return frozenset(words[-1] for name in names if (words := words_of(name)))


def _is_claimed(given: CheckInput, hit: Hit) -> bool:
    """`your experience in X`, `X skills`, `skilled in X`."""
    before = given.words[max(0, hit.start - 4) : hit.start]
    after = given.word(hit.end)
    if after in {
        "skills",
        "expertise",
        "experience",
        "certification",
        "certificate",
        "qualification",
        "background",
        "specialist",
    }:
        return True
    return not (
        _NAMING - {"use", "uses", "used", "both", "strong", "practice", "plus", "tools", "using", "training", "trained"}
    ).isdisjoint(before) and given.word(hit.start - 1) in _IN | {"your", "strong"}


def _unknown_names(given: CheckInput, taken: set[int], named: set[int]) -> Iterable[Finding]:
    """`Go, PostgreSQL and Zorbix`; `experience with Zorbix`; `your Zorbix skills`."""
    for i in given.capitals:
        if i in taken or not i or not _is_product(given, i):
            continue
        before, gap = given.word(i - 1), given.gap(i)
        listed = (gap in {", ", "/", " & "} and i - 1 in named) or (
            before in {"and", "or", "plus"} and gap == " " and (i - 2 in named)
        )
        naming = before in _IN and given.word(i - 2) in _NAMING - {
            "use",
            "uses",
            "both",
            "strong",
            "plus",
            "practice",
            "background",
            "training",
        }
        end = given.name_end(i)
        owned = given.word(end) in {
            "skills",
            "expertise",
            "experience",
            "certification",
            "certificate",
            "licence",
            "license",
        } and before in {"your", "strong", "solid", "and", "the"}
        ahead = (
            gap in {" ", ", "}
            and given.word(end) in {"and", "or"}
            and given.gap(end) == " "
            and end + 1 in named
            and before in {"your", "with", "in", "of", "using"}
        )
        if (listed or naming or owned or ahead) and not given.in_heading(i):
            yield given.finding("unsupported_skill", i, end, f"No fact gives {given.said(i, end)!r}.")


def _is_product(given: CheckInput, i: int) -> bool:
    word, raw = given.words[i], given.raw[i]
    if not (raw[0].isupper() or any(map(str.isupper, raw))) or given.starts_sentence(i):
        return False
    if not is_name_like(word) or word in ORGANISATION_WORDS or given.facts.knows(word) or not STEMS[word]:
        return False
    return _OTHER.isdisjoint(categories_of(word))
