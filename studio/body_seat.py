"""Custom contents and presets as the API takes and gives them (D-6, D-7)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_serializer, model_validator

from overture.generation import Personalization
from overture.generation.custom_content import CustomContent
from overture.generation.presets import Preset

from .body_texts import Name, keepable

_TIMES: Final[dict[str, Any]] = {"created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z"}
CONTENT_EXAMPLE: Final[dict[str, Any]] = {
    "id": "visit", "label": "Office visit", "text": "Come and see us at Hamngatan 4.", "revision": 1, **_TIMES,
}  # fmt: skip
PRESET_EXAMPLE: Final[dict[str, Any]] = {
    "name": "Short and direct",
    "personalization": {"off": ["salary"], "tone": "direct", "length": "short", "language": "en"},
    "is_default": False,
    "notes": [],
    **_TIMES,
}
_Text = Annotated[str, Field(min_length=1, max_length=10_240), AfterValidator(keepable)]


class NewContent(BaseModel):
    """A text to keep, byte for byte; at most 10 kB in UTF-8 (D-7)."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{k: CONTENT_EXAMPLE[k] for k in ("id", "label", "text")}]}
    )

    id: Name | None = Field(default=None, description="None: one of ours.")
    label: Name
    text: _Text


class ContentEdit(BaseModel):
    """What is to change of a text; with `revision` only if nobody has edited it since."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"label": "Visit us", "revision": 1}]})

    label: Name | None = None
    text: _Text | None = None
    revision: int | None = Field(default=None, ge=1, le=2**31 - 1)

    @model_validator(mode="after")
    def _changes_something(self) -> ContentEdit:
        if self.label is None and self.text is None:
            raise ValueError("D-7: give `label` or `text`")
        return self


class ContentBody(BaseModel):
    """A text of the seat, which nobody else can list, read or use (D-7)."""

    model_config = ConfigDict(json_schema_extra={"examples": [CONTENT_EXAMPLE]})

    id: str
    label: str
    text: str
    revision: int = Field(description="Counts from 1 and grows with each edit.")
    created_at: AwareDatetime
    updated_at: AwareDatetime


class PresetWrite(BaseModel):
    """A choice to keep under a name."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"personalization": PRESET_EXAMPLE["personalization"]}]}
    )

    personalization: Personalization
    is_default: bool | None = Field(default=None, description="None leaves it as it is.")


class PresetEdit(BaseModel):
    """Another name, or whether it is the seat's default."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Brief"}]})

    name: Name | None = None
    is_default: bool | None = None


class PresetBody(BaseModel):
    """A named choice of the seat (D-6)."""

    model_config = ConfigDict(json_schema_extra={"examples": [PRESET_EXAMPLE]})

    name: str
    personalization: Personalization
    is_default: bool = Field(description="Whether the page of the seat begins with it.")
    notes: tuple[str, ...] = Field(description="What of it this release does not know and passed over.")
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @field_serializer("personalization", when_used="json")
    def _in_order(self, choice: Personalization) -> dict[str, Any]:
        return choice.model_dump(mode="json") | {"off": sorted(choice.off)}  # a set has another order in each process


def content_body(content: CustomContent) -> ContentBody:
    """A custom content as it is given out."""
    return ContentBody(**{name: getattr(content, name) for name in ContentBody.model_fields})


def preset_body(preset: Preset) -> PresetBody:
    """A preset as it is given out."""
    return PresetBody(**{name: getattr(preset, name) for name in PresetBody.model_fields})
