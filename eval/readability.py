"""How easily a text reads: LIX for all seven languages, Flesch's reading ease for English.

LIX (Björnsson, 1968) is words a sentence plus the share of words over six letters, and needs no syllables; below 40 is
easy, over 60 very hard. Flesch (1948) counts syllables, here as groups of vowels: right for about nine English words
in ten, and for no name.
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[.!?:]+(?=\s|$)|\n{2,}")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_LONG = 6


def lix(text: str) -> float:
    """LIX of a text; 0 where there are no words."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    return len(words) / _sentences(text) + 100 * sum(len(word) > _LONG for word in words) / len(words)


def flesch(text: str) -> float:
    """Flesch's reading ease of an English text: 60 and more is plain; 100 where there are no words."""
    words = _WORD.findall(text)
    if not words:
        return 100.0
    syllables = sum(map(_syllables, words))
    return 206.835 - 1.015 * len(words) / _sentences(text) - 84.6 * syllables / len(words)


def sentence_length(text: str) -> float:
    """Words a sentence, on average."""
    return len(_WORD.findall(text)) / _sentences(text)


def _sentences(text: str) -> int:
    return max(1, sum(1 for part in _SENTENCE.split(text) if _WORD.search(part)))


def _syllables(word: str) -> int:
    lowered = word.lower()
    silent = lowered.endswith("e") and not lowered.endswith(("le", "ee")) and len(lowered) > 2
    return max(1, len(_VOWELS.findall(lowered)) - silent)
