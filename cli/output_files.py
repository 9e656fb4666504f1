"""What no command may write over, whatever its options name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from overture.errors import ConfigurationError

_DATABASE: Final = b"SQLite format 3\0"


def check_output(path: Path) -> Path:
    """The path of a file to be written, unless a database lies there, which would be lost whole.

    Raises:
        ConfigurationError: a database of SQLite lies there.
    """
    if not path.is_file():  # a pipe is never opened: that would wait for whoever writes to it
        return path
    try:
        with path.open("rb") as file:
            is_database = file.read(len(_DATABASE)) == _DATABASE
    except OSError:
        return path  # writing it tells what is wrong
    if is_database:
        raise ConfigurationError(f"{str(path)!r} is a database and would be lost: name another file")
    return path


def check_distinct(*paths: Path | None) -> None:
    """Whether each file of a command is another one.

    Raises:
        ConfigurationError: two of them are one.
    """
    given = [path.absolute() for path in paths if path is not None]
    for place, path in enumerate(given):
        if path in given[:place]:
            raise ConfigurationError(f"{path.name!r} is named for two files: name another one for one of them")
