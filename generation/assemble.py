"""Name, signature and custom content are put in by code, after a writer has written (D-7, D-12)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assembled:
    """A whole message; `message` and `custom` are half-open spans of the body."""

    subject: str
    body: str
    message: tuple[int, int]
    """What the writer wrote, without greeting, custom content, closing and signature (custom may lie inside it)."""
    custom: tuple[int, int] | None = None
