"""Advice on style: stock openers, praise, spam, coded words, too many questions, claims that rest on nothing (D-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .sentence_facts import sentence_facts

_EXCLAIMING = re.compile(r"!{2,}|![^!]{1,200}!")
_STATES = frozenset("ve have are re were had".split())
_DEEDS = frozenset(
    """led built ran worked managed helped brought took cut grew designed wrote taught made won raised reduced
    introduced launched set know run lead work bring build manage teach""".split()
)
_OWNED = frozenset(
    """experience work background time years role career record knowledge skills expertise achievement achievements
    track team projects success""".split()
)
_NO_CLAIM = frozenset("if whether would could might may can should let d ll".split())
_OFFERS = frozenset(
    "open interested free welcome right not looking curious happy ready any questions time a ten".split()
)
_LONG_SHOUT = 4
_FAR = 40


def check_style(given: CheckInput) -> Iterable[Finding]:
    """What a good recruiter would change, none of it a reason to refuse the draft."""
    for hit in given.hits("stock_opener"):
        yield given.finding(
            "stock_opener", hit.start, hit.end, "Begin with something that is about this person.", severity="advisory"
        )
    for hit in given.hits("spam"):
        yield given.finding("spam_wording", hit.start, hit.end, "Say it without pressure.", severity="advisory")
    for hit in given.hits("gender_coded"):
        if not given.facts.has_phrase(given.words[hit.start : hit.end]):
            advice = "Use a word that speaks to everybody."
            yield given.finding("gender_coded", hit.start, hit.end, advice, severity="advisory")
    yield from _loud(given)
    if given.text.count("?", given.body_at) > 1:
        second = given.text.index("?", given.text.index("?", given.body_at) + 1)
        yield given.finding_at("several_questions", second, second + 1, "Ask one question only.", severity="advisory")
    yield from _unfounded(given)


def _loud(given: CheckInput) -> Iterable[Finding]:
    if "!" in given.signs:
        for match in _EXCLAIMING.finditer(given.text):
            yield given.finding_at(
                "spam_wording", *match.span(), "One exclamation mark is enough.", severity="advisory"
            )
    for i, raw in enumerate(given.raw[:-1]):
        if (
            raw.isupper()
            and len(raw) >= _LONG_SHOUT
            and given.raw[i + 1].isupper()
            and len(given.raw[i + 1]) > 1
            and not given.facts.knows_all(given.words[i : i + 2])
        ):
            yield given.finding("spam_wording", i, i + 2, "Write it calmly.", severity="advisory")


def _unfounded(given: CheckInput) -> Iterable[Finding]:
    """Praise, and claims about the candidate, in sentences that rest on no fact."""
    praise = given.hits("praise")
    claims = {sentence: at for at, sentence in _claims(given)}
    if not praise and not claims:
        return
    facts = given.once(sentence_facts)
    bare = {span for span, found in zip(given.sentences, facts, strict=True) if not found}
    for hit in praise:
        if given.sentence_of(hit.start) in bare:
            advice = "Say what was good, or leave the praise out."
            yield given.finding("praise_without_fact", hit.start, hit.end, advice, severity="advisory")
    for start, end in claims.keys() & bare:
        yield given.finding(
            "claim_without_fact", start, end, "Rest this on a fact, or leave it out.", severity="advisory"
        )


def _claims(given: CheckInput) -> Iterable[tuple[int, tuple[int, int]]]:
    """Where a sentence states something of the candidate, and neither asks nor supposes."""
    if given.vocabulary.isdisjoint(("you", "your")):
        return
    for i, word in enumerate(given.words):
        after = given.word(i + 1)
        is_claim = (word == "you" and (after in _DEEDS or (after in _STATES and given.word(i + 2) not in _OFFERS))) or (
            word == "your" and after in _OWNED
        )
        if is_claim:
            start, end = given.sentence_of(i)
            asks = given.gap(end).startswith("?") if end < len(given.words) else given.gaps[-1].startswith("?")
            if not asks and _NO_CLAIM.isdisjoint(given.words[max(start, i - _FAR) : i + 1]):
                yield i, (start, end)
