"""The one text form that the model learns from and judges: training and use share it."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), " ")
_INVISIBLE = dict.fromkeys(
    (0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_STRAIGHT = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-", 0xFE0F: None}
_TABLE = _CONTROL | _INVISIBLE | _STRAIGHT
_RUN = re.compile(r"(.)\1{3,}", re.DOTALL)


def normalise(text: str) -> str:
    """NFKC, one space between words, straight quotes, no control or invisible characters, runs cut to three.

    Emoji keep their skin tone; the variation selector goes, since mail clients add and drop it at will.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_TABLE))
    return " ".join(_RUN.sub(r"\1\1\1", plain).split())
