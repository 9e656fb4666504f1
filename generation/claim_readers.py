"""Where the claims of each kind stand in a draft, built upon what the checks read of it (D-10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .check_input import CheckInput
from .check_numbers import is_free
from .check_skills import read_skills
from .check_titles import read_titles
from .claim import ClaimKind
from .deeds import read_deeds
from .durations import read_durations
from .mentions import is_written, is_year, read_mentions
from .name_words import MONTHS
from .relation_words import FIRM, PERSON
from .told_facts import find_places, places_of, read_companies, stems_in, told

Span = tuple[int, int]
_ABOUT_FIRM = frozenset(("company_description", "culture", "value", "team"))
_SEEKS = frozenset("hiring recruiting looking searching seeking appointing need needs recruit hire".split())
_AFTER_FIRM = frozenset("are re am m is s have ve currently now also".split())
_FOLLOWS = frozenset("follow follows following followed engaged referred pool".split())
_US = frozenset("us our we".split())
_APPLIED = frozenset("applied application apply".split())
_OPEN = frozenset(("open",))
_OPEN_TO = frozenset("work new opportunities offers roles moves".split())


def _employers(given: CheckInput) -> Iterator[Span]:
    yield from ((named.start, named.end) for named in given.once(read_companies) if named.own)


def _companies(given: CheckInput) -> Iterator[Span]:
    named = [each for each in given.once(read_companies) if each.is_hiring and not each.own]
    yield from ((each.start, each.end) for each in named)
    for first, last in given.sentences:
        found = told(given, given.facts.shared, stems_in(given, first, last), _ABOUT_FIRM)
        if found and found[0].is_clear:
            yield first, last


def _titles(given: CheckInput) -> Iterator[Span]:
    yield from ((start, end) for start, end, _ in given.once(read_titles))


def _skills(given: CheckInput) -> Iterator[Span]:
    yield from ((hit.start, hit.end) for hit in given.once(read_skills))
    yield from _named(given, "skill_match")


def _years(given: CheckInput) -> Iterator[Span]:
    yield from ((duration.first, duration.last) for duration in given.once(read_durations))


def _dates(given: CheckInput) -> Iterator[Span]:
    for mention in given.once(read_mentions):
        if is_year(given, mention):
            month = given.word(mention.first - 1) in MONTHS
            yield mention.first - month, mention.first + 1
    for i in find_places(given, MONTHS.keys()):
        if given.is_capital(i) and given.word(i) != "may" and not given.word(i + 1).isdigit():
            yield i, i + 1


def _numbers(given: CheckInput) -> Iterator[Span]:
    durations = {duration.first for duration in given.once(read_durations)}
    for mention in given.once(read_mentions):
        number = mention.number
        if number.currency is not None or mention.first in durations or is_year(given, mention):
            continue
        if number.is_percent or is_written(given, mention) or not is_free(given, mention):
            yield mention.first, max(mention.first + 1, given.words_before(mention.end))


def _pay(given: CheckInput) -> Iterator[Span]:
    for mention in given.once(read_mentions):
        if mention.number.currency is not None:
            yield mention.first, max(mention.first + 1, given.words_before(mention.end))
    yield from ((hit.start, hit.end) for hit in given.hits("pay_hint"))


def _schools(given: CheckInput) -> Iterator[Span]:
    yield from ((hit.start, hit.end) for hit in given.hits("school"))
    yield from _named(given, "school")


def _places(given: CheckInput) -> Iterator[Span]:
    yield from ((hit.start, hit.end) for hit in given.hits("place") if given.is_capital(hit.start))
    yield from _named(given, "location")


def _named(given: CheckInput, kind: str) -> Iterator[Span]:
    """Where a name of a fact of this kind stands."""
    for part in given.facts.parts:
        for number, fact in enumerate(part.facts):
            for words in part.names_of(number).words if fact.kind == kind else ():
                for i in find_places(given, frozenset(words[:1])):
                    if tuple(given.words[i : i + len(words)]) == words and given.is_capital(i):
                        yield i, i + len(words)


def _benefits(given: CheckInput) -> Iterator[Span]:
    for category in ("benefit", "workplace", "onsite", "employment"):
        yield from ((hit.start, hit.end) for hit in given.hits(category))


def _relations(given: CheckInput) -> Iterator[Span]:
    for deed in given.once(read_deeds):
        if not deed.is_ahead and deed.verb < deed.last and len(stems_in(given, deed.at, deed.last)) > 1:
            yield deed.at, deed.last
    for i in places_of(given, FIRM):
        at = i + 1
        while given.word(at) in _AFTER_FIRM:
            at += 1
        if given.word(at) in _SEEKS and given.words[i] in {"we", "i"}:
            yield i, at + 1
    for named in given.once(read_companies):
        at = named.end
        while given.word(at) in _AFTER_FIRM:
            at += 1
        if given.word(at) in _SEEKS:
            yield named.start, at + 1


def _interests(given: CheckInput) -> Iterator[Span]:
    for i in find_places(given, _FOLLOWS):
        named = any(
            each.is_hiring and given.sentence_of(i) == given.sentence_of(each.start)
            for each in given.once(read_companies)
        )
        words = given.sentence_words(i)
        if not PERSON.isdisjoint(words) and (named or not _US.isdisjoint(words)):
            yield i, i + 1


def _applications(given: CheckInput) -> Iterator[Span]:
    for i in find_places(given, _APPLIED):
        if "you" in given.sentence_words(i) or "your" in given.sentence_words(i):
            yield i, i + 1


def _open_to_work(given: CheckInput) -> Iterator[Span]:
    for i in find_places(given, _OPEN):
        if given.word(i + 1) == "to" and given.word(i + 2) in _OPEN_TO:
            yield i, i + 3


READERS: dict[ClaimKind, Callable[[CheckInput], Iterator[Span]]] = {
    "employer": _employers,
    "company": _companies,
    "title": _titles,
    "skill": _skills,
    "years": _years,
    "date": _dates,
    "number": _numbers,
    "pay": _pay,
    "school": _schools,
    "place": _places,
    "benefit": _benefits,
    "relation": _relations,
    "interest": _interests,
    "application": _applications,
    "open_to_work": _open_to_work,
}
"""One reader a kind: the half-open spans of words at which a draft makes such claims."""
