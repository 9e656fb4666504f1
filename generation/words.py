"""Words and their stems, the coin in which relevance is counted."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[+#]+|[.'’&-][^\W_]+)*[+#]*")
_STOP = frozenset(
    """a about above across after all also am an and any are as at be been before being below between both but by can
    could did do does doing down during each etc few for from further had has have having he her here hers him his how
    i if in into is it its itself just like make many may me might more most much must my new no nor not now of off on
    once one only or other our ours out over own per plus role roles same she should so some such team than that the
    their them then there these they this those through to too under until up us use used using various very via was
    we well were what when where which while who whom why will with within without work working would year years you
    your yours strong experience experienced knowledge ability skills skill good great excellent including include
    includes related relevant help helping ensure ensuring multiple day daily across join responsible company based
    part time full high level key best understanding proven track record ideally preferred required plus minimum
    environment""".split()
)
_SUFFIXES = ("ations", "ation", "ings", "ments", "ment", "ing", "ness", "ers", "ants", "ant", "ies", "ed", "er", "es", "s", "e", "y")


def words(text: str) -> list[str]:
    """The words of a text as written, with `C++`, `Node.js` and `front-end` whole."""
    return _WORD.findall(text)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A light stem of one word; the empty string for a word that carries no topic.

    >>> stem("Mentored"), stem("mentoring"), stem("the")
    ('mentor', 'mentor', '')
    """
    word = word.lower().replace("’", "'").removesuffix("'s")
    if word in _STOP or (len(word) < 2 and not word.isdigit()):
        return ""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


def stems(text: str) -> frozenset[str]:
    """The topic stems of a text."""
    return frozenset(filter(None, map(stem, words(text))))
