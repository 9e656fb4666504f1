"""/v1/bulk: drafts for up to 10,000 candidates, in a job that goes on without the one who asked (S-5)."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from . import bulk_jobs, shelf
from .access import DraftCaller, ReadCaller
from .body_bulk import BULK_EXAMPLE, ROW_EXAMPLE, BulkBody, BulkRequest, BulkRowBody, bulk_body, row_body
from .body_draft import DraftBody, body_of_kept
from .body_texts import Key, example
from .bulk_jobs import BulkJob
from .bulk_worker import BulkWorker
from .idempotency import IdempotentRoute
from .kept_draft import dump_inputs
from .paging import After, Limit, Page, address_of, page_of, read_cursor, read_place, tagged, write_cursor
from .problems import not_found, or_not_found
from .requested import read_offer
from .services import Served
from .shelf import KeptDraft
from .tables import drafts

router = APIRouter(tags=["bulk"], route_class=IdempotentRoute)
_JOB = {"model": BulkBody, **example(BULK_EXAMPLE)}


@router.post(
    "/bulk", status_code=202, operation_id="create_bulk", summary="Draft for many", responses={202: _JOB}
)  # fmt: skip
def create_bulk(
    body: BulkRequest, caller: DraftCaller, services: Served, request: Request, response: Response
) -> BulkBody:
    """Take a bulk job; each candidate gets a draft of their own, which is kept, or an error of their own (S-5).

    `Location` says where to look how far it is. It survives a restart of the server: what is drafted is drafted once.
    """
    shared, job = read_offer(services, caller.seat, body)
    now = services.clock()
    made = BulkJob(
        id=uuid4().hex, seat=caller.seat, contract=caller.contract, state="waiting",
        request={"inputs": dump_inputs(shared), "job": job}, total=len(body.candidates), created_at=now,
        updated_at=now,
    )  # fmt: skip
    with services.store.write() as connection:
        bulk_jobs.add_job(connection, made, body.candidates)
    worker: BulkWorker = request.app.state.bulk
    worker.wake()
    response.headers["Location"] = address_of("bulk", made.id)
    return bulk_body(made, {"waiting": made.total})


@router.get(
    "/bulk",
    operation_id="list_bulk",
    summary="List bulk jobs",
    responses={200: {"model": Page[BulkBody], **example({"items": [BULK_EXAMPLE], "next": None})}},
)
def list_bulk(
    caller: ReadCaller, services: Served, request: Request, after: After = None, limit: Limit = 50
) -> Response:
    """The seat's bulk jobs, newest first. With `If-None-Match` an unchanged page is a 304."""
    place = read_place(after)
    with services.store.read() as connection:
        found = bulk_jobs.page_jobs(connection, caller.seat, after=place, limit=limit + 1)
        counts = bulk_jobs.count_rows(connection, [job.id for job in found])
    return tagged(request, page_of([bulk_body(job, counts[job.id]) for job in found], limit))


@router.get(
    "/bulk/{bulk}", operation_id="get_bulk", summary="See how far a bulk job is", responses={200: _JOB}
)  # fmt: skip
def get_bulk(bulk: Key, caller: ReadCaller, services: Served, request: Request) -> Response:
    """State and counts; `done` or `cancelled` is the end (S-5)."""
    with services.store.read() as connection:
        return tagged(request, _body(connection, _find(connection, caller.seat, bulk)))


@router.get(
    "/bulk/{bulk}/rows",
    operation_id="list_bulk_rows",
    summary="List what came of each candidate",
    responses={200: {"model": Page[BulkRowBody], **example({"items": [ROW_EXAMPLE], "next": None})}},
)
def list_bulk_rows(
    bulk: Key,
    caller: ReadCaller,
    services: Served,
    request: Request,
    drafts: Annotated[bool, Query(description="Whether each row carries its draft.")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """A row for each candidate in the order of the request: waiting, drafted, failed with a problem, or cancelled."""
    behind: int = read_cursor(after, int)[0] if after else -1
    with services.store.read() as connection:
        job = _find(connection, caller.seat, bulk)
        found = bulk_jobs.page_rows(connection, job.id, after=behind, limit=limit + 1)
        shown = found[:limit]
        made = _drafts(connection, caller.seat, [row.draft for row in shown if row.draft]) if drafts else {}
    page = Page[BulkRowBody](
        items=[row_body(row, made.get(row.draft or "")) for row in shown],
        next=write_cursor(shown[-1].number) if len(found) > limit else None,
    )
    return tagged(request, page)


@router.post(
    "/bulk/{bulk}/cancel", operation_id="cancel_bulk", summary="Cancel a bulk job", responses={200: _JOB}
)  # fmt: skip
def cancel_bulk(bulk: Key, caller: DraftCaller, services: Served) -> BulkBody:
    """No more drafts are kept; those that were made stay. A job that has ended stays as it is."""
    with or_not_found("bulk job"), services.store.write() as connection:
        return _body(connection, bulk_jobs.cancel_job(connection, caller.seat, bulk, now=services.clock()))


@router.delete("/bulk/{bulk}", status_code=204, operation_id="delete_bulk", summary="Forget a bulk job")
def delete_bulk(bulk: Key, caller: DraftCaller, services: Served) -> None:
    """Stop it and forget it, with the profiles that still wait; the drafts that it made stay."""
    with services.store.write() as connection:
        if not bulk_jobs.remove_job(connection, caller.seat, bulk):
            raise not_found("bulk job")


def _find(connection: Connection, seat: str, key: str) -> BulkJob:
    with or_not_found("bulk job"):
        return bulk_jobs.find_job(connection, seat, key)


def _body(connection: Connection, job: BulkJob) -> BulkBody:
    return bulk_body(job, bulk_jobs.count_rows(connection, [job.id])[job.id])


def _drafts(connection: Connection, seat: str, keys: list[str]) -> dict[str, DraftBody]:
    found = shelf.page(connection, KeptDraft, seat, where=drafts.c.id.in_(keys), limit=len(keys)) if keys else []
    return {each.id: body_of_kept(each) for each in found}
