"""The transport that needs nothing: a file of JSON lines that others read (S-10)."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from overture.errors import ConfigurationError, TransportError

from .file_lock import locked
from .key_index import KeyIndex
from .transport import Clock, Outgoing, Receipt, utc_now

_OPENING: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)


class FileOutbox:
    """Appends each message as one line of JSON, on the disk before `send` returns, once per key (S-10).

    The file is the truth: any number of threads and processes of one machine may write it, a kill at any instant
    costs no acknowledged line, and a line that was cut off is completed, or taken off again if its end is missing: its
    sender was never told that it was written, and comes again. Beside it lie `.lock` and `.index`; the index may be
    deleted. Whoever moves the file away takes the memory of its keys along.
    """

    def __init__(self, path: Path | str, *, clock: Clock = utc_now) -> None:
        """Nothing is opened yet.

        Raises:
            ConfigurationError: the folder does not exist, or the path is no ordinary file.
        """
        self.path = Path(path).absolute()
        if not self.path.parent.is_dir():
            raise ConfigurationError(f"{str(self.path.parent)!r} is no folder; an outbox needs one that exists")
        if self.path.exists() and not self.path.is_file():
            raise ConfigurationError(f"{str(self.path)!r} is no ordinary file; an outbox is one")
        self._clock = clock
        self._lock = Path(f"{self.path}.lock")
        self._index = KeyIndex(Path(f"{self.path}.index"))
        self._threads = threading.Lock()

    def __repr__(self) -> str:
        return f"FileOutbox({str(self.path)!r})"

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        """Append the message unless its key is there; `Receipt.id` is the key.

        Raises:
            TransportError: the disk is full, or the file cannot be written.
            ConfigurationError: the file holds lines that no outbox wrote.
        """
        if not key:
            raise ValueError("S-10: an idempotency key may not be empty")
        try:
            with self._threads, locked(self._lock):
                file = self._open()
                try:
                    return self._send(file, message, key)
                finally:
                    os.close(file)
        except OSError as error:
            raise TransportError(f"{self.path} cannot be written ({error.strerror})") from None
        except sqlite3.Error as error:
            raise TransportError(f"{self._index.path} cannot be used ({error})") from None

    def close(self) -> None:
        """Give the index back; a later `send` opens it again."""
        with self._threads:
            self._index.close()

    def _open(self) -> int:
        is_new = not self.path.exists()
        file = os.open(self.path, _OPENING, 0o600)
        if is_new and sys.platform != "win32":  # the file's name has to outlast a power cut as well
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return file

    def _send(self, file: int, message: Outgoing, key: str) -> Receipt:
        try:
            held = self._find(file, key)
        except sqlite3.DatabaseError:
            self._index.discard()
            held = self._find(file, key)
        if held is not None:
            return Receipt(id=key, at=datetime.fromisoformat(held["at"]), duplicate=True)
        at = self._clock().astimezone(UTC)
        line = _line_of(message, key=key, at=at)
        start = _append(file, line)
        with suppress(sqlite3.Error):  # it is written: whatever the index missed is read from the file next time
            self._index.add([(key, start, start + len(line))], file=os.fstat(file).st_ino)
        return Receipt(id=key, at=at)

    def _find(self, file: int, key: str) -> dict[str, Any] | None:
        self._catch_up(file)
        start = self._index.find(key)
        if start is None:
            return None
        record = _record_at(file, start)
        if record is None or record["key"] != key:  # the index of another file: read this one anew
            self._index.clear()
            self._catch_up(file)
            start = self._index.find(key)
            record = None if start is None else _record_at(file, start)
        return record

    def _catch_up(self, file: int) -> None:
        """Take in what others appended, or what a killed process wrote and did not index."""
        status, reach = os.fstat(file), self._index.reach()
        if reach.file != status.st_ino or reach.stop > status.st_size:
            self._index.clear()
            stop = 0
        else:
            stop = reach.stop
        if stop < status.st_size:
            self._index.add(self._lines(file, stop), file=status.st_ino)

    def _lines(self, file: int, start: int) -> Iterator[tuple[str, int, int]]:
        with os.fdopen(os.dup(file), "rb") as reader:
            reader.seek(start)
            for line in reader:
                stop = start + len(line)
                record = _record_of(line)
                if not line.endswith(b"\n"):  # torn by a kill or a power cut
                    if record is None:
                        os.ftruncate(file, start)
                        os.fsync(file)
                        return
                    _append(file, b"\n")
                    yield record["key"], start, stop + 1
                    return
                if record is None:
                    raise ConfigurationError(
                        f"{self.path}: the line at byte {start} was not written by an outbox; name another file"
                    )
                yield record["key"], start, stop
                start = stop


def _line_of(message: Outgoing, *, key: str, at: datetime) -> bytes:
    record = {"key": key, "at": at.isoformat(), **message.model_dump(exclude_none=True)}
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _record_of(line: bytes) -> dict[str, Any] | None:
    try:
        record: Any = json.loads(line)
        if isinstance(record["key"], str) and datetime.fromisoformat(record["at"]).tzinfo:
            return dict(record)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return None


def _record_at(file: int, start: int) -> dict[str, Any] | None:
    with os.fdopen(os.dup(file), "rb") as reader:
        reader.seek(start)
        return _record_of(reader.readline())


def _append(file: int, line: bytes) -> int:
    """Write a line to the disk whole, or leave the file as it was; gives its first byte."""
    start = os.fstat(file).st_size
    try:
        written = 0
        while written < len(line):
            written += os.write(file, line[written:])
        os.fsync(file)
    except OSError:
        with suppress(OSError):
            os.ftruncate(file, start)
        raise
    return start
