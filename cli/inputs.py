"""The files that a message is made from, as options, and what they hold as one value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from overture.generation.draft_input import DraftInput
    from overture.generation.personalization import Personalization

CandidateFile = Annotated[
    Path, typer.Option("--candidate", help="The profile: JSON Resume, a member's data export, YAML or JSON.")
]
JobFile = Annotated[
    Path | None, typer.Option("--job", help="The job post: JobPosting, a board's answer, YAML or JSON.")
]
Pick = Annotated[
    str | None, typer.Option("--pick", help="Which job of a file with several: its number from 0, its id or its title.")
]
ProjectFile = Annotated[
    Path | None, typer.Option("--project", help="The hiring project; it fills what the post leaves open.")
]
CompanyFile = Annotated[Path | None, typer.Option("--company", help="The hiring company.")]
RecruiterFile = Annotated[Path | None, typer.Option("--recruiter", help="Who writes and signs.")]


def read_inputs(
    candidate: Path,
    *,
    job: Path | None,
    pick: str | None,
    project: Path | None,
    company: Path | None,
    recruiter: Path | None,
    personalization: Personalization | None = None,
    custom_content: str | None = None,
) -> DraftInput:
    """What the files hold.

    Raises:
        InputError: a file cannot be read; it names the file, the field and what to do.
    """
    from overture.generation.draft_input import DraftInput
    from overture.sources import read_candidate, read_company, read_job, read_project, read_recruiter

    return DraftInput(
        candidate=read_candidate(candidate),
        job=read_job(job, pick=int(pick) if pick and pick.isdecimal() else pick) if job else None,
        project=read_project(project) if project else None,
        company=read_company(company) if company else None,
        recruiter=read_recruiter(recruiter) if recruiter else None,
        personalization=personalization,
        custom_content=custom_content,
    )
