"""Countries, regions and towns named in a draft in another language, under any of their names (D-10)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from .check_input import CheckInput, Hit
from .choices import Language
from .draft import Finding
from .lexicon import areas, rule
from .lexicon_local import is_everyday, local_demonyms, place_codes, same_places
from .local_names import LISTED_NAMES, LocalNames, found, is_relative, is_written, lists_of


def named_places(names: LocalNames) -> Iterable[Finding]:
    """Known places under any name of theirs, and unknown names behind a word of place."""
    given, words = names.given, names.words
    for hit in given.hits("place"):
        if hit.start in names.taken or not is_written(given, hit.start, hit.end, words):
            continue
        placed = _is_placed(names, hit)
        if not placed and (
            hit.payload in words.ambiguous_places
            or hit.payload in rule("ambiguous_places")
            or (hit.end - hit.start == 1 and is_everyday(hit.payload, given.language))
            or given.gap(hit.end) == "-"
        ):
            continue
        if hit.payload in local_demonyms(given.language) or given.word(hit.start - 1) in words.own - words.connecting:
            continue
        if not _is_place_known(given, hit):
            yield found(names, "unsupported_place", hit.start, hit.end)
    for i in given.capitals:
        if i in names.taken or given.gap(i) != " " or given.word(i - 1) not in words.town:
            continue
        end = given.name_end(i)
        if given.raw[i] in words.formal or any(
            not LISTED_NAMES.isdisjoint(lists_of(given, at)) for at in range(i, end)
        ):
            continue
        if all(names.is_unknown(at) for at in range(i, end) if given.is_capital(at)) and not given.is_acronym(i):
            yield found(names, "unsupported_place", i, end)


def _is_placed(names: LocalNames, hit: Hit) -> bool:
    given = names.given
    if given.gap(hit.start) == " " and given.word(hit.start - 1) in names.words.town:
        return True
    return given.gap(hit.start).endswith("(") or (hit.start > 0 and "place" in lists_of(given, hit.start - 1))


def _is_place_known(given: CheckInput, hit: Hit) -> bool:
    said = given.words[hit.start : hit.end]
    if given.facts.knows_all(said) or all(is_relative(given, word) for word in said):
        return True
    others = same_places(given.language).get(hit.payload, frozenset())
    if any(given.facts.knows_all(other.split()) for other in others):
        return True
    codes = place_codes(given.language)
    if hit.payload in _areas(given.language):
        return not codes.get(hit.payload, frozenset()).isdisjoint(given.once(_countries))
    return False


@cache
def _areas(language: Language) -> frozenset[str]:
    """Names of countries and regions."""
    table = same_places(language)
    return areas() | frozenset(other for name in areas() for other in table.get(name, ()))


def _countries(given: CheckInput) -> set[str]:
    table = place_codes(given.language)
    found: set[str] = set()
    for fact in given.facts.of_kind("location"):
        for name in (*fact.names, *filter(None, (fact.attributes.get("country"), fact.attributes.get("locality")))):
            found |= table.get(" ".join(word for word in name.lower().replace("-", " ").split()), frozenset())
    for part in given.facts.parts:
        for word in part.words & table.keys():
            found |= table[word]
    return found
