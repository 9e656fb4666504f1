"""What is counted, and how often a thing is done: a number that a fact has of something else is no support (D-10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .check_input import CheckInput
from .draft import Finding
from .durations import read_durations
from .facts import FactKind
from .mentions import Mention, is_year, read_mentions
from .numbers import NUMBER_WORDS, find_digits, is_said, read_words
from .stems import STEMS
from .told_facts import text_stems, text_words

_PLURALS = frozenset("people children women men staff personnel".split())
_NOT_COUNTED = frozenset(
    """years months weeks days hours minutes seconds times decades people staff personnel percent points things
    questions steps reasons lines words ways parts sides ideas others more less this is was has as us plus its his
    pounds euros dollars francs kroner evenings mornings nights ones options halves thirds olds always""".split()
)
_STOPS = frozenset(
    """of in on at for with and or but to from by per a an the you your we our i it that which who whose is are was
    were be than as so if when while where into over under across through about without within behind""".split()
)
_GROUPS = frozenset("team crew brigade workshop shift watch group squad staff class ward department unit".split())
_OTHERS = frozenset("more other another extra further first last next these those of out no not".split())
_BEFORE = (_OTHERS - {"of"}) | {"from"}
_ABOUT = frozenset("about around roughly approximately nearly almost over some than least most close".split())
_REACH = 3
_NEAR = 3
_OFTEN = {"once": 1, "twice": 2, "thrice": 3}
_UNITS = {"day": "day", "daily": "day", "week": "week", "weekly": "week", "month": "month", "monthly": "month",
          "quarter": "quarter", "quarterly": "quarter", "year": "year", "yearly": "year", "annual": "year",
          "annually": "year", "night": "day", "nightly": "day", "fortnight": "fortnight",
          "fortnightly": "fortnight"}  # fmt: skip
_ADVERBIAL = frozenset("daily weekly monthly quarterly yearly annually nightly fortnightly".split())
_EACH = frozenset(("every", "each"))
_A = frozenset(("a", "per", "each", "every"))
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_SPELLS = {"day": 1, "night": 1, "week": 7, "month": 30, "shift": 1}
_SHORTEST_SPELL = 2
_PAID = frozenset("pay pays paid salary rate earn earns call chat talk meet".split())


class _Counts(NamedTuple):
    """What a fact counts: how many of each thing, how many a group has, every number that is no tenure, how often."""

    things: dict[str, frozenset[float]]
    groups: dict[str, frozenset[float]]
    numbers: frozenset[float]
    loose: frozenset[float]
    """Its numbers that count no plural: `from 12 to 31 accounts`."""
    often: frozenset[tuple[int, str]]


def check_counts(given: CheckInput) -> Iterable[Finding]:
    """A number counts what a fact counts by it, and a thing is done as often as a fact says."""
    if given.has_digits or "number" in given.categories:
        yield from _miscounted(given)
    if not _UNITS.keys().isdisjoint(given.vocabulary):
        yield from _frequencies(given)
    if not _WEEKDAYS.isdisjoint(given.vocabulary):
        yield from _weekdays(given)
    if "off" in given.vocabulary and "on" in given.vocabulary:
        yield from _rotations(given)


def _miscounted(given: CheckInput) -> Iterator[Finding]:
    durations = {each.first for each in given.once(read_durations)}
    for mention in given.once(read_mentions):
        number = mention.number
        if (
            number.values[0] <= 1
            or number.is_percent
            or number.is_ordinal
            or number.currency is not None
            or mention.first in durations
            or is_year(given, mention)
            or given.word(mention.first - 1) in _BEFORE
            or given.word(mention.last) in _OTHERS
            or (given.words[mention.first] in NUMBER_WORDS and given.word(mention.first - 1).isdigit())
        ):
            continue
        thing = next(_things(given.words, mention.last, given.gaps), "")
        said = given.said(mention.first, mention.last)
        if thing:
            stem = STEMS[thing]
            about = [
                _read(part.facts[place].kind, part.facts[place].text)
                for part in given.facts.parts
                for place in part.postings.get(stem, ())
            ]
            counted = frozenset[float]().union(*(each.things.get(stem, ()) for each in about))
            if counted and not _agrees(given, mention, counted) and not any(is_said(number, x.loose) for x in about):
                advice = f"No fact counts {said!r} {thing}."
                yield given.finding("unsupported_number", mention.first, mention.last, advice)
        elif group := _group_before(given, mention.first):
            known = _all(given)
            beside = _values_beside(given, mention)
            if (
                any(group in each.groups for each in known)
                and not any(is_said(number, each.numbers) for each in known)
                and not any(a + b == number.values[0] for a in beside for b in beside)
            ):
                yield given.finding("unsupported_number", mention.first, mention.last, f"No fact says {said!r}.")


def _all(given: CheckInput) -> list[_Counts]:
    return [_read(fact.kind, fact.text) for part in given.facts.parts for fact in part.facts]


def _agrees(given: CheckInput, mention: Mention, counted: frozenset[float]) -> bool:
    """Whether a count is one of a fact, rounded as it says, or the sum of two."""
    number, value = mention.number, mention.number.values[0]
    about = not _ABOUT.isdisjoint(given.words[max(0, mention.first - _NEAR) : mention.first])
    return is_said(number, counted, about=about) or any(a + b == value for a in counted for b in counted)


def _values_beside(given: CheckInput, mention: Mention) -> set[float]:
    """The other numbers of its sentence: `a team of eight in all, six physios and two exercise physiologists`."""
    begin, end = given.sentence_of(mention.first)
    others = (each for each in given.once(read_mentions) if begin <= each.first < end and each != mention)
    return {each.number.values[0] for each in others}


def _group_before(given: CheckInput, at: int) -> str:
    """The group in `a team of sixteen`."""
    group = given.word(at - 2)
    return group if given.word(at - 1) == "of" and group in _GROUPS else ""


def _things(words: list[str] | tuple[str, ...], at: int, gaps: list[str] | None = None) -> Iterator[str]:
    """The plural that a number before the word at `at` counts, past an adjective or two."""
    for i in range(at, min(at + _REACH, len(words))):
        word = words[i]
        if word in _STOPS or word in NUMBER_WORDS or word.isdigit() or (gaps and gaps[i] not in {" ", "-"}):
            return
        if word in _PLURALS or (len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))):
            if word not in _NOT_COUNTED and not (i + 1 < len(words) and _is_more(words, i + 1, gaps)):
                yield word
            return


def _is_more(words: list[str] | tuple[str, ...], i: int, gaps: list[str] | None) -> bool:
    """Whether a plural only leads to the noun behind it: `two sales teams`, `a two-days course`."""
    following = words[i]
    return following.endswith("s") and following not in _STOPS and len(following) > 3 and (not gaps or gaps[i] == " ")


@lru_cache(maxsize=4096)
def _read(kind: FactKind, text: str) -> _Counts:
    words = text_words(text)
    often = frozenset(_often(words))
    if kind == "title_experience":
        return _Counts({}, {}, frozenset(), frozenset(), often)
    free = {value for each in find_digits(text) for value in each.values}
    if kind in {"position", "salary"}:
        return _Counts({}, {}, frozenset(free), frozenset(), often)
    things: dict[str, frozenset[float]] = {}
    groups: dict[str, frozenset[float]] = {}
    held: set[float] = set()
    for i, (values, end) in _numbers(words):
        free |= set(values)
        if not values or words[end : end + 1] in (("percent",), ("per",)):
            continue
        for thing in _things(words, end):
            things[STEMS[thing]] = things.get(STEMS[thing], frozenset()) | set(values)
            held |= set(values)
        group = "team" if kind == "team" else words[i - 2] if i > 1 and words[i - 1] == "of" else ""
        if group in _GROUPS:
            groups[group] = groups.get(group, frozenset()) | set(values)
    return _Counts(things, groups, frozenset(free), frozenset(free - held), often)


def _numbers(words: tuple[str, ...]) -> Iterator[tuple[int, tuple[tuple[float, ...], int]]]:
    """Each number among the words of a fact; one with a separator, of which words keep only pieces, has no values."""
    done = 0
    for i, word in enumerate(words):
        if i < done:
            continue
        if word.isdecimal():
            end = i + 1
            while end < len(words) and words[end].isdecimal():
                end += 1
            value: tuple[float, ...] = (float(word),) if end == i + 1 else ()
            if end == i + 2 and len(words[i + 1]) == 3 and len(word) <= 3:
                value = (float(word + words[i + 1]),)
            if words[end : end + 1] and (scale := read_words(words, end)):
                value, end = tuple(each * scale.values[0] for each in value), scale.end
            done = end
            yield i, (value, end)
        elif word in NUMBER_WORDS and (number := read_words(words, i)):
            done = number.end
            yield i, (number.values, number.end)


def _frequencies(given: CheckInput) -> Iterator[Finding]:
    """`Holds a clinic twice a week`, where the fact says weekly."""
    if not _often(given.words):
        return
    known = [
        (text_stems(fact.text), done)
        for part in given.facts.parts
        for fact in part.facts
        if (done := _read(fact.kind, fact.text).often)
    ]
    if not known:
        return
    for begin, end in given.sentences:
        words = given.words[begin:end]
        said = _often(words)
        if not said or not _PAID.isdisjoint(words):
            continue
        stems = {stem for stem in given.stems[begin:end] if stem} - _TIME_STEMS
        for once, at in said.items():
            about = [(len(held & stems), done) for held, done in known]
            most = max((shared for shared, _ in about), default=0)
            if most > 1 and not any(once in done for shared, done in about if shared == most):
                advice = "The fact gives another frequency."
                yield given.finding("unsupported_number", begin + at, begin + at + 2, advice)


_TIME_STEMS = {STEMS[unit] for unit in _UNITS} - {""}


def _often(words: list[str] | tuple[str, ...]) -> dict[tuple[int, str], int]:
    """How often: times and unit, with the place of the first word."""
    found: dict[tuple[int, str], int] = {}
    for i, word in enumerate(words):
        unit = _UNITS.get(word)
        if unit is None or not i:
            continue
        before = words[i - 1]
        if word in _ADVERBIAL:
            found.setdefault((1, unit), i - 1)
        elif before in _A and i > 1 and words[i - 2] in _OFTEN:
            found.setdefault((_OFTEN[words[i - 2]], unit), i - 2)
        elif before in _A and i > 2 and words[i - 2] == "times" and (number := read_words(words, i - 3)):
            found.setdefault((int(number.values[0]), unit), i - 3)
        elif before in _EACH and (i < 2 or words[i - 2] not in NUMBER_WORDS):
            found.setdefault((1, unit), i - 1)
    return found


def _weekdays(given: CheckInput) -> Iterator[Finding]:
    """`Every Tuesday and Friday`, where the fact says Tuesday."""
    for i, word in enumerate(given.words):
        if word not in _WEEKDAYS or any(word in part.joined for part in given.facts.parts):
            continue
        at = i - 2 if given.word(i - 1) in {"and", "or", "to"} and given.word(i - 2) in _WEEKDAYS else i
        if given.word(at - 1) in _EACH:
            yield given.finding("unsupported_date", i, i + 1, f"No fact says {given.raw[i]}.")


def _rotations(given: CheckInput) -> Iterator[Finding]:
    """`Two weeks on, two weeks off`, where the fact says seven days."""
    for days, first, last in _spells(given.words):
        if not any(days == known for part in given.facts.parts for known, _, _ in _spells(part.joined.split())):
            advice = f"No fact says {given.said(first, last)!r}."
            yield given.finding("unsupported_benefit", first, last, advice)


def _spells(words: list[str]) -> Iterator[tuple[tuple[float, str], int, int]]:
    """The working spell of a rota, such as `seven days on and seven off`, with its words."""
    for i, word in enumerate(words):
        if word != "on" or i < _SHORTEST_SPELL or "off" not in words[i + 1 : i + 5]:
            continue
        unit, count = words[i - 1].removesuffix("s"), words[i - 2]
        number = read_words(words, i - 2)
        value = 1.0 if count == "a" else number.values[0] if number else 0.0
        if count.isdecimal():
            value = float(count)
        if value and unit in _SPELLS:
            yield (value * _SPELLS[unit], "day" if unit != "shift" else unit), i - 2, i + 1
