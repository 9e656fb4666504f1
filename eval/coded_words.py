"""Counts of agentic and communal words, and phrases to keep out of a message, from lists of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple, cast

from .message_words import fold, folded
from .own_data import own_yaml

Coding = Literal["agentic", "communal"]
Wording = Literal["spam", "coded", "agist", "origin"]
WORDINGS: tuple[Wording, ...] = ("spam", "coded", "agist", "origin")


class BadWording(NamedTuple):
    """A phrase of a list in a text, with its span."""

    kind: Wording
    said: str
    start: int
    end: int


def count_coded(text: str, coding: Coding, language: str) -> int:
    """How many words of a text are of the list."""
    whole, beginnings = _words(coding, language)
    return sum(1 for word in folded(text) if word in whole or any(word.startswith(each) for each in beginnings))


def find_wording(text: str, language: str) -> Iterator[BadWording]:
    """The phrases of the lists that a text holds, whole words of any case."""
    for kind in WORDINGS:
        for match in _phrases(kind, language).finditer(text):
            yield BadWording(kind, match[0], *match.span())


@cache
def _words(coding: Coding, language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    listed = _lists()[coding][language].split()
    return (
        frozenset(fold(word) for word in listed if not word.endswith("*")),
        tuple(fold(word[:-1]) for word in listed if word.endswith("*")),
    )


@cache
def _phrases(kind: Wording, language: str) -> re.Pattern[str]:
    phrases = _lists()[kind][language].split("|")
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, phrases))})(?!\w)", re.IGNORECASE)


@cache
def _lists() -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", own_yaml("coded_words.yaml"))
