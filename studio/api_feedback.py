"""/v1/feedback: thumbs on drafts and corrected labels of replies, and how they are taken back (D-8, C-2, F-1)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from . import feedback_words
from .access import FeedbackCaller, ReadCaller
from .body_feedback import LABEL_REQUEST, VOTE_EXAMPLE, VOTE_REQUEST, FeedbackBody, FeedbackRequest
from .body_texts import Key, example
from .idempotency import IdempotentRoute
from .paging import After, Limit, Page, address_of, page_of, read_cursor, tagged
from .services import Served

router = APIRouter(tags=["feedback"], route_class=IdempotentRoute)
_WORD = {"model": FeedbackBody, **example(VOTE_EXAMPLE)}
_Asked = Annotated[
    FeedbackRequest,
    Body(openapi_examples={"vote": {"value": VOTE_REQUEST}, "label": {"value": LABEL_REQUEST}}),
]


@router.post(
    "/feedback",
    status_code=201,
    operation_id="give_feedback",
    summary="Vote on a draft, or correct a label",
    responses={201: _WORD},
)
def give_feedback(body: _Asked, caller: FeedbackCaller, services: Served, response: Response) -> FeedbackBody:
    """A thumb with reasons and a comment (D-8, F-1), or a person's label for a reply, which stands above all (C-2).

    The seat's last word on a draft or a reply counts. The same word under the same id changes nothing; another one
    under it is a 409.
    """
    given = feedback_words.give(services, caller, body)
    response.headers["Location"] = address_of("feedback", given.id)
    return given


@router.get(
    "/feedback",
    operation_id="list_feedback",
    summary="List what the seat has said",
    responses={200: {"model": Page[FeedbackBody], **example({"items": [VOTE_EXAMPLE], "next": None})}},
)
def list_feedback(
    caller: ReadCaller, services: Served, request: Request, after: After = None, limit: Limit = 50
) -> Response:
    """The words that count, newest first (F-1). With `If-None-Match` an unchanged page is a 304."""
    before: int | None = read_cursor(after, int)[0] if after else None
    found = feedback_words.list_words(services, caller.seat, before=before, limit=limit + 1)
    page = page_of(found, limit, key=lambda each: each[:1])
    return tagged(request, Page[FeedbackBody](items=[word for _, word in page.items], next=page.next))


@router.get("/feedback/{feedback:path}", operation_id="get_feedback", summary="Look at a word", responses={200: _WORD})
def get_feedback(feedback: Key, caller: ReadCaller, services: Served, request: Request) -> Response:
    """One thing that the seat has said (F-1)."""
    return tagged(request, feedback_words.find_word(services, caller.seat, feedback))


@router.delete(
    "/feedback/{feedback:path}", status_code=204, operation_id="take_feedback_back", summary="Take a word back"
)
def take_feedback_back(feedback: Key, caller: FeedbackCaller, services: Served) -> None:
    """The seat has no word on this draft or reply from now on; that it had one stays on record (F-1)."""
    feedback_words.take_back(services, caller, feedback)
