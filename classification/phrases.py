"""The phrases of mail programs and letter writers in ten languages, folded once for comparison."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

_ACCENTS = re.compile("[\u0300-\u036f]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_GAPS = re.compile(r"\s+")


def fold(text: str) -> str:
    """The text for comparison: small letters, no Latin accents, no invisible characters, single spaces."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.replace("’", "'")))
    return _GAPS.sub(" ", text.casefold()).strip()


@cache
def phrases(group: str) -> tuple[str, ...]:
    """The folded phrases of one group, over all languages, longest first."""
    return tuple(sorted(words(group), key=lambda phrase: (-len(phrase), phrase)))


@cache
def words(group: str) -> frozenset[str]:
    """The folded phrases of one group as a set."""
    return frozenset(fold(phrase) for phrase in _listed(_read()[group]))


@cache
def header_labels() -> dict[str, str]:
    """Each folded label of a quoted header ("von", "发件人") to its field ("from")."""
    fields: dict[str, dict[str, list[str]]] = _read()["headers"]
    return {fold(label): field for field, labels in fields.items() for label in _listed(labels)}


def alternatives(group: str) -> str:
    """The phrases of a group as one regex alternative, longest first, each of literal characters."""
    return "|".join(re.escape(phrase) for phrase in phrases(group))


@cache
def first_words(group: str) -> frozenset[str]:
    """How the phrases of a group begin: their first words, and their first signs where words are not parted."""
    return frozenset(phrase.split(" ")[0] for phrase in phrases(group)) | frozenset(
        phrase[0] for phrase in phrases(group) if phrase[0] > "\u3000"
    )


def _listed(group: list[str] | dict[str, list[str]]) -> list[str]:
    return group if isinstance(group, list) else [phrase for every in group.values() for phrase in every]


@cache
def _read() -> dict[str, Any]:
    source = files("overture.classification").joinpath("data", "mail_phrases.json")
    data: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return data
