"""Readers of what users really hold: resumes, job posts, board answers, a member's export, our own YAML and JSON.
Every value is in the source or absent; protected attributes stop at this door (D-12)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .blocks import html_to_text
    from .readers import (
        parse_candidate,
        parse_job,
        read_candidate,
        read_candidates,
        read_company,
        read_job,
        read_jobs,
        read_project,
        read_recruiter,
    )

__all__ = [
    "html_to_text",
    "parse_candidate",
    "parse_job",
    "read_candidate",
    "read_candidates",
    "read_company",
    "read_job",
    "read_jobs",
    "read_project",
    "read_recruiter",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'overture.sources' has no attribute {name!r}")
    value = getattr(import_module(".blocks" if name == "html_to_text" else ".readers", __name__), name)
    globals()[name] = value
    return value
