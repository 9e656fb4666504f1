"""Clauses from other people's bullet points: what a candidate did, what the role does, without changing a fact.

A line becomes a clause only if it begins with a verb we know; it is only ever shortened, never reworded. Lines come
from facts, which were screened for orders to a machine when the context was built (D-13).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from .clause import Clause
from .screening import speaks_to_someone

Tense = Literal["base", "past", "gerund", "third"]
_FIRST_WORD = re.compile(r"(?:[A-Za-z]+ly,?\s+)?([A-Za-z][A-Za-z-]*)(?=[\s,/]|$)")
_SECOND_VERB = re.compile(r"(?:,\s*(?:and\s+)?|\s+and\s+|\s*/\s*|\s*&\s*)([A-Za-z-]+)(?=[\s,])")
_SENTENCE_END = re.compile(r"(?<=[a-z0-9%)])[.!?](?:\s|$)|[;:]\s|\s[–—-]\s|\s*\n")
_ASIDE = re.compile(r"\s*\([^()]*\)|\s*\[[^\[\]]*\]")
_NOT_QUOTABLE = re.compile(r"[<>{}\[\]|\\@#\"“”«»„]|https?:|\betc\b|\.\.\.|…")
_POINTS_ELSEWHERE = re.compile(r"\w+(?:ly,?\s+\w+)?\s+(?:this|it|that|these|those|everything|all of)\b", re.IGNORECASE)
_THEIR_OWN = re.compile(r"\b(?:you|your|yours|I|me|my|he|she|his|her|him|they|their|them)\b", re.IGNORECASE)
_BREAKS = (", including", ", such as", ", resulting", ", ensuring", ", while", " while ", ", which", ", by ", ", ",
           " through ", " across ", " using ", " via ", " in order to ", " as well as ", " so that ", " with ",
           " based on ", " according to ", " in collaboration", " to ensure ", " by ")  # fmt: skip
_DANGLING = re.compile(
    r"(?:\s+(?:a|an|and|as|at|by|for|from|in|into|like|of|on|or|our|that|the|through|to|via|with|within|between|both|its|e\.g|i\.e|using|including)\b|[,/&+-])+$",
    re.IGNORECASE,
)


_SHORTEST_QUOTE = 24
_BARE_GROUP = re.compile(r"^(\w+) (team|group|crew|squad|department|staff) of\b")


class _Verb(NamedTuple):
    base: str
    past: str
    tense: Tense


@cache
def _verbs() -> dict[str, _Verb]:
    forms: dict[str, _Verb] = {}
    rows = files("overture.generation").joinpath("data/verbs_en.txt").read_text(encoding="utf-8").splitlines()
    for row in rows:
        if row.startswith("#"):
            continue
        base, past, gerund = row.split()
        third = f"{base[:-1]}ies" if base.endswith("y") and base[-2] not in "aeiou" else base + (
            "es" if base.endswith(("s", "x", "ch", "sh", "o")) else "s"
        )  # fmt: skip
        forms[third] = _Verb(base, past, "third")
        forms[gerund] = _Verb(base, past, "gerund")
        forms[base] = _Verb(base, past, "base")
        forms[past] = _Verb(base, past, "past")  # a form that is both base and past (cut, set) counts as past
    return forms


def verb_of(word: str) -> _Verb | None:
    """The verb a word is a form of, if it is one we know; never an acronym."""
    return None if word.isupper() and len(word) > 1 else _verbs().get(word.lower())


def deed(text: str, *, longest: int = 120, is_current: bool = False) -> Clause | None:
    """What the candidate did or does, to follow "you"; None for a line that cannot be quoted so.

    >>> deed("Led migration from monolith to microservices, improving uptime").text
    'led migration from monolith to microservices, improving uptime'
    """
    line = _prepared(text)
    if line is None or speaks_to_someone(line) or _THEIR_OWN.search(line):
        return None
    found = _FIRST_WORD.match(line)
    verb = verb_of(found.group(1)) if found else None
    if found is None or verb is None or verb.tense in {"gerund", "third"}:
        return None
    rest = line[found.end(1) :]
    if verb.tense == "past":
        return _clause(found.group(1).lower() + rest, "past", longest)
    if is_current:
        return _clause(verb.base + rest, "base", longest)
    return _clause(verb.past + _second_verbs(rest, "past"), "past", longest)


@lru_cache(maxsize=4096)
def duty(text: str, *, longest: int = 120, in_house: bool = True) -> Clause | None:
    """What the person in the role does, to follow "you would"; None for a line that cannot be put so.

    >>> duty("Handles the preparation of VAT returns.").text
    'handle the preparation of VAT returns'
    """
    line = _prepared(text)
    if line is None or _THEIR_OWN.search(line) or (not in_house and speaks_to_someone(line)):
        return None
    found = _FIRST_WORD.match(line)
    verb = verb_of(found.group(1)) if found else None
    if found is None or verb is None or (verb.tense == "past" and verb.base != verb.past):
        return None
    return _clause(verb.base + _second_verbs(line[found.end(1) :], "base"), "base", longest)


def quotable(text: str, *, longest: int = 120) -> str | None:
    """The beginning of a line that can stand in a message as it is, cut at a comma; None where there is none."""
    line = _prepared(text)
    if line is None or line.count(" ") < 2:
        return None
    if len(line) > longest:
        at = line.rfind(", ", 0, longest + 1)
        if at < _SHORTEST_QUOTE:
            return None
        line = line[:at]
    return line


def _second_verbs(rest: str, tense: Literal["base", "past"]) -> str:
    """Put the verbs that directly follow the first one ("build and maintain", "tests and ships") in its tense."""
    at = 0
    while (found := _SECOND_VERB.match(rest, at)) and (verb := verb_of(found.group(1))):
        form = verb.past if tense == "past" else verb.base
        rest = rest[: found.start(1)] + form + rest[found.end(1) :]
        at = found.start(1) + len(form)
    return rest


def _prepared(text: str) -> str | None:
    line = _ASIDE.sub("", text.strip(" \t-–•*·"))
    if end := _SENTENCE_END.search(line):
        line = line[: end.start()]
    line = line.strip().rstrip(".,;:")
    if len(line) < 12 or line.count("(") != line.count(")") or _NOT_QUOTABLE.search(line):
        return None
    if _POINTS_ELSEWHERE.match(line):
        return None
    return line


def _clause(text: str, tense: Literal["base", "past"], longest: int) -> Clause | None:
    if len(text) > longest:
        cuts = [at for mark in _BREAKS if (at := text.rfind(mark, 0, longest)) >= 24 and text.count(",", 0, at) < 4]
        if not cuts:
            return None
        text = text[: max(cuts)]
    text = _BARE_GROUP.sub(r"\1 a \2 of", _DANGLING.sub("", text))
    return Clause(text, tense) if text.count(" ") >= 2 else None
