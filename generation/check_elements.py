"""Elements that are off do not leak, unless a fact that is on says the same (D-6, D-11)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .elements import ElementName
from .lexicon import common_words, words_of

RUN = 5
_LONGEST_EVERYDAY = 4
_NAMES: frozenset[ElementName] = frozenset(
    {
        "company_name",
        "location",
        "past_positions",
        "current_school",
        "past_schools",
        "recruiter_name",
        "team",
        "side_projects",
    }
)
_GENERIC = frozenset(
    """the of and for at in bank group ltd limited inc llc gmbh plc ag hospital school university college institute
    company services service solutions systems trust team department software engineer engineering manager
    senior lead junior data analyst developer nurse teacher operations city united states kingdom north south
    east west new san saint st great""".split()
)


def check_elements(given: CheckInput) -> Iterable[Finding]:
    """No value of an element that was switched off is in the draft."""
    if not given.context.withheld:
        return
    joined = f" {' '.join(given.words)} "
    for withheld in given.context.withheld:
        for value in withheld.values:
            for start, end in _leaks(given, joined, withheld.element, value):
                advice = f"Leave out {given.said(start, end)!r}: {withheld.element.replace('_', ' ')} is switched off."
                yield given.finding("deselected_element", start, end, advice)


def _leaks(given: CheckInput, joined: str, element: ElementName, value: str) -> Iterable[tuple[int, int]]:
    words = words_of(value)
    if not words:
        return
    if len(words) > RUN + 1:
        for i in range(len(words) - RUN + 1):
            run = words[i : i + RUN]
            if given.vocabulary.issuperset(run) and f" {' '.join(run)} " in joined and not given.facts.has_stems(run):
                yield from _places(given, run)
                return
        return
    if f" {' '.join(words)} " in joined:
        if not given.facts.has_phrase(words) and not given.facts.knows_all(words):
            for start, end in _places(given, words):
                if len(words) > 1 or _is_meant(given, start, value) or _is_craft(element, given.words[start]):
                    yield start, end
        return
    if element in _NAMES:
        genitives = [f"{word}s" for word in words] if given.language == "de" else []
        for word in (*words, *genitives):
            if len(word) >= 4 and word in given.vocabulary and word not in _GENERIC and not given.facts.knows(word):
                yield from (
                    (start, end)
                    for start, end in _places(given, (word,))
                    if given.is_capital(start) and not given.starts_sentence(start)
                )


def _is_meant(given: CheckInput, at: int, value: str) -> bool:
    """One word alone leaks only as a name is written, or where it says the terms of the role."""
    if value[:1].isupper() and not value.isupper():
        return given.is_capital(at) and (not given.starts_sentence(at) or len(value) > 3)
    if value.isupper() or any(map(str.isdigit, value)):
        return given.raw[at] == value or value.isdigit()
    return len(value) > 3


def _is_craft(element: ElementName, word: str) -> bool:
    """Whether a skill leaks in lower case too: `sourdough`, not an everyday word such as `design`."""
    return element in {"skills", "skill_match"} and len(word) > _LONGEST_EVERYDAY and word not in common_words()


def _places(given: CheckInput, words: tuple[str, ...]) -> list[tuple[int, int]]:
    size = len(words)
    return [(at, at + size) for at in range(len(given.words) - size + 1) if tuple(given.words[at : at + size]) == words]
