"""Job titles: what the role is, apart from its level and its decoration."""

from __future__ import annotations

import re
from functools import lru_cache

from .words import stem, words

LEVEL_WORDS = frozenset(
    "junior jr senior sr staff principal lead leading head chief entry mid graduate trainee intern apprentice associate"
    " assistant interim acting deputy vice executive i ii iii iv v level remote contract freelance part-time"
    " full-time (f/m/d) (m/w/d) (m/f/d)".split()
)
_DECORATION = re.compile(r"\s*\([^)]*\)|\s+[-–|].*$")
_GENERIC = frozenset(
    map(stem, "manager engineer analyst consultant specialist coordinator officer director lead representative worker"
        " operator technician supervisor advisor developer administrator member expert professional".split())
)
_SOFTWARE = frozenset(
    map(stem, "software backend back-end frontend front-end fullstack full-stack full stack web platform application"
        " applications back end front java python golang ruby php node".split())
)
_SAME = {"developer": "engineer", "programmer": "engineer", "dev": "engineer", "swe": "engineer", "sre": "reliability"}


@lru_cache(maxsize=16_384)
def core_of(title: str) -> frozenset[str]:
    """The stems that say what the role is.

    >>> core_of("Senior Backend Developer (m/f/d)") == core_of("Backend Engineer II")
    True
    """
    plain = _DECORATION.sub("", title)
    kept = (word for word in words(plain) if word.lower() not in LEVEL_WORDS)
    return frozenset(filter(None, (stem(_SAME.get(word.lower(), word)) for word in kept)))


def topic_of(title: str) -> frozenset[str]:
    """The stems of a title that say more than "engineer" or "manager"."""
    return core_of(title) - _GENERIC


def is_software(title: str) -> bool:
    """Whether the role is one of building software."""
    core = core_of(title)
    return bool(core & _SOFTWARE) and stem("engineer") in core


@lru_cache(maxsize=16_384)
def are_related(one: str, other: str) -> bool:
    """Whether two titles name the same role or one that is close to it."""
    a, b = core_of(one), core_of(other)
    if not a or not b:
        return False
    if is_software(one) and is_software(other):
        return True
    common = a & b
    if a == b:
        return True
    return bool(common - _GENERIC) and (a <= b or b <= a or len(common) / len(a | b) >= 0.5)
