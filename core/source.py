"""Where a value came from, and what was left at the door."""

from .base import Value


class Source(Value):
    """The file and format a value was read from; `dropped` names protected fields that were not read (D-12)."""

    path: str | None = None
    format: str = "overture"
    dropped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
