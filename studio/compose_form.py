"""What the Compose page's form says, as values; a form holds strings, and any of them may be forged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request
from pydantic import ConfigDict, Field, ValidationError
from starlette.datastructures import FormData

from overture.base import Value
from overture.errors import InputError
from overture.generation import Personalization
from overture.generation.elements import ELEMENT_NAMES
from overture.messaging import FollowUp

from .form_text import as_typed

V = TypeVar("V", bound=Value)
_MOST_TEXT = 20_000
_MOST_FIELDS = 200
_MOST_KEPT = 1_000_000


async def _form_of(request: Request) -> FormData:
    """The form of a request: read once, whoever asks for it."""
    return await request.form(max_files=2, max_fields=_MOST_FIELDS)


PageForm = Annotated[FormData, Depends(_form_of)]


class Place(Value):
    """What the page shows, by ids, so that it has an address: whom to write to, about what, and the draft."""

    candidate: str | None = Field(default=None, max_length=200)
    job: str | None = Field(default=None, max_length=200)
    draft: str | None = Field(default=None, max_length=200)
    before: str | None = Field(default=None, max_length=200, description="The draft that this one was made from.")
    second: str | None = Field(default=None, max_length=200, description="The draft of its follow-up.")
    preset: str | None = Field(default=None, max_length=200)
    find_candidate: str | None = Field(default=None, max_length=200, description="A part of the name of those listed.")
    find_job: str | None = Field(default=None, max_length=200, description="A part of the title of those listed.")

    @property
    def url(self) -> str:
        """The address of the page."""
        query = urlencode({name: key for name, key in self.model_dump().items() if key})
        return f"/compose?{query}" if query else "/compose"


class Choice(Value):
    """Elements, tone, length and language as the panel has them, and the custom content that goes in (D-6, D-7)."""

    personalization: Personalization
    content: str | None = None


class Delivery(Value):
    """When a message goes out, on whose clock, and whether a second one follows (S-1 to S-3)."""

    model_config = ConfigDict(str_strip_whitespace=False)

    address: str = Field(default="", max_length=200)
    when: Literal["now", "later"] = "now"
    day: date | None = None
    hour: time | None = None
    zone: Literal["theirs", "mine", "named"] = "theirs"
    zone_name: str = Field(default="", max_length=200, description="A template's own zone, which `named` stands for.")
    with_second: bool = False
    days: int = Field(default=7, ge=0, le=3_650)
    hours: int | None = Field(
        default=None, ge=0, le=87_600, description="A template's delay, while `days` are its days."
    )
    second_subject: str = Field(default="", max_length=_MOST_TEXT)
    second_body: str = Field(default="", max_length=_MOST_TEXT)
    template: str = Field(default="", max_length=200, description="Id of the template that was filled in (S-4).")
    choose_template: str = Field(default="", max_length=200, description="Id of the one that the list stands at.")
    template_name: str = Field(default="", max_length=200, description="What a new template is to be called.")
    was: str = Field(default="", max_length=_MOST_KEPT, repr=False, description="The form before each template.")

    @property
    def at(self) -> datetime | None:
        """The local wall time; None for now."""
        return datetime.combine(self.day, self.hour) if self.when == "later" and self.day and self.hour else None

    @property
    def named_zone(self) -> str | None:
        """The zone of the template, if it goes by that."""
        return self.zone_name if self.zone == "named" and self.zone_name else None

    @property
    def follow_up(self) -> FollowUp | None:
        """The second message, if one is asked for (S-3)."""
        if not self.with_second:
            return None
        return FollowUp(subject=self.second_subject, body=self.second_body, delay_hours=self.delay_hours)

    @property
    def delay_hours(self) -> int:
        """The template's own hours, unless somebody changed the days since."""
        return self.hours if self.hours is not None and self.hours // 24 == self.days else self.days * 24


class Edit(Value):
    """A person's words for a draft, as they stand in the form."""

    model_config = ConfigDict(str_strip_whitespace=False)

    subject: str = Field(max_length=_MOST_TEXT)
    body: str = Field(max_length=_MOST_TEXT)


def read_place(form: Mapping[str, Any]) -> Place:
    """Where the page was when the form was sent."""
    return _checked(Place, {name: _text(form, name) or None for name in Place.model_fields})


def place_at(form: Mapping[str, Any], draft: str) -> Place:
    """Where the page was, at a draft."""
    place = read_place(form)
    return Place(candidate=place.candidate, job=place.job, draft=draft, before=place.before, second=place.second)


def read_choice(form: FormData) -> Choice:
    """The panel; an element is off whose box is not ticked."""
    on = set(form.getlist("on"))
    fields = {name: _text(form, name) for name in ("tone", "length", "language") if name in form}
    chosen = _checked(Personalization, {**fields, "off": [name for name in ELEMENT_NAMES if name not in on]})
    return Choice(personalization=chosen, content=_text(form, "content") or None)


def read_edit(form: Mapping[str, Any]) -> Edit | None:
    """The text, if the form carries one."""
    if "body" not in form:
        return None
    return _checked(Edit, {"subject": " ".join(_text(form, "subject").split()), "body": _text(form, "body").strip()})


def typed_edit(form: Mapping[str, Any]) -> Edit | None:
    """The text just as it stands in the form, good or not, to be shown again; None where the form has none."""
    if "body" not in form:
        return None
    return Edit.model_construct(subject=_text(form, "subject"), body=_text(form, "body"))


def typed_delivery(form: Mapping[str, Any]) -> Delivery | None:
    """How the message is to be sent, as far as the form says it; what cannot be read there keeps its default.

    None where the form does not ask: there is no draft to send yet.
    """
    if "when" not in form:
        return None
    given = _delivery_fields(form)
    try:
        return Delivery.model_validate(given)
    except ValidationError as error:
        unread = {each["loc"][0] for each in error.errors(include_input=False, include_url=False)}
        return Delivery.model_validate({name: value for name, value in given.items() if name not in unread})


def check_delivery(form: Mapping[str, Any]) -> Delivery:
    """How the message is to be sent, if it can be (S-1).

    Raises:
        InputError: a date, a time or a number cannot be read, or a part is missing; it names the field.
    """
    found = _checked(Delivery, _delivery_fields(form))
    if found.when == "later" and found.at is None:
        raise InputError("S-1: is needed for a message that goes out later", field="day", expected="a date and a time")
    if found.with_second and not found.second_body.strip():
        raise InputError("is empty", field="follow-up", expected="its text, or no follow-up")
    return found


def _delivery_fields(form: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: text for name in Delivery.model_fields if (text := _text(form, name)) and name != "with_second"}
    return {**given, "with_second": bool(_text(form, "with_second"))}


def _text(form: Mapping[str, Any], name: str) -> str:
    """A field's text; a file or nothing is no text."""
    value = as_typed(form.get(name))
    return value if isinstance(value, str) else ""


def _checked(kind: type[V], fields: Mapping[str, Any]) -> V:
    """A value of a form's fields.

    Raises:
        InputError: one of them cannot be used; what was given is not repeated.
    """
    try:
        return kind.model_validate(dict(fields))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise InputError("cannot be used", field=str(first["loc"][0]), expected=first["msg"]) from None
