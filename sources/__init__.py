"""Readers of what users really hold: resumes, job posts, board answers, a member's export, our own YAML and JSON.
Every value is in the source or absent; protected attributes stop at this door (D-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overture.faces import lazy_face

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

_HOME_OF = {
    "html_to_text": "blocks",
    "parse_candidate": "readers",
    "parse_job": "readers",
    "read_candidate": "readers",
    "read_candidates": "readers",
    "read_company": "readers",
    "read_job": "readers",
    "read_jobs": "readers",
    "read_project": "readers",
    "read_recruiter": "readers",
}

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

__getattr__, __dir__ = lazy_face(__name__, _HOME_OF)
