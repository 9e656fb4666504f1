"""Text as people paste it, made plain: no markup characters, no invisible or control characters."""

from __future__ import annotations

import html
import re
import unicodedata

_TAG = re.compile(
    r"</?(?:p|div|br|ul|ol|li|h[1-6]|strong|b|em|i|u|span|a|table|tr|td|section|article|body|html|font)\b[^<>]*>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_GAPS = re.compile(r"[ \t\f\v]+")
_MANY_BREAKS = re.compile(r"\n{3,}")
_KEPT_CONTROLS = {"\n": "\n", "\t": " ", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n"}


def plain(text: str) -> str:
    """The text with one kind of line break and space, in NFC, without control, invisible and unpaired characters.

    Paragraph breaks (an empty line) are kept, runs of spaces are not; a joiner inside an emoji goes too.
    """
    if text.isascii() and text.isprintable():  # most pieces of most pages: one line, and spaces the only gaps
        return " ".join(text.split())
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\u2029", "\n\n"))
    text = "".join(_KEPT_CONTROLS.get(ch, ch) if ch in _KEPT_CONTROLS else _visible(ch) for ch in text)
    lines = [_GAPS.sub(" ", line).strip() for line in text.split("\n")]
    return _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(plain(text).split())


def is_html(text: str) -> bool:
    """Whether the text holds HTML elements (a lone `<` or an entity does not make it HTML)."""
    return _TAG.search(text) is not None


def unescaped(text: str) -> str:
    """The text without HTML entities; text that was escaped twice, as board answers often are, is unescaped twice."""
    for _ in range(3):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
        if is_html(text):
            break
    return text


def _visible(ch: str) -> str:
    category = unicodedata.category(ch)
    if category == "Zs":
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn"} else ch
