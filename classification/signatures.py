"""What stands below a person's last word: closings with a name, contact lines, mobile footers, disclaimers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from .attributions import is_separator
from .phrases import first_words, fold, phrases, words
from .quotes import PartKind

_LONGEST_LINE = 160
_SHORTEST_DISCLAIMER = 15
_LONGEST_DISCLAIMER = 4_000
_MOST_ROUNDS = 8
_MOST_LINES = 20
_MOST_BELOW_DASHES = 40
_DASHES = re.compile(r"\s*(?:--|—|––|__)\s*$")
_RULE = re.compile(r"\s*(?:[-_=*~—–]\s?){2,}\s*$")
_PHONE = re.compile(r"(?:\+|\(|\d)[\d\s().\-/]{6,24}\d")
_LINK = re.compile(r"https?://|www\.|linkedin\.com|mailto:|\w@\w")
_DASHED_NAME = re.compile(r"\s*(?:[-–—~]{1,2}|/)\s?(?=\w)")
_END_MARKS = " ,.!;:-–—~。、！，*_|"
_SENTENCE_END = (".", "!", "?", "。", "！", "？", ":", "：", ";", "।", "…")
_HAN_NAME = re.compile(r"[\u3400-\u9fff々·・\u30a0-\u30ff\s\u3000]{2,12}$")
_HAN_WORD = re.compile("[不没無无有是的了好可要谢吗呢请行来能会想再看说做去吧嗯对]")
_TALK = re.compile("[不没吗呢吧嗯谢謝嗎]|です|ます|ません|ください|ない")
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_TALL = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_][^\s,;|]*")
_BRACKETS = str.maketrans("", "", "[]()<>*_|")


class Tail(NamedTuple):
    """A part taken off; `lines[start:end]`, and whether a person may have typed it as their answer."""

    kind: PartKind
    start: int
    end: int
    typed: bool = False


def find_tails(lines: Sequence[str]) -> list[Tail]:
    """The parts below the text of one stretch that a person wrote, last first (C-6).

    Disclaimers, mobile footers and signatures come in any order and number; a postscript below a signature is text.
    """
    tails: list[Tail] = []
    rounds = 0
    end = len(lines)
    while end:
        if not lines[end - 1].strip() or (tails and _RULE.match(lines[end - 1])):
            end -= 1
            continue
        found = _footer(lines, end)
        if found is None and rounds < _MOST_ROUNDS:
            rounds += 1
            found = _disclaimer(lines, end) or _below_dashes(lines, end) or _signature(lines, end)
        if found is None:
            break
        tails.append(found)
        if found.end < end:  # a postscript stays below it
            break
        end = found.start
    return tails


def is_footer(line: str) -> bool:
    """Whether a line is what a telephone or mail program adds: "Sent from my iPhone"."""
    if len(line) > _LONGEST_LINE:
        return False
    text = fold(line.translate(_BRACKETS)).strip(" -–—.!")
    if not text or (count := text.count(" ") + 1) > 16:
        return False
    if text.startswith(phrases("footers")):
        return True
    if text.startswith(phrases("device_footers")):
        most = 4 if text.startswith("from ") else 12
    else:
        most = 8 if text.endswith(phrases("footer_ends")) else 0
    return count <= most and _devices().search(text) is not None


@cache
def _devices() -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![\w-]){re.escape(name)}" for name in phrases("devices")))


def _footer(lines: Sequence[str], end: int) -> Tail | None:
    """One line, or two of which the first is broken off."""
    if is_footer(lines[end - 1]):
        return Tail("mobile_footer", end - 1, end)
    if (
        end > 1
        and is_footer(lines[end - 2])
        and len(lines[end - 1]) < 40
        and is_footer(f"{lines[end - 2]} {lines[end - 1]}")
        and _LINK.search(lines[end - 1])
    ):
        return Tail("mobile_footer", end - 2, end)
    return None


def _disclaimer(lines: Sequence[str], end: int) -> Tail | None:
    """The last paragraph, if it is a notice; with the heading and the rule above it."""
    start = _paragraph(lines, end)
    if sum(len(line) for line in lines[start:end]) < _SHORTEST_DISCLAIMER:
        return None
    for first in range(start, end):
        if _is_disclaimer(" ".join(lines[first:end])):
            heading = _heading_above(lines, first)
            return Tail("disclaimer", heading, end)
        if first - start >= 2:  # a notice may hang under a signature without an empty line
            break
    return None


def _is_disclaimer(paragraph: str) -> bool:
    text = fold(paragraph[:_LONGEST_DISCLAIMER])
    first = text.lstrip("*_ ").split(":", 1)
    if len(first) == 2 and first[0].strip(" *_") in words("disclaimer_headings") and len(first[1]) > 60:
        return True
    tall = _TALL.search(text) is not None
    if len(text) < (_SHORTEST_DISCLAIMER if tall else 40):
        return False
    strong = sum(phrase in text for phrase in words("disclaimers"))
    return strong > 0 or sum(phrase in text for phrase in words("weak_disclaimers")) > 1


def _heading_above(lines: Sequence[str], start: int) -> int:
    above = start
    while above and start - above < 4:
        line = lines[above - 1]
        if line.strip() and not is_separator(line) and fold(line).strip(_END_MARKS) not in words("disclaimer_headings"):
            break
        above -= 1
    while above < start and not lines[above].strip():
        above += 1
    return above


def _below_dashes(lines: Sequence[str], end: int) -> Tail | None:
    """All below the dashes of RFC 3676; below others only what looks like a signature."""
    texts = 0
    for index in range(end - 1, max(-1, end - _MOST_BELOW_DASHES * 2), -1):
        line = lines[index]
        if line in {"-- ", "--"} and texts <= _MOST_BELOW_DASHES:
            return Tail("signature", index, end)
        if _DASHES.match(line) or (_RULE.match(line) and texts <= 8):
            below = [each for each in lines[index + 1 : end] if each.strip()]
            if below and all(_fits_below(each) for each in below):
                return Tail("signature", index, end)
        texts += bool(line.strip())
    return None


def _signature(lines: Sequence[str], end: int) -> Tail | None:
    """A closing with what stands below it, a name after dashes, or a block of contact lines."""
    texts, stop = 0, end
    below = ""  # the line right below the one looked at
    fits = contacts = plain = True
    for index in range(end - 1, -1, -1):
        line = lines[index]
        if not line.strip():
            continue
        texts += 1
        if texts > _MOST_LINES or len(line) > 400:
            break
        closing = _closing(line) if fits else ""
        ends = closing == "named" or (closing and below and _is_name(below))
        if (ends or (closing == "formal" and contacts)) and (plain or any(map(str.strip, lines[:index]))):
            return Tail("signature", index, stop, typed=True)
        if _is_postscript(line):
            stop, below, fits, contacts, plain = index, "", True, True, True
            continue
        if not fits:  # prose: only a postscript can be found above it
            continue
        contact = _is_contact(line)
        below, fits, contacts = line, _fits_below(line), contacts and contact
        plain = plain and (contact or _is_name(line))
    return _dashed_name(lines, end) or _contacts(lines, end)


def _closing(line: str) -> str:
    """`formal` for "Best regards", `soft` for "Thanks", `named` for either with a name on its line, else empty."""
    if len(line) > _LONGEST_LINE:
        return ""
    text = fold(line).strip(_END_MARKS + "☺🙂😊🙏👋")
    if not text or not (_starts_closing(text)):
        return ""
    if kind := _closing_words(text):
        return kind
    head, comma, rest = line.strip().partition(",")
    if not comma:
        head, comma, rest = line.strip().partition("，")
    if comma and rest.strip() and _closing_words(fold(head).strip(_END_MARKS)) and _is_name(rest, most=3):
        return "named"
    tokens = line.split()
    for count in range(min(5, len(tokens) - 1), 0, -1):
        if fold(" ".join(tokens[:count])).strip(_END_MARKS) in words("closings"):
            return "named" if _is_name(" ".join(tokens[count:]), most=3) else ""
    return ""


def _starts_closing(text: str) -> bool:
    """A cheap look at the first word."""
    first = re.split("[ ,/.，]", text, maxsplit=1)[0]
    return any(word in first_words(group) for group in ("closings", "soft_closings") for word in (first, first[:1]))


def _closing_words(text: str) -> str:
    if text in words("closings"):
        return "formal"
    if text in words("soft_closings"):
        return "soft"
    for place in words("places"):
        head, between, where = text.partition(f" {place} ")
        if between and where.count(" ") < 2 and head in words("closings"):
            return "formal"
    pieces = [piece.strip(_END_MARKS) for piece in re.split(r" (?:and|und|y|et|e|en|&|/) |, ?|/|\. ", text)]
    if len(pieces) > 1 and all(piece in words("closings") or piece in words("soft_closings") for piece in pieces):
        return "formal" if any(piece in words("closings") for piece in pieces) else "soft"
    return ""


def _is_name(line: str, *, most: int = 5) -> bool:
    """Whether a line may be nothing but a name; "No" and "Kein Interesse" are none."""
    text = line.strip().strip("*_ ,.-–—~/")
    if not text or len(text) > 60 or text.endswith(("!", "?")):
        return False
    if _TALL.search(text):
        return _HAN_NAME.match(text) is not None and not _HAN_WORD.search(text)
    tokens = [token for token in text.replace("(", " ").replace(")", " ").split("|")[0].split(",")[0].split() if token]
    if not 0 < len(tokens) <= most or not any(ch.isalpha() for ch in text):
        return False
    if any(fold(token).strip(_END_MARKS + "'\"") in words("not_names") for token in tokens):
        return False
    if _DEVANAGARI.search(text):
        return len(tokens) <= 4 and not text.endswith("।")
    small = fold(tokens[0]) == tokens[0]
    if small:
        return len(tokens) == 1 and tokens[0].isalpha() and len(tokens[0]) <= 12 and tokens[0].isascii()
    return all(not token[0].islower() or fold(token) in words("particles") for token in tokens)


def _is_contact(line: str) -> bool:
    if len(line) > _LONGEST_LINE:
        return False
    return _LINK.search(line) is not None or _PHONE.search(line) is not None


def _fits_below(line: str) -> bool:
    """Whether a line may stand in a signature: contacts, a title, an address, but no sentence."""
    text = line.strip()
    if len(text) > _LONGEST_LINE or _is_postscript(text):
        return False
    if _is_contact(text) or _RULE.match(text) or is_footer(text):
        return True
    if _TALL.search(text):
        return len(text) <= 40 and not text.endswith(_SENTENCE_END) and not _TALK.search(text)
    tokens = text.split()
    if text.endswith(_SENTENCE_END):
        return len(tokens) <= 4 and _is_name(text.rstrip(".")) and text.endswith(".")
    first = tokens[0].lstrip("*_(")
    if len(tokens) > 12 or first[:1].islower() or fold(first).strip(_END_MARKS) in words("not_names"):
        return len(tokens) == 1 and _is_name(text)
    return len(tokens) <= 4 or "|" in text or any(word[0].isupper() for word in _WORD.findall(text)[1:])


def _is_postscript(line: str) -> bool:
    head = line[:24].lstrip("*_ \t")
    return head[:1] in "pPnN追又附प" and fold(head).startswith(_postscripts())


@cache
def _postscripts() -> tuple[str, ...]:
    return tuple(f"{mark}{end}" for mark in phrases("postscripts") for end in (":", " ", ". ", ", ", ".:"))


def _dashed_name(lines: Sequence[str], end: int) -> Tail | None:
    """A last line such as `- Anna` below the text, unless it is an item of a list."""
    line = lines[end - 1]
    found = _DASHED_NAME.match(line)
    if not found or len(line) > 40 or not _is_name(line[found.end() :], most=3):
        return None
    above = next((each for each in reversed(lines[max(0, end - 6) : end - 1]) if each.strip()), "")
    if not above or _DASHED_NAME.match(above) or above.rstrip().endswith((":", "：")):
        return None
    return Tail("signature", end - 1, end)


def _contacts(lines: Sequence[str], end: int) -> Tail | None:
    """A last paragraph of a name and contact lines, such as mail programs add without a closing."""
    start = _paragraph(lines, end)
    block = lines[start:end]
    if start == 0 or not 2 <= len(block) <= 12 or not all(_fits_below(line) for line in block):
        return None
    if _is_name(block[0]) and not _is_contact(block[0]) and any(_is_contact(line) for line in block[1:]):
        return Tail("signature", start, end)
    return None


def _paragraph(lines: Sequence[str], end: int) -> int:
    """The first line of the paragraph that ends before `end`, at most forty lines up."""
    start = end
    while start and end - start < 40 and lines[start - 1].strip():
        start -= 1
    return start
