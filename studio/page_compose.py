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

from overture.errors import OvertureError
from overture.feedback.events import REASONS, Reason, Thumb
from overture.generation import Draft
from overture.messaging import NewMessage, Refused

from .access import SignedIn
from .catalogue import say
from .compose_answers import answer, page_part, problem_answer
from .compose_drafts import chosen_inputs, draft_before, is_sent, keep_edit, make_draft, own_draft
from .compose_form import (
    Delivery,
    PageForm,
    Place,
    check_delivery,
    place_at,
    read_choice,
    read_edit,
    read_place,
    typed_delivery,
    typed_edit,
)
from .compose_templates import with_template
from .compose_text import read_kept
from .compose_view import said_of, workspace_of
from .draft_stream import EVENT_STREAM, HEADERS, draft_events
from .drafting import edit_draft, follow_up_for, keep_draft, message_of, send_draft, vote
from .form_text import as_typed
from .inbox_threads import zone_of
from .pages import render
from .problems import ProblemError, as_problem, refused, request_id
from .requested import arguments_of
from .services import Served, Services
from .sessions import Session
from .shelf import KeptDraft
from .threads import SENDS

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
    place, choice, delivery = read_place(form), None, typed_delivery(form)
    try:
        choice = read_choice(form)
        before = await run_in_threadpool(draft_before, services, session.seat, place)
        made = await make_draft(services, session.caller, place, choice, read_edit(form), before=before)
    except OvertureError as error:
        return await run_in_threadpool(
            problem_answer, request, services, session, place, as_problem(error),
            choice=choice, edit=typed_edit(form), delivery=delivery,
        )  # fmt: skip
    same = delivery if before is not None else None  # an address typed for one candidate is not another's
    return await run_in_threadpool(answer, request, services, session, made, delivery=same)


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
    place, delivery = place_at(form, key), typed_delivery(form)
    try:
        keep_edit(services, session.caller, own_draft(services, session.seat, key), read_edit(form))
    except OvertureError as error:
        return problem_answer(
            request, services, session, place, as_problem(error), edit=typed_edit(form), delivery=delivery
        )
    return answer(request, services, session, place.model_copy(update={"before": None}), delivery=delivery)


@router.post("/compose/drafts/{key}/undo")
def undo(request: Request, session: SignedIn, services: Served, form: PageForm, key: str) -> Response:
    """The draft as it was made."""
    session.caller.check("draft")
    place, delivery = place_at(form, key), typed_delivery(form)
    own_draft(services, session.seat, key)
    try:
        edit_draft(services, session.caller, key, subject=None, body=None)
    except OvertureError as error:
        return problem_answer(request, services, session, place, as_problem(error), delivery=delivery)
    return answer(request, services, session, place.model_copy(update={"before": None}), delivery=delivery)


@router.post("/compose/drafts/{key}/second")
async def second(request: Request, session: SignedIn, services: Served, form: PageForm, key: str) -> Response:
    """A follow-up for the message as it stands (S-3)."""
    session.caller.check("draft")
    place, delivery = place_at(form, key), typed_delivery(form)
    kept = await run_in_threadpool(own_draft, services, session.seat, key)
    try:
        await run_in_threadpool(keep_edit, services, session.caller, kept, read_edit(form))
        made = await follow_up_for(services, session.caller, key)
    except OvertureError as error:
        return await run_in_threadpool(
            problem_answer, request, services, session, place, as_problem(error),
            edit=typed_edit(form), delivery=delivery,
        )  # fmt: skip
    after = place.model_copy(update={"second": made.id})
    if delivery is not None:
        new = await run_in_threadpool(read_kept, made)
        words = {"with_second": True, "second_subject": new.subject, "second_body": new.body}
        delivery = delivery.model_copy(update=words)
    return await run_in_threadpool(answer, request, services, session, after, delivery=delivery)


@router.post("/compose/drafts/{key}/vote")
def judge(request: Request, session: SignedIn, services: Served, form: PageForm, key: str) -> Response:
    """A thumb, another one, or none any more; down may come with reasons and a comment (D-8, F-1)."""
    session.caller.check("feedback")
    own_draft(services, session.seat, key)
    thumb, given = _THUMBS.get(str(form.get("thumb")), ...), set(form.getlist("reason"))
    if isinstance(thumb, EllipsisType):
        raise ProblemError(422, "invalid-input", "is not a thumb", field="thumb", expected=", ".join(_THUMBS))
    is_down = thumb == "down"
    reasons: list[Reason] = [reason for reason in REASONS if is_down and reason in given]
    comment = str(as_typed(form.get("comment")) or "").strip() if is_down else ""
    if len(comment) > _LONGEST_COMMENT:
        raise ProblemError(422, "invalid-input", "is too long", field="comment", expected=f"{_LONGEST_COMMENT:,}")
    if thumb is not None or said_of(services, session.seat, key).vote is not None:
        vote(services, session.caller, key, thumb=thumb, reasons=reasons, comment=comment)
    place = place_at(form, key)
    if request.headers.get("hx-request") != "true":
        return RedirectResponse(place.url, status_code=303)
    said = said_of(services, session.seat, key)
    return render(request, "compose_vote.html", session=session, said=said, place=place, reasons=REASONS)


@router.post("/compose/drafts/{key}/send")
async def send(request: Request, session: SignedIn, services: Served, form: PageForm, key: str) -> Response:
    """Send or schedule the message, with its follow-up if there is one (S-1 to S-3, CR-1); once, whoever clicks twice.

    Where a rule refuses, the page says which and why, and everything typed is still there. A text that must change
    goes out only where whoever sends it has seen what must change in just that text (D-11).
    """
    session.caller.check("send")
    return await SENDS.run(_send, request, session, services, form, key)


def _send(request: Request, session: Session, services: Services, form: FormData, key: str) -> Response:
    place, delivery = place_at(form, key), typed_delivery(form)
    try:
        kept = own_draft(services, session.seat, key)
        if is_sent(services, kept):
            return answer(request, services, session, place)
        keep_edit(services, session.caller, kept, read_edit(form))
        new = _message(services, session, kept, check_delivery(form))
        reading = read_kept(own_draft(services, session.seat, key))
        if not reading.is_good and form.get("anyway") != reading.fingerprint:
            problem = ProblemError(409, "refused", say("compose.blocked"), rule="D-11")
            return problem_answer(request, services, session, place, problem, delivery=delivery)
        taken = send_draft(services, session.caller, key, new)
    except OvertureError as error:
        return problem_answer(
            request, services, session, place, as_problem(error), edit=typed_edit(form), delivery=delivery
        )
    if isinstance(taken, Refused):
        return problem_answer(request, services, session, place, refused(taken), delivery=delivery)
    return answer(request, services, session, place)


def _message(services: Services, session: Session, kept: KeptDraft, delivery: Delivery) -> NewMessage:
    """A draft as it stands, as a message; sent twice it is one, unless the first was cancelled."""
    zone = zone_of(services, session.seat) if delivery.zone == "mine" else delivery.named_zone
    new = message_of(
        services, session.seat, kept.id, follow_up=delivery.follow_up, at=delivery.at, zone=zone,
        address=delivery.address,
    )  # fmt: skip
    new = with_template(services, session.seat, new, kept.draft, delivery)
    return new.model_copy(update={"key": f"studio:{kept.id}:{kept.message or ''}"})


async def _finish(request: Request, services: Services, session: Session, place: Place, draft: Draft) -> Finished:
    return await run_in_threadpool(_finished, request, services, session, place, draft)


def _finished(request: Request, services: Services, session: Session, place: Place, draft: Draft) -> Finished:
    kept = keep_draft(services, session.caller, draft, candidate=place.candidate or "", job=place.job or None)
    made = Place(candidate=place.candidate, job=place.job, draft=kept.id)
    part = page_part(request, services, session, made)
    return Finished(url=made.url, html=bytes(part.body).decode())
