"""Places of study named in a draft in another language (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import Hit
from .draft import Finding
from .lexicon import words_of
from .lexicon_local import is_everyday, same_places
from .local_names import ENGLISH_LINKS, FAR, NOT_FIRMS, LocalNames, found, is_relative, is_written, lists_of


def named_schools(names: LocalNames) -> Iterable[Finding]:
    """Known schools, names beside a word for a school, and names behind a word of studying."""
    given, words = names.given, names.words
    for hit in given.hits("school"):
        if _is_school(names, hit) and not _is_school_known(names, range(hit.start, hit.end)):
            yield found(names, "unsupported_school", hit.start, hit.end)
    if words.school_words.isdisjoint(given.vocabulary) and words.studied.isdisjoint(given.vocabulary):
        return
    for i, word in enumerate(given.words):
        if word in words.school_words and i not in names.taken:
            span = _school_name(names, i)
            if span and not _is_school_known(names, range(*span)):
                yield found(names, "unsupported_school", *span)
    before_school = words.at | words.at_weak | words.town | words.links
    for i in given.capitals:
        if i in names.taken or words.studied.isdisjoint(given.words[max(0, i - FAR) : i]):
            continue
        before = given.word(i - 1)
        if before not in before_school and given.word(i - 2) not in before_school:
            continue
        if given.gap(i) == " " and names.is_unknown(i) and NOT_FIRMS.isdisjoint(lists_of(given, i)):
            yield found(names, "unsupported_school", i, given.name_end(i))


def _is_school(names: LocalNames, hit: Hit) -> bool:
    given = names.given
    if hit.start in names.taken or not is_written(given, hit.start, hit.end, names.words):
        return False
    if hit.end - hit.start == 1:
        raw = given.raw[hit.start]
        if len(raw) <= 4 and not raw.isupper() and raw not in {"Yale"}:
            return False
        if not {"company", "place", "skill"}.isdisjoint(lists_of(given, hit.start)):
            return not names.words.studied.isdisjoint(given.words[max(0, hit.start - FAR) : hit.start])
    return True


def _school_name(names: LocalNames, i: int) -> tuple[int, int] | None:
    """The name beside a word for a school: `Universität Leeds`, `université de Leeds`, `Hartwell College`."""
    given, words = names.given, names.words
    at = i + 1
    while (
        at < min(i + 4, len(given.words))
        and given.gap(at) == " "
        and (
            (given.words[at] in words.connecting and given.words[at] not in words.town)
            or given.words[at] in words.school_words
            or given.words[at] in ENGLISH_LINKS - words.town
        )
    ):
        at += 1
    if (
        at < len(given.words)
        and given.gap(at) == " "
        and given.is_capital(at)
        and not is_everyday(given.words[at], given.language)
    ):
        return i, given.name_end(at)
    before = i - 2 if given.word(i - 1) == "s" else i - 1
    if (
        before >= 0
        and given.gap(i) == " "
        and given.is_capital(i)
        and not given.starts_sentence(before)
        and names.is_unknown(before)
    ):
        return before, i + 1
    return None


def _is_of_town(names: LocalNames, span: range, own: list[str]) -> bool:
    """`notre lycée de Narbonne`: the hiring company is a school, and it lies there."""
    given, words = names.given, names.words
    schools = {given.words[i] for i in span if given.words[i] in words.school_words}
    companies = given.facts.of_kind("company")
    is_ours = any(not schools.isdisjoint(words_of(fact.text)) for fact in companies)
    return is_ours and all(any(f.kind == "location" for f in given.facts.with_words((word,))) for word in own)


def _is_school_known(names: LocalNames, span: range) -> bool:
    """Whether one fact that is no place has the words of the name; words for schools alone tell nothing."""
    given, words = names.given, names.words
    own = [
        given.words[i]
        for i in span
        if given.is_capital(i) and given.words[i] not in words.school_words and given.words[i] not in words.connecting
    ]
    if not own:
        return True
    if _is_of_town(names, span, own):
        return True
    table = same_places(given.language)
    if all(
        any(
            fact.kind != "location"
            for other in {word, *table.get(word, ())}
            for fact in given.facts.with_words((other,))
        )
        for word in own
    ):
        return True
    return all(is_relative(given, word) for word in own) and any(
        fact.kind == "school" for word in own for fact in given.facts.with_words((word,))
    )
