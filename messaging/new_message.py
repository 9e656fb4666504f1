"""What a caller asks to be sent, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import Field

from overture.base import Value

from .decisions import Refused, SendTime
from .zones import check_zone, to_instant


class FollowUp(Value):
    """The second message of a pair, sent if the candidate has not answered (S-3)."""

    subject: str = ""
    body: str
    delay_hours: int | None = Field(
        default=None, description="Hours after the initial's actual sending; none: the policy's."
    )


class NewMessage(Value):
    """One message to one candidate."""

    candidate: str = Field(min_length=1, max_length=200, description="The caller's id of the candidate.")
    address: str = Field(default="", description="Where the transport sends it.")
    subject: str
    body: str
    follow_up: FollowUp | None = None
    at: datetime | None = Field(default=None, description="Local wall time without offset; none: at once (S-1).")
    zone: str | None = Field(default=None, description="IANA zone of `at`; none: the recipient's (S-2).")
    candidate_zone: str | None = Field(default=None, description="The candidate's own zone, where known (S-2).")
    job: str | None = Field(default=None, max_length=200)
    template: str | None = Field(default=None, max_length=200, description="Id of the template it was made from (S-4).")
    saved_time: bool = Field(
        default=False, description="`at` comes from the template: once it has passed it means now (S-4)."
    )
    assisted: bool = Field(default=False, description="Whether a model drafted it (I-1).")
    elements: tuple[str, ...] = Field(
        default=(), description="Personalised elements that were on (D-6), for tips (H-2)."
    )
    free: bool = Field(default=False, description="It costs nothing and gives nothing back (CR-1).")
    key: str | None = Field(
        default=None, max_length=200, description="The caller's idempotency key: the same is taken once."
    )


def check_messages(news: Iterable[NewMessage]) -> None:
    """Whether every time can be read, before any message is taken (S-1, S-2).

    Raises:
        InputError: a zone is no IANA zone, or a local time carries an offset.
    """
    for new in news:
        if new.zone is not None:
            check_zone(new.zone)
        if new.at is not None:
            to_instant(new.at, new.zone or "UTC")


class Scheduled(Value):
    """A message that was taken: charged, and sent or waiting for its time."""

    thread: str
    message: str
    follow_up: str | None = None
    time: SendTime
    charged: int = Field(description="Credits (CR-1).")


class BulkResult(Value):
    """What came of each message of a bulk send, in their order (S-5)."""

    bulk: str | None = Field(description="Its id; none where the whole was refused.")
    results: tuple[Scheduled | Refused, ...]

    @property
    def taken(self) -> int:
        """How many were taken."""
        return sum(isinstance(result, Scheduled) for result in self.results)
