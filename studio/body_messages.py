"""Messages as the API takes and gives them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime

from overture.messaging import Message, Refused, Scheduled
from overture.messaging.records import MessageState

from .body_texts import Body, Line, Name, RequestBody, Text

_HOURS_OF_A_YEAR: Final = 8_784


class FollowUpBody(RequestBody):
    """The second message of a pair, sent if the candidate has not answered (S-3)."""

    subject: Line = Field(default="", description="None: `Re:` and the subject of the first.")
    body: Body
    delay_hours: int | None = Field(
        default=None, ge=1, le=_HOURS_OF_A_YEAR, description="Hours after the first was sent; none: seven days (S-3)."
    )


_NEW: Final[dict[str, Any]] = {
    "candidate": "c-ada",
    "address": "ada@example.com",
    "subject": "Principal Engineer in Malmö",
    "body": "Hello Ada,\n\nwould you like to hear about a role in our grid team?",
    "follow_up": {"body": "Hello Ada, may I send you more about it?", "delay_hours": 168},
    "at": "2026-12-01T09:00:00",
    "zone": "Europe/Stockholm",
}


class NewMessageBody(RequestBody):
    """One message to one candidate, from a draft, from a template, or in its own words."""

    model_config = ConfigDict(json_schema_extra={"examples": [_NEW, {"draft": "5f2c9a", "at": "2026-12-01T09:00:00"}]})

    draft: Name | None = Field(default=None, description="Id of a draft of the seat, with a person's edits.")
    template: Name | None = Field(default=None, description="Id of a template of the seat (S-4).")
    candidate: Name | None = Field(default=None, description="Your id of the candidate; a draft has one.")
    address: Line | None = Field(default=None, description="Where the transport sends it; none: the seat's shelf says.")
    subject: Line | None = None
    body: Text | None = None
    follow_up: FollowUpBody | None = None
    at: NaiveDatetime | None = Field(default=None, description="Local time, no offset; none: at once (S-1).")
    at_saved_time: bool = Field(
        default=False, description="At the template's saved time; once that has passed it means now (S-4)."
    )
    zone: Line | None = Field(default=None, description="IANA zone of `at`; none: the recipient's (S-2).")
    candidate_zone: Line | None = Field(default=None, description="The candidate's own zone, where known (S-2).")
    job: Name | None = None
    assisted: bool | None = Field(default=None, description="Whether a model drafted it (I-1); true for a draft.")
    elements: Annotated[tuple[Name, ...], Field(max_length=50)] | None = Field(
        default=None, description="Personalised elements that were on (D-6), for tips (H-2)."
    )
    free: bool = Field(default=False, description="It costs nothing and gives nothing back (CR-1).")


class ManyMessagesBody(RequestBody):
    """Two or more messages; each recipient has their own text, zone and follow-up (S-5)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"messages": [_NEW, {**_NEW, "candidate": "c-grace", "address": ""}]}]}
    )

    messages: list[NewMessageBody] = Field(min_length=2, max_length=1_000)


class FurtherMessageBody(RequestBody):
    """A further message in a thread that the candidate has answered (C-9)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"body": "Shall we speak on Thursday at ten?"}]})

    subject: Line | None = Field(default=None, description="None: `Re:` and the subject of the first message.")
    body: Body
    address: Line = Field(default="", description="None: where the first message went.")


class SentBody(Scheduled):
    """A message that was taken."""

    state: MessageState = Field(
        description="`sent`; `scheduled` where its time is to come, or the transport will be tried again."
    )


class TakenBody(Scheduled):
    """One of many that was taken: it is sent when it is due."""

    outcome: Literal["taken"] = "taken"


class RefusedBody(Refused):
    """One of many that a rule refused."""

    outcome: Literal["refused"] = "refused"


class ManySentBody(BaseModel):
    """What came of each message, in their order (S-5)."""

    bulk: str | None = Field(description="Id of the bulk send; none where the policy's bulk begins with more.")
    taken: int
    refused: int
    results: list[Annotated[TakenBody | RefusedBody, Field(discriminator="outcome")]]


TIME_EXAMPLE: Final = {
    "at": "2026-12-01T08:00:00Z", "zone": "Europe/Stockholm", "zone_source": "given", "immediately": False,
    "note": None, "rule": "S-1",
}  # fmt: skip
TAKEN_EXAMPLE: Final = {
    "thread": "0f9b1c", "message": "0f9b1c-1", "follow_up": "0f9b1c-2", "time": TIME_EXAMPLE, "charged": 2,
}  # fmt: skip
SENT_EXAMPLE: Final = SentBody.model_validate({**TAKEN_EXAMPLE, "state": "scheduled"}).model_dump(mode="json")
MANY_EXAMPLE: Final = ManySentBody.model_validate(
    {
        "bulk": "7d1e52",
        "taken": 1,
        "refused": 1,
        "results": [
            {**TAKEN_EXAMPLE, "outcome": "taken"},
            {"outcome": "refused", "rule": "C-7", "reason": "the candidate asked to be left alone"},
        ],
    }
).model_dump(mode="json")
MESSAGE_EXAMPLE: Final = Message.model_validate(
    {
        "id": "0f9b1c-1", "thread": "0f9b1c", "contract": "norrsken", "seat": "ann", "candidate": "c-ada",
        "kind": "initial", "state": "scheduled", "subject": _NEW["subject"], "body": _NEW["body"],
        "address": _NEW["address"], "created_at": "2026-11-23T09:00:00Z", "due_at": "2026-12-01T08:00:00Z",
        "zone": "Europe/Stockholm", "zone_source": "given",
    }
).model_dump(mode="json")  # fmt: skip
