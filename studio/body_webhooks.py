"""Webhooks as the API takes and gives them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from .body_texts import RequestBody, line
from .webhook_events import EventState, WebhookEvent
from .webhooks import EventGroup, Webhook

Url = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(line)]
Events = Annotated[frozenset[EventGroup], Field(min_length=1)]


class NewWebhookBody(RequestBody):
    """Where to post, and what."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://hooks.example.com/overture", "events": ["outcome"]}]}
    )

    url: Url = Field(description="https; http only to this machine, from a studio that listens on it alone.")
    events: Events = Field(
        default=frozenset({"outcome", "notice"}),
        description="`outcome`: what became of a message (C-8, CR-4); `notice`: sender health, held messages (H-2).",
    )


class WebhookChangesBody(RequestBody):
    """What to change; a field that is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"enabled": True}]})

    url: Url | None = None
    events: Events | None = None
    enabled: bool | None = Field(default=None, description="Enabled again, it posts what has waited.")


class WebhookBody(BaseModel):
    """A webhook of the seat."""

    id: str
    url: str
    events: list[EventGroup]
    created_at: AwareDatetime
    next_at: AwareDatetime = Field(description="Before it nothing is tried.")
    disabled_at: AwareDatetime | None
    disabled_because: str | None

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """A webhook."""
        return cls(**webhook.model_dump(exclude={"seat", "contract"}))


class NewWebhookAnswer(WebhookBody):
    """A new webhook, and the only sight of its secret."""

    secret: str = Field(description="Signs every post (Standard Webhooks); shown once: put it away now.")


class SecretAnswer(BaseModel):
    """A new secret, and the only sight of it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"secret": "whsec_...", "old_signs_until": "2026-11-24T09:00:00Z"}]}
    )

    secret: str
    old_signs_until: AwareDatetime = Field(description="Until then posts are signed with the one before as well.")


class TestedBody(BaseModel):
    """What came of a test post."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"taken": True, "status": 204, "error": None}]})

    taken: bool
    status: int | None
    error: str | None


class DeliveryBody(BaseModel):
    """An event on its way to a webhook."""

    id: str = Field(description="The `webhook-id` of every try: drop doubles by it.")
    type: str
    notice: int
    state: EventState = Field(description="`failed`: given up; it goes out when the webhook is enabled again.")
    attempts: int
    last_status: int | None
    last_error: str | None
    created_at: AwareDatetime
    tried_at: AwareDatetime | None
    delivered_at: AwareDatetime | None

    @classmethod
    def of(cls, event: WebhookEvent) -> Self:
        """An event."""
        return cls(type=event.kind, **event.model_dump(exclude={"kind"}))


WEBHOOK_EXAMPLE: Final[dict[str, Any]] = WebhookBody.model_validate(
    {
        "id": "3b5d2f", "url": "https://hooks.example.com/overture", "events": ["outcome"],
        "created_at": "2026-11-23T09:00:00Z", "next_at": "2026-11-23T09:00:00Z", "disabled_at": None,
        "disabled_because": None,
    }
).model_dump(mode="json")  # fmt: skip
DELIVERY_EXAMPLE: Final = DeliveryBody.model_validate(
    {
        "id": "msg_0d5c7e", "type": "outcome.interested", "notice": 7, "state": "delivered", "attempts": 1,
        "last_status": 204, "last_error": None, "created_at": "2026-11-24T12:00:00Z",
        "tried_at": "2026-11-24T12:00:01Z", "delivered_at": "2026-11-24T12:00:01Z",
    }
).model_dump(mode="json")  # fmt: skip
