"""Spans of time on a profile: when something began, when it ended, and whether it goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from overture.dates import PartialDate
from overture.people import Position, School

from .intake import Intake

Dated = TypeVar("Dated", Position, School)
Span = tuple[PartialDate | None, PartialDate | None, bool | None]


def read_span(start: Any, end: Any, field: str, intake: Intake) -> Span:
    """Start, end and whether it goes on.

    True for "present", False for an end that was given and cannot be read, None where the source does not say.
    A span that ends before it starts is noted and has no dates.
    """
    first, _ = intake.span_end(start, f"{field}.startDate")
    last, current = intake.span_end(end, f"{field}.endDate")
    if first and last and (last.year, last.month or 12) < (first.year, first.month or 1):
        intake.note(f"{field}: ends before it starts, both dates left out")
        return None, None, False
    return first, last, current


def newest_first(spans: Iterable[Dated]) -> tuple[Dated, ...]:
    """What goes on first, then by start, newest first; what has no date keeps its place at the end."""

    def key(span: Dated) -> tuple[bool, bool, int, int]:
        going_on = span.is_current if isinstance(span, Position) else bool(span.current)
        reference = span.start or span.end
        if reference is None:
            return (not going_on, True, 0, 0)
        return (not going_on, False, -reference.year, -(reference.month or 0))

    return tuple(sorted(spans, key=key))
