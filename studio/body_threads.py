"""Folders, threads and replies as the API gives and takes them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from overture.classification import Verdict
from overture.classification.verdict import Outcome
from overture.messaging import Message, Refused, Reply, Thread
from overture.messaging.decisions import Settlement
from overture.messaging.folders import FolderLine
from overture.messaging.records import ReplyLabel
from overture.messaging.thread_rules import ThreadState

from .body_messages import MESSAGE_EXAMPLE
from .body_texts import Moment, Name, RequestBody, Text, keepable

_LONGEST_MAIL: Final = 1_500_000


class AnswerBody(Reply):
    """A reply, and what the classifier said of it when it came."""

    verdict: Verdict | None = Field(description="With the words that decided (C-4); none where there was no text.")


class ThreadBody(BaseModel):
    """A conversation: its messages and replies in their order, and how it stands."""

    thread: Thread
    messages: list[Message]
    replies: list[AnswerBody]
    state: ThreadState
    refusal: Refused | None = Field(description="Why nothing may be written in it (C-7, C-9); none: it may.")


class NewReplyBody(RequestBody):
    """What a candidate answered: a smart reply, text, both, or the mail that they sent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"thread": "0f9b1c", "text": "Yes, I would like to hear more."},
                {"message": "0f9b1c-1", "smart": "decline"},
            ]
        }
    )

    thread: Name | None = Field(default=None, description="The thread that it answers, or `message`.")
    message: Name | None = None
    smart: ReplyLabel | None = Field(default=None, description="The smart reply that they chose (C-1).")
    text: Text | None = None
    template: Text | None = Field(
        default=None, description="Text of the smart reply as it was offered: `text` that says the same is untouched."
    )
    mail: Annotated[str, Field(max_length=_LONGEST_MAIL)] | None = Field(
        default=None, description="The whole mail with its headers (RFC 5322), instead of `text`."
    )
    received_at: Moment | None = Field(default=None, description="None: now.")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.thread is None) == (self.message is None):
            raise ValueError("give thread or message, one of them")
        if self.text is not None and self.mail is not None:
            raise ValueError("give text or mail, one of them")
        if not (self.text or "").strip() and self.mail is None and self.smart is None:
            raise ValueError("there is no answer: give smart, text or mail")
        if self.template is not None and self.smart is None:
            raise ValueError("template goes with smart")
        if self.mail is not None:
            keepable(self.mail)
        return self


class LabelBody(RequestBody):
    """A person's word on a reply."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"label": "decline"}]})

    label: ReplyLabel | None = Field(description="null takes the word back.")


class ReceivedBody(BaseModel):
    """An answer as it is kept, how it counts, and what it did."""

    reply: AnswerBody
    outcome: Outcome = Field(description="What counts and who decided (C-2).")
    settlement: Settlement = Field(
        description="What it did to credits, follow-up and thread (CR-2, CR-3, C-7 to C-10)."
    )
    repeated: bool = Field(description="Whether the same answer had come before: nothing was done again.")


class NewSuppressionBody(RequestBody):
    """Whom nobody on the contract writes to again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"candidate": "c-ada"}]})

    candidate: Name


class SuppressionBody(BaseModel):
    """A candidate who asked to be left alone (C-7)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"candidate": "c-ada", "since": "2026-11-23T09:00:00Z"}]})

    candidate: str
    since: AwareDatetime


_THREAD: Final[dict[str, Any]] = {
    "id": "0f9b1c", "contract": "norrsken", "seat": "ann", "candidate": "c-ada",
    "created_at": "2026-11-23T09:00:00Z", "disposition": "accepted", "outcome": "accepted",
    "responded_at": "2026-11-24T12:00:00Z",
}  # fmt: skip
_VERDICT: Final[dict[str, Any]] = {
    "label": "accept", "intent": "interested", "confidence": 0.97, "needs_review": False, "language": "en",
    "words": [{"text": "yes", "start": 0, "weight": 0.6}], "text": "Yes, I would like to hear more.",
}  # fmt: skip
_ANSWER: Final[dict[str, Any]] = {
    "id": "9ac2", "thread": "0f9b1c", "received_at": "2026-11-24T12:00:00Z", "kind": "text", "label": "accept",
    "text": _VERDICT["text"], "intent": "interested", "confidence": 0.97, "verdict": _VERDICT,
}  # fmt: skip
ANSWER_EXAMPLE: Final = AnswerBody.model_validate(_ANSWER).model_dump(mode="json")
FOLDER_EXAMPLE: Final = FolderLine.model_validate(
    {"thread": _THREAD, "subject": MESSAGE_EXAMPLE["subject"], "status": "sent"}
).model_dump(mode="json")
THREAD_EXAMPLE: Final = ThreadBody.model_validate(
    {
        "thread": _THREAD,
        "messages": [MESSAGE_EXAMPLE],
        "replies": [_ANSWER],
        "state": {
            "folder": "accepted", "listed_in_scheduled": False, "status": "sent", "disposition": "accepted",
            "outcome": "accepted", "closed": False, "reason": "open: the latest response is free text",
        },
        "refusal": None,
    }
).model_dump(mode="json")  # fmt: skip
RECEIVED_EXAMPLE: Final = ReceivedBody.model_validate(
    {
        "reply": _ANSWER,
        "outcome": {
            "label": "accept", "decided_by": "classifier", "smart_reply": None, "verdict": _VERDICT,
            "correction": None, "conflict": False, "reason": "C-2: free text alone is labelled",
        },
        "settlement": {
            "counts_as_response": True, "first_response": True, "label": "accept", "refunds": ["0f9b1c-1"],
            "closes": False, "suppresses": False, "notice": "interested",
        },
        "repeated": False,
    }
).model_dump(mode="json")  # fmt: skip
