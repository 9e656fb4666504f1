"""Ranks, people and other names in a draft in another language (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .lexicon import words_of
from .local_names import LISTED_NAMES, LocalNames, found, lists_of
from .name_words import ORGANISATION_WORDS
from .stems import STEMS

_ENGLISH_RANKS = frozenset(
    """junior jr senior sr staff principal chief deputy vice executive lead head director vp svp evp trainee graduate
    intern associate managing distinguished""".split()
)
_SAME_RANK = {"jr": "junior", "sr": "senior", "senior": "sr", "head": "lead", "vp": "vice", "junior": "jr"}
_NEAR = 3
_SHORTEST_NAME = 3


def named_ranks(names: LocalNames) -> Iterable[Finding]:
    """A rank before a title that no fact gives: `Senior`, `leitende`, `chef`."""
    given, words = names.given, names.words
    for i, word in enumerate(given.words):
        english = word in _ENGLISH_RANKS
        if not english and word not in words.ranks:
            continue
        if i in names.taken or given.facts.knows(word) or given.facts.knows(_SAME_RANK.get(word, word)):
            continue
        after = given.word(i + 1)
        if english:
            said = given.is_capital(i) and given.gap(i + 1) in {" ", "-"} and (
                given.is_capital(i + 1) or after in {"of", "de"}
            )  # fmt: skip
            said = said and _is_title(names, i + 2 if after in {"of", "de"} else i + 1)
        else:
            said = given.gap(i + 1) in {" ", "-"} and _is_title(names, i + 1)
        if said:
            end = given.name_end(i + 1)
            yield names.given.finding("unsupported_title", i, end, f"No fact gives {given.said(i, i + 1)!r} as a rank.")
            names.taken.update(range(i, end))


def _is_title(names: LocalNames, i: int) -> bool:
    """Whether a word is part of a title: a head of the list, or a word of a title in a fact."""
    given = names.given
    if i >= len(given.words):
        return False
    last = i
    while last < min(i + _NEAR, len(given.words) - 1) and given.gap(last + 1) in {" ", "-", "/"}:
        last += 1
    near = range(i, last + 1)
    if any("title" in lists_of(given, at) for at in near):
        return True
    titles = given.once(_title_words)
    return any(given.words[at] in titles for at in near)


def _title_words(given: CheckInput) -> frozenset[str]:
    said = [
        fact.attributes.get("title", "")
        for fact in (*given.facts.of_kind("title", "position", "application", "title_experience"),)
    ]
    return frozenset(word for title in said for word in words_of(title) if len(word) > _SHORTEST_NAME)


def named_people(names: LocalNames) -> Iterable[Finding]:
    """`meine Kollegin Anna`, `mon collègue Ben`."""
    given, words = names.given, names.words
    if words.colleagues.isdisjoint(given.vocabulary):
        return
    for i in given.capitals:
        if i in names.taken or given.gap(i) not in {" ", ", "} or given.word(i - 1) not in words.colleagues:
            continue
        before = given.words[max(0, i - 4) : i - 1]
        if given.starts_sentence(i) or words.own.isdisjoint(before):
            continue
        if names.is_unknown(i) and LISTED_NAMES.isdisjoint(lists_of(given, i) - {"title"}):
            yield found(names, "unsupported_name", i, given.name_end(i))


def other_names(names: LocalNames) -> Iterable[Finding]:
    """A capitalised word in the middle of a sentence that no fact gives; German writes every noun so."""
    given = names.given
    if given.language == "de":
        return
    done = 0
    for i in given.capitals:
        if i < done or i in names.taken or given.in_heading(i):
            continue
        end = done = given.name_end(i)
        unknown = [at for at in range(i, end) if given.is_capital(at) and _is_foreign(names, at)]
        capitals = sum(1 for at in range(i, end) if given.is_capital(at) and given.words[at] not in ORGANISATION_WORDS)
        if unknown and len(unknown) * 2 >= capitals:
            yield found(names, "unsupported_name", i, end)


def _is_foreign(names: LocalNames, i: int) -> bool:
    given, words = names.given, names.words
    raw = given.raw[i]
    if len(raw) < _SHORTEST_NAME or raw.isupper() or raw in words.formal or given.words[i] in words.grammar:
        return False
    if given.words[i] in words.courtesy or given.words[i] in words.closings or not names.is_unknown(i):
        return False
    return not lists_of(given, i) - {"number"} and bool(STEMS[given.words[i]])
