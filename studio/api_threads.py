"""/v1/folders and /v1/threads: where conversations stand, what is in them, and further messages (S-9, C-9).

The list of /v1/messages is here too; what else there is of messages is in `api_messages`.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from overture.messaging import Message, Refused
from overture.messaging.folders import FolderLine
from overture.messaging.records import Folder, MessageState

from .access import ReadCaller, SendCaller
from .body_messages import MESSAGE_EXAMPLE, SENT_EXAMPLE, FurtherMessageBody, SentBody
from .body_texts import Key, example
from .body_threads import FOLDER_EXAMPLE, THREAD_EXAMPLE, AnswerBody, ThreadBody
from .caller import Caller
from .idempotency import IdempotentRoute
from .inbox_search import Sought, found_in_folder
from .inbox_threads import find_thread, read_conversation
from .message_lists import Since, messages_of
from .outgoing import message_of_seat
from .paging import After, Limit, Page, page_of, read_cursor, read_place, tagged, write_cursor
from .problems import refused
from .request_key import RequestKey
from .services import Served, Services
from .threads import SENDS

router = APIRouter(tags=["threads"], route_class=IdempotentRoute)


@router.get(
    "/folders/{name}",
    operation_id="list_folder",
    summary="Threads of a folder",
    response_model=Page[FolderLine],
    responses={200: example({"items": [FOLDER_EXAMPLE], "next": None})},
)
def list_folder(
    name: Folder,
    request: Request,
    caller: ReadCaller,
    services: Served,
    search: Sought = "",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Scheduled, Awaiting Reply (cancelled follow-ups too), Accepted or Declined; newest first (S-7, S-9).

    With `search` only threads with somebody of that name; a cursor is a place in the folder, whatever is sought there.
    """
    place = read_cursor(after, str)[0] if after else None
    page = found_in_folder(services, caller.seat, name, search, after=place, limit=limit)
    following = write_cursor(page.after) if page.after else None
    return tagged(request, Page[FolderLine](items=list(page.lines), next=following))


@router.get(
    "/messages",
    operation_id="list_messages",
    summary="Messages of the seat",
    response_model=Page[Message],
    responses={200: example({"items": [MESSAGE_EXAMPLE], "next": None})},
)
def list_messages(
    request: Request,
    caller: ReadCaller,
    services: Served,
    state: MessageState | None = None,
    since: Since = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """By when they were made, newest first, each with its state now (S-6 to S-8, CR-4)."""
    place = read_place(after)
    found = messages_of(services, caller.seat, after=place, since=since, state=state, limit=limit + 1)
    return tagged(request, page_of(found, limit))


@router.get(
    "/threads/{thread}",
    operation_id="get_thread",
    summary="Look at a thread",
    response_model=ThreadBody,
    responses={200: example(THREAD_EXAMPLE)},
)
def get_thread(thread: Key, request: Request, caller: ReadCaller, services: Served) -> Response:
    """Messages, replies with their labels and deciding words, and whether one may write in it (C-2, C-4, C-9)."""
    found = read_conversation(services, caller.seat, thread)
    body = ThreadBody(
        thread=found.view.thread,
        messages=list(found.view.messages),
        replies=[AnswerBody(**dict(reply), verdict=found.verdicts.get(reply.id)) for reply in found.view.replies],
        state=found.view.state,
        refusal=found.refusal,
    )
    return tagged(request, body)


@router.post(
    "/threads/{thread}/messages",
    status_code=201,
    operation_id="write_in_thread",
    summary="Write a further message",
    responses={201: example({**SENT_EXAMPLE, "follow_up": None, "charged": 0, "state": "sent"})},
)
async def write_in_thread(
    thread: Key,
    body: FurtherMessageBody,
    caller: SendCaller,
    services: Served,
    key: RequestKey,
    response: Response,
) -> SentBody:
    """Sent at once and without a credit, once the candidate has answered; a closed thread answers 409 (C-9)."""
    sent = await SENDS.run(_write, services, caller, thread, body, key)
    response.headers["Location"] = f"/v1/messages/{sent.message}"
    return sent


def _write(services: Services, caller: Caller, thread: str, body: FurtherMessageBody, key: str | None) -> SentBody:
    first = find_thread(services, caller.seat, thread).messages[0]
    taken = services.outreach.write_in_thread(
        thread, subject=body.subject or f"Re: {first.subject}", body=body.body, address=body.address, key=key
    )
    if isinstance(taken, Refused):
        raise refused(taken)
    return SentBody(**dict(taken), state=message_of_seat(services, caller.seat, taken.message).state)
