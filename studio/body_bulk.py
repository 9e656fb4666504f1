"""Bulk jobs as the API takes and gives them (S-5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from .body_draft import CANDIDATE_EXAMPLE, DRAFT_EXAMPLE, DraftBody, Offer
from .body_texts import Name
from .bulk_jobs import BulkJob, BulkRow, JobState, RowState
from .documents import CandidateDocument
from .problems import ProblemBody

MOST_CANDIDATES: Final = 10_000
BULK_EXAMPLE: Final[dict[str, Any]] = {
    "id": "0b5c6ff2d24c4a1f9f4d6a1a1b7a9e10",
    "state": "running",
    "job": "j-7",
    "total": 4_000,
    "waiting": 3_100,
    "drafted": 897,
    "failed": 3,
    "cancelled": 0,
    "created_at": "2026-11-23T09:00:00Z",
    "updated_at": "2026-11-23T09:00:05Z",
    "finished_at": None,
}
ROW_EXAMPLE: Final[dict[str, Any]] = {
    "number": 0,
    "candidate": "c-1042",
    "state": "drafted",
    "id": DRAFT_EXAMPLE["id"],
    "draft": None,
    "error": None,
}
RowOutcome = Literal["waiting", "drafted", "failed", "cancelled"]
_OUTCOMES: Final[dict[RowState, RowOutcome]] = {
    "waiting": "waiting", "claimed": "waiting", "done": "drafted", "failed": "failed", "cancelled": "cancelled",
}  # fmt: skip


class BulkRequest(Offer):
    """Whom to draft for, and what all drafts share."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"candidates": ["c-1042", CANDIDATE_EXAMPLE], "job": "j-7"}]},
    )

    candidates: list[Name | CandidateDocument] = Field(
        min_length=1, max_length=MOST_CANDIDATES, description="Ids of kept candidates, or profiles."
    )


class BulkBody(BaseModel):
    """How far a bulk job has come; `waiting`, `drafted`, `failed` and `cancelled` add up to `total`."""

    model_config = ConfigDict(json_schema_extra={"examples": [BULK_EXAMPLE]})

    id: str
    state: JobState
    job: str | None = Field(description="Id of the opportunity.")
    total: int
    waiting: int
    drafted: int
    failed: int
    cancelled: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    finished_at: AwareDatetime | None


class BulkRowBody(BaseModel):
    """What came of one candidate, in the order of the request."""

    model_config = ConfigDict(json_schema_extra={"examples": [ROW_EXAMPLE]})

    number: int = Field(description="Place among the candidates, from 0.")
    candidate: str = Field(description="Id of the candidate; empty while a profile waits.")
    state: RowOutcome
    id: str | None = Field(description="Id of the draft.")
    draft: DraftBody | None = Field(description="With `drafts=true`, unless it was deleted.")
    error: ProblemBody | None


def bulk_body(job: BulkJob, counts: Mapping[RowState, int]) -> BulkBody:
    """A job as it is given out."""
    numbers: dict[RowOutcome, int] = {"waiting": 0, "drafted": 0, "failed": 0, "cancelled": 0}
    for state, count in counts.items():
        numbers[_OUTCOMES[state]] += count
    return BulkBody(
        id=job.id, state=job.state, job=job.request["job"], total=job.total, created_at=job.created_at,
        updated_at=job.updated_at, finished_at=job.finished_at, **numbers,
    )  # fmt: skip


def row_body(row: BulkRow, draft: DraftBody | None) -> BulkRowBody:
    """A row as it is given out."""
    return BulkRowBody.model_construct(
        number=row.number,
        candidate=row.candidate,
        state=_OUTCOMES[row.state],
        id=row.draft,
        draft=draft,
        error=ProblemBody.model_validate_json(row.error) if row.error else None,
    )
