"""What the classifier says of one reply, and what a person or a smart reply says above it."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from pydantic import Field

from overture.base import Value

from .labels import Intent, Label, SmartReply

ReviewReason = Literal["unsure", "unknown_language", "empty", "too_long"]
DecidedBy = Literal["correction", "smart_reply", "classifier"]


class DecidingWord(Value):
    """A word of the reply that spoke for the label."""

    text: str
    start: int | None = Field(
        default=None, ge=0, description="Character offset in the normalised text, if it is there."
    )
    weight: float = Field(description="Its share of the evidence for the label; the shares of all words add up to 1.")


class Judged(NamedTuple):
    """What a model alone says of one reply; `languages` are the shares of `LANGUAGES`, one more for all others."""

    label: Label
    intent: Intent
    confidence: float
    languages: tuple[float, ...]
    words: tuple[DecidingWord, ...]


class Verdict(Value):
    """One reply, labelled (C-2 to C-5)."""

    label: Label
    intent: Intent
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that `label` is right.")
    needs_review: bool
    review_reason: ReviewReason | None = None
    language: str = Field(description="ISO 639-1 code, or `und` for a language the model does not know.")
    words: tuple[DecidingWord, ...] = Field(default=(), description="The words that decided, heaviest first (C-4).")
    text: str = Field(description="The cleaned reply that was judged (C-6).")
    returns_on: date | None = Field(default=None, description="When an absent person is back (C-5).")
    decided_by: Literal["auto_rule", "model", "escalation"] = "model"
    model: str = Field(default="", description="Name and fingerprint of the model that judged.")


class Outcome(Value):
    """How a reply counts, with all that was said of it kept (C-2)."""

    label: Label
    decided_by: DecidedBy
    smart_reply: SmartReply | None
    verdict: Verdict | None
    correction: SmartReply | None
    conflict: bool = Field(description="The classifier disagrees, with confidence, with the smart reply.")
    reason: str


def resolve_outcome(
    smart_reply: SmartReply | None, verdict: Verdict | None, correction: SmartReply | None = None
) -> Outcome:
    """What counts: a person's correction, then the smart reply, then the classifier (C-2).

    An automatic answer is no response (C-5): its label stays `auto` unless a person or a smart reply says otherwise.

    Raises:
        ValueError: there is neither a smart reply, nor a verdict, nor a correction.
    """
    confident = verdict is not None and not verdict.needs_review and verdict.label != "auto"
    conflict = smart_reply is not None and confident and verdict is not None and verdict.label != smart_reply
    label: Label
    decided_by: DecidedBy
    if correction is not None:
        label, decided_by, reason = correction, "correction", "C-2: a person's correction stands above all"
    elif smart_reply is not None:
        label, decided_by, reason = smart_reply, "smart_reply", "C-2: with a smart reply, the smart reply is the label"
    elif verdict is not None:
        label, decided_by = verdict.label, "classifier"
        reason = "C-5: an automatic answer is no response" if label == "auto" else "C-2: free text alone is labelled"
    else:
        raise ValueError("C-2: nothing to resolve: give a smart reply, a verdict or a correction")
    return Outcome(
        label=label,
        decided_by=decided_by,
        smart_reply=smart_reply,
        verdict=verdict,
        correction=correction,
        conflict=conflict,
        reason=reason,
    )
