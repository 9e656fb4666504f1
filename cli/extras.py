"""Which extra a missing package belongs to."""

from __future__ import annotations

from overture.errors import MissingExtraError


def missing_extra(extra: str, needed_for: str, error: ImportError) -> Exception:
    """The error that names an extra, unless a module of our own is what is missing."""
    ours = (error.name or "overture").partition(".")[0] == "overture"
    return error if ours else MissingExtraError(extra, needed_for=needed_for)
