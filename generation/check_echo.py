"""Echo: the prompt's own words, labels of facts, or talk about the task in the message (D-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from .check_input import CheckInput
from .draft import Finding
from .lexicon import words_of

RUN = 8
_PROBE = 5
_STEP = RUN - _PROBE + 1
_LABEL = re.compile(
    r"\[[A-Z]\d{1,3}(?:\s*,\s*[A-Z]\d{1,3})*\]|\((?:[JBC]\d{1,2})(?:,\s*[JBC]\d{1,2})*\)|\bfacts? [JBC]\d{1,2}\b"
)
_WRAPPING = re.compile(
    r"```|(?:^|[.!?][ \t])[ \t]{0,8}\{?[ \t]{0,8}[\"']?(?:subject|body|betreff)[\"']?[ \t]?:"
    r"|\*\*(?:subject|body)|</?facts",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL_SIGNS = frozenset("[(")
_WRAPPERS = frozenset("subject body betreff facts".split())
_FACT_LINE = re.compile(r"^\s*\[[A-Z]\d+\].*$", re.MULTILINE)
_QUOTED = re.compile(r"[\"“][^\"”\n]{1,200}[\"”]")
"""What a prompt puts in quotation marks is wording it offers, or forbids by other checks."""
_TAG = re.compile(r"</?[a-z][^>\n]*>")


def check_echo(given: CheckInput) -> Iterable[Finding]:
    """No run of eight words of the instructions, no label of a fact, no talk about writing the message."""
    text = given.text
    if not _LABEL_SIGNS.isdisjoint(given.signs) or "fact" in given.vocabulary or "facts" in given.vocabulary:
        for match in _LABEL.finditer(text):
            yield given.finding_at("prompt_echo", match.start(), match.end(), "Leave out the label of the fact.")
    if "`" in given.signs or not _WRAPPERS.isdisjoint(given.vocabulary):
        for match in _WRAPPING.finditer(text):
            yield given.finding_at(
                "prompt_echo", match.start(), match.end(), "Write the message alone, without wrapping."
            )
    for hit in given.hits("prompt_talk"):
        if not given.facts.has_phrase(given.words[hit.start : hit.end]):
            yield given.finding("prompt_echo", hit.start, hit.end, "Write to the candidate, not about the task.")
    if given.prompt is not None:
        yield from _runs(given, given.prompt.shared)


def _runs(given: CheckInput, prompt: str) -> Iterable[Finding]:
    grams, whole = _instructions(prompt)
    words = given.words
    done = 0
    for start in range(0, len(words) - _PROBE + 1, _STEP):
        if start < done or tuple(words[start : start + _PROBE]) not in grams:
            continue
        begin, end = start, start + _PROBE
        while begin > done and _joined(words[begin - 1 : end]) in whole:
            begin -= 1
        while end < len(words) and _joined(words[begin : end + 1]) in whole:
            end += 1
        if end - begin >= RUN and not given.facts.has_phrase(words[begin:end]):
            done = end
            yield given.finding("prompt_echo", begin, end, "Leave out the words of the instructions.")


def _joined(words: list[str]) -> str:
    return f" {' '.join(words)} "


@lru_cache(maxsize=8)
def _instructions(prompt: str) -> tuple[frozenset[tuple[str, ...]], str]:
    words = words_of(_TAG.sub(" ", _QUOTED.sub(" | ", _FACT_LINE.sub(" ", prompt))))
    grams = frozenset(words[i : i + _PROBE] for i in range(len(words) - _PROBE + 1))
    return grams, f" {' '.join(words)} "
