"""Whose a skill or a qualification is: what the role asks for is not what the candidate has (D-10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .check_facts import FactTerms
from .check_input import CheckInput
from .deeds import Deed, read_deeds
from .draft import Finding
from .durations import is_held, known_months, read_durations
from .facts import Fact
from .identity_cache import IdentityCache
from .lexicon import skills
from .relation_words import ASKED, YOUR_OR_AS
from .stems import STEMS
from .told_facts import (
    covers,
    find_places,
    places_of,
    stems_in,
    text_stems,
    text_words,
    told,
)

_HAVING = frozenset(
    """know knows have ve list use used bring hold speak speaks write know worked work working learnt learned mastered
    master name own possess got practise practice""".split()
)
_EXPERIENCE = frozenset(
    """experience background knowledge skills skill expertise work time years command grasp training mastery
    familiarity fluency""".split()
)
_LINKS = frozenset("in with of on using and or your for".split())
_PROFILE = frozenset("profile skills cv list".split())
_HOLDING = frozenset("have ve hold bring are re am speak got were possess".split())
_COUNTED = frozenset("have ve bring has got spent with count".split())
_CLAIMED = frozenset(("requirement",))
_FAR, _NEAR = 7, 3
_ROLE_SKILL = "The role asks for this; no fact gives it to the candidate."
_ROLE_WISH = "This is a requirement of the role; no fact says it of the candidate."


def check_holders(given: CheckInput) -> Iterable[Finding]:
    """No skill and no requirement of the role is told as the candidate's own."""
    if "you" not in given.vocabulary and "your" not in given.vocabulary:
        return
    yield from _skills(given)
    deeds = [deed for deed in given.once(read_deeds) if not deed.is_ahead and given.words[deed.at] == "you"]
    yield from _requirements(given, deeds)


def _skills(given: CheckInput) -> Iterator[Finding]:
    for first, last in given.once(read_role_skills):
        start = _claim_of(given, first)
        if (start is not None and not _is_beyond(given, start, last)) or _on_profile(given, last):
            yield given.finding("changed_relation", first, last, _ROLE_SKILL)


class _Wishes(NamedTuple):
    """What a role asks for: each skill's name and its words, and the requirements."""

    skills: dict[str, tuple[str, ...]]
    requirements: list[Fact]


_wishes: IdentityCache[_Wishes] = IdentityCache()


def _asked_for(given: CheckInput) -> _Wishes:
    part = given.facts.shared
    return _wishes.get((part,), lambda: _read_wishes(part))


def _read_wishes(part: FactTerms) -> _Wishes:
    names = {name: text_words(name) for fact in part.facts if fact.kind == "skill" for name in fact.names}
    return _Wishes(
        {name: words for name, words in names.items() if words},
        [fact for fact in part.facts if fact.kind == "requirement"],
    )


@lru_cache(maxsize=2048)
def _spellings(name: str) -> frozenset[tuple[str, ...]]:
    return frozenset(skills()[name].spellings)


def read_role_skills(given: CheckInput) -> list[tuple[int, int]]:
    """Where the draft names a skill that the role asks for and no fact about the candidate has."""
    personal, asked = given.facts.personal, _asked_for(given).skills
    here = [words for words in asked.values() if words[0] in given.vocabulary]
    lone = [words for words in here if not _is_of_person(personal, words)]
    found: set[tuple[int, int]] = set()
    if lone:
        for i in find_places(given, {words[0] for words in lone}):
            for words in lone:
                if tuple(given.words[i : i + len(words)]) == words and _is_written(given, i, words):
                    found.add((i, i + len(words)))
    hits = [hit for hit in given.hits("skill") if given.words[hit.start] not in personal.words] if asked else []
    for hit in hits:
        spellings = _spellings(hit.payload)
        if (hit.start, hit.end) not in found and not spellings.isdisjoint(asked.values()):
            found.update(() if any(_is_of_person(personal, each) for each in spellings) else ((hit.start, hit.end),))
    return sorted(found)


def _is_written(given: CheckInput, i: int, spelling: tuple[str, ...]) -> bool:
    """A one-word skill of two letters or fewer is told from an everyday word by its capital."""
    first, *rest = spelling
    return bool(rest) or len(first) > 3 or given.is_capital(i)


def _is_of_person(personal: FactTerms, spelling: tuple[str, ...]) -> bool:
    first, *rest = spelling
    if rest:
        if f" {' '.join(spelling)} " in personal.joined:
            return True
    elif first in personal.words or (len(first) > 2 and first in personal.joined):
        return True
    own = [stem for word in spelling if (stem := STEMS[word])]
    return bool(own) and all(stem in personal.postings for stem in own)


def _claim_of(given: CheckInput, at: int) -> int | None:
    """The `your` or `you` that a skill hangs on, back from the word at `at`: a list may stand between."""
    words = given.words
    begin, _ = given.sentence_of(at)
    for i in range(at - 1, max(begin - 1, at - _FAR - 6), -1):
        gap = given.gap(i + 1)
        if gap not in {" ", ", ", "/", "-", " & ", "'", "’"}:
            return None
        word = words[i]
        if word == "your":
            between = [each for each in words[i + 1 : at] if each not in _LINKS]
            others = [each for each in between if each not in _EXPERIENCE]
            named = all(given.is_capital(j) for j in range(i + 1, at) if words[j] in others)
            return i if named or not between or (at - i <= _NEAR and between[-1] in _EXPERIENCE) else None
        if word == "you":
            deed = next((each for each in given.once(read_deeds) if each.at == i), None)
            if deed is None or deed.is_ahead or deed.verb > at:
                if deed and not deed.is_ahead and deed.verb == at and words[at - 1] in {"have", "ve"}:
                    return i
                return None
            verbs = set(words[i + 1 : deed.verb + 1])
            between = words[deed.verb + 1 : at]
            light = {"with", "in", "both", "and", "good", "fluent", "strong", "have", "a", "lot", "of", "some"}
            if verbs.isdisjoint(_HAVING) or "how" in between or "that" in between:
                return None
            listed = all(
                each in light or each in _EXPERIENCE or given.is_capital(j) or _in_skill(given, j)
                for j, each in enumerate(between, deed.verb + 1)
            )
            return i if listed else None
        if word in ASKED:
            return None
    return None


def _in_skill(given: CheckInput, i: int) -> bool:
    return any(hit.start <= i < hit.end for hit in given.hits("skill")) or any(
        given.words[i] in text_words(name)
        for fact in given.facts.parts[0].facts + given.facts.parts[1].facts
        if fact.kind in {"skill", "skill_match"}
        for name in fact.names
    )


def _is_beyond(given: CheckInput, start: int, last: int) -> bool:
    """`your Kafka team` would be the role's; `you know Kafka is` says nothing of a skill."""
    beyond = {"team", "squad"} if given.words[start] == "your" else {"is", "are"}
    return given.word(last) in beyond and given.gap(last) == " "


def _on_profile(given: CheckInput, last: int) -> bool:
    after = given.words[last : last + 6]
    return (
        "your" in after
        and not _PROFILE.isdisjoint(after)
        and after[:1] in (["is"], ["are"], ["on"], ["among"])
        and "not" not in after
    )


def _requirements(given: CheckInput, deeds: list[Deed]) -> Iterator[Finding]:
    wanted = _asked_for(given).requirements
    if not wanted:
        return
    shared, personal = given.facts.shared, given.facts.personal
    for deed in deeds:
        verbs = given.words[deed.at + 1 : deed.verb + 1]
        if _HOLDING.isdisjoint(verbs):
            continue
        stems = stems_in(given, deed.at + 1, deed.last)
        found = told(given, shared, stems, _CLAIMED) or _short(stems, wanted)
        if found and _lacks(given, stems):
            yield given.finding("changed_relation", deed.at, deed.last, _ROLE_WISH)
    for i in places_of(given, YOUR_OR_AS):
        word = given.words[i]
        first = i + 1 if word == "your" else i + 2 if word == "as" and given.word(i + 1) in {"a", "an"} else 0
        if not first or (word == "your" and given.word(i - 1) in {"to", "for"}):
            continue
        begin, end = given.sentence_of(i)
        last = min(first + (2 if word == "your" else 4), end)
        stems = stems_in(given, first, last)
        if (
            len(stems) > 1
            and ASKED.isdisjoint(given.words[begin:i])
            and "you" in given.words[i:end] + ["you"] * (word == "your")
            and _whole(stems, wanted)
            and not any(stem in personal.postings for stem in (stems if word == "your" else _heads(given, first)))
        ):
            yield given.finding("changed_relation", i, last, _ROLE_WISH)
    for duration in given.once(read_durations):
        counting = next((d for d in deeds if d.at < duration.first < d.last), None)
        if counting is None or _COUNTED.isdisjoint(given.words[counting.at + 1 : duration.first]):
            continue
        stems = stems_in(given, duration.first, counting.last)
        if not told(given, shared, stems, _CLAIMED):
            continue
        dated = [fact for fact in personal.facts if fact.kind in {"position", "title_experience"}]
        spans = known_months(dated, given.context.today)
        spans.append((sum(low for low, _ in spans), sum(high for _, high in spans)))
        is_less = _more(given, duration.first) and any(duration.months <= high for _, high in spans)
        if not is_held(duration, spans) and not is_less:
            yield given.finding("changed_relation", duration.first, duration.last, _ROLE_WISH)


def _more(given: CheckInput, at: int) -> bool:
    return not {"more", "over", "than", "least"}.isdisjoint(given.words[max(0, at - 3) : at])


def _short(stems: frozenset[str], wanted: list[Fact]) -> list[Fact]:
    """Requirements of one or two words, such as `A driving licence`."""
    return [
        fact
        for fact in wanted
        if (own := text_stems(fact.attributes.get("said", ""))) and len(own) <= 2 and own <= stems
    ]


def _heads(given: CheckInput, first: int) -> frozenset[str]:
    return frozenset((given.stems[first],))


def _whole(stems: frozenset[str], wanted: list[Fact]) -> bool:
    return any(stems <= text_stems(fact.attributes.get("said", "")) for fact in wanted)


def _lacks(given: CheckInput, stems: frozenset[str]) -> bool:
    """Whether most of what is claimed is in requirements only."""
    personal, shared = given.facts.personal.postings, given.facts.shared
    own = sum(1 for stem in stems if stem in personal)
    asked = frozenset(
        stem for stem in stems if any(shared.facts[n].kind == "requirement" for n in shared.postings.get(stem, ()))
    )
    return own * 2 < len(asked) and covers(asked, stems)
