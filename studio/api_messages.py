"""/v1/messages: send, schedule, look at, cancel, and why a message cost what it did (S-1 to S-8, CR-1, CR-8)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from overture.messaging import Message, Refused

from .access import ReadCaller, SendCaller
from .body_credits import CREDIT_EXAMPLE, CreditLine
from .body_messages import (
    MANY_EXAMPLE,
    MESSAGE_EXAMPLE,
    SENT_EXAMPLE,
    ManyMessagesBody,
    ManySentBody,
    NewMessageBody,
    RefusedBody,
    SentBody,
    TakenBody,
)
from .body_texts import Key, example
from .caller import Caller
from .idempotency import IdempotentRoute
from .outgoing import message_of_seat, send_many, send_one
from .paging import Page, tagged
from .problems import ProblemError, refused
from .request_key import RequestKey
from .services import Served, Services
from .threads import SENDS

router = APIRouter(tags=["messages"], route_class=IdempotentRoute)


@router.post(
    "/messages",
    status_code=201,
    operation_id="send_message",
    summary="Send or schedule a message",
    responses={201: example(SENT_EXAMPLE)},
)
async def send_message(
    body: NewMessageBody, caller: SendCaller, services: Served, key: RequestKey, response: Response
) -> SentBody:
    """Now, or at a local time; with a follow-up if one is given (S-1 to S-4, S-11). It is charged at once (CR-1).

    A rule that says no answers 409 with its id.
    """
    sent = await SENDS.run(_send, services, caller, body, key)
    response.headers["Location"] = f"/v1/messages/{sent.message}"
    return sent


def _send(services: Services, caller: Caller, body: NewMessageBody, key: str | None) -> SentBody:
    taken = send_one(services, caller, body, key=key)
    if isinstance(taken, Refused):
        raise refused(taken)
    return SentBody(**dict(taken), state=message_of_seat(services, caller.seat, taken.message).state)


@router.post(
    "/messages/bulk",
    operation_id="send_messages",
    summary="Schedule many messages",
    responses={200: example(MANY_EXAMPLE)},
)
def send_messages(body: ManyMessagesBody, caller: SendCaller, services: Served, key: RequestKey) -> ManySentBody:
    """Each is taken or refused by itself (S-5); those without a time are due now, and sent by the running studio.

    The whole is refused while the sender is restricted to one-to-one messages (H-3).
    """
    done = send_many(services, caller, body.messages, key=key)
    first = done.results[0]
    if isinstance(first, Refused) and first.rule.startswith("H-"):
        raise refused(first)
    results = [
        RefusedBody(**dict(each)) if isinstance(each, Refused) else TakenBody(**dict(each)) for each in done.results
    ]
    return ManySentBody(bulk=done.bulk, taken=done.taken, refused=len(results) - done.taken, results=results)


@router.get(
    "/messages/{message}",
    operation_id="get_message",
    summary="Look at a message",
    responses={200: example(MESSAGE_EXAMPLE)},
)
def get_message(message: Key, caller: ReadCaller, services: Served) -> Message:
    """A message with its state; a cancelled or failed one says by which rule, and why (S-7, S-8, CR-4)."""
    return message_of_seat(services, caller.seat, message)


@router.delete(
    "/messages/{message}",
    operation_id="cancel_message",
    summary="Cancel a message",
    responses={200: example({**MESSAGE_EXAMPLE, "state": "cancelled", "ended_by": "S-6"})},
)
def cancel_message(message: Key, caller: SendCaller, services: Served) -> Message:
    """While it is not sent; its follow-up goes with it, and the credits come back (S-6, CR-4).

    One that was sent or ended answers 409.
    """
    message_of_seat(services, caller.seat, message)
    refusal = services.outreach.cancel(message)
    if refusal is not None:
        raise refused(refusal)
    return message_of_seat(services, caller.seat, message)


@router.post(
    "/messages/{message}/release",
    operation_id="release_message",
    summary="Let a held message go on",
    responses={200: example(MESSAGE_EXAMPLE)},
)
def release_message(message: Key, caller: SendCaller, services: Served) -> Message:
    """One that was held because its candidate's profile changed is scheduled again (S-6); any other answers 409."""
    before = message_of_seat(services, caller.seat, message)
    if not services.outreach.release(message):
        raise ProblemError(409, "conflict", f"only a held message can be released; this one is {before.state}")
    return message_of_seat(services, caller.seat, message)


@router.get(
    "/messages/{message}/credits",
    operation_id="explain_message",
    summary="Why a message cost what it did",
    response_model=Page[CreditLine],
    responses={200: example({"items": [CREDIT_EXAMPLE], "next": None})},
)
def explain_message(message: Key, request: Request, caller: ReadCaller, services: Served) -> Response:
    """Every entry that it caused, with rule and reason; a free one has none (CR-8)."""
    message_of_seat(services, caller.seat, message)
    found = services.outreach.explain(message)
    return tagged(request, Page[CreditLine](items=[CreditLine.of(entry) for entry in found]))
