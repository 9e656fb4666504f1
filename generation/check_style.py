"""Advice on style: stock openers, praise, spam, coded words, too many questions, claims that rest on nothing (D-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .sentence_facts import sentence_facts

_SHOUTING = re.compile(r"(?<!\w)[A-Z]{4,}(?:\s+[A-Z]{2,})+(?!\w)")
_EXCLAIMING = re.compile(r"!{2,}|![^!]{1,200}!")
_CLAIM = re.compile(
    r"\b(?:you've|you have|you are|you're|you were|you had|you (?:led|built|ran|worked|managed|helped|brought|took|cut|grew|designed|wrote|taught)"
    r"|your (?:experience|work|background|time|years|role|career|record|knowledge|skills|expertise|achievements?))\b",
    re.IGNORECASE,
)
_NO_CLAIM = re.compile(
    r"\b(?:if|whether|would|could|might|may|can|should|let me know|happy|you're (?:open|interested|free|welcome|right|not)|you are (?:open|interested|free|welcome|not)|you have (?:any|questions|time|a moment|ten|a))\b",
    re.IGNORECASE,
)


def check_style(given: CheckInput) -> Iterable[Finding]:
    """What a good recruiter would change, none of it a reason to refuse the draft."""
    for hit in given.hits("stock_opener"):
        yield given.finding("stock_opener", hit.start, hit.end, "Begin with something that is about this person.", severity="advisory")
    for hit in given.hits("spam"):
        yield given.finding("spam_wording", hit.start, hit.end, "Say it without pressure.", severity="advisory")
    for hit in given.hits("gender_coded"):
        if not given.facts.has_phrase(given.words[hit.start : hit.end]):
            yield given.finding("gender_coded", hit.start, hit.end, "Use a word that speaks to everybody.", severity="advisory")
    for pattern in (_SHOUTING, _EXCLAIMING) if "!" in given.text or not given.text.islower() else ():
        if pattern is _EXCLAIMING and given.text.count("!") < 2:
            continue
        for match in pattern.finditer(given.text):
            if not given.facts.knows_all(word.lower() for word in re.findall(r"\w+", match[0])):
                yield given.finding_at("spam_wording", match.start(), match.end(), "Write it calmly.", severity="advisory")
    questions = [at for at, sign in enumerate(given.text) if sign == "?" and at >= given.body_at] if given.text.count("?") > 1 else []
    if len(questions) > 1:
        start, end = questions[1], questions[1] + 1
        yield given.finding_at("several_questions", start, end, "Ask one question only.", severity="advisory")
    yield from _unfounded(given)


def _unfounded(given: CheckInput) -> Iterable[Finding]:
    praise = given.hits("praise")
    claims = list(_CLAIM.finditer(given.text)) if "you" in given.vocabulary or "your" in given.vocabulary else []
    if not praise and not claims:
        return
    facts = sentence_facts(given)
    bare = [span for span, found in zip(given.spans, facts, strict=True) if not found]
    for hit in praise:
        start, end = given.characters(hit.start, hit.end)
        if any(a <= start < b for a, b in bare):
            yield given.finding_at("praise_without_fact", start, end, "Say what was good, or leave the praise out.", severity="advisory")
    seen: set[int] = set()
    for match in claims:
        for a, b in bare:
            if a <= match.start() < b and a not in seen and given.text[b - 1] != "?" and not _NO_CLAIM.search(given.text, a, b):
                seen.add(a)
                yield given.finding_at("claim_without_fact", a, b, "Rest this on a fact, or leave it out.", severity="advisory")
