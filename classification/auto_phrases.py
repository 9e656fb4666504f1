"""The fixed wording of automatic answers in ten languages, read from data, and a quick search for it (C-5).

A phrase is literal text with a little syntax: `(a|b)` and `(a )?` as in regular expressions, `~` for up to 50
characters inside one sentence, `*` for the rest of a word. Nothing in it can repeat, so matching stays linear.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple

Group = Literal[
    "automatic", "notice", "availability", "absence", "contact", "mailbox", "left", "gone", "delivery", "term", "human"
]

_OTHER_SCRIPT: Final = re.compile("[\u0900-\U0003ffff]")
_PUNCTUATION: Final = re.compile(r"(?<!\s)\s*([,:;()\[\]【】「」])\s*")  # begins at a gap's start: linear
_SPACE: Final = re.compile(r"[^\S\n]+")
_BRACKETS: Final = str.maketrans("()[]【】「」", ";;;;;;;;")
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "‑": "-", "–": "-", "—": "-"})
_GAP: Final = r"[^.!?。\n]{0,50}?"
_OPTIONAL: Final = re.compile(r"\([^()]*\)\?|.\?")
_GROUP: Final = re.compile(r"\(([^()]*)\)")


class Hit(NamedTuple):
    """One phrase that was found: its group and the words of the (normalised) text."""

    group: Group
    words: str


class _Phrase(NamedTuple):
    group: Group
    source: str
    anchors: tuple[str, ...]


def normalised(text: str) -> str:
    """`text` in lower case with one form per character, quote, dash and bracket, and commas and colons set apart."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES)
    spaced = _PUNCTUATION.sub(r" \1 ", unicodedata.normalize("NFKC", folded)).translate(_BRACKETS)
    return _SPACE.sub(" ", spaced)


def find_phrases(text: str) -> list[Hit]:
    """Every phrase of the data that occurs in a text that is already `normalised`, in the data's order."""
    phrases, index = _phrases()
    sizes = (1, 2, 4) if _OTHER_SCRIPT.search(text) else (2, 4)
    grams = {text[at : at + size] for size in sizes for at in range(len(text) - size + 1)}
    numbers = {number for gram in index.keys() & grams for number in index[gram]}
    hits: list[Hit] = []
    for number in sorted(numbers):
        group, source, anchors = phrases[number]
        if any(anchor in text for anchor in anchors) and (found := _compiled(source).search(text)):
            hits.append(Hit(group, found[0].strip()))
    return hits


@cache
def _phrases() -> tuple[list[_Phrase], dict[str, list[int]]]:
    """All phrases, and for a few characters of an anchor the numbers of the phrases to look at when a text has them."""
    data = json.loads(files("overture.classification").joinpath("data/auto_phrases.json").read_text("utf-8"))
    sources: dict[tuple[Group, str], None] = {}
    for group, languages in data.items():
        for phrase in (item for items in languages.values() for item in items):
            sources[group, unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", phrase).casefold())] = None
    phrases = [_Phrase(group, source, _anchors(source)) for group, source in sources]
    grams = Counter(gram for phrase in phrases for anchor in phrase.anchors for gram in _grams(anchor))
    index: dict[str, list[int]] = {}
    for number, phrase in enumerate(phrases):
        for rarest in {min(_grams(anchor), key=lambda gram: (grams[gram], gram)) for anchor in phrase.anchors}:
            index.setdefault(rarest, []).append(number)
    return phrases, index


def _grams(anchor: str) -> list[str]:
    """The runs of four characters in an anchor, or of two or one where it is shorter."""
    size = 4 if len(anchor) >= 4 else 2 if len(anchor) >= 2 else 1
    return [anchor[at : at + size] for at in range(len(anchor) - size + 1)]


@lru_cache(maxsize=2048)
def _compiled(source: str) -> re.Pattern[str]:
    expression = source.replace("*", r"\w{0,20}").replace("~", _GAP)
    # Chinese and Japanese have no spaces between words, and Hindi's vowel signs are no word characters.
    return re.compile(expression if _OTHER_SCRIPT.search(source) else rf"(?<!\w){expression}(?!\w)")


def _anchors(source: str) -> tuple[str, ...]:
    """Plain texts of which one is in every match: asking for them first spares nearly all the matching."""
    plain = source.replace("\\?", "~")
    while (shorter := _OPTIONAL.sub("~", plain)) != plain:
        plain = shorter
    outside = max(re.split(r"[~*]", _flattened(plain)), key=len)
    if len(outside.strip()) >= 4:
        return (outside,)
    choices = [
        tuple(max(re.split(r"[~*]", branch), key=len) for branch in inner.split("|")) for inner in _GROUP.findall(plain)
    ]
    best = max(choices, key=lambda branches: min(map(len, branches)), default=(outside,))
    return best if min(map(len, best)) > len(outside.strip()) else (outside,)


def _flattened(plain: str) -> str:
    """`plain` with each group, the innermost first, turned into a gap."""
    while (shorter := _GROUP.sub("~", plain)) != plain:
        plain = shorter
    return plain
