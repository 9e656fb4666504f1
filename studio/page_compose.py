"""The page: choose whom to write to and about what, draft, put it right, send it (D-1 to D-11, S-1 to S-3, CR-1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import EllipsisType
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from overture.errors import InputError, OvertureError
from overture.feedback.events import REASONS, Reason, Thumb
from overture.generation import Draft
from overture.messaging import Refused

from .access import SignedIn
from .compose_answers import answer, page_part, problem_answer
from .compose_drafts import chosen_inputs, keep_edit, make_draft
from .compose_form import PageForm, Place, read_choice, read_delivery, read_edit, read_place
from .compose_view import is_over, message_sent, said_of, workspace_of
from .draft_stream import EVENT_STREAM, HEADERS, draft_events
from .drafting import edit_draft, find_draft, follow_up_for, keep_draft, message_of, send_draft, vote
from .inbox_threads import zone_of
from .pages import render
from .problems import ProblemError, as_problem, not_found, refused, request_id
from .requested import arguments_of
from .services import Served, Services
from .sessions import Session
from .shelf import KeptDraft

router = APIRouter()
_LONGEST_COMMENT: Final = 20_000
_THUMBS: Final[Mapping[str, Thumb | None]] = {"up": "up", "down": "down", "none": None}


class Finished(BaseModel):
    """The end of a stream: the part of the page that takes the place of what was streamed, and its address."""

    url: str
    html: str


@router.get("/compose")
def compose(request: Request, session: SignedIn, services: Served, place: Annotated[Place, Query()]) -> Response:
    """The page at a place."""
    whole = workspace_of(services, session.caller, place)
    return render(request, "compose.html", session=session, w=whole, problem=None)


@router.post("/compose/show")
def show(session: SignedIn, form: PageForm) -> Response:
    """The page for another candidate or job, where no script asks for it."""
    session.caller.check("read")
    place = read_place(form)
    return RedirectResponse(Place(candidate=place.candidate, job=place.job).url, status_code=303)


@router.post("/compose/draft")
async def draft(request: Request, session: SignedIn, services: Served, form: PageForm) -> Response:
    """A draft of what the form chooses; where there is one, it is made again with as few changes as that allows."""
    session.caller.check("draft")
    place, choice = read_place(form), None
    try:
        choice = read_choice(form)
        made = await make_draft(services, session.caller, place, choice, read_edit(form))
    except OvertureError as error:
        return await run_in_threadpool(
            problem_answer, request, services, session, place, as_problem(error), choice=choice
        )
    return await run_in_threadpool(answer, request, services, session, made)


@router.post("/compose/stream")
async def stream(request: Request, session: SignedIn, services: Served, form: PageForm) -> StreamingResponse:
    """A first draft as it is written; leaving the page stops the work."""
    session.caller.check("draft")
    place = read_place(form)
    inputs = await run_in_threadpool(chosen_inputs, services, session.seat, place, read_choice(form))
    finish = partial(_finish, request, services, session, place)
    pieces = services.drafter.astream(**arguments_of(inputs))
    events = draft_events(pieces, finish=finish, request_id=request_id(request))
    return StreamingResponse(events, media_type=EVENT_STREAM, headers=HEADERS)


@router.post("/compose/drafts/{key}/text")
def text(request: Request, session: SignedIn, services: Served, form: PageForm, key: str) -> Response:
    """Keep what a person wrote; the facts and findings are those of the new text."""
    session.caller.check("draft")
    place = _at(form, key)
    try:
        keep_edit(services, session.caller, _own(services, session, key), read_edit(form))
    except OvertureError as error:
        return problem_answer(request, services, session, place, as_problem(error))
    return answer(request, services, session, place.model_copy(update={"before": None}))


@router.post("/compose/drafts/{key}/undo")
def undo(request: Request, session: SignedIn, services: Served, form: PageForm, key: str) -> Response:
    """The draft as it was made."""
    session.caller.check("draft")
    _own(services, session, key)
    edit_draft(services, session.caller, key, subject=None, body=None)
    return answer(request, services, session, _at(form, key).model_copy(update={"before": None}))


@router.post("/compose/drafts/{key}/second")
async def second(request: Request, session: SignedIn, services: Served, form: PageForm, key: str) -> Response:
    """A follow-up for the message as it stands (S-3)."""
    session.caller.check("draft")
    place = _at(form, key)
    kept = await run_in_threadpool(_own, services, session, key)
    try:
        await run_in_threadpool(keep_edit, services, session.caller, kept, read_edit(form))
        made = await follow_up_for(services, session.caller, key)
    except OvertureError as error:
        return await run_in_threadpool(problem_answer, request, services, session, place, as_problem(error))
    after = place.model_copy(update={"second": made.id})
    return await run_in_threadpool(answer, request, services, session, after)


@router.post("/compose/drafts/{key}/vote")
def judge(request: Request, session: SignedIn, services: Served, form: PageForm, key: str) -> Response:
    """A thumb, another one, or none any more; down may come with reasons and a comment (D-8, F-1)."""
    session.caller.check("feedback")
    _own(services, session, key)
    thumb, given = _THUMBS.get(str(form.get("thumb")), ...), set(form.getlist("reason"))
    if isinstance(thumb, EllipsisType):
        raise ProblemError(422, "invalid-input", "is not a thumb", field="thumb", expected=", ".join(_THUMBS))
    is_down = thumb == "down"
    reasons: list[Reason] = [reason for reason in REASONS if is_down and reason in given]
    comment = str(form.get("comment") or "").replace("\r\n", "\n").strip() if is_down else ""
    if len(comment) > _LONGEST_COMMENT:
        raise ProblemError(422, "invalid-input", "is too long", field="comment", expected=f"{_LONGEST_COMMENT:,}")
    if thumb is not None or said_of(services, session.seat, key).vote is not None:
        vote(services, session.caller, key, thumb=thumb, reasons=reasons, comment=comment)
    return answer(request, services, session, _at(form, key), part="compose_vote.html")


@router.post("/compose/drafts/{key}/send")
def send(request: Request, session: SignedIn, services: Served, form: PageForm, key: str) -> Response:
    """Send or schedule the message, with its follow-up if there is one (S-1 to S-3, CR-1); once, whoever clicks twice.

    Where a rule refuses, the page says which and why, and everything typed is still there.
    """
    session.caller.check("send")
    place, delivery = _at(form, key), None
    try:
        kept = _own(services, session, key)
        sent = message_sent(services, kept)
        if sent is not None and not is_over(sent):
            return answer(request, services, session, place)
        keep_edit(services, session.caller, kept, read_edit(form))
        delivery = read_delivery(form)
        zone = zone_of(services, session.seat) if delivery.zone == "mine" else None
        new = message_of(
            services, session.seat, key, follow_up=delivery.follow_up, at=delivery.at, zone=zone,
            address=delivery.address,
        ).model_copy(update={"key": f"studio:{key}:{kept.message or ''}"})  # fmt: skip
        taken = send_draft(services, session.caller, key, new)
    except OvertureError as error:
        return problem_answer(request, services, session, place, as_problem(error), delivery=delivery)
    if isinstance(taken, Refused):
        return problem_answer(request, services, session, place, refused(taken), delivery=delivery)
    return answer(request, services, session, place)


async def _finish(request: Request, services: Services, session: Session, place: Place, draft: Draft) -> Finished:
    return await run_in_threadpool(_finished, request, services, session, place, draft)


def _finished(request: Request, services: Services, session: Session, place: Place, draft: Draft) -> Finished:
    kept = keep_draft(services, session.caller, draft, candidate=place.candidate or "", job=place.job or None)
    made = Place(candidate=place.candidate, job=place.job, draft=kept.id)
    part = page_part(request, services, session, made)
    return Finished(url=made.url, html=bytes(part.body).decode())


def _own(services: Services, session: Session, key: str) -> KeptDraft:
    """A draft of the seat; another seat's is not found, as a missing one is."""
    try:
        return find_draft(services, session.seat, key)
    except InputError:
        raise not_found("draft") from None


def _at(form: FormData, key: str) -> Place:
    place = read_place(form)
    return Place(candidate=place.candidate, job=place.job, draft=key, before=place.before, second=place.second)
