"""With and without: what a fact says is not there is not promised, and the other way about (D-10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .check_facts import FactTerms
from .check_input import CheckInput
from .draft import Finding
from .facts import Fact
from .relation_words import ABSENT, NEEDED
from .stems import STEMS
from .told_facts import places_of, stems_in, text_stems, text_words

_FAR = 8
_NEAR = 3
_NOT = frozenset(
    """no not never nobody noone without t none nor neither zero free nothing out cannot instead rather minus avoid
    avoids hardly rarely closed closes close shut off except""".split()
)
_KINDS = frozenset(
    ("benefit", "requirement", "culture", "workplace_type", "employment_type", "skill", "responsibility", "value")
)
_PLAIN_TERMS = frozenset("remote hybrid permanent temporary".split())
_STOPS = frozenset("of on in for to at with from and or the a an is are".split())
_END = re.compile(r"[,;:.(–—]")
_NEGATED = "The fact says that there is none."
_DENIED = "The fact says that there is."


def check_negations(given: CheckInput) -> Iterable[Finding]:
    """`There are night shifts` where a fact says `No night shifts`, and the other way about."""
    for part in given.facts.parts:
        for phrase, kind in _absent(part):
            yield from _asserted(given, phrase, kind)
    for i in places_of(given, ABSENT):
        yield from _denied(given, i)
    yield from _not_needed(given)


def _absent(part: FactTerms) -> Iterable[tuple[tuple[str, ...], str]]:
    return () if part.words.isdisjoint(ABSENT) else _read_absent(part)


def _read_absent(part: FactTerms) -> Iterator[tuple[tuple[str, ...], str]]:
    for fact in part.facts:
        said = fact.attributes.get("said") or fact.attributes.get("text") or ""
        head, _, rest = said.strip().partition(" ")
        if head.lower() in {"no", "zero", "without"}:
            words = text_words(_END.split(rest)[0])[:4]
            cut = next(
                (i for i, word in enumerate(words) if word in {"of", "in", "for", "at", "since", "duty"}), len(words)
            )
            if words[:cut]:
                yield words[:cut], fact.kind


def _asserted(given: CheckInput, phrase: tuple[str, ...], kind: str) -> Iterator[Finding]:
    size = len(phrase)
    stems = {stem for word in phrase if (stem := STEMS[word])}
    if not stems:
        return
    for first, last in given.sentences:
        words = given.words[first:last]
        if not _NOT.isdisjoint(words):
            continue
        if kind == "achievement" and size > 1 and not stems <= set(given.stems[first:last]):
            continue
        for i in range(first, last - size + 1):
            if all(
                said == word or said.rstrip("s") == word.rstrip("s")
                for said, word in zip(given.words[i : i + size], phrase, strict=True)
            ):
                yield given.finding("changed_relation", i, i + size, _NEGATED)
                break


def _denied(given: CheckInput, i: int) -> Iterator[Finding]:
    for size in (3, 2, 1):
        words = tuple(given.words[i + 1 : i + 1 + size])
        if (
            len(words) < size
            or any(given.gap(i + 1 + at) not in {" ", "-"} for at in range(size))
            or words[-1] in _STOPS
        ):
            continue
        if size == 1 and len(words[0]) < 5:
            continue
        facts = [fact for fact in _with_phrase(given.facts.shared, words) if fact.kind in _KINDS]
        if facts and not any(ABSENT & set(text_words(fact.text)) for fact in facts):
            if size == 1 and not any(_is_thing(fact) for fact in facts):
                continue
            yield given.finding("changed_relation", i, i + 1 + size, _DENIED)
            return


def _is_thing(fact: Fact) -> bool:
    return fact.kind not in {"responsibility", "skill"} and len(text_words(fact.attributes.get("said", ""))) <= _NEAR


def _with_phrase(part: FactTerms, words: tuple[str, ...]) -> list[Fact]:
    phrase = f" {' '.join(words)} "
    if phrase not in part.joined:
        return []
    return [fact for fact in part.facts if phrase in f" {' '.join(text_words(fact.text))} "]


def _not_needed(given: CheckInput) -> Iterator[Finding]:
    for i in places_of(given, NEEDED):
        word = given.words[i]
        if word != "not":
            begin, _ = given.sentence_of(i)
            window = given.words[max(begin, i - _FAR) : i]
            if not ({"not", "t", "no"} & set(window)) or "you" in window:
                continue
            negation = max(at for at in range(max(begin, i - _FAR), i) if given.words[at] in {"not", "t", "no"})
            stems = stems_in(given, max(begin, i - _FAR), i)
            wanted = [fact for fact in given.facts.shared.facts if fact.kind in {"requirement", "skill"}]
            told_of = [fact for fact in wanted if stems and stems <= text_stems(fact.text)]
            if told_of and not any(_NOT & set(text_words(fact.text)) for fact in told_of):
                yield given.finding("changed_relation", negation, i + 1, _DENIED)
        elif word == "not" and given.word(i + 1) in _PLAIN_TERMS:
            facts = [f for f in given.facts.shared.facts if f.kind in {"workplace_type", "employment_type"}]
            if any(given.words[i + 1] in text_words(fact.text) for fact in facts):
                yield given.finding("changed_relation", i, i + 2, _DENIED)
