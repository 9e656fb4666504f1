"""The four folders of a seat, page by page, and one thread with all that is in it (S-6, S-7, S-9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from overture.base import Value
from overture.errors import InputError

from .records import Folder, Message, MessageState, Reply, Thread
from .rows import find_all, get, query
from .tables import messages, replies, threads
from .thread_rules import WAITING, ThreadState, thread_state

_UNSENT = tuple(sorted(WAITING | {"sending"}))
NEWEST_FIRST: Final = (threads.c.created_at.desc(), threads.c.id.desc())


class FolderPlace(NamedTuple):
    """Where a thread stands in its folder."""

    created_at: datetime
    thread: str


class FolderLine(Value):
    """One thread of a folder; a cancelled follow-up shows in `status` (S-7)."""

    thread: Thread
    subject: str
    status: MessageState
    due_at: AwareDatetime | None = None
    ended_by: str | None = None
    end_reason: str | None = None


class FolderPage(Value):
    """Some threads of a folder, newest first; `after` asks for the next page, none where this is the last."""

    folder: Folder
    lines: tuple[FolderLine, ...]
    after: str | None = None


class ThreadView(Value):
    """A thread, its messages and replies in their order, and how it stands."""

    thread: Thread
    messages: tuple[Message, ...]
    replies: tuple[Reply, ...]
    state: ThreadState


def folder_page(
    connection: Connection, seat: str, folder: Folder, *, after: str | None = None, limit: int = 50
) -> FolderPage:
    """A page of a seat's folder.

    Raises:
        InputError: `after` is no cursor of ours.
    """
    where = [is_in_folder(folder, seat)]
    if after is not None:
        where.append(is_behind(read_place(after)))
    asked = query(Thread, *where).order_by(*NEWEST_FIRST).limit(limit + 1)
    found = [Thread.model_validate(dict(row)) for row in connection.execute(asked).mappings()]
    return page_with(connection, folder, found[:limit], is_last=len(found) <= limit)


def page_with(connection: Connection, folder: Folder, page: Sequence[Thread], *, is_last: bool) -> FolderPage:
    """A page of these threads, with their messages read."""
    of_page = find_all(connection, Message, messages.c.thread.in_([thread.id for thread in page]))
    lines = (_line(thread, [message for message in of_page if message.thread == thread.id]) for thread in page)
    last = None if is_last or not page else page[-1]
    return FolderPage(
        folder=folder, lines=tuple(lines), after=f"{last.created_at.isoformat()}|{last.id}" if last else None
    )


def read_place(after: str) -> FolderPlace:
    """Where in its folder a page ended.

    Raises:
        InputError: `after` is no cursor of ours.
    """
    created, _, key = after.partition("|")
    try:
        return FolderPlace(datetime.fromisoformat(created).astimezone(UTC), key)
    except (ValueError, OverflowError):
        raise InputError(f"{after!r} is no cursor", field="after", expected="`after` of a page before") from None


def is_behind(place: FolderPlace) -> ColumnElement[bool]:
    """The threads that come after a place, newest first."""
    at, key = place
    return or_(threads.c.created_at < at, and_(threads.c.created_at == at, threads.c.id < key))


def count_folder(connection: Connection, seat: str, folder: Folder) -> int:
    """How many threads are in a seat's folder (S-9)."""
    return connection.scalar(select(func.count(threads.c.id.distinct())).where(is_in_folder(folder, seat))) or 0


def view_thread(connection: Connection, key: str) -> ThreadView:
    """A whole thread.

    Raises:
        InputError: there is no such thread.
    """
    thread = get(connection, Thread, key)
    sent = sorted(
        find_all(connection, Message, messages.c.thread == key), key=lambda m: (m.kind != "initial", m.created_at)
    )
    got = sorted(find_all(connection, Reply, replies.c.thread == key), key=lambda reply: reply.received_at)
    return ThreadView(thread=thread, messages=tuple(sent), replies=tuple(got), state=thread_state(thread, sent, got))


def is_in_folder(folder: Folder, seat: str) -> ColumnElement[bool]:
    """S-9: an answered thread is in Accepted or Declined; else it waits to be sent, or for an answer."""
    if folder in ("accepted", "declined"):
        return and_(threads.c.seat == seat, threads.c.disposition == folder)
    unsent = and_(messages.c.thread == threads.c.id, messages.c.kind == "initial", messages.c.state.in_(_UNSENT))
    if folder == "scheduled":  # from the few messages that wait, not from all threads without an answer
        return and_(messages.c.seat == seat, unsent, threads.c.disposition == "pending")
    waits = exists(select(messages.c.id).where(unsent))
    return and_(threads.c.seat == seat, threads.c.disposition == "pending", ~waits)


def _line(thread: Thread, of_thread: list[Message]) -> FolderLine:
    latest = max(of_thread, key=lambda message: (message.kind == "follow_up", message.created_at))
    waiting = next((message for message in of_thread if message.state in WAITING and message.due_at), None)
    first = next(message for message in of_thread if message.kind == "initial")
    return FolderLine(
        thread=thread,
        subject=first.subject,
        status=latest.state,
        due_at=waiting.due_at if waiting else None,
        ended_by=latest.ended_by,
        end_reason=latest.end_reason,
    )
