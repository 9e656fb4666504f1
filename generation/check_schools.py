"""Schools and degrees: named only as facts name them (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .lexicon import Category, categories_of, words_of
from .name_words import is_name_like

_AMBIGUOUS: frozenset[Category] = frozenset(("place", "company"))
_KINDS = frozenset(
    """university college institute polytechnic school academy universität hochschule universidad università
    université universidade universiteit fachhochschule conservatory gymnasium lyceum""".split()
)
_LONGEST = 8
_STUDIED = frozenset(
    """studied study studying studies graduated graduate graduating graduation degree diploma alumni alumnus alumna
    alma enrolled finishing finished
    education thesis bachelor bachelors master masters msc bsc phd mba doctorate trained""".split()
)
_EDUCATED = frozenset("education degree graduate diploma alumnus alumna".split())
_LEVELS = {
    "bachelor": "bachelor bachelors bsc beng ba bachelor's undergraduate licence laurea",
    "master": "master masters msc meng mba ma mphil maestría laurea mres llm",
    "doctorate": "phd doctorate doctoral dphil dr promotion",
}
_LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words.split()}
_PLAIN_DEGREES = frozenset("bsc beng msc meng phd mba doctorate doctoral mphil llm".split())
_NOT_A_DEGREE = frozenset("data scrum station class key of grand copy student".split())


def check_schools(given: CheckInput) -> Iterable[Finding]:
    """No school or degree is named that no fact names."""
    taken: set[int] = set()
    for i in (
        [i for i, word in enumerate(given.words) if word in _KINDS] if not _KINDS.isdisjoint(given.vocabulary) else ()
    ):
        if i in taken or not given.is_capital(i):
            continue
        start, end = _school_name(given, i)
        if end - start < 2:
            continue
        taken.update(range(start, end))
        own = [at for at in range(start, end) if given.is_capital(at) and given.words[at] not in _KINDS]
        if own and not given.facts.has_phrase(given.words[start:end]) and not _is_known(given, own):
            yield given.finding("unsupported_school", start, end, f"No fact names {given.said(start, end)!r}.")
    for hit in given.hits("school"):
        if not taken.isdisjoint(range(hit.start, hit.end)) or not _is_meant(given, hit.start, hit.end):
            continue
        if not given.facts.knows_all(given.words[hit.start : hit.end]):
            taken.update(range(hit.start, hit.end))
            advice = f"No fact names {given.said(hit.start, hit.end)!r}."
            yield given.finding("unsupported_school", hit.start, hit.end, advice)
    yield from _studied_at(given, taken)
    if not _EDUCATED.isdisjoint(given.vocabulary):
        yield from _educated(given, taken)
    yield from _degrees(given)


def _school_name(given: CheckInput, i: int) -> tuple[int, int]:
    """`University of Leeds`, `Leiden University`, `St Mary's College` around the word for its kind."""
    start, end = i, i + 1
    if given.word(i + 1) in {"of", "for", "college", "school"} and given.gap(i + 1) == " ":
        at = i + 2 if given.word(i + 2) not in {"the"} else i + 3
        if given.is_capital(at):
            end = given.name_end(at)
            return start, end
    while (
        start > max(0, i - _LONGEST)
        and given.gap(start) in {" ", "-", "'", "’"}
        and (
            given.is_capital(start - 1)
            or given.words[start - 1] == "s"
            or (given.words[start - 1] in {"of", "for"} and given.is_capital(start - 2))
        )
    ):
        start -= 1
    if start < i and given.starts_sentence(start) and not is_name_like(given.words[start]):
        start += 1
    while end < min(len(given.words), i + _LONGEST) and given.gap(end) == " " and given.is_capital(end):
        end += 1
    return start, end


def _is_known(given: CheckInput, own: list[int]) -> bool:
    """Whether one fact has the words of the name; that a town is known does not make its university known."""
    words = [given.words[i] for i in own]
    named = given.facts.with_words(words)
    if len(words) == 1:
        named = [fact for fact in named if fact.kind == "school" or not _KINDS.isdisjoint(words_of(fact.text))]
    if any(fact.kind != "location" for fact in named):
        return True
    return len(words) > 1 and not named and given.facts.knows_all(words) and given.facts.has_phrase(words[:2])


def _is_meant(given: CheckInput, start: int, end: int) -> bool:
    if not all(given.is_capital(i) or given.words[i] in {"of", "de", "di"} for i in range(start, end)):
        return False
    raw = given.raw[start]
    if end - start == 1 and len(raw) <= 4:
        return raw.isupper() or (raw in {"Yale", "Duke"} and _is_study(given, start))
    if end - start == 1 and not _AMBIGUOUS.isdisjoint(categories_of(given.words[start])):
        return _is_study(given, start)
    return True


def _is_study(given: CheckInput, i: int) -> bool:
    near = given.words[max(0, i - 5) : i]
    return not _STUDIED.isdisjoint(near) or (given.word(i - 1) == "at" and "time" in near)


def _studied_at(given: CheckInput, taken: set[int]) -> Iterable[Finding]:
    """`studied at X`, `graduated from X`, `your degree from X`."""
    if _STUDIED.isdisjoint(given.vocabulary):
        return
    for i in given.capitals:
        if given.word(i - 1) not in {"at", "from", "in"} or i in taken:
            continue
        if given.word(i - 1) == "in" and given.word(i - 2) not in {"studied", "studying", "graduated"}:
            continue
        if _STUDIED.isdisjoint(given.words[max(0, i - 6) : i - 1]):
            continue
        end = given.name_end(i)
        if given.is_acronym(i) and given.facts.has_initials(given.words[i]):
            continue
        if not given.facts.knows(given.words[i]) and is_name_like(given.words[i]):
            taken.update(range(i, end))
            yield given.finding("unsupported_school", i, end, f"No fact names {given.said(i, end)!r}.")


def _educated(given: CheckInput, taken: set[int]) -> Iterable[Finding]:
    """`a Cambridge education`, `your Delft degree`: a place that stands for its school."""
    for i in given.capitals:
        word = given.words[i]
        is_led_in = given.word(i - 1) in {"a", "an", "your"} and given.word(i + 1) in _EDUCATED
        if is_led_in and i not in taken and "place" in categories_of(word) and not given.facts.knows(word):
            yield given.finding("unsupported_school", i, i + 1, f"No fact names {given.raw[i]!r}.")


def _degrees(given: CheckInput) -> Iterable[Finding]:
    found = _LEVEL_OF.keys() & given.vocabulary
    if not found:
        return
    for i, word in enumerate(given.words):
        if word not in found or not _is_degree(given, i, word):
            continue
        level = _LEVEL_OF[word]
        if not any(given.facts.knows(other) for other in _LEVELS[level].split()):
            yield given.finding("unsupported_school", i, i + 1, f"No fact gives {given.raw[i]!r} as a degree.")


def _is_degree(given: CheckInput, i: int, word: str) -> bool:
    if word in _PLAIN_DEGREES:
        return True
    if word in {"bachelor", "bachelors", "master", "masters"}:
        possessive = given.word(i + 1) == "s" or word.endswith("s")
        of = given.word(i + 1) in {"of", "degree", "thesis"} or (given.word(i + 1) == "in" and given.is_capital(i))
        return (possessive or of) and given.word(i - 1) not in _NOT_A_DEGREE and given.word(i + 2) not in {"data"}
    return word == "undergraduate" and given.word(i + 1) == "degree"
