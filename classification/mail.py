"""Mails in: one `.eml` or a whole mbox, as headers and the text of the person's part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from overture.base import Value
from overture.errors import InputError

from .mail_text import decode_base64, decode_bytes, decode_header, mail_html_to_text, unflow

if TYPE_CHECKING:
    _Part = Message[str, str]

__all__ = ["Mail", "read_mail", "read_mbox"]

MOST_BYTES = 50 * 1024 * 1024
"""The largest mail that is read; of a larger one in an mbox the rest is left out (text comes before attachments)."""

_MOST_MULTIPARTS = 50
_CHUNK = 64 * 1024
_TIME = re.compile(rb"\d:\d\d")  # every program puts one on the line that parts mails; text may start with "From " too
_EXPECTED = "a mail with headers (.eml, RFC 5322)"
_MAIL_HEADERS = frozenset(
    "from to subject date message-id content-type received return-path mime-version reply-to sender in-reply-to "
    "delivered-to x-original-to auto-submitted references".split()
)


class Mail(Value):
    """A mail; `headers` are all of them, decoded, in order, and `text` is the body as sent, with its history.

    `date` is aware; it is None, and the texts are empty, where the mail has none that can be read.
    """

    headers: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    sender: str = ""
    date: datetime | None = None
    message_id: str = ""
    in_reply_to: str = ""
    text: str = ""


def read_mail(source: bytes | str | Path) -> Mail:
    """One mail from its bytes, its text, or a file; a str without a line break is a path.

    Plain text is preferred to HTML; attachments and attached mails are left out.

    Raises:
        InputError: it cannot be opened, is empty, too large, nested too deeply, or has no mail header.
    """
    if isinstance(source, str) and source and not any(brk in source for brk in "\r\n"):
        source = Path(source)
    if isinstance(source, Path):
        return _parsed(_read_file(source), path=str(source))
    return _parsed(source.encode("utf-8", "replace") if isinstance(source, str) else source)


def read_mbox(path: str | Path) -> Iterator[Mail]:
    """The mails of an mbox file one by one, at constant memory; `>From ` at a line's start is unescaped.

    Raises:
        InputError: it cannot be opened or is no mbox; a mail in it is broken (the message names its number).
    """
    for mail in read_each_of_mbox(path):
        if isinstance(mail, InputError):
            raise mail
        yield mail


def read_each_of_mbox(path: str | Path) -> Iterator[Mail | InputError]:
    """As `read_mbox`, but a broken mail comes as its error, and those after it still come."""
    path = Path(path)
    try:
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(error, path) from None
    with file:
        for number, raw in enumerate(_messages(file, path), 1):
            try:
                yield _parsed(raw, path=str(path), field=f"mail {number}", lenient=True)
            except InputError as error:
                yield error


def _messages(file: IO[bytes], path: Path) -> Iterator[bytes]:
    lines: list[bytes] = []
    size, after_blank, first, begins = 0, True, True, True
    while line := file.readline(_CHUNK):
        if begins and after_blank and line.startswith(b"From ") and (first or _TIME.search(line)):
            if not first:
                yield b"".join(lines)
            lines, size, first = [], 0, False
        elif first:
            if line.strip():
                raise InputError("not an mbox file", path=str(path), expected='a first line that starts with "From "')
            continue
        elif size < MOST_BYTES:
            if begins and line.startswith(b">") and line.lstrip(b">").startswith(b"From "):
                line = line[1:]
            lines.append(line)
            size += len(line)
        after_blank, begins = not line.strip(), line.endswith(b"\n")
    if not first:
        yield b"".join(lines)


def _parsed(raw: bytes, *, path: str = "", field: str = "", lenient: bool = False) -> Mail:
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError("an Outlook .msg file is not read", path=path, field=field, expected="the mail saved as .eml")
    if not raw.strip() and not lenient:
        raise InputError("the mail is empty", path=path, field=field, expected=_EXPECTED)
    if len(raw) > MOST_BYTES + _CHUNK:
        raise InputError("the mail is too large", path=path, field=field, expected=f"at most {MOST_BYTES >> 20} MB")
    deep = InputError(
        "the parts are nested too deeply", path=path, field=field, expected=f"at most {_MOST_MULTIPARTS} multiparts"
    )
    if raw.count(b"boundary=") > _MOST_MULTIPARTS:
        raise deep
    try:
        # compat32 instead of policy.default: the latter's header parser takes 104 s for a Content-Type of 100 kB, is
        # quadratic on long address lists and recurses on nested comments. decode_header reads the encoded words.
        message = message_from_bytes(raw)
        headers = tuple((name, decode_header(str(value))) for name, value in message.raw_items())
        first = {name.casefold(): value for name, value in reversed(headers)}
        if not lenient and not _MAIL_HEADERS & first.keys():
            raise InputError("there is no mail header", path=path, field=field, expected=_EXPECTED)
        text = _text(message)
    except RecursionError:
        raise deep from None
    return Mail(
        headers=headers,
        subject=first.get("subject", ""),
        sender=first.get("from", ""),
        date=_date(first.get("date", "")),
        message_id=first.get("message-id", ""),
        in_reply_to=first.get("in-reply-to", ""),
        text=text,
    )


def _text(part: _Part) -> str:
    """The text of a part and of those in it."""
    kind = part.get_content_type()
    if part.get_content_disposition() == "attachment":
        return ""
    if part.is_multipart():
        inner: list[_Part] = [each for each in part.get_payload() if isinstance(each, Message)]
        if kind == "multipart/alternative":
            plain = (_text(each) for each in inner if each.get_content_type() == "text/plain")
            rest = (_text(each) for each in inner if each.get_content_type() != "text/plain")
            return next((text for texts in (plain, rest) for text in texts if text.strip()), "")
        if kind in {"multipart/related", "multipart/report", "multipart/signed"}:
            inner = inner[:1]
        if not kind.startswith("multipart/"):
            return ""  # an attached mail is not the person's text
        return "\n\n".join(text for text in map(_text, inner) if text.strip())
    if kind not in {"text/plain", "text/html"}:
        return ""
    raw = _content(part)
    text = decode_bytes(raw, _parameter(part, "charset"), html=kind == "text/html").replace("\r\n", "\n")
    if kind == "text/html":
        return mail_html_to_text(text)
    if _parameter(part, "format").casefold() == "flowed":
        return unflow(text, delete_space=_parameter(part, "delsp").casefold() == "yes")
    return text


def _content(part: _Part) -> bytes:
    """The bytes of a part; the standard library gives base64 that is cut off back undecoded."""
    if str(part.get("Content-Transfer-Encoding", "")).strip().casefold() == "base64":
        return decode_base64(str(part.get_payload()))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _parameter(part: _Part, name: str) -> str:
    """A parameter of Content-Type, RFC 2231 forms read; empty where it is absent or broken."""
    try:
        value = part.get_param(name, "")
    except (ValueError, LookupError, UnicodeError):
        return ""
    return str(value[2]) if isinstance(value, tuple) else str(value or "")


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _read_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError("the mail is too large", path=str(path), expected=f"at most {MOST_BYTES >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(error, path) from None
    except ValueError:
        raise InputError("no name of a file", path=str(path), expected="a path, or the mail itself") from None


def _unreadable(error: OSError, path: Path) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError("there is no such file", path=str(path), expected="a file that exists")
    return InputError(f"cannot be read ({error.strerror})", path=str(path), expected="a file that can be opened")
