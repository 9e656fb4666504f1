"""Untrusted text made safe to stand in a prompt: one line, no tags, nothing invisible (D-13)."""

from __future__ import annotations

import re

# Line breaks of every kind and tabs become a space; what is invisible goes: controls, zero-width and bidirectional
# marks, soft hyphens, fillers, interlinear marks, variation-selector supplements and tag characters (text can be
# smuggled in the last two), lone surrogates.
_BREAKS = "\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029"
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u070f\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\ud800-\udfff"
)
_SPECIAL = re.compile(f"[<>&\\[{_BREAKS}{_INVISIBLE}]")
_BREAK_RUN = re.compile(f"[ ]*[{_BREAKS}][ {_BREAKS}]*")
_INVISIBLE_RUN = re.compile(f"[{_INVISIBLE}]+")
_LABEL = re.compile(r"\[\s*([A-Za-z]{1,3}\s*\d{1,4})\s*\]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_NAMED = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("&(?:lt|gt|amp);")


def escape_untrusted(value: object) -> str:
    """Text as one line that can neither close a delimiter nor pass for a numbered fact (D-13).

    `<`, `>` and `&` become entities, line breaks a space, invisible characters nothing; a label such as `[J2]` gets
    round brackets and `[[` a single one, so that neither a fact nor the custom-content mark can be imitated.
    """
    text = value if isinstance(value, str) else str(value)
    if not _SPECIAL.search(text):
        return text
    # Invisible characters go first: what they kept apart must be seen whole by the rules below.
    text = _BREAK_RUN.sub(" ", _INVISIBLE_RUN.sub("", text)).strip(" ")
    while "[[" in text:
        text = text.replace("[[", "[")
    return _LABEL.sub(r"(\1)", text).translate(_ENTITIES)


def unescape(text: str) -> str:
    """The three entities of `escape_untrusted` as the characters they stand for: models copy them as they see them."""
    return _ENTITY.sub(lambda match: _NAMED[match.group()], text)
