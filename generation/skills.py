"""Skills under their many names: `k8s` is Kubernetes, `JS` is JavaScript, `Postgres` is PostgreSQL (D-4)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

_SQUEEZE = re.compile(r"[\s_\-./]+")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)\s*$")
_LEVEL = re.compile(r"\s+(?:programming|language|development|framework|skills?|v?\d+(?:\.\d+)*)$", re.IGNORECASE)
_SHORT_BUT_SAFE = frozenset({"Go", "JS", "TS", "UX", "UI", "QA", "CI", "BI", "ML", "AI"})
_NOT_A_SKILL = re.compile(
    r"Go(?= to| for | live| beyond| above| out)|Excel(?= (?:at|in)\b)|Access(?= to)"
    r"|React(?= (?:to|quickly|fast))|Spark(?= (?:interest|joy))"
)
_CLOSE_ENOUGH = 91.0
_SHORTEST_FUZZY = 9


class SkillMatch(NamedTuple):
    """A skill the opportunity asks for and the candidate has: `own` is their name for it, at `place` among theirs."""

    wanted: str
    own: str
    place: int


@cache
def _aliases() -> dict[str, list[str]]:
    table: dict[str, list[str]] = json.loads(
        files("overture.generation").joinpath("data/skill_aliases.json").read_text(encoding="utf-8")
    )
    return table


@cache
def _canonical_by_key() -> dict[str, str]:
    table = {_squeezed(alias): name for name, aliases in _aliases().items() for alias in aliases}
    return table | {_squeezed(name): name for name in _aliases()}


def _squeezed(name: str) -> str:
    return _SQUEEZE.sub("", name).casefold()


@lru_cache(maxsize=65_536)
def skill_key(name: str) -> str:
    """What two spellings of one skill have in common.

    >>> skill_key("Postgres") == skill_key("PostgreSQL"), skill_key("JS") == skill_key("Java")
    (True, False)
    """
    table = _canonical_by_key()
    for form in (name, _PARENTHESIS.sub("", name), _LEVEL.sub("", name)):
        if canonical := table.get(_squeezed(form)):
            return canonical.casefold()
    return _squeezed(_PARENTHESIS.sub("", name))


def match_skills(wanted: Sequence[str], own: Sequence[str]) -> tuple[SkillMatch, ...]:
    """The wanted skills, in their order, that are among the candidate's own: by name, alias, or a near spelling."""
    index_of: dict[str, int] = {}
    for index, name in enumerate(own):
        index_of.setdefault(skill_key(name), index)
    matches: list[SkillMatch] = []
    taken: set[int] = set()
    for name in wanted:
        found = index_of.get(skill_key(name))
        if found is None:
            found = _nearest(skill_key(name), index_of)
        if found is not None and found not in taken:
            taken.add(found)
            matches.append(SkillMatch(name, own[found], found))
    return tuple(matches)


def _nearest(key: str, index_of: dict[str, int]) -> int | None:
    if len(key) < _SHORTEST_FUZZY:
        return None
    from rapidfuzz import fuzz, process

    near = process.extractOne(key, index_of.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
    if near is None or (key in _known_keys() and near[0] in _known_keys()):
        return None  # two known skills of similar spelling are two skills
    return index_of[near[0]]


@cache
def _known_keys() -> frozenset[str]:
    return frozenset(name.casefold() for name in _aliases())


@cache
def _vocabulary() -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern for all skills worth finding in running text; short and everyday words only as spelled."""
    canonical: dict[str, str] = {}
    for name, aliases in _aliases().items():
        for form in (name, *aliases):
            if len(form) > 2 or not form.isalpha() or form in _SHORT_BUT_SAFE:
                canonical.setdefault(form, name)
    forms = sorted(canonical, key=len, reverse=True)
    return re.compile(rf"(?<![\w.+#@/-])(?:{'|'.join(map(re.escape, forms))})(?![\w+#]|[-.@/]\w)"), canonical


def skills_in(texts: Iterable[str], *, most: int = 10) -> tuple[str, ...]:
    """Known skills that texts name, in the order of their first mention, under the texts' own spelling."""
    pattern, canonical = _vocabulary()
    found: dict[str, str] = {}
    for text in texts:
        for mention in pattern.findall(_NOT_A_SKILL.sub(" ", text)):
            found.setdefault(canonical[mention], mention)
    return tuple(found.values())[:most]
