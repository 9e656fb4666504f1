"""Nothing that rule D-12 protects is mentioned of the person (D-11)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .lexicon import demonyms

_ADVICE = "Leave out age, sex, family, origin, religion, health, union and the like: they have no place in a message."
_HONORIFICS = frozenset("mr mrs ms miss mister madam madame sir herr frau".split())
_YOUR_OWN = frozenset(
    """background roots heritage origin origins descent ancestry nationality accent passport citizenship
    culture upbringing""".split()
)
_DESCRIBES = frozenset(
    "woman women man men guy lady girl female male immigrant expat citizen national heritage".split()
)
_ORIGIN_LEADS = frozenset(("being", "fellow"))
_YOUTH = frozenset("young youthful youngster youngsters elderly".split())
_YOUNG_THINGS = frozenset(
    """company companies firm firms startup start business brand organisation organization practice department
    field market industry product team children people pupils learners adults patients families students readers
    offenders carers trees plants wine brands players musicians minds audience audiences farmers""".split()
)
_AGE_WORDS = frozenset("old young".split())


def check_protected(given: CheckInput) -> Iterable[Finding]:
    """No attribute of D-12, nor words that guess at one; the same words in a fact are about something else."""
    for hit in given.hits("protected"):
        words = given.words[hit.start : hit.end]
        if words[0] in _HONORIFICS and len(words) == 1:
            if _is_honorific(given, hit.start):
                yield given.finding(
                    "protected_attribute", hit.start, hit.end, "Use the name as given, without Mr or Ms (D-12)."
                )
            continue
        if _is_about_somebody_else(given, hit.start, words):
            continue
        yield given.finding("protected_attribute", hit.start, hit.end, _ADVICE)
    for word in _YOUTH & given.vocabulary:
        i = given.words.index(word)
        if given.word(i + 1) not in _YOUNG_THINGS and not given.facts.knows(word) and not given.is_capital(i):
            yield given.finding("protected_attribute", i, i + 1, _ADVICE)
    for i in (
        [i for i, word in enumerate(given.words) if word in demonyms()]
        if not demonyms().isdisjoint(given.vocabulary)
        else ()
    ):
        if _is_origin(given, i):
            yield given.finding("protected_attribute", i, i + 1, _ADVICE)


def _is_about_somebody_else(given: CheckInput, start: int, words: list[str]) -> bool:
    if words[0] in {"your", "you"} or "your" in words:
        if given.facts.has_phrase(words):
            return f" {' '.join(words)} " in given.facts.shared.joined  # the benefit says "bread for your family"
        # "medical cover for you and your family": the last word comes from a benefit
        return words[-1] in given.facts.shared.words and words[0] == "your"
    if words[0] in {"aged", "age"} and given.word(start - 1) in _YOUNG_THINGS:
        return True  # "pupils aged 11 to 18"
    if "years" in words and words[-1] in _AGE_WORDS | {"of", "age"}:
        who = given.sentence_words(start)
        return (
            not (who & {"you", "your"})
            or given.facts.has_phrase(words)
            or bool(who & {"company", "firm", "business", "codebase", "system", "building"})
        )
    return given.facts.has_phrase(words) or (
        len(words) > 1
        and words[-1] not in {"old"}
        and given.facts.has_stems(words)
        and words[0] not in {"as", "being", "fellow"}
    )


def _is_honorific(given: CheckInput, i: int) -> bool:
    if given.words[i] in {"sir", "madam", "madame", "miss"} and not given.is_capital(i):
        return given.words[i] in {"madam", "sir"} and given.word(i - 1) in {"dear", "hello", "hi", "or"}
    return (
        (given.is_capital(i + 1) or given.word(i - 1) in {"dear", "hello", "hi", "or"})
        and given.is_capital(i)
        and not given.facts.has_phrase(given.words[i : i + 2])
        and not given.facts.has_phrase(given.words[max(0, i - 1) : i + 1])  # a firm of that name ends its sentence
    )


def _is_origin(given: CheckInput, i: int) -> bool:
    """`as a German`, `fellow Nigerian`, `your Polish roots`; never `your German clients` or `fluent German`."""
    before, after = given.word(i - 1), given.word(i + 1)
    if after in _YOUR_OWN and given.words[i] not in {"latin"}:
        return before in {"your", "a", "of", "and"} and not given.facts.has_phrase(given.words[i : i + 2])
    if before in _ORIGIN_LEADS or (
        before in {"a", "an"}
        and given.word(i - 2) in {"as", "fellow", "re", "are", "being"}
        and given.word(i - 2) != ""
    ):
        ends = (
            given.gap(i + 1).strip() != ""
            or i + 1 >= len(given.words)
            or after in {"i", "you", "in", "and", "who", "like", "living"} | _DESCRIBES
        )
        return ends and given.is_capital(i)
    return after in _DESCRIBES and given.is_capital(i) and not given.facts.knows(after)
