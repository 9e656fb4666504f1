"""/v1/jobs: the opportunities a seat writes about: job or project, and who offers it (D-2, D-3, D-5)."""

from __future__ import annotations

from uuid import uuid4

from fastapi import APIRouter, Request, Response

from . import shelf
from .access import DraftCaller, ReadCaller
from .body_shelf import JOB_ANSWER, JOB_LINE, JobBody, JobLine, JobWrite, NewJob, job_body, job_line, job_to_keep
from .body_texts import Key, example
from .idempotency import IdempotentRoute
from .paging import After, IfMatch, Limit, Page, Search, address_of, check_match, page_of, read_place, tagged
from .problems import ProblemError, not_found
from .requested import opportunity_of
from .services import Served
from .shelf import KeptJob, ListedJob

router = APIRouter(tags=["jobs"], route_class=IdempotentRoute)
_JOB = {"model": JobBody, **example(JOB_ANSWER)}


@router.post("/jobs", status_code=201, operation_id="create_job", summary="Keep an opportunity", responses={201: _JOB})
def create_job(body: NewJob, caller: DraftCaller, services: Served, response: Response) -> JobBody:
    """A job in any format that Overture reads, or a project, with company, team and recruiter (D-2, D-3, D-5).

    An id that is taken answers 409.
    """
    kept = job_to_keep(body, body.id or uuid4().hex, now=services.clock())
    with services.store.write() as connection:
        if not shelf.put_new(connection, caller.seat, kept):
            raise ProblemError(409, "conflict", "there is a job of this id; PUT replaces it", field="id")
    response.headers["Location"] = address_of("jobs", kept.id)
    return job_body(kept)


@router.get(
    "/jobs",
    operation_id="list_jobs",
    summary="List opportunities",
    responses={200: {"model": Page[JobLine], **example({"items": [JOB_LINE], "next": None})}},
)
def list_jobs(
    caller: ReadCaller,
    services: Served,
    request: Request,
    search: Search = "",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The seat's opportunities, newest first. With `If-None-Match` an unchanged page is a 304."""
    place = read_place(after)
    with services.store.read() as connection:
        found = shelf.page(connection, ListedJob, caller.seat, after=place, limit=limit + 1, search=search)
    return tagged(request, page_of([job_line(each) for each in found], limit))


@router.get(
    "/jobs/{job:path}", operation_id="get_job", summary="Look at an opportunity", responses={200: _JOB}
)  # fmt: skip
def get_job(job: Key, caller: ReadCaller, services: Served, request: Request) -> Response:
    """The opportunity as it was read (D-3)."""
    return tagged(request, job_body(opportunity_of(services, caller.seat, job)))


@router.put(
    "/jobs/{job:path}", operation_id="put_job", summary="Keep an opportunity under an id", responses={200: _JOB}
)
def put_job(job: Key, body: JobWrite, caller: DraftCaller, services: Served, if_match: IfMatch = None) -> JobBody:
    """The same as POST, in place of what has this id. Drafts that were made stay as they are."""
    kept = job_to_keep(body, job, now=services.clock())
    with services.store.write() as connection:

        def current() -> JobBody | None:
            before = shelf.find(connection, KeptJob, caller.seat, job, lock=True)
            return job_body(before) if before else None

        check_match(if_match, current)
        shelf.put(connection, caller.seat, kept)
        return job_body(shelf.get(connection, KeptJob, caller.seat, job))


@router.delete(
    "/jobs/{job:path}", status_code=204, operation_id="delete_job", summary="Delete an opportunity"
)  # fmt: skip
def delete_job(job: Key, caller: DraftCaller, services: Served) -> None:
    """Forget an opportunity. Drafts about it stay."""
    with services.store.write() as connection:
        if not shelf.remove(connection, KeptJob, caller.seat, job):
            raise not_found("job")
