"""Job titles: what the role is, apart from its level and its decoration."""

from __future__ import annotations

import re
from functools import lru_cache

from .words import stems

LEVEL_WORDS = frozenset(
    "junior jr senior sr staff principal lead leading head chief entry mid graduate trainee intern apprentice associate"
    " assistant interim acting deputy vice executive i ii iii iv v level remote contract freelance".split()
)
_WORD = re.compile(r"\w+(?:\+\+|#)?")
_DECORATION = re.compile(r"\s*\([^)]*\)|\s+[-–|].*$|\b(?:full|part)[- ]time\b", re.IGNORECASE)
_GENERIC = stems(
    "manager engineer analyst consultant specialist coordinator officer director lead representative worker operator"
    " technician supervisor advisor developer administrator member expert professional"
)
_SOFTWARE = stems(
    "software backend frontend fullstack full stack web platform application back end front java python golang"
    " ruby php node"
)
_ENGINEER = stems("engineer")
_SAME = {"developer": "engineer", "programmer": "engineer", "dev": "engineer", "swe": "engineer", "sre": "reliability"}


@lru_cache(maxsize=16_384)
def core_of(title: str) -> frozenset[str]:
    """The stems that say what the role is.

    >>> core_of("Senior Backend Developer (m/f/d)") == core_of("Backend Engineer II")
    True
    """
    kept: list[str] = [word for word in _WORD.findall(_DECORATION.sub("", title).lower()) if word not in LEVEL_WORDS]
    return stems(" ".join(_SAME.get(word, word) for word in kept))


def topic_of(title: str) -> frozenset[str]:
    """The stems of a title that say more than "engineer" or "manager"."""
    return core_of(title) - _GENERIC


def is_software(title: str) -> bool:
    """Whether the role is one of building software."""
    core = core_of(title)
    return bool(core & _SOFTWARE) and bool(_ENGINEER & core)


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
