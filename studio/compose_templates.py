"""Saved templates on the Compose page: what one says, what it fills into the form, and the way back (S-4)."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any, Final, Literal
from uuid import uuid4

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError

from overture.base import Value
from overture.errors import InputError
from overture.generation import Draft
from overture.messaging import NewMessage, Policy, Template
from overture.messaging.templates import get_template, save_template
from overture.messaging.zones import Zone, resolve_zone, to_instant, to_local

from .body_templates import TemplateBody
from .caller import Caller
from .compose_form import Delivery, Edit
from .inbox_search import fold
from .seats import settings_of
from .services import Services

_MOST_BEFORE: Final = 5
_SENTENCE: Final = 20
"""Characters from which a sentence is one of its draft's own, and no greeting that a template may have too."""


class Clocks(Value):
    """Whose zones and whose rules a message goes by; `local` is `now` where the sender is."""

    policy: Policy
    has_follow_ups: bool
    theirs: Zone
    mine: Zone
    now: AwareDatetime
    local: datetime


class Timing(Value):
    """The saved time of a template, as it would be filled in; one that has passed means now (S-4)."""

    day: date
    hour: time
    zone: Literal["theirs", "mine", "named"]
    zone_name: str
    has_passed: bool


class Says(Value):
    """What a template fills in; `no_second` is a follow-up that the plan does not allow (S-11)."""

    template: Template
    timing: Timing | None
    days: int | None
    hours: int
    """Beyond whole days."""
    no_second: bool


class Templates(Value):
    """The seat's templates, the one that the list stands at, and the one that was filled in."""

    listed: tuple[Template, ...]
    chosen: Says | None = None
    used: Template | None = None
    can_go_back: bool = False


class Done(Value):
    """What was just done with a template, to be said on the page."""

    what: Literal["filled", "timed", "back", "off", "saved"]
    says: Says | None = None
    name: str = ""
    names: tuple[str, ...] = ()
    """Words of the candidate's name that stand in what was saved."""


class Before(Value):
    """What the form said before a template was filled in."""

    model_config = ConfigDict(str_strip_whitespace=False)

    subject: str
    body: str
    delivery: dict[str, Any]


_BEFORE: Final = TypeAdapter(tuple[Before, ...])


def clocks_of(services: Services, caller: Caller, candidate_zone: str | None) -> Clocks:
    """The zones and rules for a seat that writes to somebody (S-2, S-11)."""
    settings = settings_of(services, caller)
    policy = Policy.named(settings.contract.policy)
    zones = {"sender": settings.seat.zone, "contract": settings.contract.zone}
    mine, now = resolve_zone(**zones), services.clock()
    return Clocks(
        policy=policy,
        has_follow_ups=policy.has_follow_ups(settings.seat.plan),
        theirs=resolve_zone(candidate=candidate_zone, **zones),
        mine=mine,
        now=now,
        local=to_local(now, mine.name),
    )


def templates_of(services: Services, seat: str, delivery: Delivery, clocks: Clocks) -> Templates:
    """What the form shows of templates."""
    listed = services.outreach.templates(seat)
    chosen = next((each for each in listed if each.id == delivery.choose_template), None)
    return Templates(
        listed=tuple(listed),
        chosen=said_by(chosen, clocks) if chosen else None,
        used=next((each for each in listed if each.id == delivery.template), None),
        can_go_back=bool(delivery.was),
    )


def said_by(template: Template, clocks: Clocks) -> Says:
    """What a template would fill in now."""
    days, hours = divmod(template.follow_up_hours or clocks.policy.follow_up_default_days * 24, 24)
    has_second = template.follow_up_body is not None
    return Says(
        template=template,
        timing=_timing_of(template, clocks),
        days=days if has_second and clocks.has_follow_ups else None,
        hours=hours,
        no_second=has_second and not clocks.has_follow_ups,
    )


def fill_in(says: Says, edit: Edit, delivery: Delivery, *, with_text: bool) -> tuple[Edit, Delivery]:
    """The form with what a template says put into it; what it says nothing of stays, and all that was there is kept."""
    template, timing = says.template, says.timing
    changed: dict[str, Any] = {"template": template.id, "was": _with_before(edit, delivery)}
    if timing is not None:
        changed["when"] = "now" if timing.has_passed else "later"
    if timing is not None and not timing.has_passed:
        changed |= {"day": timing.day, "hour": timing.hour, "zone": timing.zone}
        if timing.zone == "named":
            changed["zone_name"] = timing.zone_name
    if says.days is not None:
        changed |= {
            "with_second": True,
            "days": says.days,
            "hours": says.days * 24 + says.hours,
            "second_subject": template.follow_up_subject or "",
            "second_body": template.follow_up_body or "",
        }
    text = Edit(subject=template.subject, body=template.body) if with_text else edit
    return text, delivery.model_copy(update=changed)


def go_back(delivery: Delivery) -> tuple[Edit, Delivery]:
    """The form as it was before the template that was filled in last.

    Raises:
        InputError: the form does not say.
    """
    stays = {"choose_template": delivery.choose_template, "template_name": delivery.template_name}
    try:
        *earlier, last = _BEFORE.validate_json(delivery.was)
        return (
            Edit(subject=last.subject, body=last.body),
            Delivery.model_validate({**last.delivery, **stays, "was": _dumped(earlier)}),
        )
    except ValueError:  # pydantic's is one
        raise InputError("is not known any more", field="template", expected="what you would like to have") from None


def keep_as_template(services: Services, seat: str, edit: Edit, delivery: Delivery, *, zone: str | None) -> Template:
    """Save a form as a template, in place of nothing (S-4); `zone` is that of its time, none the recipient's.

    Raises:
        InputError: it has no name or no text, they are too long, or the seat has another of that name.
    """
    second = delivery.follow_up
    fields = {
        "name": delivery.template_name,
        "subject": edit.subject,
        "body": edit.body,
        "local_time": delivery.at,
        "zone": zone if delivery.at else None,
        "follow_up_subject": (second.subject or None) if second else None,
        "follow_up_body": second.body if second else None,
        "follow_up_hours": second.delay_hours if second else None,
    }
    try:
        body = TemplateBody.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0]) if first["loc"] else "template"
        raise InputError("cannot be saved", field=field, expected=first["msg"]) from None
    made = Template(id=uuid4().hex, seat=seat, **body.model_dump())
    with services.outreach.store.write() as connection:
        save_template(connection, made)
    return made


def names_in(template: Template, name: str) -> tuple[str, ...]:
    """Words of somebody's name that stand in a template: it is meant for others too."""
    texts = (template.subject, template.body, template.follow_up_subject, template.follow_up_body)
    said = {word.strip(".,;:!?()\"'") for text in texts for word in fold(text or "").split()}
    return tuple(word for word in name.split() if len(word) > 1 and fold(word) in said)


def with_template(services: Services, seat: str, new: NewMessage, draft: Draft, delivery: Delivery) -> NewMessage:
    """A message with the id of its template, by which Insights groups it, and whether its time is the saved one.

    Where no sentence of the draft is left in it, no model drafted it (I-1).
    """
    if not delivery.template:
        return new
    with services.outreach.store.read() as connection:
        found = get_template(connection, seat=seat, id=delivery.template)
    if found is None:  # deleted meanwhile: what is written goes out all the same
        return new
    is_saved = found.local_time is not None and new.at == found.local_time.replace(second=0, microsecond=0)
    changed: dict[str, Any] = {"template": found.id, "saved_time": is_saved}
    if not any(len(sentence.text) >= _SENTENCE and sentence.text in new.body for sentence in draft.sentences):
        changed |= {"assisted": False, "elements": ()}
    return new.model_copy(update=changed)


def _timing_of(template: Template, clocks: Clocks) -> Timing | None:
    if template.local_time is None:
        return None
    local = template.local_time.replace(second=0, microsecond=0)
    zone: Literal["theirs", "mine", "named"] = "named"
    if template.zone in (None, clocks.theirs.name):
        zone = "theirs"
    elif template.zone == clocks.mine.name:
        zone = "mine"
    name = template.zone or clocks.theirs.name
    try:
        has_passed = to_instant(local, name).at < clocks.now
    except InputError:  # outside the calendar
        return None
    return Timing(day=local.date(), hour=local.time(), zone=zone, zone_name=name, has_passed=has_passed)


def _with_before(edit: Edit, delivery: Delivery) -> str:
    try:
        earlier = _BEFORE.validate_json(delivery.was) if delivery.was else ()
    except ValueError:
        earlier = ()
    said = delivery.model_dump(mode="json", exclude_unset=True, exclude={"was", "choose_template"})
    now = Before(subject=edit.subject, body=edit.body, delivery=said)
    return _dumped([*earlier, now][-_MOST_BEFORE:])


def _dumped(states: list[Before]) -> str:
    return json.dumps([each.model_dump(mode="json") for each in states], ensure_ascii=False) if states else ""
