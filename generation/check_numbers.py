"""Numbers rest on facts: in digits or words, rounded no further than they say (D-10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .check_input import CheckInput
from .durations import read_durations
from .draft import Finding
from .numbers import Number, find_digits, is_said, read_words

_ABOUT = frozenset("about around roughly approximately nearly almost over under above below some circa approx than least to most".split())
_CALL = frozenset(
    """call calls chat talk speak conversation coffee tea meeting meet phone ring zoom video teams catch up spare intro introduction
    discuss discussion connect minutes time quick free available slot walk tell explain""".split()
)
_HAPPENED = frozenset("from reduced cut reducing cutting down saved saving fell brought bringing lowered dropped drop handover wait waiting".split())
_LOOSE = frozenset(
    """things thing reasons reason points point lines line sentences sentence words word questions question details ideas parts
    sides ways minutes paragraphs options times seconds facts worlds heads steps cents pence more other others of""".split()
)
_POINTING = frozenset("these those all both other first last next every another any the between".split())
_UNITS_OF_TIME = frozenset("year years month months decade decades yr yrs".split())
_ENUMERATION = re.compile(r"(?:^|\n)[ \t]*\d{1,2}[.)][ \t]")
_CLOCK = re.compile(r"\d{1,2}(?::\d{2}|[ ]?[ap]\.?m\b|[ ]o['’]clock)|\b24/7\b|\b9[ ]?(?:-|–|to)[ ]?5\b", re.IGNORECASE)
_MULTIPLES = {
    "halved": (50.0, 0.5), "halving": (50.0, 0.5), "doubled": (100.0, 2.0), "doubling": (100.0, 2.0), "tripled": (200.0, 3.0),
    "tripling": (200.0, 3.0), "quadrupled": (300.0, 4.0), "trebled": (200.0, 3.0),
}  # fmt: skip
_MOST_MINUTES = 60


class Mention(NamedTuple):
    """A number of the draft with the words it spans and its place in characters."""

    number: Number
    first: int
    last: int
    start: int
    end: int


def mentions(given: CheckInput) -> Iterator[Mention]:
    """Every number of the draft, money and years included."""
    if any(map(str.isdigit, given.text)):
        for number in find_digits(given.text):
            first = given.word_at(number.start)
            yield Mention(number, first, given.word_at(number.end - 1) + 1, number.start, number.end)
    done = 0
    for hit in given.hits("number"):
        if hit.start >= done and (number := read_words(given.words, hit.start)):
            done = number.end
            if given.word(done) in {"to", "or"} and (other := read_words(given.words, done + 1)) and other.step > 1:
                # "from nine to twenty-seven thousand"
                number = number._replace(values=(*number.values, number.values[0] * other.step))
            start, end = given.characters(hit.start, number.end)
            yield Mention(number, hit.start, number.end, start, end)


def check_numbers(given: CheckInput) -> Iterable[Finding]:
    """Every number is one that a fact says; years, money and time spent have checks of their own."""
    known = given.facts.numbers
    covered = _inside_names(given)
    enumerations = [match.span() for match in _ENUMERATION.finditer(given.text)]
    clocks = [match.span() for match in _CLOCK.finditer(given.text)]
    durations = {mention.first for mention in read_durations(given)}
    said_by_sentence: dict[int, list[float]] = {}
    doubtful: list[Mention] = []
    for mention in mentions(given):
        number = mention.number
        if number.currency is not None or _is_year(number) or mention.first in covered or mention.first in durations:
            continue
        if _within(mention, clocks) and not is_said(number, known):
            if _CALL.isdisjoint(given.sentence_words(mention.first)):
                doubtful.append(mention)
            continue
        if _within(mention, enumerations) or number.is_ordinal or number.values[0] in {0.0, 1.0}:
            if not number.is_ordinal or is_said(number, known):
                continue
        about = bool(_ABOUT.intersection(given.words[max(0, mention.first - 3) : mention.first]))
        if is_said(number, given.facts.percents if number.is_percent else known, about=about):
            if not number.is_percent:
                said_by_sentence.setdefault(given.sentence_of(mention.first)[0], []).append(number.values[0])
            continue
        if number.is_percent or not _is_loose(given, mention):
            doubtful.append(mention)
    for mention in doubtful:
        said = said_by_sentence.get(given.sentence_of(mention.first)[0], [])
        value = mention.number.values[0]
        if not mention.number.is_percent and any(a + b == value for at, a in enumerate(said) for b in said[at + 1 :]):
            continue  # "a team of eight in all, six physios and two exercise physiologists"
        yield given.finding_at("unsupported_number", mention.start, mention.end, f"No fact says {given.text[mention.start : mention.end]!r}.")
    for word in _MULTIPLES.keys() & given.vocabulary:
        at = given.words.index(word)
        if not given.facts.knows(word) and not known.intersection(_MULTIPLES[word]) and not _has_ratio(known, _MULTIPLES[word][1]):
            yield given.finding("unsupported_number", at, at + 1, f"No fact says {given.raw[at]!r}.")


def _is_year(number: Number) -> bool:
    return number.is_bare and len(number.values) == 1 and 1900 <= number.values[0] <= 2100 and number.values[0] % 1 == 0


def _is_loose(given: CheckInput, mention: Mention) -> bool:
    """Numbers that state no fact: `a 20-minute call`, `two quick questions`, `these three`."""
    value = mention.number.values[0]
    before, after = given.word(mention.first - 1), given.word(mention.last)
    sentence = given.sentence_words(mention.first)
    if after in {"minute", "minutes", "min", "mins", "hour", "hours"} and not (after.startswith("hour") and value > 2):
        return value <= _MOST_MINUTES and not _CALL.isdisjoint(sentence) and _HAPPENED.isdisjoint(sentence)
    if after in {"or", "to"} and given.word(mention.last + 2) in {"minute", "minutes", "min"}:
        return value <= _MOST_MINUTES and not _CALL.isdisjoint(sentence)
    if before == "or" and value <= 3 and given.gap(mention.first) == " ":
        return True  # "a line or two"
    if before == "or" and given.word(mention.first - 2).isdigit():
        return after in {"minute", "minutes"}
    if value <= 5 and (after in _LOOSE or before in _POINTING and given.raw[mention.first].isalpha()):
        return after not in _UNITS_OF_TIME
    if value <= 5 and given.word(mention.last + 1) in _LOOSE - {"of", "times", "more"} and given.raw[mention.first].isalpha():
        return True
    if value <= 4 and after in {"weeks", "days", "week", "day", "hours", "evenings", "mornings"}:
        if before in {"next", "coming", "following"}:
            return True
        return before in {"within", "in", "for", "the"} and bool(sentence & {"call", "chat", "talk", "speak", "reply", "back", "hear", "answer"})
    return value == 100 and mention.number.is_percent


def _inside_names(given: CheckInput) -> frozenset[int]:
    """Words inside names of skills and companies: `ISO 9001`, `Python 3`, `3M`; those have checks of their own."""
    if "skill" not in given.categories and "company" not in given.categories:
        return frozenset()
    names = [hit for category in ("skill", "company", "school") for hit in given.hits(category) if hit.end - hit.start > 1]
    return frozenset(i for hit in names for i in range(hit.start, hit.end))


def _within(mention: Mention, spans: list[tuple[int, int]]) -> bool:
    return any(start <= mention.start < end for start, end in spans)


def _has_ratio(known: frozenset[float], ratio: float) -> bool:
    values = sorted(value for value in known if value)[:64]
    return any(abs(b / a - ratio) <= 0.12 * ratio or abs(a / b - ratio) <= 0.12 * ratio for at, a in enumerate(values) for b in values[at + 1 :])
