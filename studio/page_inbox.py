"""The page: a seat's conversations in four folders, and one of them with all that was said (S-6 to S-9, C-1 to C-9)."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from overture.errors import InputError
from overture.messaging import Refused
from overture.messaging.folders import ThreadView
from overture.messaging.records import Folder, ReplyLabel

from .access import SignedIn
from .catalogue import say
from .form_text import Typed
from .inbox_answers import GivenAnswer, record_answer, template_of
from .inbox_labels import correct_label
from .inbox_marks import mark_words
from .inbox_search import Sought
from .inbox_threads import FOLDERS, find_thread, read_conversation, read_folder, short_time, zone_of
from .pages import render
from .problems import not_found
from .services import Served, Services
from .sessions import Session
from .threads import SENDS

router = APIRouter()
_AT_ONCE = 25
_MOST_TEXT = 20_000
Text = Annotated[Typed, Form(max_length=_MOST_TEXT)]
Once = Annotated[str, Form(max_length=64, description="The same form sent twice counts once.")]
After = Annotated[str | None, Query(max_length=500)]


class _Said(BaseModel):
    """What the page says above the conversation after something was done, or was not."""

    text: str = ""
    problem: str = ""
    rule: str | None = None


@router.get("/inbox")
def folder(
    request: Request,
    session: SignedIn,
    services: Served,
    folder: Folder = "awaiting_reply",
    after: After = None,
    q: Sought = "",
) -> Response:
    """One folder (S-9); with `q` only who is called so."""
    return _page(request, session, services, folder=folder, after=after, sought=q)


@router.get("/inbox/threads/{thread}")
def conversation(
    request: Request,
    session: SignedIn,
    services: Served,
    thread: str,
    folder: Folder | None = None,
    after: After = None,
    q: Sought = "",
) -> Response:
    """One conversation, beside the folder that it is in."""
    view = find_thread(services, session.seat, thread)
    folder = folder or view.state.folder
    return _page(request, session, services, folder=folder, after=after, thread=thread, sought=q)


@router.post("/inbox/threads/{thread}/messages")
async def write(
    request: Request,
    session: SignedIn,
    services: Served,
    thread: str,
    subject: Text = "",
    body: Text = "",
    once: Once = "",
) -> Response:
    """A further message in the conversation, sent at once (C-9)."""
    session.caller.check("send")
    return await SENDS.run(_write, request, session, services, thread, subject=subject, body=body, once=once)


def _write(
    request: Request, session: Session, services: Services, thread: str, *, subject: str, body: str, once: str
) -> Response:
    view = find_thread(services, session.seat, thread)
    if not body.strip():
        return _answer(request, session, services, view, _Said(problem=say("inbox.write_empty")))
    taken = services.outreach.write_in_thread(
        thread,
        subject=subject.strip() or f"Re: {view.messages[0].subject}",
        body=body.strip(),
        key=once or None,
    )
    return _answer(request, session, services, view, _said(taken, "inbox.said_sent"))


@router.post("/inbox/threads/{thread}/messages/{message}/{action}")
def stop_or_release(
    request: Request,
    session: SignedIn,
    services: Served,
    thread: str,
    message: str,
    action: Literal["cancel", "release"],
) -> Response:
    """Cancel what is not sent yet (S-6), or let go on what was held."""
    session.caller.check("send")
    view = find_thread(services, session.seat, thread)
    if message not in {each.id for each in view.messages}:
        raise not_found("message")
    if action == "cancel":
        return _answer(
            request, session, services, view, _said(services.outreach.cancel(message), "inbox.said_cancelled")
        )
    said = _Said(text=say("inbox.said_released")) if services.outreach.release(message) else _Said()
    return _answer(request, session, services, view, said)


@router.post("/inbox/threads/{thread}/replies")
def record(
    request: Request,
    session: SignedIn,
    services: Served,
    thread: str,
    smart: Annotated[Literal["accept", "decline", ""], Form()] = "",
    text: Text = "",
    mail: Annotated[UploadFile | None, File()] = None,
    came_at: Annotated[str, Form(max_length=40)] = "",
    once: Once = "",
) -> Response:
    """An answer that came by another way, written down or uploaded (C-1, C-2)."""
    session.caller.check("send")
    view = find_thread(services, session.seat, thread)
    given = GivenAnswer(
        smart=smart, text=text, mail=mail.file.read() if mail is not None else b"", came_at=came_at, once=once
    )
    try:
        received = record_answer(services, view, given, zone=zone_of(services, session.seat))
    except InputError as error:
        return _answer(request, session, services, view, _Said(problem=str(error)))
    what = received.reply.label or "auto"
    return _answer(request, session, services, view, _Said(text=say(f"inbox.said_recorded_{what}")))


@router.post("/inbox/threads/{thread}/replies/{reply}/label")
def correct(
    request: Request,
    session: SignedIn,
    services: Served,
    thread: str,
    reply: str,
    label: Annotated[ReplyLabel, Form()],
) -> Response:
    """A person's word on what a reply means (C-2, F-1)."""
    session.caller.check("feedback")
    view = find_thread(services, session.seat, thread)
    if reply not in {each.id for each in view.replies}:
        raise not_found("reply")
    correct_label(services, session.caller, reply, label)
    return _answer(request, session, services, view, _Said(text=say(f"inbox.said_corrected_{label}")))


def _said(outcome: object, done: str) -> _Said:
    if isinstance(outcome, Refused):
        return _Said(problem=outcome.reason, rule=outcome.rule)
    return _Said(text=say(done))


def _answer(request: Request, session: Session, services: Services, view: ThreadView, said: _Said) -> Response:
    """The conversation after a write: in place by htmx, as a page anew without it."""
    thread, sought = view.thread.id, _sought_before(request)
    if request.headers.get("hx-request") != "true" and not said.problem:
        found = f"?{urlencode({'q': sought})}" if sought else ""
        return RedirectResponse(f"/inbox/threads/{thread}{found}", status_code=303)
    after = find_thread(services, session.seat, thread)
    return _page(request, session, services, folder=after.state.folder, thread=thread, said=said, sought=sought)


def _sought_before(request: Request) -> str:
    """What the list beside a conversation was searched for when something was written there."""
    try:
        at = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer", "")).query
        return parse_qs(at).get("q", [""])[0][:200]
    except ValueError:  # anybody may send any header
        return ""


def _page(
    request: Request,
    session: Session,
    services: Services,
    *,
    folder: Folder,
    after: str | None = None,
    thread: str | None = None,
    said: _Said | None = None,
    sought: str = "",
) -> Response:
    """The folder's list, and a conversation beside it."""
    said = said or _Said()
    zone = zone_of(services, session.seat)
    is_part = request.headers.get("hx-request") == "true"
    values: dict[str, Any] = {
        "folders": FOLDERS,
        "folder": folder,
        "listed": read_folder(services, session.seat, folder, after=after, limit=_AT_ONCE, sought=sought),
        "sought": sought.strip(),
        "after": after,
        "conversation": read_conversation(services, session.seat, thread) if thread else None,
        "mark": mark_words,
        "template_of": template_of,
        "once": uuid4().hex,
        "zone": zone,
        "short": short_time(zone, services.clock()),
        "said": said,
    }
    template, status = "inbox_parts.html" if is_part else "inbox.html", 409 if said.problem else 200
    return render(request, template, session=session, status=status, **values)
