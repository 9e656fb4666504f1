"""Tables and lines for people; whatever comes from outside is shown without its controls (D-13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from .text import console, plain

NONE: Final = "-"


def show_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, whole: Sequence[int] = (0,)) -> None:
    """Print rows below their headings, columns apart by blanks; those in `whole` are never broken: ids are copied."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=number in whole, overflow="ignore" if number in whole else "fold")
    for row in rows:
        table.add_row(*(Text(cell(value)) for value in row))
    console().print(table)


def show_fields(fields: Iterable[tuple[str, object]]) -> None:
    """Print names and values, one a line; what has no value is left out."""
    out = console()
    for name, value in fields:
        if value is not None and value != "":
            out.print(f"{name}:".ljust(14) + cell(value), soft_wrap=True)


def cell(value: object) -> str:
    """One value on one line: an instant in UTC, a yes or a no, a dash for none."""
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return " ".join(plain(str(value)).split())
