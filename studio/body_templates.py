"""Message templates as the API takes and gives them (S-4)."""

from __future__ import annotations

from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime, model_validator

from overture.messaging import Template

from .body_texts import Body, Line, Name, RequestBody

_EXAMPLE: Final[dict[str, Any]] = {
    "name": "Grid engineers, first contact",
    "subject": "A role in our grid team",
    "body": "Hello,\n\nwould you like to hear about a role in our grid team?",
    "local_time": None,
    "zone": None,
    "follow_up_subject": None,
    "follow_up_body": "Hello, may I send you more about it?",
    "follow_up_hours": 168,
}


class TemplateBody(RequestBody):
    """A saved message, with its follow-up and timing if it has them."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Name = Field(description="Each of a seat's templates has another.")
    subject: Line
    body: Body
    local_time: NaiveDatetime | None = Field(default=None, description="Saved time; passed, it means now (S-4).")
    zone: Line | None = Field(default=None, description="IANA zone of `local_time`; none: the recipient's (S-2).")
    follow_up_subject: Line | None = None
    follow_up_body: Body | None = Field(default=None, description="What makes it a template of two messages.")
    follow_up_hours: int | None = Field(default=None, ge=1, le=8_784, description="None: seven days (S-3).")

    @model_validator(mode="after")
    def _a_follow_up_has_a_body(self) -> Self:
        if self.follow_up_body is None and (self.follow_up_subject is not None or self.follow_up_hours is not None):
            raise ValueError("S-4: a template with the subject or delay of a follow-up needs follow_up_body")
        return self


class KeptTemplate(BaseModel):
    """A template as it is kept."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "b1f0", "badge": "2 messages", **_EXAMPLE}]}, extra="forbid"
    )

    id: str
    name: str
    subject: str
    body: str
    local_time: NaiveDatetime | None
    zone: str | None
    follow_up_subject: str | None
    follow_up_body: str | None
    follow_up_hours: int | None
    badge: str | None = Field(description="`2 messages` on a template of two (S-4).")

    @classmethod
    def of(cls, template: Template) -> Self:
        """A template of messaging."""
        return cls(**template.model_dump(exclude={"seat"}), badge=template.badge)
