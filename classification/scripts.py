"""What the letters of a text say about its language, before any model looks."""

from __future__ import annotations

from collections import Counter
from typing import Literal

Script = Literal["latin", "devanagari", "kana", "han", "other", "none"]

# Unicode blocks, as far as they tell the ten languages from the rest (The Unicode Standard, Blocks.txt).
_BLOCKS: tuple[tuple[int, int, Script], ...] = (
    (0x0041, 0x024F, "latin"),
    (0x1E00, 0x1EFF, "latin"),
    (0xFF21, 0xFF5A, "latin"),
    (0x0900, 0x097F, "devanagari"),
    (0xA8E0, 0xA8FF, "devanagari"),
    (0x3040, 0x30FF, "kana"),
    (0x31F0, 0x31FF, "kana"),
    (0xFF66, 0xFF9D, "kana"),
    (0x3400, 0x9FFF, "han"),
    (0xF900, 0xFAFF, "han"),
    (0x20000, 0x323AF, "han"),
)
_LOOKED_AT = 2_000


def script_of(text: str) -> Script:
    """The script that most letters are of; `none` without letters.

    Japanese mixes scripts: a tenth of kana among the letters makes a text `kana`, whatever else is in it.
    """
    counts: Counter[Script] = Counter(_script(ord(character)) for character in text[:_LOOKED_AT] if character.isalpha())
    if not counts:
        return "none"
    if counts["kana"] * 10 >= counts.total():
        return "kana"
    return counts.most_common(1)[0][0]


def _script(code: int) -> Script:
    for first, last, script in _BLOCKS:
        if first <= code <= last:
            return script
    return "other"
