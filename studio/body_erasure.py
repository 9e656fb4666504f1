"""Whose data is given out or forgotten, and what was, as the API takes and gives it (F-3)."""

from __future__ import annotations

from typing import Any, Final, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from .body_texts import Name, RequestBody
from .erasure import CandidateErasure

_AT: Final = "2026-11-23T09:00:00Z"
EXPORT_EXAMPLE: Final[dict[str, Any]] = {
    "candidate": "c-marta",
    "contract": "norrsken",
    "exported_at": _AT,
    "rows": {
        "studio_candidates": [
            {
                "seat": "ann", "id": "c-marta", "name": "Marta Kowalska", "address": "marta@example.com",
                "profile": {"name": "Marta Kowalska"}, "created_at": _AT, "updated_at": _AT,
            }
        ]
    },
    "feedback": {
        "scope": "candidate", "id": "c-marta", "exported_at": _AT, "drafts": [], "replies": [], "events": [],
    },
}  # fmt: skip
ERASURE_EXAMPLE: Final[dict[str, Any]] = {
    "erased_at": _AT,
    "rows": {"studio_candidates": 1, "studio_drafts": 2, "messages": 1, "threads": 1},
    "cancelled": 1,
    "feedback": {"events": 1, "drafts": 1, "replies": 0},
    "left": ["what transports and webhooks were handed: their owners delete it"],
}


class WhoseData(RequestBody):
    """A candidate of the contract, by the id that its seats know them by; it is in no address and no log."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"candidate": "c-marta"}]})

    candidate: Name


class ErasureRequest(WhoseData):
    """Whom to forget, for every seat of the contract and for good."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"candidate": "c-marta", "keep_out": True}]})

    keep_out: bool = Field(
        default=True, description="Keep the id, alone, on the suppression list, so that nobody writes again (C-7)."
    )


class FeedbackErased(BaseModel):
    """How much feedback on them went, and the drafts and replies that it was on."""

    events: int
    drafts: int
    replies: int


class ErasureBody(BaseModel):
    """What was erased, and what no statement reaches; whose it was is not said again."""

    erased_at: AwareDatetime
    rows: dict[str, int] = Field(description="By table, how many were deleted or emptied.")
    cancelled: int = Field(
        description="Messages that waited for them and are not sent; their credits came back (CR-4)."
    )
    feedback: FeedbackErased
    left: list[str] = Field(description="What still holds something of them, and who forgets it.")

    @classmethod
    def of(cls, erased: CandidateErasure) -> Self:
        """The same without their id: this answer is kept for a day under an idempotency key."""
        told = erased.feedback
        return cls(
            erased_at=erased.erased_at,
            rows=erased.rows,
            cancelled=erased.cancelled,
            feedback=FeedbackErased(events=told.events, drafts=told.drafts, replies=told.replies),
            left=list(erased.left),
        )
