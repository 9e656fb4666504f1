"""What the store says of what it was given, and the last word of each seat: a fold over the events (F-1)."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field

from overture.base import Value
from overture.classification.labels import Intent, Label

from .events import Reason, Thumb
from .snapshots import DraftSnapshot, ReplySnapshot

Outcome = Literal["added", "repeated"]


class Receipt(Value):
    """Of one event: added now, or known by its id already."""

    id: str
    outcome: Outcome


class Refused(Value):
    """An event that was not taken, and why, without its texts; `place` is its own among those given, from 0."""

    id: str
    reason: str
    place: int = 0


class Added(Value):
    """Of many events."""

    added: int = 0
    repeated: int = 0
    refused: tuple[Refused, ...] = ()

    def __add__(self, other: Added) -> Added:
        return Added(
            added=self.added + other.added,
            repeated=self.repeated + other.repeated,
            refused=self.refused + other.refused,
        )


class DraftState(Value):
    """A seat's last word on a draft; `vote` None where it took its thumb back. `number` is that of the event."""

    model_config = ConfigDict(str_strip_whitespace=False)

    draft: DraftSnapshot
    seat: str
    contract: str
    vote: Thumb | None
    reasons: tuple[Reason, ...] = ()
    comment: str | None = Field(default=None, repr=False)
    final_text: str | None = Field(default=None, repr=False)
    at: AwareDatetime
    number: int


class ReplyState(Value):
    """A seat's last word on a reply's label; `label` None where it took its correction back."""

    reply: ReplySnapshot
    seat: str
    contract: str
    label: Label | None
    intent: Intent | None = None
    at: AwareDatetime
    number: int


class FeedbackStats(Value):
    """How much feedback there is; `up`, `down` and `corrected` count last words, the others what is kept."""

    events: int
    drafts: int
    replies: int
    up: int
    down: int
    corrected: int
    reasons: dict[Reason, int]
    by_prompt: dict[str, tuple[int, int]]
    """`name@version` to thumbs up and down."""
    first_at: AwareDatetime | None = None
    last_at: AwareDatetime | None = None
