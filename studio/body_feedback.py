"""What people say of drafts and labels, as the API takes and gives it (D-8, F-1)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from overture.classification.labels import LABEL_OF, Intent, Label, SmartReply
from overture.feedback.events import Reason, Thumb

from .body_texts import Moment, Name, keepable

VOTE_REQUEST: Final[dict[str, Any]] = {
    "kind": "draft_vote",
    "id": "vote-17",
    "draft": "6f1c0de3a1b94c6e9a53a1f0a7d5c9be",
    "vote": "down",
    "reasons": ["too_long"],
    "comment": "Half of it would do.",
}
LABEL_REQUEST: Final[dict[str, Any]] = {
    "kind": "label_correction",
    "reply": {
        "id": "r-1", "candidate": "c-1042", "text": "Not now, ask me in spring.", "language": "en", "label": "accept",
        "confidence": 0.58, "model": "replies 3f9c...",
    },
    "label": "decline",
    "intent": "not_now",
}  # fmt: skip
VOTE_EXAMPLE: Final[dict[str, Any]] = {
    **VOTE_REQUEST, "final_text": None, "reply": None, "label": None, "intent": None, "at": "2026-11-23T09:00:00Z",
}  # fmt: skip
_Text = Annotated[str, Field(max_length=20_000), AfterValidator(keepable)]
_Key = Annotated[
    Name | None, Field(description="The caller's: the same one again is the same word. None: one of ours.")
]


class VoteRequest(BaseModel):
    """A thumb on a draft that the seat keeps."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [VOTE_REQUEST]})

    kind: Literal["draft_vote"]
    id: _Key = None
    draft: Name = Field(description="Id of the draft.")
    vote: Thumb
    reasons: tuple[Reason, ...] = Field(default=(), max_length=10, description="They go with a thumb down.")
    comment: _Text | None = None
    final_text: _Text | None = Field(default=None, description="What was sent in the end, where that is known.")

    @model_validator(mode="after")
    def _reasons_go_with_down(self) -> VoteRequest:
        if self.reasons and self.vote != "down":
            raise ValueError("F-1: reasons go with a thumb down")
        if len(set(self.reasons)) < len(self.reasons):
            raise ValueError("F-1: a reason is given twice")
        return self


class JudgedReply(BaseModel):
    """A reply that messaging here does not hold, with what the classifier said of it."""

    model_config = ConfigDict(extra="forbid")

    id: Name
    candidate: Name = Field(description="By it evaluation sets are split (F-2).")
    text: Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(keepable)]
    outreach: _Text | None = None
    language: Annotated[str, Field(min_length=2, max_length=35), AfterValidator(keepable)]
    label: Label
    intent: Intent | None = None
    confidence: float = Field(ge=0, le=1)
    model: Annotated[str, Field(max_length=200), AfterValidator(keepable)]
    received_at: Moment | None = Field(default=None, description="None: when it was given first.")
    private_names: tuple[Name, ...] = Field(
        default=(), max_length=20, description="Names in the text, to be taken out of evaluation sets (F-2)."
    )


class LabelRequest(BaseModel):
    """A person's label for a reply (C-2)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [LABEL_REQUEST]})

    kind: Literal["label_correction"]
    id: _Key = None
    reply: Name | JudgedReply = Field(description="Id of a reply to the seat, or one that came elsewhere.")
    label: SmartReply
    intent: Intent | None = Field(default=None, description="For a reply that came elsewhere.")

    @model_validator(mode="after")
    def _intent_fits(self) -> LabelRequest:
        if self.intent is not None and LABEL_OF[self.intent] != self.label:
            raise ValueError("C-4: the intent belongs to another label")
        return self


FeedbackRequest = Annotated[VoteRequest | LabelRequest, Field(discriminator="kind")]


class FeedbackBody(BaseModel):
    """The seat's word on a draft or a reply."""

    model_config = ConfigDict(json_schema_extra={"examples": [VOTE_EXAMPLE]})

    id: str
    kind: Literal["draft_vote", "label_correction"]
    draft: str | None
    vote: Thumb | None
    reasons: tuple[Reason, ...]
    comment: str | None
    final_text: str | None
    reply: str | None
    label: Label | None
    intent: Intent | None
    at: AwareDatetime
