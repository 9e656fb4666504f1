"""Employers named in a draft in another language (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .check_words import check_words
from .draft import Finding
from .lexicon_local import is_everyday
from .local_names import NOT_FIRMS, LocalNames, found, is_written, lists_of

_SHORTEST_NAME = 3
_CAPITALS_ONLY = frozenset("arm line sea box dell hp ey sap ing seb king hcl cgi".split())
"""Companies that are everyday words unless they are written in capitals."""


def named_employers(names: LocalNames) -> Iterable[Finding]:
    """Known companies, and names where a sentence puts an employer."""
    given = names.given
    for start, end in names.at_employer.items():
        if start in names.taken:
            continue
        unknown = [i for i in range(start, end) if names.is_unknown(i)]
        if (unknown and unknown[0] == start and NOT_FIRMS.isdisjoint(lists_of(given, start))) or (
            unknown and len(unknown) == end - start and _is_firm(given, start)
        ):
            yield found(names, "unsupported_employer", start, end)
    for hit in given.hits("company"):
        if hit.start in names.taken or not is_written(given, hit.start, hit.end, names.words):
            continue
        if given.facts.knows_all(given.words[hit.start : hit.end]) or hit.payload.endswith("*"):
            continue
        single = hit.end - hit.start == 1
        if single and (
            not NOT_FIRMS.isdisjoint(lists_of(given, hit.start))
            or is_everyday(given.words[hit.start], given.language)
            or given.words[hit.start] in names.words.grammar
            or (given.words[hit.start] in _CAPITALS_ONLY and not given.raw[hit.start].isupper())
        ):
            continue
        if single and given.starts_sentence(hit.start) and len(given.words[hit.start]) <= _SHORTEST_NAME:
            continue
        yield found(names, "unsupported_employer", hit.start, hit.end)


def _is_firm(given: CheckInput, i: int) -> bool:
    """Whether a listed name behind a word for an employer is one: `bei SAP`, not `experiencia en SAP`."""
    words = check_words(given.language)
    lists = lists_of(given, i)
    if "company" not in lists:
        return False
    return (
        "skill" not in lists or given.word(i - 1) in words.at or words.naming.isdisjoint(given.words[max(0, i - 4) : i])
    )
