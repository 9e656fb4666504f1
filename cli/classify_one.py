"""One reply on the command line: from an argument, a mail or stdin to what is printed of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from overture.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    from overture.classification.classifier import ReplyClassifier
    from overture.classification.mail import Mail

_STDIN: Final = "-"
_MOST_BYTES: Final = 50 * 1024 * 1024


def label_one(
    texts: list[str],
    mail: Path | None,
    *,
    load: Callable[[], ReplyClassifier],
    outreach: str | None,
    lang: str | None,
    as_json: bool,
    today: date | None,
) -> None:
    """Read one reply, label it and print its verdict.

    Raises:
        ConfigurationError: there is none, or more than one.
        InputError: it cannot be read, or `lang` is no code.
    """
    from overture.classification.rows import parse_language

    read = _read_one(texts, mail)
    language = parse_language(lang)
    if today is None and isinstance(read, str):
        today = date.today()  # a mail has its own date
    verdict = load().classify(read, _readable(outreach) if outreach else None, language=language, today=today)
    if as_json:
        typer.echo(verdict.model_dump_json(indent=2))
        return
    from .classify_show import show_verdict

    show_verdict(verdict)


def _read_one(texts: list[str], mail: Path | None) -> str | Mail:
    if len(texts) + (mail is not None) != 1:
        told = "there is more than one reply" if texts else "there is no reply"
        raise ConfigurationError(f"{told}: give one TEXT in quotes, --mail FILE, or --in FILE with --out FILE")
    if mail is None and not _names_a_mail(texts[0]):
        return _readable(texts[0]) if texts[0] != _STDIN else _stdin_text()
    from overture.classification.mail import read_mail

    path = mail or Path(texts[0])
    return read_mail(_stdin_bytes() if str(path) == _STDIN else path)


def _names_a_mail(text: str) -> bool:
    """Whether a text is a path: it ends in .eml, and has no blank unless there is such a file."""
    if not text.casefold().endswith(".eml") or "\n" in text:
        return False
    try:
        return len(text.split()) == 1 or Path(text).is_file()
    except (OSError, ValueError):
        return False


def _readable(text: str) -> str:
    """An argument of the command line, with what is no UTF-8 in it marked as lost."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _stdin_text() -> str:
    raw = _stdin_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start + 1}", path="stdin", expected="text in UTF-8") from None


def _stdin_bytes() -> bytes:
    raw = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise InputError("the text is too large", path="stdin", expected=f"at most {_MOST_BYTES >> 20} MB")
    return raw
