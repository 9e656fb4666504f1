"""What people say of drafts and labels, as events: a thumb, a correction, or that either is taken back (D-8, F-1)."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias, get_args

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, model_validator

from overture.base import Value
from overture.classification.labels import Intent, Label

from .snapshots import DraftSnapshot, ReplySnapshot

Reason = Literal[
    "inaccurate", "not_relevant", "generic", "tone", "too_long", "too_short", "missing_something", "biased", "language",
    "other",
]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)
Thumb = Literal["up", "down"]
Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_AsItStands = Annotated[str, StringConstraints(strip_whitespace=False, max_length=20_000)]


class _Event(Value):
    """`id` is the caller's: the same one again is the same event. `at` is when it was said."""

    model_config = ConfigDict(hide_input_in_errors=True)

    id: Id
    at: AwareDatetime
    seat: Id
    """Who said it; one seat has one word on a draft or a reply, its last."""
    contract: Id


class DraftVote(_Event):
    """A thumb on a draft; `vote` None takes the seat's earlier one back. `draft` whole, or the id of one given before.

    `final_text` is what was sent in the end, where that is known; a thumb down has reasons and may have a comment.
    """

    kind: Literal["draft_vote"] = "draft_vote"
    draft: DraftSnapshot | Id
    vote: Thumb | None
    reasons: tuple[Reason, ...] = ()
    comment: _AsItStands | None = Field(default=None, repr=False)
    final_text: _AsItStands | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _reasons_go_with_down(self) -> Self:
        if self.reasons and self.vote != "down":
            raise ValueError("F-1: reasons go with a thumb down")
        if len(set(self.reasons)) < len(self.reasons):
            raise ValueError("F-1: a reason is given twice")
        return self

    @property
    def subject(self) -> str:
        """The draft's id."""
        return self.draft if isinstance(self.draft, str) else self.draft.id


class LabelCorrection(_Event):
    """A person's label for a reply (C-2); `label` None takes the seat's earlier one back."""

    kind: Literal["label_correction"] = "label_correction"
    reply: ReplySnapshot | Id
    label: Label | None
    intent: Intent | None = None

    @property
    def subject(self) -> str:
        """The reply's id."""
        return self.reply if isinstance(self.reply, str) else self.reply.id


Event: TypeAlias = Annotated[DraftVote | LabelCorrection, Field(discriminator="kind")]
