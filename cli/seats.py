"""What the commands on a seat's own things share: their options, the open store, and whose things they are (D-7)."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from overture.errors import ConfigurationError

from .text import read_utf8

if TYPE_CHECKING:
    from overture.generation.seat_store import SeatStore

STDIN: Final = "-"
_MOST_NAMED: Final = 5

SeatOwner = Annotated[
    str | None, typer.Option("--seat", metavar="ID", help="Whose; needless where only one keeps anything.")
]
OwnersContract = Annotated[
    str | None, typer.Option("--contract", metavar="ID", help="The seat's contract; a seat's first command names it.")
]


@contextmanager
def open_seats(database: str | None, *, now: str | None = None, is_new: bool = False) -> Generator[SeatStore]:
    """The seat store of a database that is there, or, with `is_new`, may be made now.

    Raises:
        ConfigurationError: nothing is kept there, the address is none, or the extra is missing.
        RunError: the database failed.
    """
    from .opening import clock_of, lacks_file, one_line_errors, shown

    clock = clock_of(now)
    with one_line_errors("store", needed_for="what a seat keeps"):
        from overture.database import DEFAULT_URL
        from overture.generation.seat_store import SeatStore

        url = database or DEFAULT_URL
        if not is_new and lacks_file(url):
            raise ConfigurationError(
                f"nothing is kept in {shown(url)} yet: `overture content add` and `preset save` begin, "
                "with --seat and --contract"
            )
        with SeatStore(url, clock=clock) as store:
            yield store


def owner(store: SeatStore, seat: str | None) -> str:
    """The seat that was named, or the only one that keeps anything.

    Raises:
        ConfigurationError: none was named and there is not exactly one.
    """
    if seat is not None:
        return seat
    found = list(store.seats())
    if len(found) == 1:
        return found[0]
    named = ", ".join(found[:_MOST_NAMED]) + (", ..." if len(found) > _MOST_NAMED else "")
    raise ConfigurationError(f"--seat is needed: {f'there are {named}' if found else 'none keeps anything yet'}")


def read_bytes_as_text(path: Path) -> str:
    """A text in UTF-8 from a file, or from stdin for `-`, with its line ends and all else as they are (D-7).

    Raises:
        InputError: it cannot be read.
    """
    return read_utf8(path)


def one_text(text: str | None, file: Path | None) -> str | None:
    """What --text or --file gives, if any.

    Raises:
        ConfigurationError: both are given.
        InputError: the file cannot be read.
    """
    if text is not None and file is not None:
        raise ConfigurationError("--text and --file exclude each other")
    return text if file is None else read_bytes_as_text(file)
