"""Who does what in a draft: each `you` with clause and verb, and how strong a part a verb claims (D-10)."""

from __future__ import annotations

from typing import NamedTuple

from .check_input import CheckInput
from .relation_words import HELP, KEEP, MAKE, SPEAKERS, deed_words
from .stems import STEMS
from .told_facts import places_of

_BREAK = frozenset(".!?;:,\n–—•()…|")
_JOINTS = frozenset("and but so because while as since".split())
_SUBJECTS = frozenset("you we i it they he she our your my the this that there".split())
_AUXILIARIES = frozenset("have ve had has are re were was am been be being got".split())
_ADVERBS = frozenset(
    """also already once even just recently currently now still then first personally successfully never always
    both really all clearly largely mostly long today have""".split()
)
_SKIPPED = _AUXILIARIES | _ADVERBS
_SHORTEST_ADVERB = 4
_MODALS = frozenset(
    "d ll would will could can might may should shall must need want wish hope to won wouldn couldn".split()
)
_INVERTED = frozenset(
    """would could can might may will shall should do does did have has are were if whether unless until let help make
    see want need ask show give offer get bring call reach meet hear enable allow invite expect like for to
    of with about from at by than on""".split()
)
_OFFER = frozenset("role job position post here us day offer offers new opportunity appointed successful".split())
_NOT_A_VERB = frozenset(
    """a an the this that these those it my our your about for in at on with and or but as if what how of from by when
    where who which why there here some any no not all both each every me us them him her i we they up out""".split()
)
_FAR = 14


class Deed(NamedTuple):
    """A `you` (or `having`) at word `at` with its verb at `verb`, in the clause `first:last` of words.

    `is_ahead` says that it is offered, asked or supposed, and so claims nothing of the person.
    """

    at: int
    verb: int
    first: int
    last: int
    is_ahead: bool


def read_deeds(given: CheckInput) -> list[Deed]:
    """Every `you` that is the subject of a verb, in order."""
    return [
        _read(given, i)
        for i in places_of(given, SPEAKERS)
        if given.words[i] == "you" or given.word(i + 1) not in {"a", "an", "the", "no"}
    ]


def _read(given: CheckInput, i: int) -> Deed:
    words = given.words
    begin, end = given.sentence_of(i)
    verb = i + 1
    while verb < end:
        word = words[verb]
        if word in _MODALS:
            return Deed(i, verb, i, i + 1, True)
        if word not in _SKIPPED and not (word.endswith("ly") and len(word) > _SHORTEST_ADVERB):
            break
        verb += 1
    before = words[i - 1] if i > begin else ""
    if (before in _INVERTED and words[i] == "you") or (verb == i + 1 and verb < end and _is_object(given, verb)):
        return Deed(i, verb, i, i + 1, True)
    lead_in = words[begin:i]
    if "if" in lead_in or "whether" in lead_in:
        return Deed(i, verb, i, i + 1, True)
    first, last = clause_of(given, i)
    verb = min(verb, last)
    is_present = verb == i + 1 and verb < last and not words[verb].endswith("ed")
    return Deed(i, verb, first, last, is_present and ("would" in lead_in or not _OFFER.isdisjoint(lead_in)))


def _is_object(given: CheckInput, verb: int) -> bool:
    """Whether the `you` before a word is what another verb acts on: `taught you a thing`."""
    gap = given.gaps[verb]
    return gap not in {"'", "’"} and (gap != " " or given.words[verb] in _NOT_A_VERB)


def clause_of(given: CheckInput, i: int) -> tuple[int, int]:
    """The words of the clause around the word at `i`: up to a comma, or a joint with a new subject after it."""
    begin, end = given.sentence_of(i)
    first, last = i, i + 1
    low, high = max(begin, i - _FAR), min(end, i + _FAR)
    while first > low and not _is_break(given, first):
        first -= 1
    while last < high and not _is_break(given, last):
        last += 1
    return first, last


def _is_break(given: CheckInput, at: int) -> bool:
    """Whether a clause may begin at the word `at`."""
    gap = given.gaps[at]
    if gap == " ":
        return given.words[at] in _JOINTS and given.word(at + 1) in _SUBJECTS
    if gap in {",", ".", ", "} and given.words[at - 1][0].isdigit() and given.words[at][0].isdigit():
        return False
    return not _BREAK.isdisjoint(gap)


def rank_of(given: CheckInput, deed: Deed) -> int:
    """How strong a part the clause claims for its subject; 0 where the verb says nothing of it."""
    table = deed_words()
    words = given.words
    phrase = _phrase_rank(words[deed.first : deed.last])
    if phrase == HELP:
        return HELP
    if deed.verb >= deed.last:
        return phrase
    verb = words[deed.verb]
    if verb in table.helped:
        return HELP
    rank = table.rank_of.get(verb, 0)
    if rank == HELP or any(
        table.rank_of.get(word) == HELP or word in table.helped for word in words[deed.first : deed.at]
    ):
        return HELP
    if verb == "set" and words[deed.verb + 1 : deed.verb + 2] == ["up"]:
        return MAKE
    return max(rank, phrase)


def rank_of_text(words: tuple[str, ...] | list[str]) -> int:
    """The rank of a fact's own words: of the verb it begins with, or of a phrase such as `member of the team that`."""
    table = deed_words()
    start = 1 if words and words[0].endswith("ly") else 0
    if len(words) <= start:
        return 0
    head = words[start]
    if head in table.helped:
        return KEEP if not table.people.isdisjoint(words[start + 1 : start + 4]) else HELP
    if _phrase_rank(words[start : start + 5]) == HELP or head == "co":
        return HELP
    rank = table.rank_of.get(head, 0)
    if rank == HELP:
        return KEEP if not table.people.isdisjoint(words[start + 1 : start + 4]) else HELP
    if rank:
        return rank
    return MAKE if head.endswith("ed") or head in table.up or head in table.down or STEMS[head] in _ACTS else 0


_ACTS = frozenset("take bring set win sell teach grow make".split())


def _phrase_rank(words: tuple[str, ...] | list[str]) -> int:
    phrases = deed_words().phrases
    found = 0
    for i, word in enumerate(words):
        for phrase, rank in phrases.get(word, ()):
            if tuple(words[i : i + len(phrase)]) == phrase:
                if rank == HELP:
                    return HELP
                found = max(found, rank)
    return found
