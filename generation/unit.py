"""A unit of an offline message: one sentence, or two that belong together."""

from __future__ import annotations

from typing import NamedTuple


class Unit(NamedTuple):
    """`weight` 100 stays whatever the length, lower ones go first; `paragraph` orders the body (4 is the question)."""

    text: str
    weight: int
    paragraph: int
