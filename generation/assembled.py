"""A whole message, and where in it stands what its writer wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assembled:
    """A whole message; `message` and `custom` are half-open spans of the body."""

    subject: str
    body: str
    message: tuple[int, int]
    """What the writer wrote, without greeting, closing and signature; custom content may lie inside it."""
    custom: tuple[int, int] | None = None
