"""/v1/replies and /v1/suppressions: what candidates answer, and who asked to be left alone (C-1 to C-10)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from overture.classification import resolve_outcome
from overture.classification.mail import Mail, read_mail
from overture.messaging import Reply, has_own_text

from .access import FeedbackCaller, ReadCaller, SendCaller
from .body_texts import Key, example
from .body_threads import (
    ANSWER_EXAMPLE,
    RECEIVED_EXAMPLE,
    AnswerBody,
    LabelBody,
    NewReplyBody,
    NewSuppressionBody,
    ReceivedBody,
    SuppressionBody,
)
from .idempotency import IdempotentRoute
from .inbox_labels import correct_label, find_reply, take_back_label
from .inbox_threads import find_thread, verdicts_of
from .message_lists import Since, replies_of
from .outgoing import message_of_seat
from .paging import After, Limit, Page, page_of, read_cursor, read_place, tagged
from .problems import not_found
from .request_key import RequestKey
from .services import Served, Services
from .suppressions import find_suppression, suppressions_of

router = APIRouter(tags=["replies"], route_class=IdempotentRoute)


@router.post(
    "/replies",
    status_code=201,
    operation_id="receive_reply",
    summary="Take a candidate's answer",
    responses={201: example(RECEIVED_EXAMPLE)},
)
def receive_reply(
    body: NewReplyBody, caller: SendCaller, services: Served, key: RequestKey, response: Response
) -> ReceivedBody:
    """A smart reply, free text, or a mail: it is labelled, and credits, follow-up and thread are settled.

    An automatic answer is no response (C-5). A mail counts once by its Message-ID, anything else by `Idempotency-Key`
    (C-1 to C-10, CR-2, CR-3).
    """
    if body.message is not None:
        thread = message_of_seat(services, caller.seat, body.message).thread
    else:
        thread = find_thread(services, caller.seat, body.thread or "").thread.id
    content: str | Mail = body.text or "" if body.mail is None else read_mail(body.mail.encode())
    if isinstance(content, Mail):
        key = f"mail:{content.message_id}"[:200] if content.message_id else key
    text = content.text if isinstance(content, Mail) else content
    received = services.outreach.receive_reply(
        thread,
        content,
        smart=body.smart,
        edited=body.smart is not None and has_own_text(text, template=body.template or ""),
        received_at=body.received_at,
        key=key,
    )
    response.headers["Location"] = f"/v1/replies/{received.reply.id}"
    kept = _kept(services, received.reply)
    return ReceivedBody(
        reply=kept,
        outcome=resolve_outcome(kept.smart, kept.verdict, kept.corrected),
        settlement=received.settlement,
        repeated=received.repeated,
    )


@router.get(
    "/replies",
    operation_id="list_replies",
    summary="Replies to the seat",
    response_model=Page[AnswerBody],
    responses={200: example({"items": [ANSWER_EXAMPLE], "next": None})},
)
def list_replies(
    request: Request,
    caller: ReadCaller,
    services: Served,
    since: Since = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """By when they came, newest first, each with what is said of it now (C-1, C-2).

    One that is given with an earlier `received_at` stands there, among those of its time.
    """
    found = replies_of(services, caller.seat, after=read_place(after), since=since, limit=limit + 1)
    return tagged(request, page_of(found, limit, key=lambda each: (each.received_at.isoformat(), each.id)))


@router.get(
    "/replies/{reply}",
    operation_id="get_reply",
    summary="Look at a reply",
    responses={200: example(ANSWER_EXAMPLE)},
)
def get_reply(reply: Key, caller: ReadCaller, services: Served) -> AnswerBody:
    """With its label, and what smart reply, classifier and people said (C-2, C-4)."""
    return _kept(services, find_reply(services, caller.seat, reply))


@router.patch(
    "/replies/{reply}",
    operation_id="correct_reply",
    summary="Correct a label",
    responses={200: example({**ANSWER_EXAMPLE, "corrected": "decline"})},
)
def correct_reply(reply: Key, body: LabelBody, caller: FeedbackCaller, services: Served) -> AnswerBody:
    """A person's word stands above smart reply and classifier, and feedback learns from it (C-2, F-1).

    null takes it back: what counted before counts again, and credits stay as they are (CR-2).
    """
    if body.label is None:
        return _kept(services, take_back_label(services, caller, reply))
    return _kept(services, correct_label(services, caller, reply, body.label).reply)


@router.post("/suppressions", status_code=201, operation_id="suppress_candidate", summary="Leave a candidate alone")
def suppress_candidate(body: NewSuppressionBody, caller: SendCaller, services: Served) -> SuppressionBody:
    """Nobody on the contract can schedule anything more to them; what waits is cancelled and given back (C-7, CR-4)."""
    services.outreach.suppress(caller.contract, body.candidate)
    found = find_suppression(services, caller.contract, body.candidate)
    if found is None:
        raise not_found("suppression")  # taken back at this very moment
    return found


@router.get(
    "/suppressions",
    operation_id="list_suppressions",
    summary="Who asked to be left alone",
    response_model=Page[SuppressionBody],
)
def list_suppressions(
    request: Request, caller: ReadCaller, services: Served, after: After = None, limit: Limit = 50
) -> Response:
    """Of those that the seat has written to or has on its shelf, by id; the list is its contract's (C-7)."""
    place: str = read_cursor(after, str)[0] if after else ""
    found = suppressions_of(services, caller, after=place, limit=limit + 1)
    return tagged(request, page_of(found, limit, key=lambda each: (each.candidate,)))


@router.get(
    "/suppressions/{candidate:path}", operation_id="get_suppression", summary="Whether a candidate is left alone"
)
def get_suppression(candidate: Key, caller: ReadCaller, services: Served) -> SuppressionBody:
    """404 where they did not ask for it (C-7)."""
    found = find_suppression(services, caller.contract, candidate)
    if found is None:
        raise not_found("suppression")
    return found


def _kept(services: Services, reply: Reply) -> AnswerBody:
    with services.outreach.store.read() as connection:
        verdict = verdicts_of(connection, [reply.id]).get(reply.id)
    return AnswerBody(**dict(reply), verdict=verdict)
