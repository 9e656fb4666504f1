"""The four folders of a seat, page by page, and one thread with all that is in it (S-6, S-7, S-9)."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from overture.base import Value
from overture.errors import InputError

from .records import Folder, Message, MessageState, Reply, Thread
from .rows import find_all, get, query
from .tables import messages, replies, threads
from .thread_rules import WAITING, ThreadState, thread_state

_UNSENT = tuple(sorted(WAITING | {"sending"}))


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
        created, _, key = after.partition("|")
        try:
            moment = datetime.fromisoformat(created).astimezone(UTC)
        except (ValueError, OverflowError):
            raise InputError(f"{after!r} is no cursor", field="after", expected="`after` of a page before") from None
        where.append(or_(threads.c.created_at < moment, and_(threads.c.created_at == moment, threads.c.id < key)))
    asked = query(Thread, *where).order_by(threads.c.created_at.desc(), threads.c.id.desc()).limit(limit + 1)
    found = [Thread.model_validate(dict(row)) for row in connection.execute(asked).mappings()]
    page, last = found[:limit], found[limit - 1] if len(found) > limit else None
    of_page = find_all(connection, Message, messages.c.thread.in_([thread.id for thread in page]))
    lines = (folder_line(thread, [message for message in of_page if message.thread == thread.id]) for thread in page)
    return FolderPage(
        folder=folder, lines=tuple(lines), after=f"{last.created_at.isoformat()}|{last.id}" if last else None
    )


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


def folder_line(thread: Thread, of_thread: list[Message]) -> FolderLine:
    """A thread as a folder shows it, from its messages (S-9)."""
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
