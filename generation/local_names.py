"""Names in a draft in another language: which are unknown, and what is judged already (D-10)."""

from __future__ import annotations

import unicodedata

from .check_input import CheckInput
from .check_words import CheckWords, check_words
from .draft import Finding, FindingCode
from .lexicon import Category, categories_of
from .lexicon_local import day_names, is_everyday, local_demonyms, month_names
from .name_words import ORGANISATION_WORDS, is_name_like

LISTED_NAMES: frozenset[Category] = frozenset(("company", "school", "place", "skill", "title"))
NOT_FIRMS: frozenset[Category] = frozenset(("place", "skill", "title"))
ENGLISH_LINKS = frozenset("of and the on de en upon s da".split())
FAR = 7
"""So many words before a name may say what it is the name of."""
_COUNTRY_WORDS = frozenset(("uk", "us", "usa", "eu", "uae"))
_SHORTEST_NAME = 3


class LocalNames:
    """What one draft is asked about names; `taken` words are judged already."""

    def __init__(self, given: CheckInput) -> None:
        self.given, self.words = given, check_words(given.language)
        self.taken = {i for hit in given.hits("channel") for i in range(hit.start, hit.end)}
        self.at_employer = self._employers_by_place()

    def _employers_by_place(self) -> dict[int, int]:
        """Runs of capitals behind a word that puts an employer there: `bei X`, `chez X`, `trabajas en X`."""
        given, words = self.given, self.words
        found: dict[int, int] = {}
        for i in given.capitals:
            before = given.word(i - 1)
            if given.gap(i) not in {" ", " „", " «", " «\u00a0", ' "', " “"}:
                continue
            weak = before in words.at_weak and not words.works.isdisjoint(given.words[max(0, i - FAR) : i - 1])
            with_article = before in words.connecting and given.word(i - 2) in words.at
            if before in words.at or weak or with_article:
                found[i] = given.name_end(i)
        return found

    def is_unknown(self, i: int) -> bool:
        """Whether the capitalised word at `i` could be a name, and no fact has it."""
        given = self.given
        word, language = given.words[i], given.language
        if not given.is_capital(i) or not is_name_like(word) or word in ORGANISATION_WORDS or given.facts.knows(word):
            return False
        if given.raw[i] in self.words.formal:  # Italian writes "nel Suo lavoro"
            return False
        if word in local_demonyms(language) or word in day_names(language) or word in month_names(language):
            return False
        if is_relative(given, word):
            return False
        # a compound with a hyphen is as everyday as its last part: "SAP-Projekte"
        last = i
        while given.gap(last + 1) == "-":
            last += 1
        return not is_everyday(given.words[last], language) and not is_everyday(word, language)


def found(names: LocalNames, code: FindingCode, start: int, end: int) -> Finding:
    """The finding about a name that no fact has; its words are judged with that."""
    names.taken.update(range(start, end))
    return names.given.finding(code, start, end, f"No fact names {names.given.said(start, end)!r}.")


def is_written(given: CheckInput, start: int, end: int, words: CheckWords) -> bool:
    """Whether words are written as a name is."""
    if end - start == 1 and given.words[start] in _COUNTRY_WORDS:
        return given.raw[start].isupper()
    return all(given.is_capital(i) or given.words[i] in words.connecting or given.words[i] in ENGLISH_LINKS
               for i in range(start, end))  # fmt: skip


def lists_of(given: CheckInput, i: int) -> frozenset[Category]:
    """The word lists of the language that hold the word at `i` alone."""
    return categories_of(given.words[i], given.language)


def is_relative(given: CheckInput, word: str) -> bool:
    """Whether a fact has the same name in another form or without its accents: `Stockholms`, `Malmo`."""
    if len(word) < _SHORTEST_NAME:
        return False
    folded = _folded(word)
    known = given.once(_folded_words)
    return folded in known or (len(folded) > 4 and folded.removesuffix("s") in known) or f"{folded}s" in known


def _folded_words(given: CheckInput) -> frozenset[str]:
    return frozenset(_folded(word) for part in given.facts.parts for word in part.words) | frozenset(
        map(_folded, given.facts.own)
    )


def _folded(word: str) -> str:
    if word.isascii():
        return word
    plain = unicodedata.normalize("NFKD", word.replace("ø", "o").replace("ł", "l").replace("ß", "ss"))
    return "".join(ch for ch in plain if not unicodedata.combining(ch))
