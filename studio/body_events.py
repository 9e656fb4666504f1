"""Events as webhooks post them, for the OpenAPI; `webhook_post` makes them from notices of messaging."""

from __future__ import annotations

from typing import Any, Final, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

_AT: Final = "2026-11-24T12:00:00Z"
_CANCELLED: Final[dict[str, Any]] = {  # in which all has a value: FastAPI leaves null out of examples
    "notice": 7, "contract": "norrsken", "seat": "ann", "rule": "S-7", "thread": "0f9b1c", "message": "0f9b1c-2",
    "text": "the follow-up was not sent: the daily limit was reached",
}  # fmt: skip
_HELD: Final[dict[str, Any]] = {
    **_CANCELLED, "rule": "S-6", "text": "the candidate's profile changed: release or cancel the message",
}  # fmt: skip


class EventData(BaseModel):
    """What is told, as in `GET /v1/notices`; no word of a candidate is in it."""

    notice: int = Field(description="Id of the notice.")
    contract: str
    seat: str
    rule: str
    thread: str | None
    message: str | None
    text: str


class OutcomeEvent(BaseModel):
    """What became of a message (C-8, CR-4, S-7, S-8, C-7)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"type": "outcome.cancelled", "timestamp": _AT, "data": _CANCELLED}]}
    )

    type: Literal["outcome.interested", "outcome.declined", "outcome.cancelled", "outcome.failed"]
    timestamp: AwareDatetime
    data: EventData


class NoticeEvent(BaseModel):
    """What else the seat is told: sender health (H-2 to H-4), a held message, a webhook that was switched off."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"type": "notice.held", "timestamp": _AT, "data": _HELD}]}
    )

    type: Literal[
        "notice.low_response_rate",
        "notice.restricted",
        "notice.restriction_over",
        "notice.held",
        "notice.webhook_disabled",
    ]
    timestamp: AwareDatetime
    data: EventData


class WebhookTestData(BaseModel):
    """Which webhook is tried."""

    webhook: str


class WebhookTestEvent(BaseModel):
    """What `POST /v1/webhooks/{webhook}/test` has posted."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"type": "test", "timestamp": _AT, "data": {"webhook": "3b5d2f"}}]}
    )

    type: Literal["test"]
    timestamp: AwareDatetime
    data: WebhookTestData


router = APIRouter()
"""What the OpenAPI shows under `webhooks`; nobody can ask for it."""
_HEADERS: Final[dict[str, Any]] = {
    "parameters": [
        {"name": name, "in": "header", "required": True, "description": description, "schema": {"type": "string"}}
        for name, description in (
            ("webhook-id", "The same over every try: drop doubles by it."),
            ("webhook-timestamp", "Seconds since 1970, when it was posted."),
            ("webhook-signature", "Standard Webhooks: `v1,` and a signature, one for each secret that holds."),
        )
    ]
}


def _posted(not_taken: str) -> dict[str, Any]:
    """How an event is answered, for its description."""
    return {
        "status_code": 204,
        "response_description": "Taken, as by any 2xx within 15 seconds.",
        "responses": {"4XX": {"description": f"Not taken, as by anything but 2xx: {not_taken}."}},
        "openapi_extra": _HEADERS,
    }


_TRIED_AGAIN: Final = _posted("it is tried again for a day; 410 switches the webhook off at once")


@router.post("outcome", operation_id="on_outcome", summary="What became of a message", **_TRIED_AGAIN)
def on_outcome(_: OutcomeEvent) -> None:
    """An answer came (C-8), or a message was not sent and its credit came back (CR-4)."""


@router.post("notice", operation_id="on_notice", summary="What else the seat is told", **_TRIED_AGAIN)
def on_notice(_: NoticeEvent) -> None:
    """A rate is low, or bulk is refused for a while (H-2 to H-4); a message is held; a webhook was switched off."""


@router.post(
    "test", operation_id="on_test", summary="A test that somebody asked for", **_posted("whoever asked is told")
)
def on_test(_: WebhookTestEvent) -> None:
    """What `POST /v1/webhooks/{webhook}/test` posts, once."""
