"""/v1/drafts: make, stream, look at, edit, make again, follow up; and what a draft would rest on (D-1 to D-15)."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from overture.errors import InputError
from overture.generation import Draft, Personalization
from overture.generation.elements import ELEMENTS

from . import shelf
from .access import DraftCaller, ReadCaller
from .body_context import CONTEXT_EXAMPLE, ELEMENTS_EXAMPLE, ContextBody, ElementBody, context_of
from .body_draft import (
    DRAFT_EXAMPLE,
    LINE_EXAMPLE,
    ContextRequest,
    DraftBody,
    DraftEdit,
    DraftLine,
    DraftRequest,
    FollowUpRequest,
    RedraftRequest,
    body_of,
    body_of_kept,
    line_of,
)
from .body_texts import Key, example
from .caller import Caller
from .draft_stream import EVENT_STREAM, HEADERS, STREAM_EXAMPLE, draft_events
from .drafting import edit_draft, find_draft, follow_up_for, keep_draft, redraft_for
from .idempotency import IdempotentRoute
from .paging import After, IfMatch, Limit, Page, check_match, page_of, read_place, tagged
from .problems import ProblemError, not_found, or_not_found, request_id
from .requested import Requested, arguments_of, choice_of, content_of, is_inline, read_request
from .services import Served, Services
from .shelf import KeptDraft, ListedDraft
from .tables import drafts

router = APIRouter(tags=["drafts"], route_class=IdempotentRoute)
_SMALL = 64 * 1024
"""Bytes of a request that is read at once; a larger one is read in a thread, so that nobody waits behind it."""
_DRAFT = {"model": DraftBody, **example(DRAFT_EXAMPLE)}


@router.post(
    "/drafts", status_code=201, operation_id="create_draft", summary="Draft a message", responses={201: _DRAFT}
)
async def create_draft(body: DraftRequest, caller: DraftCaller, services: Served, request: Request) -> Response:
    """A complete, checked message to a candidate about a job, else a project, else a role like theirs (D-1, D-2).

    Candidate and job are ids of what the seat keeps, or documents of any format that Overture reads (D-12). With
    `keep` the draft is kept, and so is a candidate given inline, unless the seat knows that id. Where no model
    answers, the offline writer writes, and `writer` and `fallback` say so (D-15).
    """
    asked = await _read(services, caller, body, request)
    draft = await services.drafter.adraft(**arguments_of(asked.inputs))
    return _created(await _finish(services, caller, body, asked, draft))


@router.post(
    "/drafts/stream",
    operation_id="stream_draft",
    summary="Draft a message, as it is written",
    response_class=StreamingResponse,
    responses={200: {"description": "Server-sent events.", "content": {EVENT_STREAM: {"example": STREAM_EXAMPLE}}}},
)
async def stream_draft(
    body: DraftRequest, caller: DraftCaller, services: Served, request: Request
) -> StreamingResponse:
    """Server-sent events: `chunk` with pieces of the body, not checked yet; at the end `draft`, which counts (D-10).

    In place of the draft, `problem` says why there is none. Closing the connection stops the work.
    """
    asked = await _read(services, caller, body, request)

    finish = partial(_finish, services, caller, body, asked)
    pieces = services.drafter.astream(**arguments_of(asked.inputs))
    events = draft_events(pieces, finish=finish, request_id=request_id(request))
    return StreamingResponse(events, media_type=EVENT_STREAM, headers=HEADERS)


@router.get(
    "/drafts",
    operation_id="list_drafts",
    summary="List drafts",
    responses={200: {"model": Page[DraftLine], **example({"items": [LINE_EXAMPLE], "next": None})}},
)
def list_drafts(
    caller: ReadCaller,
    services: Served,
    request: Request,
    after: After = None,
    limit: Limit = 50,
    candidate: Annotated[str | None, Query(max_length=200, description="Only those to this candidate.")] = None,
) -> Response:
    """The seat's drafts, newest first. With `If-None-Match` an unchanged page is a 304."""
    place = read_place(after)
    where = None if candidate is None else drafts.c.candidate == candidate
    with services.store.read() as connection:
        found = shelf.page(connection, ListedDraft, caller.seat, after=place, limit=limit + 1, where=where)
    return tagged(request, page_of([line_of(each) for each in found], limit))


@router.get(
    "/drafts/{draft}", operation_id="get_draft", summary="Look at a draft", responses={200: _DRAFT}
)  # fmt: skip
def get_draft(
    draft: Key,
    caller: ReadCaller,
    services: Served,
    request: Request,
    claims: Annotated[bool, Query(description="Whether each sentence lists its claims (D-10).")] = False,
) -> Response:
    """A draft with its audit record: facts of each sentence, findings, prompt, usage (D-10, D-11, D-14)."""
    return tagged(request, body_of_kept(_find(services, caller.seat, draft), claims=claims))


@router.patch(
    "/drafts/{draft}", operation_id="edit_draft", summary="Edit a draft by hand", responses={200: _DRAFT}
)  # fmt: skip
def patch_draft(
    draft: Key,
    body: DraftEdit,
    caller: DraftCaller,
    services: Served,
    request: Request,
    if_match: IfMatch = None,
) -> Response:
    """A person's words in place of the draft's. What was drafted stays beside them, for feedback (F-1).

    One that was sent, or waits to be, stays as it is: 409.
    """
    given: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}

    def check(kept: KeptDraft) -> None:
        check_match(if_match, lambda: body_of_kept(kept))

    try:
        return tagged(request, body_of_kept(edit_draft(services, caller, draft, **given, check=check)))
    except InputError as error:
        if error.field == "id":
            raise not_found("draft") from None
        raise ProblemError(409, "conflict", error.problem, rule="F-1", expected=error.expected) from None


@router.delete(
    "/drafts/{draft}", status_code=204, operation_id="delete_draft", summary="Delete a draft",
)  # fmt: skip
def delete_draft(draft: Key, caller: DraftCaller, services: Served) -> None:
    """Forget a draft. A message that it was sent as, and what was said of it, stay."""
    with services.store.write() as connection:
        if not shelf.remove(connection, KeptDraft, caller.seat, draft):
            raise not_found("draft")


@router.post(
    "/drafts/{draft}/redraft",
    status_code=201,
    operation_id="redraft",
    summary="Draft again after a change",
    responses={201: _DRAFT},
)
async def redraft(draft: Key, body: RedraftRequest, caller: DraftCaller, services: Served) -> Response:
    """A new draft that obeys the changed personalization, with as few other changes as that allows (D-6).

    Custom content stays unless `content` or `custom_content` is named; a change of language drops it, and a warning
    says so (D-7). The draft before stays as it is.
    """
    before = await run_in_threadpool(_find, services, caller.seat, draft)
    choice = await run_in_threadpool(choice_of, services, caller.seat, body)
    text = body.custom_content
    if body.content is not None:
        text = await run_in_threadpool(content_of, services, caller.seat, body.content)
    names_text = {"content", "custom_content"} & body.model_fields_set
    made = await redraft_for(
        services, caller, before, personalization=choice or Personalization(), content=None if names_text else ...,
        text=text,
    )  # fmt: skip
    return _created(await run_in_threadpool(body_of_kept, made, claims=body.claims))


@router.post(
    "/drafts/{draft}/follow-up",
    status_code=201,
    operation_id="draft_follow_up",
    summary="Draft the second message",
    responses={201: _DRAFT},
)
async def draft_follow_up(draft: Key, body: FollowUpRequest, caller: DraftCaller, services: Served) -> Response:
    """A second message after this one, as a person left it: one more fact, a way out, shorter, no reproach (D-11)."""
    before = await run_in_threadpool(_find, services, caller.seat, draft)
    text = None
    if body.content is not None:
        text = await run_in_threadpool(content_of, services, caller.seat, body.content)
    made = await follow_up_for(services, caller, before, text=text)
    return _created(await run_in_threadpool(body_of_kept, made, claims=body.claims))


@router.post(
    "/context",
    operation_id="preview_context",
    summary="See what a draft would rest on",
    responses={200: {"model": ContextBody, **example(CONTEXT_EXAMPLE)}},
)
def preview_context(body: ContextRequest, caller: DraftCaller, services: Served, request: Request) -> ContextBody:
    """The numbered facts, each element with what it has to say here, and the prompt as a model would get it.

    Nothing is drafted or kept. What is off is in neither facts nor prompt (D-6); the candidate's name and contacts are
    in neither (D-12); custom content never is (D-7).
    """
    request.state.keeps_nothing = True
    inputs = read_request(services, caller.seat, body).inputs
    return context_of(services.drafter, inputs, today=services.clock().date())


@router.get(
    "/elements",
    operation_id="list_elements",
    summary="List what can be switched",
    responses={200: {"model": Page[ElementBody], **example({"items": ELEMENTS_EXAMPLE, "next": None})}},
)
def list_elements(caller: ReadCaller, request: Request) -> Response:  # noqa: ARG001 - a key is needed all the same
    """Every element of a message that `personalization.off` can name (D-3 to D-6)."""
    return tagged(request, Page[ElementBody](items=[ElementBody(**each._asdict()) for each in ELEMENTS]))


async def _read(services: Services, caller: Caller, body: DraftRequest, request: Request) -> Requested:
    request.state.keeps_nothing = not body.keep
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > _SMALL:
        return await run_in_threadpool(read_request, services, caller.seat, body)
    if is_inline(body):
        return read_request(services, caller.seat, body)
    return await services.store.look(read_request, services, caller.seat, body)


async def _finish(services: Services, caller: Caller, body: DraftRequest, asked: Requested, draft: Draft) -> DraftBody:
    """Keep a draft where that is asked for, and say how it is given out."""
    if body.keep:
        kept = await run_in_threadpool(
            keep_draft, services, caller, draft, candidate=asked.candidate, job=asked.job, new=asked.new
        )
        given_out = partial(body_of_kept, kept, draft, claims=body.claims)
    else:
        given_out = partial(body_of, draft, candidate=asked.candidate, job=asked.job, claims=body.claims)
    return await run_in_threadpool(given_out) if body.claims else given_out()  # claims are read, which takes time


def _find(services: Services, seat: str, key: str) -> KeptDraft:
    with or_not_found("draft"):
        return find_draft(services, seat, key)


def _created(body: DraftBody) -> Response:
    """The answer as bytes: it was made by us, and need not be checked again."""
    headers = {"Location": f"/v1/drafts/{body.id}"} if body.id else None
    return Response(body.model_dump_json(), status_code=201, media_type="application/json", headers=headers)
