"""The bytes of a mail as text: wrong or missing charsets, encoded headers, flowed lines, HTML with its quotes."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator

from overture.sources import html_to_text

_WIDER = {
    "ascii": "utf-8", "us-ascii": "utf-8", "ansi_x3.4-1968": "utf-8", "unknown-8bit": "utf-8", "utf8mb4": "utf-8",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "shift_jis": "cp932",
    "shift-jis": "cp932", "x-sjis": "cp932", "iso-2022-jp": "iso2022_jp_ext", "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949", "x-mac-roman": "mac-roman", "unicode-1-1-utf-7": "utf-7", "windows-1252": "cp1252",
}  # fmt: skip
"""Charsets as mails name them, to the codec that reads all that is sent under the name."""

_ENCODED_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
_META_CHARSET = re.compile(rb"charset\s{0,3}=\s{0,3}[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9:]*)([^<>]*)>", re.IGNORECASE)
_PLAIN_BOXES = frozenset("pre header footer nav aside figure main address center form".split())
_READ_TAGS = frozenset(
    "html head body title meta style script noscript template iframe svg button p div span ul ol li h1 h2 h3 h4 h5 h6 "
    "section article table tbody thead tr td th dl dt dd blockquote hr br b strong i em u a font".split()
)
"""What `html_to_text` looks at; the rest is taken out or made a `div`, whose depth it watches."""
_SIGNATURE = re.compile(
    r"gmail_signature[\"' ]|moz-signature|protonmail_signature_block[\"' ]|id=[\"']?signature[\"'\s]", re.IGNORECASE
)
_HISTORY = re.compile(r"id=[\"']?(?:x_)?(?:divRplyFwdMsg|appendonsend|stopSpelling)", re.IGNORECASE)
_LIST_LIKE = re.compile(r"(>\s*)(?=(?:\d{1,2}[.)]|[•·◦▪*–—-]|#{1,6})(?:\s|&nbsp;))")
_LESS = re.compile(r"&(?:lt|#0{0,4}60|#x0{0,4}3c);", re.IGNORECASE)


def decode_bytes(raw: bytes, charset: str = "", *, html: bool = False) -> str:
    """The bytes as text; never fails: what no charset explains is read as Windows-1252 with marks for the rest.

    A Latin label on bytes that are UTF-8 is taken for a mistake; without a label, HTML may name its own.
    """
    name = charset.strip(" \"'").casefold()
    if not name and html and (found := _META_CHARSET.search(raw[:2048])):
        name = found[1].decode("ascii", "replace").casefold()
    name = _WIDER.get(name, name)
    if b"\x1b$" in raw[:4096] and name in {"", "utf-8", "cp1252"}:
        name = "iso2022_jp_ext"
    guesses = ["utf-8", name] if name in {"", "cp1252", "utf-8"} else [name, "utf-8"]
    for guess in filter(None, guesses):
        text = _strictly(raw, guess)
        if text is not None:
            return text.removeprefix("\ufeff")
    if _looks_chinese(raw) and (text := _strictly(raw, "gb18030")) is not None:
        return text
    fallback = name if name and _is_codec(name) and name not in {"utf-8", "iso2022_jp_ext"} else "cp1252"
    if name == "utf-8" and raw.decode("utf-8", "replace").count("\ufffd") * 20 < len(raw):
        lost = raw.decode("utf-8", "replace")
        if lost.isascii() or any(ord(ch) > 127 and ch != "\ufffd" for ch in lost):
            fallback = "utf-8"  # good UTF-8 but for a cut character
    return raw.decode(fallback, "replace")


def decode_header(value: str) -> str:
    """A header's value with its encoded words (RFC 2047) read and its folding undone.

    Neighbouring words of one charset are joined before decoding, since programs cut characters in two.
    """
    text = re.sub(r"\r?\n[ \t]?", " ", _mended(value))
    pieces: list[str] = []
    pending, charset, at = b"", "", 0
    for found in _ENCODED_WORD.finditer(text):
        between = text[at : found.start()]
        if pending and (between.strip() or found[1].casefold() != charset):
            pieces.append(decode_bytes(pending, charset))
            pending = b""
        if between.strip() or not at:
            pieces.append(between)
        pending, charset = pending + _word_bytes(found[2], found[3]), found[1].split("*")[0].casefold()
        at = found.end()
    if pending:
        pieces.append(decode_bytes(pending, charset))
    return " ".join(("".join(pieces) + text[at:]).split()) if at else " ".join(text.split())


def decode_base64(text: str) -> bytes:
    """The bytes of base64 that may be cut off or hold foreign signs, up to its padding."""
    kept = re.sub(r"[^A-Za-z0-9+/]", "", text.partition("=")[0])
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + "=" * (-len(kept) % 4))


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Text of `format=flowed` (RFC 3676) with its soft line breaks undone; quote levels are kept apart."""
    result: list[str] = []
    pieces: list[str] = []
    level = 0
    for line in text.replace("\r\n", "\n").split("\n"):
        body = line.lstrip(">")
        depth = len(line) - len(body)
        body = body.removeprefix(" ")
        if pieces and (depth != level or body == "-- "):
            result.append(_flowed(level, pieces))
            pieces = []
        level = depth
        if body.endswith(" ") and body != "-- ":
            pieces.append(body[:-1] if delete_space else body)
        else:
            result.append(_flowed(level, [*pieces, body]))
            pieces = []
    if pieces:
        result.append(_flowed(level, pieces))
    return "\n".join(result)


def mail_html_to_text(source: str) -> str:
    """The text of an HTML mail: a `blockquote` as `> ` lines, history and signatures that the mail program marked as
    lines that `clean_reply` knows.

    `html_to_text` reads the rest. Words that stand for the marks are put in before, since it keeps no elements; list
    marks are covered, since it would make "15. March" an item and lose the number.
    """
    mark = _unused_word(source)
    source = _LESS.sub(f"{mark}l", _with_pre_breaks(source))
    source = _LIST_LIKE.sub(rf"\1{mark}n", source)
    source = _TAG.sub(lambda found: _marked(found, mark), source)
    text = html_to_text(source).replace(f"{mark}l", "<").replace(f"{mark}n", "")
    return "\n".join(_quoted_lines(text, mark)).strip("\n")


def _marked(found: re.Match[str], mark: str) -> str:
    closing, tag, attributes = found[1], found[2].casefold(), found[3]
    if tag == "blockquote":
        return f"<br>{mark}c{found[0]}" if closing else f"{found[0]}{mark}o<br>"
    if tag in _PLAIN_BOXES:
        return f"<{closing}div>"
    if tag not in _READ_TAGS:
        return ""
    if not closing and len(attributes) < 500:
        if _HISTORY.search(attributes):
            return f"<p>{mark}h</p>{found[0]}"
        if _SIGNATURE.search(attributes + " "):
            return f"{found[0]}{mark}s<br>"
    return found[0]


def _quoted_lines(text: str, mark: str) -> Iterator[str]:
    depth = 0
    for line in text.split("\n"):
        pieces = re.split(rf"{mark}([ochs])", line)
        for index, piece in enumerate(pieces):
            if index % 2 == 0:
                if piece.strip() or len(pieces) == 1:
                    yield (">" * min(depth, 20) + " " + piece.strip()).strip() if depth else piece
            elif piece in "oc":
                depth = max(0, depth + (1 if piece == "o" else -1))
            elif not depth:
                yield "-----Original Message-----" if piece == "h" else "-- "


def _with_pre_breaks(source: str) -> str:
    """Line breaks in `<pre>` as elements."""
    pieces: list[str] = []
    at = 0
    small = source.lower()
    if len(small) != len(source):  # a letter whose small form is longer would shift the places
        small = source
    while (start := small.find("<pre", at)) >= 0 and (end := small.find("</pre", start)) >= 0:
        pieces += [source[at:start], source[start:end].replace("\r\n", "\n").replace("\n", "<br>")]
        at = end
    return "".join(pieces) + source[at:]


def _unused_word(source: str) -> str:
    number = 0
    while f"zq{number}x" in source:
        number += 1
    return f"zq{number}x"


def _flowed(level: int, pieces: list[str]) -> str:
    body = "".join(pieces)
    return f"{'>' * level} {body}" if level else body


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return quopri.decodestring(text.replace("_", " ").encode("utf-8", "replace"), header=False)
    return decode_base64(text)


def _mended(value: str) -> str:
    """A raw header whose bytes beyond ASCII were kept as surrogates, as text."""
    if value.isascii():
        return value
    return decode_bytes(value.encode("utf-8", "surrogateescape"))


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _is_codec(name: str) -> bool:
    try:
        b"".decode(name)
    except (LookupError, ValueError):  # "base64" is a codec, but none of text
        return False
    return True


def _looks_chinese(raw: bytes) -> bool:
    high = sum(byte > 127 for byte in raw[:4096])
    return high * 10 > len(raw[:4096]) * 3
