"""The topic words of a text, the coin in which relevance is counted (D-4)."""

from __future__ import annotations

import re

from .stems import STEMS

_WORD = re.compile(r"\w+(?:\+\+|#)?")


def stems(text: str) -> frozenset[str]:
    """The stems of a text that carry a topic; `C++` and `C#` are words.

    >>> sorted(stems("Mentored the nurses, mentoring C++ too"))
    ['c++', 'ment', 'nurs']
    """
    return frozenset(map(STEMS.__getitem__, _WORD.findall(text.lower()))) - _NOTHING


_NOTHING = frozenset({""})
