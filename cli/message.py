"""A draft as a person reads it: the message on stdout, notes on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from .spent import spent_line
from .text import plain

if TYPE_CHECKING:
    from overture.generation.draft import Draft


def show_message(record: Draft) -> None:
    """Subject and body; to a file or a pipe byte for byte (D-7)."""
    message = f"Subject: {record.subject}\n\n{record.body}"
    typer.echo(plain(message) if sys.stdout.isatty() else message)


def show_notes(record: Draft, *, of_sources: Iterable[str] = ()) -> None:
    """What a person should know of how it was written: warnings, why the offline writer wrote, what was spent."""
    fallback = (f"the offline writer wrote: {record.fallback.reason}",) if record.fallback else ()
    spent = (f"spent {spent_line(record.usage)}",) if record.usage.requests else ()
    for note in (*of_sources, *record.warnings, *fallback, *spent):
        typer.echo(f"overture: note: {plain(note)}", err=True)
