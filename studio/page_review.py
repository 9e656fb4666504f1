"""The page: replies and drafts that wait for a person's word, one after the other, by keyboard (C-2, C-4, D-8, F-1)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from overture.feedback import REASONS, Reason

from .access import SignedIn
from .catalogue import say
from .compose_form import Place
from .compose_text import read_kept
from .drafting import find_draft
from .inbox_labels import find_reply
from .inbox_marks import mark_words
from .inbox_threads import read_conversation, short_time, zone_of
from .pages import render
from .review_decisions import Decision, can_undo, decide, undo
from .review_queue import Kind, Queue, Waiting, read_queue
from .services import Served, Services
from .sessions import Session

router = APIRouter()
Key = Annotated[str, Form(max_length=200)]


@router.get("/review")
def review(
    request: Request,
    session: SignedIn,
    services: Served,
    kind: Kind | None = None,
    key: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The queue, and what was chosen from it, or its first."""
    queue = read_queue(services, session.seat)
    chosen = queue.find(kind, key) if kind else None
    return _page(request, session, services, queue, chosen)


@router.post("/review/undo")
def take_back(request: Request, session: SignedIn, services: Served) -> Response:
    """The last decision waits again."""
    session.caller.check("feedback")
    undone = undo(services, session.caller)
    queue = read_queue(services, session.seat)
    if undone is None:
        return _answer(request, session, services, queue, None, say("review.said_nothing"))
    said = say("review.said_changed") if undone.changed else say("review.said_undone")
    return _answer(request, session, services, queue, queue.find(undone.kind, undone.id), said)


@router.post("/review/{kind}/{key}")
def decided(
    request: Request,
    session: SignedIn,
    services: Served,
    kind: Kind,
    key: str,
    decision: Annotated[Decision, Form()],
    reasons: Annotated[list[Reason], Form()] = [],  # noqa: B006 - FastAPI copies it for each request
    comment: Annotated[str, Form(max_length=5_000)] = "",
) -> Response:
    """A label, a thumb, or a skip; then the next one."""
    session.caller.check("feedback")
    before = read_queue(services, session.seat)
    here = before.find(kind, key)
    taken = decide(
        services, session.caller, kind, key, decision, reasons=tuple(dict.fromkeys(reasons)), comment=comment
    )
    queue = read_queue(services, session.seat)
    following = before.beside(here, 1) or before.beside(here, -1)
    chosen = queue.find(following.kind, following.id) if following else None
    said = say(f"review.said_{decision}") if taken else say("review.said_before")
    return _answer(request, session, services, queue, chosen, f"{said} {_left(queue)}")


def _answer(
    request: Request, session: Session, services: Services, queue: Queue, chosen: Waiting | None, said: str
) -> Response:
    """The page with what is next: in place by htmx, as a page anew without it."""
    if request.headers.get("hx-request") != "true":
        where = f"?kind={chosen.kind}&key={chosen.id}" if chosen else ""
        return RedirectResponse(f"/review{where}", status_code=303)
    return _page(request, session, services, queue, chosen, said=said)


def _page(
    request: Request, session: Session, services: Services, queue: Queue, chosen: Waiting | None, *, said: str = ""
) -> Response:
    item = chosen or next(iter(queue.items), None)
    zone = zone_of(services, session.seat)
    values: dict[str, Any] = {
        "queue": queue,
        "item": item,
        "before": queue.beside(item, -1),
        "behind": queue.beside(item, 1),
        "reply": None,
        "draft": None,
        "can_undo": can_undo(services, session.seat),
        "left": _left(queue),
        "reasons": REASONS,
        "mark": mark_words,
        "zone": zone,
        "short": short_time(zone, services.clock()),
        "said": said,
    }
    if item and item.kind == "reply":
        values["reply"] = reply = find_reply(services, session.seat, item.id)
        values["conversation"] = read_conversation(services, session.seat, reply.thread)
    elif item:
        values["kept"] = kept = find_draft(services, session.seat, item.id)
        values["draft"] = kept.draft
        values["reading"] = read_kept(kept)
        values["open"] = Place(candidate=kept.candidate, job=kept.job, draft=kept.id).url
    is_part = request.headers.get("hx-request") == "true"
    return render(request, "review_parts.html" if is_part else "review.html", session=session, **values)


def _left(queue: Queue) -> str:
    """How many wait, in words."""
    if not queue.left:
        return say("review.left_none")
    counts = ((queue.replies, "reply", "replies"), (queue.drafts, "draft", "drafts"))
    words = [say(f"review.left_{one if n == 1 else many}", n=f"{n:,}") for n, one, many in counts if n]
    return say("review.left", what=say("review.left_and").join(words))
