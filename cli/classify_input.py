"""What `overture classify --in` reads: JSONL, `.eml`, folders of `.eml`, mbox; one item after the other."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal, NamedTuple

from overture.errors import InputError

from .lines import STDIN, numbered_lines

if TYPE_CHECKING:
    from overture.classification.rows import ReplyRow

_FORMATS: Final = "JSONL, .eml, .mbox, or a folder of .eml files"
_HEADER: Final = re.compile(rb"[!-9;-~]{1,76}:[ \t]")
_SNIFFED: Final = 256


class Item(NamedTuple):
    """One reply of the input, or why it cannot be read; `line` is its line, `size` its bytes."""

    file: str
    line: int | None
    row: ReplyRow | InputError
    size: int


@dataclass(frozen=True, slots=True)
class Source:
    """One input; `size` is None where the share that is done cannot be told."""

    path: Path
    kind: Literal["rows", "mail", "mbox", "folder"]
    size: int | None


def find_sources(paths: Sequence[Path]) -> list[Source]:
    """The inputs in the given order, by name and by content; nothing is read yet.

    Raises:
        InputError: one cannot be opened, or a folder holds no mail.
    """
    return [_source(path) for path in paths]


def total_size(sources: Sequence[Source]) -> int | None:
    """The bytes of all inputs, or None where one of them does not say."""
    sizes = [source.size for source in sources]
    return None if None in sizes else sum(size for size in sizes if size is not None)


def read_items(sources: Sequence[Source]) -> Iterator[Item]:
    """The replies of all inputs in order, in constant memory; what cannot be read comes as its error.

    Raises:
        InputError: an mbox is broken in its middle, or an input is gone.
    """
    for source in sources:
        if source.kind == "rows":
            yield from _rows(source.path)
        elif source.kind == "mbox":
            yield from _mbox(source.path)
        elif source.kind == "mail":
            yield _mail(source.path, source.path.name)
        else:
            for path in _mails_in(source.path):
                yield _mail(path, path.relative_to(source.path).as_posix())


def _source(path: Path) -> Source:
    if str(path) == STDIN:
        return Source(path, "rows", None)
    try:
        if path.is_dir():
            if next(_mails_in(path), None) is None:
                raise InputError("the folder holds no .eml file", path=str(path), expected=_FORMATS)
            return Source(path, "folder", sum(mail.lstat().st_size for mail in _mails_in(path)))
        suffix = path.suffix.casefold()
        with path.open("rb") as file:
            regular = path.is_file()
            head = file.read(_SNIFFED) if regular and suffix not in {".jsonl", ".ndjson"} else b""
        size = path.stat().st_size if regular else None
    except OSError as error:
        raise unreadable(error, path) from None
    if suffix in {".mbox", ".mbx"} or head.startswith(b"From "):
        return Source(path, "mbox", None)
    if suffix == ".eml" or _HEADER.match(head):
        return Source(path, "mail", size)
    return Source(path, "rows", size)


def unreadable(error: OSError | ValueError, path: Path) -> InputError:
    """The error that names a file which cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return InputError("there is no such file", path=str(path), expected="a file that exists")
    return InputError(
        f"cannot be read ({getattr(error, 'strerror', None) or error})", path=str(path), expected="a file that opens"
    )


def _rows(path: Path) -> Iterator[Item]:
    if str(path) == STDIN:
        yield from _lines(sys.stdin.buffer, "stdin")
        return
    try:
        with path.open("rb") as file:
            yield from _lines(file, str(path))
    except OSError as error:
        raise unreadable(error, path) from None


def _lines(stream: IO[bytes], name: str) -> Iterator[Item]:
    from overture.classification.rows import parse_row

    for number, line, size in numbered_lines(stream):
        try:
            if isinstance(line, InputError):
                raise line
            yield Item(name, number, parse_row(line), size)
        except InputError as error:
            yield Item(name, number, error, size)


def _mbox(path: Path) -> Iterator[Item]:
    from overture.classification.mail import read_each_of_mbox
    from overture.classification.rows import row_of_mail

    for number, mail in enumerate(read_each_of_mbox(path), 1):
        if isinstance(mail, InputError):
            yield Item(str(path), number, InputError(mail.problem, expected=mail.expected), 0)
        else:
            yield Item(str(path), number, row_of_mail(mail, f"{path.name}#{number}"), len(mail.text))


def _mail(path: Path, name: str) -> Item:
    from overture.classification.mail import read_mail
    from overture.classification.rows import row_of_mail

    row: ReplyRow | InputError
    try:
        row, size = row_of_mail(read_mail(path), name), path.stat().st_size
    except InputError as error:
        row, size = InputError(error.problem, field=error.field, expected=error.expected), 0
    except OSError as error:
        row, size = InputError(f"cannot be read ({error.strerror})", expected="a file that opens"), 0
    return Item(str(path), None, row, size)


def _mails_in(folder: Path) -> Iterator[Path]:
    """The mails of a folder and of those in it, in the order of their names."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.casefold().endswith(".eml"):
                yield Path(place, name)
