"""/v1/candidates: the people a seat writes to, whatever format their profiles come in (D-12)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from . import shelf
from .access import DraftCaller, ReadCaller
from .body_shelf import (
    CANDIDATE_ANSWER,
    CANDIDATE_LINE,
    CandidateBody,
    CandidateLine,
    CandidateWrite,
    NewCandidate,
    candidate_body,
    candidate_line,
    candidate_to_keep,
)
from .body_texts import Key, example
from .idempotency import IdempotentRoute
from .paging import After, IfMatch, Limit, Page, Search, address_of, check_match, page_of, read_place, tagged
from .problems import ProblemError, not_found
from .requested import candidate_of
from .services import Served
from .shelf import KeptCandidate, ListedCandidate

router = APIRouter(tags=["candidates"], route_class=IdempotentRoute)
_CANDIDATE = {"model": CandidateBody, **example(CANDIDATE_ANSWER)}


@router.post(
    "/candidates",
    status_code=201,
    operation_id="create_candidate",
    summary="Keep a candidate",
    responses={201: _CANDIDATE},
)
def create_candidate(
    body: NewCandidate, caller: DraftCaller, services: Served, response: Response
) -> CandidateBody:  # fmt: skip
    """A profile in any format that Overture reads; protected attributes stop here, and are named in `source` (D-12).

    An id that is taken answers 409.
    """
    kept = candidate_to_keep(body, body.id, now=services.clock())
    with services.store.write() as connection:
        if not shelf.put_new(connection, caller.seat, kept):
            raise ProblemError(409, "conflict", "there is a candidate of this id; PUT replaces them", field="id")
    response.headers["Location"] = address_of("candidates", kept.id)
    return candidate_body(kept)


@router.get(
    "/candidates",
    operation_id="list_candidates",
    summary="List candidates",
    responses={200: {"model": Page[CandidateLine], **example({"items": [CANDIDATE_LINE], "next": None})}},
)
def list_candidates(
    caller: ReadCaller,
    services: Served,
    request: Request,
    search: Search = "",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The seat's candidates, newest first. With `If-None-Match` an unchanged page is a 304."""
    place = read_place(after)
    with services.store.read() as connection:
        found = shelf.page(connection, ListedCandidate, caller.seat, after=place, limit=limit + 1, search=search)
    return tagged(request, page_of([candidate_line(each) for each in found], limit))


@router.get(
    "/candidates/{candidate:path}",
    operation_id="get_candidate",
    summary="Look at a candidate",
    responses={200: _CANDIDATE},
)
def get_candidate(candidate: Key, caller: ReadCaller, services: Served, request: Request) -> Response:
    """The profile as it was read, and what was left at the door (D-12)."""
    return tagged(request, candidate_body(candidate_of(services, caller.seat, candidate)))


@router.put(
    "/candidates/{candidate:path}",
    operation_id="put_candidate",
    summary="Keep a candidate under an id",
    responses={200: _CANDIDATE},
)
def put_candidate(
    candidate: Key, body: CandidateWrite, caller: DraftCaller, services: Served, if_match: IfMatch = None
) -> CandidateBody:
    """The same as POST, in place of what has this id. Drafts that were made stay as they are."""
    kept = candidate_to_keep(body, candidate, now=services.clock())
    with services.store.write() as connection:

        def current() -> CandidateBody | None:
            before = shelf.find(connection, KeptCandidate, caller.seat, candidate, lock=True)
            return candidate_body(before) if before else None

        check_match(if_match, current)
        shelf.put(connection, caller.seat, kept)
        return candidate_body(shelf.get(connection, KeptCandidate, caller.seat, candidate))


@router.delete(
    "/candidates/{candidate:path}", status_code=204, operation_id="delete_candidate", summary="Forget a candidate"
)
def delete_candidate(candidate: Key, caller: DraftCaller, services: Served) -> None:
    """Forget a candidate, and every draft of the seat to them, which holds their profile too (F-3).

    Messages and feedback are kept by other rooms, which erase on their own.
    """
    with services.store.write() as connection:
        if not shelf.forget_candidate(connection, caller.seat, candidate):
            raise not_found("candidate")
