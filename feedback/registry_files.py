"""Files that are whole or not there, and one process at a time: what a registry stands on."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from overture.errors import ConfigurationError

_BUSY: Final = 0.2
"""Seconds that a second run waits before it is told."""


def replace_file(file: Path, text: str) -> None:
    """Write a file in one step that is done or not, and survives a power cut."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    sync(draft)
    os.replace(draft, file)
    sync(file.parent)


def sync(path: Path) -> None:
    """Wait until a file, or a folder's names, are on the disk."""
    if os.name == "nt" and path.is_dir():  # Windows opens no folders
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file as it is now."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def only_one(folder: Path, work: str) -> Generator[None]:
    """Be the only process that does this work in a folder; a killed one holds nothing up.

    Raises:
        ConfigurationError: another one is at it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{str(folder)!r} cannot be made ({error.strerror}): name another folder") from None
    # SQLite's lock is the one that every platform has and that goes when its process goes
    with closing(sqlite3.connect(folder / f".{work}.lock", timeout=_BUSY, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise ConfigurationError(f"another {work} is at work in {str(folder)!r} ({error})") from None
        yield
