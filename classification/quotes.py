"""Which lines of a reply are history: quoted lines, the lines that introduce them, and all below a forward mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from .attributions import find_attributions, header_block, is_mark, is_separator

PartKind = Literal["quote", "attribution", "signature", "disclaimer", "mobile_footer", "forward_header"]

_QUOTED = re.compile(r"\s{0,3}[>＞]")
_EMOTICON = re.compile(r"\s*>(?:[:;=.]['\-oO]?[()\[\]DPpOo/\\|<3]|[._]+<|_>|3)\s*")


def mark_history(lines: Sequence[str]) -> list[PartKind | None]:
    """For each line what kind of history it is, or None for what the person may have written (C-6).

    An unmarked quote reaches to the end, since nothing says where it stops; unless the mail opens with its
    attribution: then the answer can only stand below it, and all of that is kept.
    """
    quoted = [is_quoted(line) for line in lines]
    attributions = find_attributions(lines, quoted)
    marks: list[PartKind | None] = [None] * len(lines)
    written, at = False, 0
    kind: PartKind
    while at < len(lines):
        if attribution := attributions.get(at):
            kind, end = "attribution", attribution.end
        elif quoted[at]:
            marks[at] = "quote"
            at += 1
            continue
        else:
            kind, end = "forward_header", _forward_end(lines, at)
        if end == at:
            written = written or bool(lines[at].strip() and not is_separator(lines[at]))
            at += 1
            continue
        _mark(marks, at, end, kind)
        if kind == "forward_header":
            _mark_rule_above(lines, marks, at)
        below = _next_text(lines, end)
        if below < len(lines) and lines[below].startswith("|") and kind == "attribution":
            while below < len(lines) and (lines[below].startswith("|") or not lines[below].strip()):
                marks[below] = "quote"
                below += 1
            end = below
        elif below < len(lines) and not quoted[below] and (written or kind == "forward_header"):
            _mark(marks, end, len(lines), "quote")
            return marks
        at = end
    return marks


def is_quoted(line: str) -> bool:
    """Whether a line stands behind a quote mark; an emoticon such as `>:(` is none."""
    return _QUOTED.match(line) is not None and not _EMOTICON.fullmatch(line[:40])


def _forward_end(lines: Sequence[str], start: int) -> int:
    """Where the mark or header block that starts at a line ends, or `start`."""
    if not is_mark(lines[start]):
        if ":" not in lines[start][:60] and "：" not in lines[start][:60]:
            return start
        ruled = any(is_separator(line) for line in lines[max(0, start - 2) : start])
        return header_block(lines, start, after_mark=ruled)
    below = _next_text(lines, start + 1)
    if below == len(lines):
        return start + 1
    end = header_block(lines, below, after_mark=True)
    return end if end > below else start + 1


def _mark(marks: list[PartKind | None], start: int, end: int, kind: PartKind) -> None:
    for index in range(start, end):
        marks[index] = kind


def _mark_rule_above(lines: Sequence[str], marks: list[PartKind | None], start: int) -> None:
    for index in range(start - 1, max(-1, start - 4), -1):
        if is_separator(lines[index]):
            marks[index] = "forward_header"
        elif lines[index].strip():
            return


def _next_text(lines: Sequence[str], start: int) -> int:
    """The next line that is not empty, or the number of lines."""
    while start < len(lines) and not lines[start].strip():
        start += 1
    return start
