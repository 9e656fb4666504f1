"""/v1/templates: saved messages, one or two with their timing, searchable (S-4)."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, select

from overture.messaging import Template
from overture.messaging.tables import templates
from overture.messaging.templates import get_template as find_template
from overture.messaging.templates import save_template

from .access import ReadCaller, SendCaller
from .body_templates import KeptTemplate, TemplateBody
from .body_texts import Key
from .idempotency import IdempotentRoute
from .paging import After, IfMatch, Limit, Page, check_match, read_cursor, tagged, write_cursor
from .problems import not_found
from .request_key import RequestKey
from .services import Served

router = APIRouter(tags=["templates"], route_class=IdempotentRoute)
Words = Annotated[str, Query(max_length=200, description="Words that must be in it; the best match first.")]


@router.get(
    "/templates", operation_id="list_templates", summary="Templates of the seat", response_model=Page[KeptTemplate]
)
def list_templates(
    request: Request,
    caller: ReadCaller,
    services: Served,
    search: Words = "",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """By name, or the best match first; case and accents do not matter, nor does a letter mistyped (S-4)."""
    found = services.outreach.templates(caller.seat, search=search)
    start: int = read_cursor(after, int)[0] if after else 0
    shown = found[max(start, 0) :][:limit]
    following = write_cursor(start + limit) if start + limit < len(found) else None
    return tagged(request, Page[KeptTemplate](items=[KeptTemplate.of(each) for each in shown], next=following))


@router.post("/templates", status_code=201, operation_id="add_template", summary="Save a template")
def add_template(
    body: TemplateBody, caller: SendCaller, services: Served, key: RequestKey, response: Response
) -> KeptTemplate:
    """A message, or two with their timing (S-4)."""
    made = _template(caller.seat, (key or uuid4().hex)[:32], body)
    services.outreach.save_template(made)
    response.headers["Location"] = f"/v1/templates/{made.id}"
    return KeptTemplate.of(made)


@router.get(
    "/templates/{template}", operation_id="get_template", summary="Look at a template", response_model=KeptTemplate
)
def get_template(template: Key, request: Request, caller: ReadCaller, services: Served) -> Response:
    """A template of the seat (S-4)."""
    with services.outreach.store.read() as connection:
        return tagged(request, KeptTemplate.of(_own(connection, caller.seat, template)))


@router.put("/templates/{template}", operation_id="change_template", summary="Replace a template")
def change_template(
    template: Key, body: TemplateBody, caller: SendCaller, services: Served, if_match: IfMatch = None
) -> KeptTemplate:
    """All of it; what is left out is none (S-4)."""
    after = _template(caller.seat, template, body)
    own = (templates.c.seat == caller.seat) & (templates.c.id == template)
    with services.outreach.store.write() as connection:
        connection.execute(select(templates.c.id).where(own).with_for_update())
        before = _own(connection, caller.seat, template)
        check_match(if_match, lambda: KeptTemplate.of(before))
        save_template(connection, after)
    return KeptTemplate.of(after)


@router.delete("/templates/{template}", status_code=204, operation_id="delete_template", summary="Forget a template")
def delete_template(template: Key, caller: SendCaller, services: Served) -> None:
    """Messages that were made from it stay as they are (S-4)."""
    if not services.outreach.delete_template(caller.seat, template):
        raise not_found("template")


def _own(connection: Connection, seat: str, key: str) -> Template:
    found = find_template(connection, seat=seat, id=key)
    if found is None:
        raise not_found("template")
    return found


def _template(seat: str, key: str, body: TemplateBody) -> Template:
    return Template(id=key, seat=seat, **body.model_dump())
