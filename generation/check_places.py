"""Places: countries, regions and cities, and names in the places where sentences put a town (D-10)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .lexicon import TOKEN, Category, areas, categories_of, countries, places, rule, words_of
from .name_words import MONTHS, ORGANISATION_WORDS, is_name_like

_OTHER: frozenset[Category] = frozenset(("skill", "company", "school", "title"))
_IN = frozenset("in near from to around outside based of at our across within for between".split())
_TOWN = frozenset("in near outside around".split())
_ALSO_STATES = frozenset(("new york",))
_SHORTEST_INITIALS = 2
_JOINTS = frozenset(("and", "or"))
_OUR = frozenset("our their the your a".split())
_SITES = frozenset(
    """office offices depot site branch plant warehouse campus hub studio store headquarters hq clinic hospital
    yard team area region""".split()
)
_COUNTRY_WORDS = frozenset(("uk", "us", "usa", "eu", "uae"))


def check_places(given: CheckInput) -> Iterable[Finding]:
    """No place is named that no fact names, save the country of a place that is."""
    taken: set[int] = set()
    for hit in given.hits("place"):
        taken.update(range(hit.start, hit.end))
        if not _is_written(given, hit.start, hit.end) or _is_known(given, hit.start, hit.end):
            continue
        if _is_part_of_name(given, hit.start, hit.end):
            continue
        if (
            hit.end - hit.start == 1
            and hit.payload in rule("ambiguous_places")
            and not _is_placed(given, hit.start, hit.end)
        ):
            continue
        if _is_in_country(given, hit.payload):
            continue
        yield given.finding(
            "unsupported_place", hit.start, hit.end, f"No fact names {given.said(hit.start, hit.end)!r}."
        )
    yield from _towns(given, taken)


def _is_written(given: CheckInput, start: int, end: int) -> bool:
    if end - start == 1 and given.words[start] in _COUNTRY_WORDS:
        return given.raw[start].isupper()
    if end - start <= 2 and len(given.words[start]) == 1:
        return given.raw[start].isupper() and given.gap(start + 1) == "." and given.raw[end - 1].isupper()
    return all(
        given.is_capital(i) or given.words[i] in {"of", "and", "the", "on", "de", "en", "upon", "s", "da"}
        for i in range(start, end)
    )


def _is_known(given: CheckInput, start: int, end: int) -> bool:
    words = given.words[start:end]
    if given.facts.knows_all(words):
        return True
    if words[-1] == "city" and given.facts.knows_all(words[:-1]):
        return True
    if len(words) > _SHORTEST_INITIALS and given.facts.knows("".join([word[0] for word in words])):
        return True  # "New York City" for NYC
    if len(words) == 1 and given.facts.has_relative(words[0]):
        return True
    folded = [_folded(word) for word in words]
    known = {_folded(word) for part in given.facts.parts for word in part.words if not word.isascii()}
    return all(word in known or given.facts.knows(word) for word in folded)


def _folded(word: str) -> str:
    return "".join(
        ch
        for ch in unicodedata.normalize("NFKD", word.replace("ø", "o").replace("ł", "l"))
        if not unicodedata.combining(ch)
    )


def _is_part_of_name(given: CheckInput, start: int, end: int) -> bool:
    """Whether the place only helps to name something that a fact names: `Bank of Ireland`, `Berlin Brandenburg`."""
    before = start - 1
    return (
        before >= 0
        and given.gap(start) == " "
        and given.is_capital(before)
        and not given.starts_sentence(before)
        and given.facts.has_phrase(given.words[before:end])
    )


def _is_placed(given: CheckInput, start: int, end: int) -> bool:
    if given.starts_sentence(start) and start == 0:
        return False
    if given.word(start - 1) in _IN and given.gap(start) == " ":
        return given.word(start - 1) not in {"for", "to", "from", "at", "of"} or not _looks_like_person(given, end)
    if given.word(end) in _SITES:
        return True
    if given.word(start - 1) in _JOINTS and "place" in categories_of(given.word(start - 2)) and given.gap(start) == " ":
        return True
    if given.word(start - 1) == "the" and given.is_capital(end) and given.gap(end) == " ":
        return True  # "the Paris Opera"
    if given.gap(start) == ", " and start and "place" in categories_of(given.words[start - 1]):
        return True
    return given.gap(start).endswith("(") and given.gap(end).startswith(")") if end < len(given.words) else False


def _looks_like_person(given: CheckInput, end: int) -> bool:
    return given.is_capital(end) and given.gap(end) == " "


def _is_in_country(given: CheckInput, name: str) -> bool:
    """A country or region is known where a fact names a place in it."""
    codes = places()[name]
    if not _is_area(name):
        return False
    if codes.isdisjoint(_countries(given)):
        return False
    return name in countries() or not _is_in_another_part(given, name)


def _is_in_another_part(given: CheckInput, name: str) -> bool:
    """Whether the role's place says which part of its country it is, and it is not this one."""
    parts = {
        said
        for fact in given.facts.of_kind("location")
        for each in (fact.attributes.get("locality"), fact.attributes.get("region"))
        if (said := " ".join(words_of(each or "")))
    }
    return (
        any(part in areas() | _ALSO_STATES and part not in countries() and part != name for part in parts)
        and name not in parts
    )


def _is_area(name: str) -> bool:
    return name in areas()


def _countries(given: CheckInput) -> set[str]:
    table = places()
    found: set[str] = set()
    for fact in given.facts.of_kind("location"):
        for said in (
            fact.attributes.get("country"),
            fact.attributes.get("locality"),
            fact.attributes.get("region"),
            *fact.names,
        ):
            name = " ".join(word.lower() for word in TOKEN.findall(said or ""))
            found |= table.get(name, frozenset())
    for part in given.facts.parts:
        for word in part.words & table.keys():
            found |= table[word]
    return found


def _towns(given: CheckInput, taken: set[int]) -> Iterable[Finding]:
    """A capitalised name after `in`, or before `office`, that no fact has."""
    for i in given.capitals:
        if i in taken or given.gap(i) != " ":
            continue
        before = given.word(i - 1)
        town = before in _TOWN or (
            before in {"to", "at"}
            and not {"relocate", "relocating", "move", "moving", "relocation"}.isdisjoint(
                given.words[max(0, i - 3) : i]
            )
        )
        end = given.name_end(i)
        site = before in _OUR and given.word(end) in _SITES and given.gap(end) == " "
        if not (town or site) or given.in_heading(i) or given.is_acronym(i):
            continue
        if any(_is_other_thing(given, at) for at in range(i, end)):
            continue
        yield given.finding("unsupported_place", i, end, f"No fact names {given.said(i, end)!r}.")


def _is_other_thing(given: CheckInput, i: int) -> bool:
    word = given.words[i]
    return (
        not is_name_like(word)
        or word in MONTHS
        or word in ORGANISATION_WORDS
        or _is_known(given, i, i + 1)
        or not _OTHER.isdisjoint(categories_of(word))
    )
