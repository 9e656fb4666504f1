"""Who is above whom: reports, and whom one leads, trains or mentors, as the facts have it (D-10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .check_facts import FactTerms
from .check_input import CheckInput
from .draft import Finding
from .relation_words import REPORTS, deed_words
from .stems import STEMS
from .told_facts import places_of, stems_in, text_words

_FAR = 8
_NEAR = 3
_GROUPS = frozenset("team group crew shift department desk unit squad".split())
_PREPOSITIONS = frozenset("in on at for with from to through of across over during".split())
_PASSIVE = frozenset("be were been are being re get".split())
_TURNED = "The fact has it the other way round."


def check_reports(given: CheckInput) -> Iterable[Finding]:
    """`The chief architect would report to you`, `three graduates would mentor you`."""
    if "you" not in given.vocabulary:
        return
    care = deed_words().care
    for i in places_of(given, REPORTS):
        if given.word(i + 1) == "to":
            yield from _reported(given, i)
    for i in places_of(given, care.keys()):
        begin, end = given.sentence_of(i)
        if given.word(i + 1) == "you" and given.gap(i + 1) == " ":
            subject = stems_in(given, max(begin, i - _NEAR - 2), i)
            turned = "you" not in given.words[max(begin, i - 5) : i] and _meets(subject, _ranks(given)[1])
        elif (
            given.word(i + 1) == "by" and given.word(i - 1) in _PASSIVE and "you" in given.words[max(begin, i - 4) : i]
        ):
            turned = _meets(stems_in(given, i + 2, min(end, i + 7)), _ranks(given)[1])
        else:
            continue
        if turned:
            yield given.finding("changed_relation", i, i + 2, _TURNED)


def _reported(given: CheckInput, i: int) -> Iterator[Finding]:
    begin, end = given.sentence_of(i)
    above, below = _ranks(given)
    if given.word(i + 2) == "you":
        ahead = stems_in(given, max(begin, i - _FAR), i)
        if _meets(ahead, above) and not _meets(ahead, below):
            yield given.finding("changed_relation", max(begin, i - _NEAR), i + 3, _TURNED)
    elif "you" in given.words[max(begin, i - _NEAR) : i]:
        after = stems_in(given, i + 2, min(end, i + _FAR))
        if _meets(after, below) and not _meets(after, above):
            yield given.finding("changed_relation", i, min(end, i + 4), _TURNED)


Groups = list[frozenset[str]]


def _ranks(given: CheckInput) -> tuple[Groups, Groups]:
    return given.once(_read_all_ranks)


def _read_all_ranks(given: CheckInput) -> tuple[Groups, Groups]:
    here, own = _read_ranks(given.facts.shared), _read_ranks(given.facts.personal)
    return here[0] + own[0], here[1] + own[1]


def _read_ranks(part: FactTerms) -> tuple[Groups, Groups]:
    """Whom the facts put above and below the person: `Report to X`, `Lead X`."""
    care = deed_words().care
    above: Groups = []
    below: Groups = []
    for fact in part.facts:
        if fact.kind not in {"responsibility", "requirement", "achievement"}:
            continue
        words = text_words(fact.attributes.get("said") or fact.attributes.get("text") or "")
        if len(words) > 2 and words[0] in REPORTS and words[1] == "to":
            above.append(_nouns(words[2:7]))
        for i, word in enumerate(words[:1]):
            if word in care and i == 0:
                below.append(_nouns(_object(words[1:9])))
    return above, below


def _object(words: Sequence[str]) -> Sequence[str]:
    """The words of an object: `six physiotherapists` of `a team of six physiotherapists in two clinics`."""
    if (at := next((i for i, word in enumerate(words[:4]) if word in _GROUPS), -1)) >= 0 and words[at + 1 : at + 2] == (
        "of",
    ):
        words = words[at + 2 :] if _nouns(words[at + 2 : at + 4]) else words[: at + 1]
    end = next((i for i, word in enumerate(words) if word in _PREPOSITIONS), len(words))
    return words[:end]


def _nouns(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem for word in words if (stem := STEMS[word]) and not stem[0].isdigit())


def _meets(stems: frozenset[str], groups: Groups) -> bool:
    """Whether the words name one of the groups: its nouns, or the first two of them."""
    return any(group and len(stems & group) >= min(2, len(group)) for group in groups)
