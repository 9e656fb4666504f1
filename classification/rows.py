"""Bulk rows: one line of JSONL to a reply, one verdict to a line."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from overture.base import Value
from overture.errors import InputError

from .labels import UNKNOWN_LANGUAGE
from .mail import Mail
from .verdict import Verdict

MOST_LINE_BYTES: Final = 16 * 1024 * 1024
"""A reply of 1 MB fits however its characters are escaped."""
_EXPECTED: Final = 'one JSON object a line, such as {"id": "1", "text": "Yes, tell me more"}'
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


class ReplyRow(Value, str_strip_whitespace=False):
    """A reply to label; `id` is the caller's and comes back as it is, `language` an ISO 639-1 code where known."""

    id: str | int
    reply: str | Mail
    outreach: str | None = None
    language: str | None = None

    @property
    def length(self) -> int:
        """The characters of the reply and its outreach."""
        text = self.reply.text if isinstance(self.reply, Mail) else self.reply
        return len(text) + len(self.outreach or "")


class _Pairs(tuple[tuple[str, Any], ...]):
    """A JSON object as it was written, so that a key that comes twice is seen."""

    __slots__ = ()


# Not strict: a line break or a tab inside a text is no reason to refuse a reply.
_DECODER: Final = json.JSONDecoder(strict=False, object_pairs_hook=_Pairs)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)


def parse_row(line: bytes | str) -> ReplyRow:
    """The reply of one line: `id` (text or whole number), `text`, and where given `outreach` and `lang`.

    Other fields are left alone. Halves of characters (lone surrogates) in texts become U+FFFD. An empty `text` is a
    reply too; `lang` "und" says nothing.

    Raises:
        InputError: no UTF-8, no JSON object, a key twice, a field missing or of the wrong type (named in `field`).
    """
    record = _record(line)
    identity = record.get("id")
    if identity is None:
        raise InputError("is missing", field="id", expected="a text or a whole number")
    if not isinstance(identity, str | int) or isinstance(identity, bool):
        raise _wrong_type("id", identity, "a text or a whole number")
    if isinstance(identity, str) and _SURROGATES.search(identity):
        raise InputError("holds half a character", field="id", expected="text that UTF-8 can hold")
    text = _text(record, "text")
    if text is None:
        raise InputError("is missing", field="text", expected="the reply as a text")
    return ReplyRow(
        id=identity, reply=text, outreach=_text(record, "outreach") or None, language=parse_language(record.get("lang"))
    )


def parse_language(code: object) -> str | None:
    """A language code as it was given (ISO 639-1, or BCP 47 such as `pt-BR`); None for none, "" and "und".

    Raises:
        InputError: it is no code.
    """
    if code is None or code == "":
        return None
    expected = "an ISO 639-1 code such as en"
    if not isinstance(code, str):
        raise _wrong_type("lang", code, expected)
    if not _LANGUAGE.fullmatch(code):
        raise InputError(f"{code[:40]!r} is no language code", field="lang", expected=expected)
    plain = code.replace("_", "-")
    return None if plain.partition("-")[0].lower() == UNKNOWN_LANGUAGE else plain


def row_of_mail(mail: Mail, name: str) -> ReplyRow:
    """A mail as a row; its id is its Message-ID, or `name` where it has none."""
    return ReplyRow(id=mail.message_id or name, reply=mail)


def verdict_row(identity: str | int, verdict: Verdict, *, explain: bool = False) -> dict[str, Any]:
    """What is written of one reply; `explain` adds why a person should look, the deciding words and a day of return.

    Keys in order: id, label, intent, confidence, needs_review, language; then review_reason, words, returns_on.
    """
    row: dict[str, Any] = {
        "id": identity,
        "label": verdict.label,
        "intent": verdict.intent,
        "confidence": round(verdict.confidence, 6),
        "needs_review": verdict.needs_review,
        "language": verdict.language,
    }
    if explain:
        row["review_reason"] = verdict.review_reason
        row["words"] = [word.model_dump() for word in verdict.words]
        row["returns_on"] = verdict.returns_on.isoformat() if verdict.returns_on else None
    return row


def dump_row(row: dict[str, Any]) -> bytes:
    """A row as one line of JSON in UTF-8, line break included."""
    # Of all characters only lone surrogates have no UTF-8, and backslashreplace writes them as JSON does.
    return _ENCODER.encode(row).encode("utf-8", "backslashreplace") + b"\n"


def _record(line: bytes | str) -> dict[str, Any]:
    if isinstance(line, bytes):
        try:
            line = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"not UTF-8 at byte {error.start + 1}", expected="text in UTF-8") from None
    try:
        data = _DECODER.decode(line)
    except json.JSONDecodeError as error:
        raise InputError(f"not valid JSON at column {error.colno} ({error.msg})", expected=_EXPECTED) from None
    except RecursionError:
        raise InputError("nested too deeply", expected=_EXPECTED) from None
    except ValueError:
        raise InputError("a number has too many digits", expected=_EXPECTED) from None
    if not isinstance(data, _Pairs):
        raise InputError(f"holds {_kind(data)}, not an object", expected=_EXPECTED)
    record: dict[str, Any] = {}
    for key, value in data:
        if key in record:
            raise InputError("comes twice", field=_shown(key), expected="every field once")
        record[key] = value
    return record


def _text(record: dict[str, Any], field: str) -> str | None:
    value = record.get(field)
    if value is None or isinstance(value, str):
        return value and _SURROGATES.sub("\ufffd", value)
    raise _wrong_type(field, value, "a text")


def _wrong_type(field: str, value: object, expected: str) -> InputError:
    return InputError(f"is {_kind(value)}", field=field, expected=expected)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    kinds: dict[type, str] = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        _Pairs: "an object",
    }
    return kinds[type(value)]


def _shown(key: str) -> str:
    return _SURROGATES.sub("\ufffd", key[:40])
