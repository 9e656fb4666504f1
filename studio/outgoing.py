"""What the API sends: from a draft, a template or in its own words, one or many (S-1, S-4, S-5)."""

from __future__ import annotations

from typing import Any

from overture.errors import InputError
from overture.messaging import BulkResult, Message, NewMessage, Refused, Scheduled
from overture.messaging.rows import find
from overture.messaging.tables import messages
from overture.messaging.templates import get_template

from . import drafting, shelf
from .body_messages import NewMessageBody
from .caller import Caller
from .problems import not_found
from .services import Services
from .shelf import KeptCandidate


def send_one(services: Services, caller: Caller, body: NewMessageBody, *, key: str | None) -> Scheduled | Refused:
    """Send now, or schedule where there is a time; a draft keeps which message it became (S-1, CR-1).

    Raises:
        InputError: a field is missing, or names what the seat does not have.
    """
    new = new_message(services, caller.seat, body, key=key)
    if body.draft is not None:
        return drafting.send_draft(services, caller, body.draft, new)
    outreach = services.outreach
    return outreach.schedule(caller.seat, new) if new.at else outreach.send(caller.seat, new)


def send_many(services: Services, caller: Caller, bodies: list[NewMessageBody], *, key: str | None) -> BulkResult:
    """Schedule each, taken or refused by itself; none is taken where one cannot be read (S-5, H-3).

    Raises:
        InputError: the field of the first that cannot be read, with its place.
    """
    news: list[NewMessage] = []
    for place, body in enumerate(bodies):
        try:
            news.append(new_message(services, caller.seat, body, key=f"{key}:{place}" if key else None))
        except InputError as error:
            field = f"messages.{place}.{error.field}".rstrip(".")
            raise InputError(error.problem, field=field, expected=error.expected) from None
    done = services.outreach.schedule_bulk(caller.seat, news)
    for body, taken in zip(bodies, done.results, strict=True):
        if body.draft is not None and isinstance(taken, Scheduled):
            drafting.keep_message(services, caller.seat, body.draft, taken.message)
    return done


def message_of_seat(services: Services, seat: str, key: str) -> Message:
    """A message of a seat.

    Raises:
        ProblemError: 404, the seat has none of this id, whoever else may.
    """
    with services.outreach.store.read() as connection:
        found = find(connection, Message, messages.c.id == key, messages.c.seat == seat)
    if found is None:
        raise not_found("message")
    return found


def new_message(services: Services, seat: str, body: NewMessageBody, *, key: str | None) -> NewMessage:
    """What a draft or a template says, under what the body says itself.

    Raises:
        InputError: a field is missing, or names what the seat does not have.
    """
    own: dict[str, Any] = {name: getattr(body, name) for name in _PLAIN if getattr(body, name) is not None}
    if body.follow_up is not None:
        own["follow_up"] = body.follow_up.model_dump()
    if body.draft is not None:
        if body.template is not None:
            raise InputError("is there beside draft", field="template", expected="one of them")
        if body.candidate is not None:
            raise InputError("is there beside draft, which has one", field="candidate", expected="one of them")
        known = drafting.message_of(services, seat, body.draft).model_dump()
    else:
        known = {**_of_shelf(services, seat, body.candidate), **_of_template(services, seat, body)}
    values = {**known, **own, "free": body.free, "key": key}
    for name in ("candidate", "subject", "body"):
        if not values.get(name):
            raise InputError("is missing", field=name, expected="it here, or a draft, or a template")
    return NewMessage.model_validate(values)


_PLAIN = (
    "candidate", "address", "subject", "body", "at", "zone", "candidate_zone", "job", "assisted", "elements",
)  # fmt: skip


def _of_shelf(services: Services, seat: str, candidate: str | None) -> dict[str, Any]:
    """Where a candidate is reached, and their zone (S-2), if the seat has them."""
    if candidate is None:
        return {}
    try:
        with services.store.read() as connection:
            who = shelf.get(connection, KeptCandidate, seat, candidate)
    except InputError:
        return {}
    return {"address": who.address, "candidate_zone": who.profile.time_zone}


def _of_template(services: Services, seat: str, body: NewMessageBody) -> dict[str, Any]:
    if body.template is None:
        if body.at_saved_time:
            raise InputError("goes with a template", field="at_saved_time", expected="the id of a template beside it")
        return {}
    with services.outreach.store.read() as connection:
        found = get_template(connection, seat=seat, id=body.template)
    if found is None:
        raise InputError("is not known here", field="template", expected="the id of a template of this seat")
    known: dict[str, Any] = {"subject": found.subject, "body": found.body, "template": found.id, "zone": found.zone}
    if body.at_saved_time:
        if body.at is not None:
            raise InputError("is there beside at", field="at_saved_time", expected="one of them")
        known |= {"at": found.local_time, "saved_time": found.local_time is not None}
    if found.follow_up_body is not None:
        known["follow_up"] = {
            "subject": found.follow_up_subject or "",
            "body": found.follow_up_body,
            "delay_hours": found.follow_up_hours,
        }
    return known
