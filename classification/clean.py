"""What a person newly wrote in a reply, apart from quoted history, signatures, disclaimers and footers (C-6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from overture.base import Value

from .quotes import PartKind, mark_history
from .signatures import find_tails

__all__ = ["CleanReply", "PartKind", "RemovedPart", "clean_reply"]

_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ud800-\udfff]")
_MOST_SEARCHED = 100
"""How many stretches are searched for signatures at either end: nobody signs each of a thousand inline answers."""


class RemovedPart(Value):
    """A part of a mail that is not the person's new text."""

    kind: PartKind
    text: str


class CleanReply(Value):
    """A reply's new text and what was taken off it.

    `inline` says that answers stood between quoted lines; they are in `text`, the quoted lines in `removed`.
    """

    text: str
    inline: bool = False
    removed: tuple[RemovedPart, ...] = ()


def clean_reply(text: str) -> CleanReply:
    """The new text of a reply: history, attributions, signatures, disclaimers and mobile footers off (C-6).

    A reply that is nothing but a quote gives an empty text; one that is nothing but "Best!" or "Thanks, Anna" keeps it.
    Line breaks come out as `\\n`, without control characters. Takes time in line with the length; raises nothing.
    """
    text = _CONTROLS.sub("", _BREAKS.sub("\n", text))
    lines = text.split("\n")
    marks = mark_history(lines)
    pieces: list[_Piece] = []
    typed: list[_Piece] = []
    stretches = list(_stretches(marks))
    for number, (kind, start, end) in enumerate(stretches):
        if kind is not None or _MOST_SEARCHED <= number < len(stretches) - _MOST_SEARCHED:
            pieces.append(_Piece(start, end, kind))
            continue
        for tail in find_tails(lines[start:end]):
            part = _Piece(start + tail.start, start + tail.end, tail.kind)
            pieces += [_Piece(part.end, end), part]
            typed += [part] if tail.typed else []
            end = part.start
        pieces.append(_Piece(start, end))
    pieces = [piece for piece in pieces if any(line.strip() for line in lines[piece.start : piece.end])]
    if typed and not any(piece.kind is None for piece in pieces):
        pieces = _give_back(lines, pieces, min(typed))
    pieces.sort()
    kept = [piece for piece in pieces if piece.kind is None]
    return CleanReply(
        text="\n\n".join(piece.text(lines) for piece in kept),
        inline=_is_inline(pieces),
        removed=tuple(
            RemovedPart(kind=piece.kind, text=piece.text(lines)) for piece in pieces if piece.kind is not None
        ),
    )


class _Piece(NamedTuple):
    """`lines[start:end]`; None as its kind says that the person wrote it."""

    start: int
    end: int
    kind: PartKind | None = None

    def text(self, lines: Sequence[str]) -> str:
        return "\n".join(line.rstrip() for line in lines[self.start : self.end]).strip("\n")


def _stretches(marks: Sequence[PartKind | None]) -> Iterator[tuple[PartKind | None, int, int]]:
    """The runs of lines with the same mark."""
    start = 0
    for kind, run in groupby(marks):
        end = start + sum(1 for _ in run)
        yield kind, start, end
        start = end


def _give_back(lines: Sequence[str], pieces: list[_Piece], signature: _Piece) -> list[_Piece]:
    """The pieces where the closing of a signature is text: it is all that the person wrote."""
    end = signature.start + 1
    while end < signature.end and lines[end].strip() and end < signature.start + 2 and len(lines[end]) <= 40:
        end += 1
    rest = [_Piece(end, signature.end, "signature")] if any(map(str.strip, lines[end : signature.end])) else []
    return [piece for piece in pieces if piece != signature] + [_Piece(signature.start, end), *rest]


def _is_inline(pieces: Sequence[_Piece]) -> bool:
    """Whether text stands between quotes; what introduces the first quote is none."""
    quotes = [index for index, piece in enumerate(pieces) if piece.kind == "quote"]
    return bool(quotes) and any(piece.kind is None for piece in pieces[quotes[0] : quotes[-1]])
