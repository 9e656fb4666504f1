"""Small harms that replies come with, done to training rows only: case, punctuation, slips of the finger, outreach."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence

from .examples import Example

_CHANCE_LOWER = 0.08
_CHANCE_BARE = 0.08
_CHANCE_SLIP = 0.10
_CHANCE_ALONE = 0.25
_CHANCE_ASKED = 0.30
_LONG_ENOUGH = 12


def harm(example: Example, *, rng: random.Random, outreach: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """A reply and its outreach, changed in ways that keep the meaning.

    A neutral invitation is put before replies that carry none; an outreach that decides the sense always stays.
    """
    text, asked = example.text, example.outreach
    if rng.random() < _CHANCE_LOWER:
        text = text.lower()
    if rng.random() < _CHANCE_BARE:
        text = "".join(c for c in text if unicodedata.category(c) not in {"Po", "Ps", "Pe"} or c in "?!'@") or text
    if rng.random() < _CHANCE_SLIP and len(text) >= _LONG_ENOUGH:
        text = _slip(text, rng)
    if asked and example.kind != "outreach" and rng.random() < _CHANCE_ALONE:
        asked = ""
    elif not asked and (neutral := outreach.get(example.lang)) and rng.random() < _CHANCE_ASKED:
        asked = rng.choice(neutral)
    return text, asked


def _slip(text: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(text) - 2)
    if not (text[at].isalpha() and text[at + 1].isalpha()):
        return text
    swapped = text[at + 1] + text[at]
    return text[:at] + rng.choice((swapped, text[at], text[at] * 2 + text[at + 1])) + text[at + 2 :]
