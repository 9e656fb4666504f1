"""The forms of the settings page as values; an empty field is none, and what belongs to the page itself is left out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from .body_templates import TemplateBody
from .body_texts import Body, Line, Name
from .caller import Scope
from .form_text import as_typed
from .webhooks import EventGroup

Word = Literal["on", "off", "inherit"]
TypedBody = Annotated[Body, BeforeValidator(as_typed)]
VALUE_OF: dict[Word, bool | None] = {"on": True, "off": False, "inherit": None}


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, frozen=True)


class SeatForm(_Form):
    """What a seat changes of itself (S-2, D-9)."""

    zone: Line | None = None
    auto_draft: Word


class ContractForm(_Form):
    """What an admin decides for every seat (S-2, D-9)."""

    zone: Line | None = None
    auto_draft: Word


class LimitsForm(_Form):
    """What an admin sets for one seat (S-7, S-8, CR-6)."""

    daily_limit: int | None = Field(default=None, ge=1, le=1_000_000)
    monthly_limit: int | None = Field(default=None, ge=0, le=1_000_000)
    flagged: Line | None = None


class KeyForm(_Form):
    """A key to make."""

    label: Line = ""
    scopes: Annotated[list[Scope], Field(min_length=1)]


class WebhookForm(_Form):
    """A webhook to add."""

    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    events: Annotated[list[EventGroup], Field(min_length=1)]


class PresetForm(_Form):
    """What to do with a preset (D-6)."""

    name: Name
    do: Literal["choose", "unchoose", "delete"]


class ExportForm(_Form):
    """Whose data."""

    candidate: Name


class EraseForm(ExportForm):
    """Whose data, and that it is meant."""

    sure: Literal["yes"]


class TemplateForm(TemplateBody):
    """A template to save (S-4); with an id in place of the one there."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, frozen=True)

    id: Line = ""
    body: TypedBody
    follow_up_body: TypedBody | None = None
