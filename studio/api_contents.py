"""/v1/contents: texts of a seat that stand in its drafts byte for byte, and that nobody else ever sees (D-7)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from overture.errors import InputError

from .access import ReadCaller, SettingsCaller
from .body_seat import CONTENT_EXAMPLE, ContentBody, ContentEdit, NewContent, content_body
from .body_texts import Key, example
from .idempotency import IdempotentRoute
from .paging import (
    After,
    IfMatch,
    Limit,
    Page,
    address_of,
    changed_meanwhile,
    check_match,
    page_of,
    read_cursor,
    tagged,
)
from .problems import ProblemError, not_found, or_not_found
from .services import Served

router = APIRouter(tags=["contents"], route_class=IdempotentRoute)
_CONTENT = {"model": ContentBody, **example(CONTENT_EXAMPLE)}


@router.post(
    "/contents", status_code=201, operation_id="create_content", summary="Keep a text", responses={201: _CONTENT}
)
def create_content(body: NewContent, caller: SettingsCaller, services: Served, response: Response) -> ContentBody:
    """A text that drafts may carry; it goes to no model (D-7). The same call again gives what it made."""
    made = services.seats.add_content(
        caller.seat, contract=caller.contract, id=body.id, label=body.label, text=body.text
    )
    response.headers["Location"] = address_of("contents", made.id)
    return content_body(made)


@router.get(
    "/contents",
    operation_id="list_contents",
    summary="List texts",
    responses={200: {"model": Page[ContentBody], **example({"items": [CONTENT_EXAMPLE], "next": None})}},
)
def list_contents(
    caller: ReadCaller,
    services: Served,
    request: Request,
    search: Annotated[str, Query(max_length=200, description="Words that the label holds, whatever their case.")] = "",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The seat's texts by label (D-7). With `If-None-Match` an unchanged page is a 304."""
    behind = read_cursor(after, str, str, str) if after else ()
    found = sorted(map(content_body, services.seats.contents(caller.seat, search=search)), key=_place)
    return tagged(request, page_of([each for each in found if _place(each) > behind], limit, key=_place))


@router.get("/contents/{content:path}", operation_id="get_content", summary="Look at a text", responses={200: _CONTENT})
def get_content(content: Key, caller: ReadCaller, services: Served, request: Request) -> Response:
    """A text of the seat (D-7)."""
    with or_not_found("custom content"):
        return tagged(request, content_body(services.seats.content(caller.seat, content)))


@router.patch("/contents/{content:path}", operation_id="edit_content", summary="Edit a text", responses={200: _CONTENT})
def edit_content(
    content: Key, body: ContentEdit, caller: SettingsCaller, services: Served, if_match: IfMatch = None
) -> ContentBody:
    """Drafts that carry it stay as they are. With a `revision` that is not the last one it is a 409."""
    with or_not_found("custom content"):
        before = services.seats.content(caller.seat, content)
    is_asked = check_match(if_match, lambda: content_body(before))
    revision = body.revision or (before.revision if is_asked else None)
    try:
        return content_body(
            services.seats.edit_content(caller.seat, content, label=body.label, text=body.text, revision=revision)
        )
    except InputError:
        with or_not_found("custom content"):
            now = services.seats.content(caller.seat, content)
        if revision in {None, now.revision}:
            raise
        if body.revision is None:
            raise changed_meanwhile() from None
        raise ProblemError(409, "conflict", f"it was edited meanwhile: it is at revision {now.revision}") from None


@router.delete("/contents/{content:path}", status_code=204, operation_id="delete_content", summary="Delete a text")
def delete_content(content: Key, caller: SettingsCaller, services: Served) -> None:
    """Forget a text (D-7). Drafts that carry it stay as they are."""
    if not services.seats.delete_content(caller.seat, content):
        raise not_found("custom content")


def _place(content: ContentBody) -> tuple[str, str, str]:
    return (content.label.casefold(), content.label, content.id)
