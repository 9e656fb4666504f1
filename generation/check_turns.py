"""Which way things went: from and to, up and down, as the facts have it (D-10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from .check_facts import FactTerms
from .check_input import CheckInput
from .deeds import clause_of
from .draft import Finding
from .facts import Fact
from .mentions import Mention, read_mentions
from .numbers import Number, find_digits, is_said
from .relation_words import deed_words
from .stems import STEMS
from .told_facts import places_of, stems_in, text_words, told

_DONE = frozenset(("achievement", "side_project", "responsibility"))
_FAR = 8
_NEAR = 3
_TURNED = "The fact has it the other way round."


def check_turns(given: CheckInput) -> Iterable[Finding]:
    """`from 12 to 31` where the fact falls from 31 to 12; `raised` where the fact says `cut`."""
    turned: list[tuple[int, int]] = []
    mentions = sorted(given.once(read_mentions), key=lambda each: each.start)
    if len(mentions) > 1 and "from" in given.vocabulary and "to" in given.vocabulary:
        for before, after in pairwise(mentions):
            if (said := _pair(given, before, after)) is None:
                continue
            pairs = given.once(_read_all_pairs)
            if _is_turned(said[0].number, said[1].number, pairs):
                turned.append((before.first, after.last))
                yield given.finding("changed_relation", before.first, after.last, _TURNED)
    yield from _changes(given, turned)


def _pair(given: CheckInput, one: Mention, two: Mention) -> tuple[Mention, Mention] | None:
    """The two numbers as from and to, where the words between them say so."""
    if two.first - one.last > _FAR or given.sentence_of(one.first) != given.sentence_of(two.first):
        return None
    ahead = given.words[max(0, one.first - _NEAR) : one.first]
    between = given.text[one.end : two.start].lower().split()
    if "from" in ahead and "to" in between:
        return one, two
    if "to" in ahead and "from" in between and "from" not in ahead:
        return two, one
    return None


def _is_turned(start: Number, end: Number, pairs: list[tuple[float, float]]) -> bool:
    if any(is_said(start, {a}) and is_said(end, {b}) for a, b in pairs):
        return False
    return any(is_said(start, {b}) and is_said(end, {a}) for a, b in pairs)


def _read_all_pairs(given: CheckInput) -> list[tuple[float, float]]:
    return [pair for part in given.facts.parts for pair in _read_pairs(part)]


def _read_pairs(part: FactTerms) -> Iterator[tuple[float, float]]:
    for fact in part.facts:
        text = fact.text
        if "from" not in text or " to " not in text:
            continue
        found = find_digits(text)
        for one, two in pairwise(found):
            if re.search(r"\bfrom\b[^.;]{0,24}$", text[: one.start]) and " to " in text[one.end - 1 : two.start + 1]:
                yield one.values[0], two.values[0]


def _changes(given: CheckInput, turned: list[tuple[int, int]]) -> Iterator[Finding]:
    table = deed_words()
    up = table.up & given.vocabulary
    down = table.down & given.vocabulary
    if not up and not down:
        return
    done = -1
    for at in places_of(given, up | down):
        if at < done or given.gap(at + 1) == "-":  # `double-entry` is a name
            continue
        first, last = given.sentence_of(at)
        done = last
        words = given.sentence_words(at)
        rises, falls = words & up, words & down
        if bool(rises) == bool(falls) or any(first <= place < last for place, _ in turned):
            continue
        wrong, right = (table.down, table.up) if rises else (table.up, table.down)
        way = "down" if rises else "up"
        parts = [part for part in given.facts.parts if way in part.words or not wrong.isdisjoint(part.words)]
        if not parts or _is_bare(given, at):
            continue
        begin, end = clause_of(given, at)
        stems = stems_in(given, begin, end) - {STEMS[given.words[at]]}
        for part in parts:
            found = told(given, part, stems, _DONE)
            if not found:
                continue
            facts = [each.fact for each in found if len(each.shared) == len(found[0].shared)]
            if all(_says(fact, wrong, right) for fact in facts):
                sure = found[0].is_clear or part is given.facts.shared or len(stems) <= _NEAR
                yield given.finding(
                    "changed_relation", at, at + 1, _TURNED, severity="blocking" if sure else "advisory"
                )
                break


def _is_bare(given: CheckInput, at: int) -> bool:
    """`increased savings`, `higher than`, `less than ten`: the word measures, it does not tell a change."""
    return given.word(at + 1) == "than" or given.word(at - 1) in {"for", "no", "not", "or"}


def _says(fact: Fact, wrong: frozenset[str], right: frozenset[str]) -> bool:
    words = set(text_words(fact.text))
    down = "down" in words
    if down and "up" not in words:
        words |= {"fell"}
    if "up" in words and not down:
        words |= {"rose"}
    return not words.isdisjoint(wrong) and words.isdisjoint(right)
