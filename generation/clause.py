"""A clause made of somebody's own words: what a candidate did, what a role does."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Clause(NamedTuple):
    """A clause and the tense of its first verb: `you` + past, or `you would` + base."""

    text: str
    tense: Literal["base", "past"]
