"""Which language a reply is in: its letters first, then the encoder, then py3langid where both leave doubt."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from .labels import LANGUAGES, UNKNOWN_LANGUAGE
from .scripts import script_of

_CERTAIN: Final = 0.8
_ENOUGH_WORDS: Final = 4
_ENOUGH_LETTERS: Final = 12
# py3langid (Lui and Baldwin, ACL 2012) takes these for one another in short texts of the left one.
_NEIGHBOURS: Final = {"es": {"gl", "ca", "an", "ast"}, "nl": {"af", "fy", "li"}, "de": {"lb", "nds"}, "pt": {"gl"}}
_NEIGHBOURS_OF_ALL: Final = frozenset({"en", "la", "eo", "vo", "wa", "oc", "io", "ia", "ht"})


def decide_language(text: str, probabilities: Sequence[float]) -> str:
    """The ISO 639-1 code of a reply, or `und` for a language that the model does not know (C-4: that goes to review).

    `probabilities` are the encoder's, in the order of `LANGUAGES`, one more for every other language. A text without
    letters has none either, which is no reason for a review.
    """
    script = script_of(text)
    if script == "none":
        return UNKNOWN_LANGUAGE
    if script == "kana":
        return "ja"
    if script == "other":
        return UNKNOWN_LANGUAGE
    allowed = {"han": ("zh", "ja"), "devanagari": ("hi",)}.get(script, LANGUAGES[:8])
    best = max(allowed, key=lambda code: probabilities[LANGUAGES.index(code)])
    share = probabilities[LANGUAGES.index(best)]
    if script == "han" or (share >= _CERTAIN and script == "latin"):
        return best
    if len(text.split()) < _ENOUGH_WORDS or len(text) < _ENOUGH_LETTERS:
        return UNKNOWN_LANGUAGE if script == "latin" and probabilities[-1] >= _CERTAIN else best
    return best if _may_be(best, text) else UNKNOWN_LANGUAGE


def _may_be(language: str, text: str) -> bool:
    found = _identifier().classify(text)[0]
    return found == language or found in _NEIGHBOURS.get(language, ()) or found in _NEIGHBOURS_OF_ALL


@cache
def _identifier() -> Any:
    """py3langid's model, read at its first use: that takes most of a second."""
    import py3langid  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    return py3langid
