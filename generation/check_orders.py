"""Orders from profile or job text that were obeyed, and contacts that no fact gives (D-11, D-13)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .lexicon import words_of
from .stems import STEMS

RUN = 5
_SPEAKERS = frozenset("system assistant user inst prompt".split())
_DOMAINS = frozenset("com net org io ai co dev app example xyz info biz ru cn de uk eu link ly me to".split())
_CONTACT = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]]+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"
    r"|(?<![\w./-])(?:[a-z0-9-]{2,40}\.)+(?:com|net|org|io|ai|co|dev|app|example|xyz|info|biz|ru|cn|de|uk|eu|link|ly|me|to)(?:/[^\s<>()\[\]]*)?(?![\w.-]*\w)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.,£$€])(?:\+|00|\(0|0)\d[\d ()./-]{6,18}\d(?!\w)")
_SAID = re.compile(r"(?<!\w)[\"'“”‘’`]([^\"'“”‘’`\n]{3,80})[\"'“”‘’`]")
_SHOUTED = re.compile(r"\b[A-Z][A-Z0-9_]{3,}\b")
_MEANING = re.compile(r"\w{4,}")
_TURN = re.compile(r"(?:^|\n|[.!?] )((?:SYSTEM|ASSISTANT|USER|INST|PROMPT|System|Assistant)(?: (?:prompt|message))?:)")


def check_orders(given: CheckInput) -> Iterable[Finding]:
    """No talk to or of a machine, nothing taken from a text that reads like an order, no foreign contact."""
    for hit in given.hits("machine_talk"):
        words = given.words[hit.start : hit.end]
        if given.facts.has_phrase(words) or (words[0] == "as" and given.facts.has_phrase(words[2:])):
            continue  # "working as an AI Enablement Engineer"
        yield given.finding("injected_order", hit.start, hit.end, "Leave out what speaks to or about a machine.")
    for i in (i for i, word in enumerate(given.words) if word == "dan") if "dan" in given.vocabulary else ():
        if given.raw[i] == "DAN" and not given.facts.knows("dan"):
            yield given.finding("injected_order", i, i + 1, "Leave out what speaks to or about a machine.")
    for match in _TURN.finditer(given.text) if not _SPEAKERS.isdisjoint(given.vocabulary) else ():
        if not given.facts.has_phrase(words_of(match[1])):
            advice = "Leave out what speaks to or about a machine."
            yield given.finding_at("injected_order", match.start(1), match.end(1), advice)
    if given.context.suspicious:
        yield from _taken_over(given)
    yield from _contacts(given)


def _contacts(given: CheckInput) -> Iterable[Finding]:
    text = given.text
    found = [*_CONTACT.finditer(text)] if _may_hold_a_link(given) else []
    if given.has_digits and ("+" in given.signs or " 0" in given.text or "(0" in given.text):
        found += _PHONE.finditer(text)
    for match in found:
        said = match[0].rstrip(".,;:!?)")
        if said.lower() in given.facts.shared.text.lower() or said.lower() in given.facts.personal.text.lower():
            continue
        yield given.finding_at(
            "injected_order",
            match.start(),
            match.start() + len(said),
            "Leave out the link, address or number: no fact gives it.",
        )


def _may_hold_a_link(given: CheckInput) -> bool:
    return (
        "@" in given.signs
        or "://" in given.text
        or "www" in given.vocabulary
        or (
            not _DOMAINS.isdisjoint(given.vocabulary)
            and any(gap == "." and given.word(i) in _DOMAINS for i, gap in enumerate(given.gaps))
        )
    )


def _taken_over(given: CheckInput) -> Iterable[Finding]:
    words = given.words
    joined = f" {' '.join(words)} "
    for order in given.context.suspicious:
        told = words_of(order)
        spans: list[tuple[int, int]] = []
        for i in range(len(told) - RUN + 1):
            run = told[i : i + RUN]
            if given.vocabulary.issuperset(run) and f" {' '.join(run)} " in joined and not given.facts.has_stems(run):
                spans += [(at, at + RUN) for at in range(len(words) - RUN + 1) if tuple(words[at : at + RUN]) == run]
        for quoted in (*_SAID.findall(order), *_SHOUTED.findall(order)):
            said = words_of(quoted)
            if (
                said
                and any(STEMS[word] for word in said)
                and _MEANING.search(quoted)
                and f" {' '.join(said)} " in joined
                and not given.facts.has_phrase(said)
            ):
                size = len(said)
                spans += [
                    (at, at + size) for at in range(len(words) - size + 1) if tuple(words[at : at + size]) == said
                ]
        for start, end in _merged(spans):
            yield given.finding(
                "injected_order", start, end, "Leave out what a text of the profile or the job told the writer to say."
            )


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
