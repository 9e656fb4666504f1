"""Candidates and opportunities as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from overture.jobs import Company, Project, Team
from overture.people import Candidate, Recruiter

from .body_draft import CANDIDATE_EXAMPLE, JOB_EXAMPLE
from .body_texts import Line, Name
from .documents import CandidateDocument, JobDocument, check_key, key_of, read_opening, read_profile
from .shelf import KeptCandidate, KeptJob, ListedCandidate, ListedJob, Opportunity, kept_candidate

_TIMES: Final[dict[str, Any]] = {"created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z"}
CANDIDATE_LINE: Final[dict[str, Any]] = {
    "id": "c-1042", "name": "Marta Kowalska", "address": "marta@example.com", **_TIMES,
}  # fmt: skip
CANDIDATE_ANSWER: Final[dict[str, Any]] = {**CANDIDATE_LINE, "profile": CANDIDATE_EXAMPLE}
JOB_LINE: Final[dict[str, Any]] = {"id": "j-7", "title": "Principal Engineer, Ledger", **_TIMES}
JOB_ANSWER: Final[dict[str, Any]] = {
    **JOB_LINE, "job": JOB_EXAMPLE, "project": None, "company": {"name": "Norrsken"}, "team": None,
    "recruiter": {"name": "Elin Berg", "title": "Talent Partner"},
}  # fmt: skip

_CANDIDATE: Final[dict[str, Any]] = {"address": "marta@example.com", "profile": CANDIDATE_EXAMPLE}
_JOB: Final[dict[str, Any]] = {"job": JOB_EXAMPLE, "company": {"name": "Norrsken"}}


class CandidateWrite(BaseModel):
    """A candidate to keep."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [_CANDIDATE]},
    )

    address: Line | None = Field(
        default=None, description="Where messages go; none: the first e-mail address of the profile."
    )
    profile: CandidateDocument = Field(description="Ours, or `{document: ...}` of any format that Overture reads.")


class NewCandidate(CandidateWrite):
    """A candidate to keep, by an id of the caller's or of ours."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "c-1042", **_CANDIDATE}]})

    id: Name | None = Field(default=None, description="None: the profile's own id, else one made from its content.")


class CandidateLine(BaseModel):
    """A candidate in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [CANDIDATE_LINE]})

    id: str
    name: str
    address: str
    created_at: AwareDatetime
    updated_at: AwareDatetime


class CandidateBody(CandidateLine):
    """A candidate; `profile.source` says what was left at the door (D-12)."""

    model_config = ConfigDict(json_schema_extra={"examples": [CANDIDATE_ANSWER]})

    profile: Candidate


class JobWrite(BaseModel):
    """An opportunity to keep: what is offered, and who offers it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [_JOB]},
    )

    title: Line | None = Field(default=None, description="How a list names it; none: the job's title.")
    job: JobDocument | None = Field(
        default=None, description="Ours, or `{document: ...}` of any format that Overture reads."
    )
    project: Project | None = Field(default=None, description="Fills what the post leaves open (D-2).")
    company: Company | None = None
    team: Team | None = None
    recruiter: Recruiter | None = None

    @model_validator(mode="after")
    def _offers_something(self) -> JobWrite:
        if self.job is None and self.project is None:
            raise ValueError("D-2: give a job or a project")
        return self


class NewJob(JobWrite):
    """An opportunity to keep, by an id of the caller's or of ours."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "j-7", **_JOB}]})

    id: Name | None = Field(default=None, description="None: one of ours.")


class JobLine(BaseModel):
    """An opportunity in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [JOB_LINE]})

    id: str
    title: str
    created_at: AwareDatetime
    updated_at: AwareDatetime


class JobBody(JobLine, Opportunity):
    """An opportunity."""

    model_config = ConfigDict(json_schema_extra={"examples": [JOB_ANSWER]})


def candidate_to_keep(body: CandidateWrite, key: str | None, *, now: datetime) -> KeptCandidate:
    """The candidate of a request.

    Raises:
        InputError: the profile or the id cannot be used.
    """
    profile = read_profile(body.profile, field="profile")
    given = check_key(key, field="id") if key is not None else key_of(profile)
    return kept_candidate(given, profile, now=now, address=body.address)


def candidate_body(kept: KeptCandidate) -> CandidateBody:
    """A kept candidate as it is given out."""
    return CandidateBody.model_construct(**dict(kept))


def candidate_line(kept: ListedCandidate) -> CandidateLine:
    """A kept candidate in a list."""
    return CandidateLine(**{name: getattr(kept, name) for name in CandidateLine.model_fields})


def job_to_keep(body: JobWrite, key: str, *, now: datetime) -> KeptJob:
    """The opportunity of a request.

    Raises:
        InputError: the job or the id cannot be used.
    """
    job = read_opening(body.job) if body.job is not None else None
    found = (body.title, job.title if job else None, body.project.title or body.project.name if body.project else None)
    offer = Opportunity(job=job, project=body.project, company=body.company, team=body.team, recruiter=body.recruiter)
    title = next(filter(None, found), "")[:200]
    return KeptJob(id=check_key(key, field="id"), title=title, opportunity=offer, created_at=now, updated_at=now)


def job_body(kept: KeptJob) -> JobBody:
    """A kept opportunity as it is given out."""
    return JobBody.model_construct(**{**dict(kept.opportunity), **dict(job_line(kept))})


def job_line(kept: ListedJob) -> JobLine:
    """A kept opportunity in a list."""
    return JobLine(**{name: getattr(kept, name) for name in JobLine.model_fields})
