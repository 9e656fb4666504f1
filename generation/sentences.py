"""Where sentences begin and end: every visible character of a text belongs to exactly one (D-10)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_END = re.compile(r"[.!?…\n][.!?…]*[\"'”’)\]]*")
_ABBREVIATIONS = frozenset(
    """e.g i.e etc vs cf al approx incl excl no nr nos vol fig p pp ca est dept inc ltd co corp llc bros dr mr mrs
    ms prof st sr jr rev hon gen col capt lt sgt mt ft ave blvd rd jan feb mar apr jun jul aug sep sept oct nov
    dec mon tue wed thu fri sat sun u.s u.k u.s.a e.u a.m p.m ph.d b.sc m.sc b.a m.a d.c n.y j.p s.a b.v n.v a.g
    z.b bzw ggf inkl usw min max hrs hr yrs yr tel ext art abs""".split()
)
_BULLET = re.compile(r"[ \t]*(?:[-–—•*·▪◦‣]|\d{1,2}[.)]|[a-z]\))[ \t]+")
_WRAP = 60


def split_sentences(text: str, *, breaks: Sequence[int] = ()) -> tuple[tuple[int, int], ...]:
    """Half-open spans of the sentences of a text, without the white space around them, in order.

    A line of its own (a greeting, a bullet, a signature) is a sentence; lines wrapped in mid-sentence are joined.
    `breaks` are characters where a sentence ends in any case.

    >>> text = "Hi Jo,\\n\\nDr. Lee uses Node.js, e.g. at St. Mary's. Does it suit you?"
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['Hi Jo,', "Dr. Lee uses Node.js, e.g. at St. Mary's.", 'Does it suit you?']
    """
    cuts: list[int] = []
    for match in _END.finditer(text):
        start, end = match.span()
        sign = text[start]
        if sign == "\n":
            if _is_line_end(text, start):
                cuts.append(start + 1)
        elif (end == len(text) or text[end].isspace()) and (sign in "!?" or _is_full_stop(text, start, end)):
            cuts.append(end)
    if breaks:
        cuts = sorted({*cuts, *(cut for cut in breaks if 0 < cut < len(text))})
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in (*cuts, len(text)):
        piece = text[start:cut]
        if stripped := piece.strip():
            left = start + piece.index(stripped[0])
            spans.append((left, left + len(stripped)))
        start = cut
    return tuple(spans)


def _is_full_stop(text: str, start: int, end: int) -> bool:
    after = text[end : end + 2].lstrip(" ")
    if after[:1].islower():
        return False
    if start >= 5 and text[start - 5 : start].isalpha() and text[start - 6 : start] != "approx":
        return True  # too long a word to be an abbreviation
    return end - start > 1 or text[start] != "." or not _is_abbreviation(text, start)


def _is_abbreviation(text: str, dot: int) -> bool:
    low = max(0, dot - 8)
    begin = max(text.rfind(" ", low, dot), text.rfind("\n", low, dot), text.rfind("(", low, dot), low - 1) + 1
    word = text[begin:dot]
    if not word or dot - begin > 6:
        return False
    following = text[dot + 1 : dot + 3].strip()
    if len(word) == 1 and word.isalpha():
        return word != "I" and following[:1].isupper() and (begin == 0 or text[begin - 1] != "\n")
    if word.isdigit():
        return len(word) <= 2 and (begin == 0 or text[begin - 1] == "\n")
    if word == "ms" and text[begin - 2 : begin - 1].isdigit():
        return False  # "90 ms. Then", not "Ms. Lee"
    if word.lower() == "no":
        return following[:1].isdigit()
    if word.lower() in {
        "etc",
        "inc",
        "ltd",
        "co",
        "corp",
        "a.m",
        "p.m",
        "u.s",
        "u.k",
        "llc",
        "jr",
        "sr",
        "hrs",
        "hr",
        "min",
        "max",
        "yrs",
    }:
        return not following[:1].isupper()
    return word.lower() in _ABBREVIATIONS and word.lower() not in {
        "sun",
        "sat",
        "mar",
        "ft",
        "art",
        "fig",
        "est",
        "col",
        "gen",
        "hon",
        "no",
    }


def _is_line_end(text: str, at: int) -> bool:
    if text[at - 1 : at] == "\n" or text[at + 1 : at + 2] == "\n":
        return True
    begin = text.rfind("\n", 0, at) + 1
    line = text[begin:at].rstrip()
    after = text[at + 1 : at + 4].lstrip(" \t")
    if not line or not after or after[0] == "\n" or _BULLET.match(text, at + 1) or line[-1] in ".!?…:,;":
        return not (line[-1:] in {",", ";"} and len(line) > _WRAP and after[:1].islower())
    return len(line) <= _WRAP or not after[0].islower()
