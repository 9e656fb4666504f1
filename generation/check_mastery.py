"""What the candidate is said to master: a language, or a craft that no list has, where no fact has it (D-10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from .check_input import CheckInput
from .check_words import language_lists
from .choices import Language
from .draft import Finding
from .lexicon import english_lists
from .relation_words import ASKED
from .stems import STEMS
from .told_facts import find_places

_SPEAKING = frozenset(
    """speak speaks spoken speaking fluent fluently native bilingual conversational trilingual
    sprechen sprichst spricht fließend verhandlungssicher muttersprachlich muttersprache
    parlez parles parle couramment maîtrisez maîtrises bilingue
    habla hablas hablar domina dominas fluidez
    fala falas fluente fluência
    parli parla fluentemente correntemente
    spreekt spreek vloeiend""".split()
)
_NEAR = 6
_ADEPT = frozenset("versed adept fluent proficient expert skilled natural accomplished brilliant whizz home".split())
_IN = frozenset("in with at of on".split())
_OWNED = frozenset("command mastery flair talent gift knack eye grasp skill expertise".split())
_HAVING = frozenset("your have ve has".split())
_OF = frozenset("of for with in".split())
_KNOWING = frozenset("know knows knew master mastered understand".split())
_INSIDE_OUT = (("inside", "out"), ("by", "heart"), ("inside", "and", "out"))
_PERSON = frozenset(("you", "your"))
_STOPS = frozenset("and but so which that who as like when where because there here it you we i if".split())
_CRAFT_WORDS = _ADEPT | _OWNED | _KNOWING
_LONGEST = 4
_DOING = frozenset("making doing working work make getting keeping handling things people thing".split())


def check_mastery(given: CheckInput) -> Iterable[Finding]:
    """No language that the candidate is said to speak, and no craft they are said to master, without a fact."""
    if not _SPEAKING.isdisjoint(given.vocabulary):
        yield from _spoken(given)
    if given.language == "en" and not _PERSON.isdisjoint(given.vocabulary):
        for first, last in _crafts(given):
            content = [word for word in given.words[first:last] if STEMS[word]]
            if content and not any(given.facts.knows(word) for word in content if word not in _DOING):
                advice = f"No fact gives {given.said(first, last)!r}."
                yield given.finding("unsupported_skill", first, last, advice)


def _spoken(given: CheckInput) -> Iterator[Finding]:
    for i, word in enumerate(given.words):
        if word not in _tongues(given.language) or given.facts.knows(word):
            continue
        begin, end = given.sentence_of(i)
        near = given.words[max(begin, i - _NEAR) : min(end, i + 3)]
        _, stop = given.characters(begin, end)
        asks = "?" in given.text[stop : stop + 2]
        if _SPEAKING.isdisjoint(near) or asks or (given.language == "en" and not _is_told_of_person(given, i)):
            continue
        yield given.finding("unsupported_skill", i, i + 1, f"No fact says that they speak {given.raw[i]}.")


@cache
def _tongues(language: Language) -> frozenset[str]:
    if language == "en":
        return frozenset(english_lists()["languages"])
    said = language_lists(language).get("languages", "")
    return frozenset(said.split() if isinstance(said, str) else said)


def _is_told_of_person(given: CheckInput, i: int) -> bool:
    words = given.sentence_words(i)
    return not _PERSON.isdisjoint(words) and ASKED.isdisjoint(words - {"here"})


def _crafts(given: CheckInput) -> Iterator[tuple[int, int]]:
    """What stands behind `at home with`, `your flair for`, and between `you know` and `inside out`."""
    words = given.words
    for i in find_places(given, _CRAFT_WORDS):
        word = words[i]
        if word in _ADEPT and given.word(i + 1) in _IN and _is_told_of_person(given, i):
            if word != "home" or given.word(i - 1) == "at":
                yield _object(given, i + 2)
        elif word in _OWNED and given.word(i + 1) in _OF and not _HAVING.isdisjoint(words[max(0, i - 3) : i]):
            if _is_told_of_person(given, i):
                yield _object(given, i + 2)
        elif word in _KNOWING and given.word(i - 1) == "you":
            begin, end = i + 1, min(i + 2 + _LONGEST, given.sentence_of(i)[1])
            for at in range(begin + 1, end):
                if any(tuple(words[at : at + len(each)]) == each for each in _INSIDE_OUT):
                    yield begin, at


def _object(given: CheckInput, first: int) -> tuple[int, int]:
    last = first
    end = min(first + _LONGEST, given.sentence_of(first)[1] if first < len(given.words) else first)
    while last < end and given.words[last] not in _STOPS and (last == first or given.gap(last) in {" ", "-"}):
        last += 1
    return first, last
