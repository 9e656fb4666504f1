"""Numbers rest on facts: in digits or words, rounded no further than they say (D-10)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .check_input import CheckInput
from .derived import follows
from .draft import Finding
from .durations import Duration, is_held, known_months, read_durations
from .mentions import Mention, is_known, is_written, is_year, read_mentions
from .numbers import NUMBER_WORDS, find_digits
from .stems import STEMS

_ABOUT = frozenset(
    """about around roughly approximately nearly almost over under above below some circa approx than least to
    most""".split()
)
_CALL = frozenset(
    """call calls chat talk speak conversation coffee tea meeting meet phone ring zoom video teams catch up spare
    intro introduction discuss discussion connect minutes time quick free available slot walk tell explain""".split()
)
_HAPPENED = frozenset(
    """from reduced cut reducing cutting down saved saving fell brought bringing lowered dropped drop handover
    wait waiting""".split()
)
_LOOSE = frozenset(
    """things thing reasons reason points point lines line sentences sentence words word questions question details
    ideas parts sides ways minutes paragraphs options times seconds facts worlds heads steps cents pence more
    other others of numbers figures examples notes promises halves arguments dates slots proposals suggestions
    thoughts remarks wishes compliments lessons""".split()
)
_POINTING = frozenset("these those all both other first last next every another any the between".split())
_UNITS_OF_TIME = frozenset("year years month months decade decades yr yrs".split())
_ENUMERATED = re.compile(r"[.):][ \t]")
_NUMBERED = frozenset("number point points step steps reason option item question part no".split())
_OF = frozenset("of in".split())
_EVERY = frozenset("every each".split())
_CLOCK = re.compile(r"\d{1,2}(?::\d{2}|[ ]?[apAP]\.?[mM]\b|[ ]o['’]clock|/7\b|[ ]?(?:-|–|to)[ ]?5\b)")
_MULTIPLES = {
    "halved": (50.0, 0.5),
    "halving": (50.0, 0.5),
    "doubled": (100.0, 2.0),
    "doubling": (100.0, 2.0),
    "tripled": (200.0, 3.0),
    "tripling": (200.0, 3.0),
    "quadrupled": (300.0, 4.0),
    "trebled": (200.0, 3.0),
}
_WHY = frozenset("why who that which for".split())
_MOST_NUMBERED = 10
_MOST_IN_SHARE = 100
_SHARE_STEP = 2.0
_MOST_MINUTES = 60
_MOST_SUMMED = 8
_HALF = 0.5
_NEARLY = frozenset("nearly almost roughly about practically".split())


def check_numbers(given: CheckInput) -> Iterable[Finding]:
    """Every number is one that a fact says; years, money and time spent have checks of their own."""
    found = given.once(read_mentions)
    if found:
        yield from _check_all(given, found)
    for word in _MULTIPLES.keys() & given.vocabulary:
        at = given.words.index(word)
        if (
            not any(STEMS[word] in part.postings or "twofold" in part.words for part in given.facts.parts)
            and _MULTIPLES[word][0] not in given.facts.percents
            and not any(
                _has_ratio(fact.text, _MULTIPLES[word][1], nearly=given.word(at - 1) in _NEARLY)
                for fact in given.facts.personal.facts
            )
            and not (_MULTIPLES[word][1] == _HALF and any("half" in part.words for part in given.facts.parts))
        ):
            yield given.finding("unsupported_number", at, at + 1, f"No fact says {given.raw[at]!r}.")


def _check_all(given: CheckInput, found: list[Mention]) -> Iterable[Finding]:
    durations = {duration.first for duration in given.once(read_durations)}
    said_by_sentence: dict[int, list[float]] = {}
    doubtful: list[Mention] = []
    for mention in found:
        number = mention.number
        if number.currency is not None or mention.first in durations or is_year(given, mention):
            continue
        known = is_written(given, mention)
        if not known and not number.is_percent and is_free(given, mention):
            continue
        if known or is_known(given, mention, about=_is_about(given, mention)):
            if not number.is_percent:
                said_by_sentence.setdefault(given.sentence_of(mention.first)[0], []).append(number.values[0])
        else:
            doubtful.append(mention)
    for mention in doubtful:
        said = said_by_sentence.get(given.sentence_of(mention.first)[0], [])[:_MOST_SUMMED]
        value = mention.number.values[0]
        if not mention.number.is_percent and any(a + b == value for at, a in enumerate(said) for b in said[at + 1 :]):
            continue  # "a team of eight in all, six physios and two exercise physiologists"
        if value <= _MOST_IN_SHARE and _is_share(given, mention):
            continue
        if follows(given.facts, mention.number, given.sentence_words(mention.first)) or _is_years_and_a_half(
            given, mention
        ):
            continue
        text = given.text[mention.start : mention.end]
        yield given.finding_at("unsupported_number", mention.start, mention.end, f"No fact says {text!r}.")


def _is_years_and_a_half(given: CheckInput, mention: Mention) -> bool:
    """`You've done it for three and a half`, where the clause ends before the unit that went before."""
    if given.words[mention.last : mention.last + 3] != ["and", "a", "half"] or given.gap(mention.last + 3) == " ":
        return False
    said = Duration(mention.first, mention.last + 3, 12 * (mention.number.values[0] + _HALF), is_about=False)
    return is_held(said, known_months(list(given.facts.personal.facts), given.context.today))


def _is_about(given: CheckInput, mention: Mention) -> bool:
    return not _ABOUT.isdisjoint(given.words[max(0, mention.first - 3) : mention.first])


def is_free(given: CheckInput, mention: Mention) -> bool:
    """Numbers that state nothing of the facts: list numbers, `one`, parts of names, times of a talk, loose counts."""
    if mention.number.values[0] in {0.0, 1.0} or mention.first in given.once(_inside_names):
        return True
    if given.has_digits and given.raw[mention.first].isdigit():
        line = given.text.rfind("\n", 0, mention.start) + 1
        if not given.text[line : mention.start].strip(" \t(*") and _ENUMERATED.match(given.text, mention.end):
            return True
        if _CLOCK.match(given.text, mention.start):
            return not _CALL.isdisjoint(given.sentence_words(mention.first))
    return _is_loose(given, mention)


def _is_loose(given: CheckInput, mention: Mention) -> bool:
    """Numbers that state no fact: `a 20-minute call`, `two quick questions`, `these three`."""
    value = mention.number.values[0]
    before, after = given.word(mention.first - 1), given.word(mention.last)
    sentence = given.sentence_words(mention.first)
    if (before in {"no", "not", "without"} and given.gap(mention.first) == " ") or _is_numbering(given, mention):
        return True
    if after in {"minute", "minutes", "min", "mins", "hour", "hours"} and not (after.startswith("hour") and value > 2):
        return value <= _MOST_MINUTES and not _CALL.isdisjoint(sentence) and _HAPPENED.isdisjoint(sentence)
    if after in {"or", "to"} and given.word(mention.last + 2) in {"minute", "minutes", "min"}:
        return value <= _MOST_MINUTES and not _CALL.isdisjoint(sentence)
    if before == "or" and value <= 3 and given.gap(mention.first) == " ":
        return True  # "a line or two"
    if after == "or" and value <= 3 and given.word(mention.last + 1) in NUMBER_WORDS:
        return given.word(mention.last + 2) not in _UNITS_OF_TIME  # "two or three must-haves"
    if before == "or" and given.word(mention.first - 2).isdigit():
        return after in {"minute", "minutes"}
    if value <= 5 and (after in _LOOSE or (before in _POINTING and given.raw[mention.first].isalpha())):
        return after not in _UNITS_OF_TIME and not (after in _LOOSE and _is_counted(given, after))
    if (
        value <= 5
        and given.word(mention.last + 1) in _LOOSE - {"of", "times", "more"}
        and given.raw[mention.first].isalpha()
    ):
        return True
    if value <= 4 and after in {"weeks", "days", "week", "day", "hours", "evenings", "mornings"}:
        if before in {"next", "coming", "following"}:
            return True
        return before in {"within", "in", "for", "the"} and bool(
            sentence & {"call", "chat", "talk", "speak", "reply", "back", "hear", "answer"}
        )
    return value == 100 and mention.number.is_percent


def _is_counted(given: CheckInput, thing: str) -> bool:
    """Whether a fact counts such things itself, so that another count of them would be wrong: `briefed 15 times`."""
    for part in given.facts.parts:
        if thing in part.words:
            tokens = part.joined.split()
            counted = (tokens[at - 1] for at, token in enumerate(tokens) if token == thing and at)
            if any(before.isdigit() or before in NUMBER_WORDS for before in counted):
                return True
    return False


def _is_numbering(given: CheckInput, mention: Mention) -> bool:
    """`number four`, `points one to three`, and `three` for `three reasons` of the same sentence."""
    value, at = mention.number.values[0], mention.first
    if value > _MOST_NUMBERED:
        return False
    if given.word(at - 1) in {"to", "and", "or"} and given.word(at - 2) in NUMBER_WORDS:
        at -= 2
    if given.word(at - 1) in _NUMBERED:
        return True
    if given.word(mention.last) not in _WHY:
        return False
    begin, _ = given.sentence_of(at)
    return any(given.words[i] == given.words[at] and given.word(i + 1) in _LOOSE for i in range(begin, at))


def _is_share(given: CheckInput, mention: Mention) -> bool:
    """`three of every ten`, `one in four`: the share is a percentage of a fact."""
    begins, ends = given.once(_places)
    after = mention.last + (given.word(mention.last) == "out")
    if given.word(after) in _OF:
        part, whole = mention, begins.get(after + 1 + (given.word(after + 1) in _EVERY))
    else:
        before = mention.first - 1 - (given.word(mention.first - 1) in _EVERY)
        if given.word(before) not in _OF:
            return False
        found, whole = ends.get(before - (given.word(before - 1) == "out")), mention
        if found is None:
            return False
        part = found
    if whole is None or not whole.number.values[0]:
        return False
    share = 100 * part.number.values[0] / whole.number.values[0]
    return any(abs(share - known) <= _SHARE_STEP for known in given.facts.percents)


def _places(given: CheckInput) -> tuple[dict[int, Mention], dict[int, Mention]]:
    """The numbers that are no percentages by their first word, and by the word after their last."""
    said = [mention for mention in given.once(read_mentions) if not mention.number.is_percent]
    return {mention.first: mention for mention in said}, {mention.last: mention for mention in said}


def _inside_names(given: CheckInput) -> frozenset[int]:
    """Words inside names of skills and companies: `ISO 9001`, `Python 3`, `3M`; those have checks of their own."""
    if "skill" not in given.categories and "company" not in given.categories:
        return frozenset()
    names = [
        hit for category in ("skill", "company", "school") for hit in given.hits(category) if hit.end - hit.start > 1
    ]
    return frozenset(i for hit in names for i in range(hit.start, hit.end))


def _has_ratio(text: str, ratio: float, *, nearly: bool) -> bool:
    """Whether a fact goes from one number to another that is so many times it, as `from 44 to 90` doubles."""
    share = 0.2 if nearly else 0.12
    values = [number.values[0] for number in find_digits(text) if number.values[0]]
    pairs = [(a, b) for at, a in enumerate(values) for b in values[at + 1 :]]
    return any(abs(max(a / b, b / a) - max(ratio, 1 / ratio)) <= share * max(ratio, 1 / ratio) for a, b in pairs)
