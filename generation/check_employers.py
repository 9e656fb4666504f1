"""Employers: known companies, and names in the places where sentences put an employer (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .lexicon import TOKEN, Category, categories_of
from .name_words import ORGANISATION_WORDS, is_name_like

_LISTED: frozenset[Category] = frozenset(("skill", "place", "title"))
_AT = frozenset(("at", "joined", "joining", "join", "left", "leaving"))
_WEAK = frozenset("with for from by of to".split())
_NEAR_WEAK = frozenset(
    """work works worked working role roles position job jobs hired hires hiring recruit recruits recruiting
    recruiter recruited behalf employed employer move moved moving came come tenure stint career team colleagues
    client opportunity opening openings days years time alumni interview""".split()
)
_BECOMES = frozenset(
    "hiring recruiting looking expanding seeking opening building growing searching appointing".split()
)
_INSTITUTIONS = frozenset(
    """ministry bank hospital clinic trust ltd inc gmbh plc llc council society association foundation institute hotel
    restaurant airlines airways brewery bakery pharmacy museum""".split()
)
_LATELY = frozenset("just recently opened asked retained grown launched raised won".split())
_IS = frozenset("is are was were has have needs wants hires recruits".split())
_NOBODY = frozenset(
    """we they who everyone everybody somebody someone nobody there it he she you i what which demand business
    management work things people growth hiring another much more most""".split()
)
_DETERMINERS = frozenset(
    "the our your my this that these those a an one another every each some any all both such".split()
)


def check_employers(given: CheckInput) -> Iterable[Finding]:
    """No company is named that no fact names."""
    taken: set[int] = {i for hit in given.hits("channel") for i in range(hit.start, hit.end)}
    skills = {i for hit in given.hits("skill") if hit.end - hit.start > 1 for i in range(hit.start, hit.end)}
    for hit in given.hits("company"):
        if hit.start in taken or hit.start in skills or not _is_written(given, hit.start, hit.end, hit.payload):
            continue
        if given.facts.has_phrase(given.words[hit.start : hit.end]) or given.facts.knows_all(
            given.words[hit.start : hit.end]
        ):
            continue
        if (
            hit.payload.endswith("*")
            or (given.starts_sentence(hit.start) and hit.end - hit.start == 1 and hit.payload.endswith("*"))
        ) and not _is_placed(given, hit.start, hit.end):
            continue
        if _is_also_skill(given, hit.start, hit.end) and given.word(hit.start - 1) not in _AT:
            continue
        taken.update(range(hit.start, hit.end))
        yield _found(given, hit.start, hit.end)
    done = 0
    for i in _first_words(given):
        if i < done or i in taken:
            continue
        end = done = given.name_end(i)
        if _may_be_employer(given, i, end) and taken.isdisjoint(range(i, end)) and not given.in_heading(i):
            unknown = [at for at in range(i, end) if _is_unknown(given, at)]
            if unknown and (unknown[0] == i or given.words[i] in ORGANISATION_WORDS or len(unknown) * 2 > end - i):
                yield _found(given, i, end)
    yield from _institutions(given, taken)


def _institutions(given: CheckInput, taken: set[int]) -> Iterable[Finding]:
    """`the Ministry of Defence`, `Riverside Hospital`: an institution whose name no fact has."""
    if _INSTITUTIONS.isdisjoint(given.vocabulary):
        return
    done = 0
    for i in sorted({*given.capitals, *(start for start, _ in given.sentences if given.is_capital(start))}):
        end = given.name_end(i)
        if i < done or i in taken or end - i < 2 or _INSTITUTIONS.isdisjoint(given.words[i:end]) or given.in_heading(i):
            continue
        done = end
        own = [at for at in range(i, end) if given.is_capital(at) and given.words[at] not in ORGANISATION_WORDS]
        unknown = [at for at in own if not given.facts.knows(given.words[at])]
        if own and len(unknown) * 2 > len(own) and is_name_like(given.words[unknown[0]]):
            yield _found(given, i, end)


def _first_words(given: CheckInput) -> list[int]:
    """Where a name may begin: capitals inside sentences, and first words before `is hiring` and the like."""
    if _BECOMES.isdisjoint(given.vocabulary) and _LATELY.isdisjoint(given.vocabulary):
        return given.capitals
    starts = [
        start
        for start, _ in given.sentences
        if start < len(given.words) and given.is_capital(start) and is_name_like(given.words[start])
    ]
    return sorted({*given.capitals, *starts})


def _found(given: CheckInput, start: int, end: int) -> Finding:
    return given.finding("unsupported_employer", start, end, f"No fact names {given.said(start, end)!r}.")


def _is_written(given: CheckInput, start: int, end: int, name: str) -> bool:
    """Whether the words are written as the company writes itself: `ING`, not `ing`; `Shell`, not `shell`."""
    written = TOKEN.findall(name.rstrip("*"))
    for i, own in zip(range(start, end), written, strict=False):
        said = given.raw[i]
        if own.isupper() and len(own) > 1 and not said.isupper():
            return False
        if own[0].isupper() and not said[0].isupper() and own.lower() not in {"and", "of"}:
            return False
        if not own.isupper() and own.islower() and end - start == 1 and not said[0].isupper() and said != own:
            return False
    return True


def _is_placed(given: CheckInput, start: int, end: int) -> bool:
    before = given.word(start - 1)
    if before in _AT | {"with", "from", "for"} and given.gap(start) == " ":
        return True
    if given.word(end) == "s" and given.gap(end) in {"'", "’"}:
        return not given.starts_sentence(start)
    return given.word(end) in _IS and given.word(end + 1) in _BECOMES


def _is_also_skill(given: CheckInput, start: int, end: int) -> bool:
    if end - start != 1:
        return False
    return "skill" in categories_of(given.words[start])


def _may_be_employer(given: CheckInput, start: int, end: int) -> bool:
    before = given.word(start - 1)
    if given.gap(start) != " ":
        before = ""
    if before in _AT:
        if before in {"join", "joining", "left", "leaving"} and given.facts.knows(given.words[start]):
            return False
        return not given.starts_sentence(start)
    if before in _WEAK:
        near = given.words[max(0, start - 5) : start - 1]
        return (not _NEAR_WEAK.isdisjoint(near) and not given.is_acronym(start)) or (
            before == "of" and given.word(start - 2) == "behalf"
        )
    if given.word(end) in _IS and given.word(end + 1) in _BECOMES | _LATELY and before not in _DETERMINERS:
        return is_name_like(given.words[start]) and not _is_grammar(given, start)
    possessive = given.word(end) == "s" and given.gap(end) in {"'", "’"}
    return (
        possessive
        and not given.starts_sentence(start)
        and before not in {"let", "it", "that", "what"}
        and _is_all_unknown(given, start, end)
    )


def _is_all_unknown(given: CheckInput, start: int, end: int) -> bool:
    return all(_is_unknown(given, i) for i in range(start, end) if given.is_capital(i))


def _is_unknown(given: CheckInput, i: int) -> bool:
    word = given.words[i]
    if not given.is_capital(i) or not is_name_like(word) or word in ORGANISATION_WORDS or given.facts.knows(word):
        return False
    return _LISTED.isdisjoint(categories_of(word))


def _is_grammar(given: CheckInput, i: int) -> bool:
    return given.words[i] in _DETERMINERS or given.words[i] in _NOBODY
