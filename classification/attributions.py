"""The lines that mail programs put above quoted history: "On ... wrote:", forward marks, From/Sent/To/Subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from .phrases import fold, header_labels, phrases, words

_LONGEST_LINE = 600
_LINES_BACK = 8
_HEADER_LINES = 16
_DATE_FORM = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|\d{1,2}月\d{1,2}日)")
_TIME_FORM = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")
_DATE_FIRST = re.compile(r"(?:\d{1,2}[. ]|\d{4}[-/.年 ]|\d{1,2}[-/]\d{1,2}[-/]\d)")
_SPLIT_END = re.compile(r">\s?[^<>:：]{0,30}[:：]\s*$")
_LABEL = re.compile(r"[\s*_]*([^\s:：*][^:：*]{0,23})[*_\s]*[:：]")
_INNER_LABEL = re.compile(r"(?<!\w)(\w{1,24})\s?[:：]")
_DECORATED = re.compile(r"[-_=*—>\s]{2,}([^-_=*—].{0,60}?)\s*(?:[-_=*—<]{2,}|:\s*$)")
_SEPARATOR = re.compile(r"[-_=*—\s]{5,}$")
_TALL = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u1100-\u11ff]")


class Attribution(NamedTuple):
    """An attribution over `lines[start:end]`."""

    start: int
    end: int


# What one line shows of an attribution, as bits: windows of lines are the "or" of their lines.
_OPENER, _DATE, _TIME, _MAIL, _VERB = 1, 2, 4, 8, 16


def find_attributions(lines: Sequence[str], quoted: Sequence[bool]) -> dict[int, Attribution]:
    """The attributions by their first line; `quoted` says which lines stand behind a quote mark.

    One may be wrapped over several lines, the last of which may begin with the `>` of an address.
    """
    found: dict[int, Attribution] = {}
    signs: dict[int, int] = {}

    def at(index: int) -> int:
        if index not in signs:
            signs[index] = _signs(lines[index])
        return signs[index]

    follows = _quote_follows(lines, quoted)
    taken = 0
    for last, line in enumerate(lines):
        end = line.rstrip()
        if not 0 < len(end) <= _LONGEST_LINE or (quoted[last] and not _SPLIT_END.match(line)):
            continue
        closed = end[-1] in ":：" or (end.endswith("--") and at(last) & _VERB != 0)
        if not closed and not (follows[last] and end[-1] == ">" and "@" in end):
            continue
        hint = at(last) | (at(last - 1) if last else 0)
        if not (hint & (_DATE | _MAIL | _VERB) or follows[last] or quoted[last]):
            continue
        start: int | None = None
        window: list[tuple[int, int]] = []
        first, blanks, together = last, 0, 0
        while first >= taken and last - first < _LINES_BACK and (first == last or not quoted[first]):
            here = at(first)
            if not lines[first].strip():
                blanks += 1
                if blanks > 2:
                    break
            else:
                together |= here
                if not blanks:
                    window.append((first, together))
                if closed and here & _OPENER and together & _DATE and together & (_VERB | _MAIL):
                    start = first if not blanks or here & _DATE else None
                    break
            first -= 1
        if start is None and window and not quoted[last]:
            start = _weaker(lines, window, closed=closed, follows=follows[last])
        if start is not None:
            found[start] = Attribution(start, last + 1)
            taken = last + 1
    return found


def _weaker(lines: Sequence[str], window: list[tuple[int, int]], *, closed: bool, follows: bool) -> int | None:
    """Where an attribution starts that opens with a name, or that only the quote below it gives away."""
    for first, signs in window[:3]:
        if first and lines[first - 1].rstrip().endswith("<"):  # an address that was wrapped
            continue
        if closed and signs & _MAIL and (signs & _VERB or (signs & _DATE and signs & _TIME)):
            return first
    first, signs = window[0]
    shown = closed and (signs & _VERB or (signs & _OPENER and signs & _DATE))
    if follows and len(lines[first]) <= 200 and (shown or (signs & _MAIL and signs & _DATE)):
        return first
    return None


def header_block(lines: Sequence[str], start: int, *, after_mark: bool = False) -> int:
    """Where the From/Sent/To/Subject block that starts at a line ends, or `start` if none does.

    Three fields with a sender make one; two do below a mark, or where the sender has an address.
    """
    first = _field(lines[start])
    if not first:
        return start
    fields = {first}
    if first == "from":
        fields |= _fields_inside(lines[start])
    end, others, address = start + 1, 0, first == "from" and "@" in lines[start]
    for index in range(start + 1, min(len(lines), start + _HEADER_LINES)):
        line = lines[index]
        field = _field(line)
        if field in fields and field != "cc":
            break
        if field:
            fields.add(field)
            end, others = index + 1, 0
            address = address or (field == "from" and "@" in line)
        elif line.strip():
            others += 1
            if others > 2:
                break
    enough = 2 if after_mark or address else 3
    return end if "from" in fields and len(fields) >= enough else start


def is_mark(line: str) -> bool:
    """Whether a line says that the original or a forwarded message follows: `-----Original Message-----`."""
    bare = line.strip()
    if not 5 <= len(bare) <= _LONGEST_LINE or not (bare[0] in "-_=*—>" or bare[-1] in ":：-"):
        return False
    text = fold(line.replace("&nbsp;", " "))
    if text.rstrip(" :").rstrip() in words("forwarded") and text.endswith(":"):
        return True
    inner = _DECORATED.match(text)
    if inner is None:
        return False
    title = inner[1].strip(" :")
    return title in words("original") or title in words("forwarded") or title.startswith("forwarded by ")


def is_separator(line: str) -> bool:
    """Whether a line is nothing but a rule of dashes or underscores."""
    return len(line) <= _LONGEST_LINE and _SEPARATOR.match(line) is not None


def _quote_follows(lines: Sequence[str], quoted: Sequence[bool]) -> list[bool]:
    """For each line, whether the next line that is not empty is quoted (or drawn with a bar)."""
    result = [False] * len(lines)
    follows = False
    for index in range(len(lines) - 1, -1, -1):
        result[index] = follows
        if lines[index].strip():
            follows = quoted[index] or lines[index].startswith("|")
    return result


def _signs(line: str) -> int:
    if not line.strip() or len(line) > _LONGEST_LINE or (len(line) < 4 and line.isascii()):
        return 0
    text = fold(line).lstrip("-_*>\"'«( ")
    opens = text.startswith("在") or text.split(" ", 1)[0].rstrip(",.") in words("openers")
    return (
        (_OPENER if opens or _DATE_FIRST.match(text) else 0)
        | (_DATE if _DATE_FORM.search(text) else 0)
        | (_TIME if _TIME_FORM.search(text) else 0)
        | (_MAIL if "@" in text or "mailto:" in text else 0)
        | (_VERB if _verbs().search(text) else 0)
    )


@cache
def _verbs() -> re.Pattern[str]:
    """Every "wrote"; a word of an alphabet has to stand alone, Chinese and Japanese have no gaps to ask for."""
    every = phrases("wrote")
    apart = "|".join(re.escape(verb) for verb in every if not _TALL.search(verb))
    joined = "|".join(re.escape(verb) for verb in every if _TALL.search(verb))
    return re.compile(rf"(?<!\w)(?:{apart})(?!\w)|{joined}")


def _field(line: str) -> str:
    """Which field of a header block a line holds, or an empty text."""
    head = line[:60]
    found = _LABEL.match(head) if ":" in head or "：" in head else None
    return header_labels().get(fold(found[1]), "") if found else ""


def _fields_inside(line: str) -> set[str]:
    """The fields of a header block that lost its line breaks."""
    if len(line) > 2 * _LONGEST_LINE:
        return set()
    labels = (fold(label) for label in _INNER_LABEL.findall(line))
    return {header_labels()[label] for label in labels if label in header_labels()}
