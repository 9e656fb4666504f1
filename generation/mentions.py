"""The numbers of a draft where they stand, money and years included, and whether a fact says them (D-10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .check_input import CheckInput
from .numbers import Number, find_digits, is_said, read_words

_SHARES = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}
_PERCENT = frozenset("percent cent percentage points".split())


class Mention(NamedTuple):
    """A number of the draft with the words it spans and its place in characters."""

    number: Number
    first: int
    last: int
    start: int
    end: int


def read_mentions(given: CheckInput) -> list[Mention]:
    """Every number of the draft: first those in digits, then those in words."""
    return list(_read(given)) if given.has_digits or "number" in given.categories else []


def _read(given: CheckInput) -> Iterator[Mention]:
    inside: set[int] = set()
    for number in find_digits(given.text) if given.has_digits else ():
        first = given.word_at(number.start)
        last = max(first + 1, given.words_before(number.end))  # a sign behind a number is no word
        inside.update(range(first + 1, last))
        yield Mention(number, first, last, number.start, number.end)
    done = 0
    for hit in given.hits("number"):
        if hit.start in inside:
            continue  # the million of "18.5 million"
        word_number = read_words(given.words, hit.start) if hit.start >= done else None
        if word_number:
            number, done = word_number, word_number.end
            between = given.word(done) == "and" and given.word(hit.start - 1) == "between"
            if between or given.word(done) in {"to", "or"}:
                other = read_words(given.words, done + 1)
                if other and other.step > 1:  # "from nine to twenty-seven thousand"
                    number = number._replace(values=(*number.values, number.values[0] * other.step))
            if given.word(hit.start - 1) == "a" and (share := _share_before(given, hit.start - 1)):
                number = number._replace(values=(share * number.values[0],))
            start, end = given.characters(hit.start, number.end)
            yield Mention(number, hit.start, number.end, start, end)


def _share_before(given: CheckInput, at: int) -> float:
    """The share in `half a million`, `a quarter of a million`."""
    return _SHARES.get(given.word(at - 1), _SHARES.get(given.word(at - 2), 0.0) if given.word(at - 1) == "of" else 0.0)


def is_year(given: CheckInput, mention: Mention) -> bool:
    """Whether a number is written as a year is, and counts nothing (`2000 patients`)."""
    number = mention.number
    value = number.values[0]
    if not (number.is_bare and 1900 <= value <= 2100 and value == int(value) and not number.is_ordinal):
        return False
    return not (value % 1000 == 0 and given.word(mention.last).endswith("s") and given.gap(mention.last) == " ")


def is_known(given: CheckInput, mention: Mention, *, about: bool = False) -> bool:
    """Whether a fact says this number, as it is written or in another form; a percentage only as a percentage."""
    if mention.number.is_percent:
        said = f" {mention.number.values[0]:g}%"
        if any(said in part.text for part in given.facts.parts):
            return True
        return is_said(mention.number, given.facts.percents, about=about)
    if is_written(given, mention) or is_said(mention.number, given.facts.numbers, about=about):
        return True
    if not is_said(mention.number, given.facts.percents):
        return False
    begin, _ = given.sentence_of(mention.first)  # "71 percent passed. Now it's 88."
    return _is_of_percent(given, mention.first) or (begin > 0 and _is_of_percent(given, begin - 1))


def _is_of_percent(given: CheckInput, at: int) -> bool:
    start, end = given.characters(*given.sentence_of(at))
    return not _PERCENT.isdisjoint(given.sentence_words(at)) or "%" in given.text[start : end + 1]


def is_written(given: CheckInput, mention: Mention) -> bool:
    """Whether a fact has the number just as the draft does: the quick way to know most numbers."""
    if mention.number.is_percent or not given.facts.has_phrase(given.words[mention.first : mention.last]):
        return False
    said = given.text[mention.start : mention.end]
    return not any(f"{said}%" in part.text or f"{said} per" in part.text for part in given.facts.parts)
