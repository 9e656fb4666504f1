"""A seat's conversations with all that a page shows of them; another seat's is not found, as a missing one is."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime
from sqlalchemy import Connection, select

from overture.base import Value
from overture.classification import Verdict
from overture.errors import InputError
from overture.messaging import Contract, Message, Refused, Reply, Seat
from overture.messaging.entries import EntryLine
from overture.messaging.folders import FolderPage, ThreadView, count_folder, view_thread
from overture.messaging.records import Folder
from overture.messaging.rows import get
from overture.messaging.statements import explain
from overture.messaging.tables import replies, threads
from overture.messaging.thread_rules import may_write
from overture.messaging.zones import resolve_zone

from .catalogue import say
from .inbox_search import found_in_folder
from .problems import not_found
from .services import Services
from .suppressions import find_suppression
from .tables import candidates, jobs

_LAST: Final = datetime.max.replace(tzinfo=UTC)
FOLDERS: Final[tuple[Folder, ...]] = ("scheduled", "awaiting_reply", "accepted", "declined")


class Conversation(Value):
    """A thread, who it is with, what the classifier said, and what its messages cost."""

    view: ThreadView
    name: str
    job: str | None = None
    verdicts: dict[str, Verdict]
    credits: dict[str, tuple[EntryLine, ...]]
    suppressed_at: AwareDatetime | None = None
    """When they asked to be left alone (C-7)."""
    refusal: Refused | None = None
    """Why the recruiter may not write in it (C-7, C-9); none: they may."""

    @property
    def initial(self) -> Message:
        """The message that began it."""
        return self.view.messages[0]

    @property
    def events(self) -> tuple[Message | Reply, ...]:
        """Messages and replies as they happened; what still waits comes last."""
        return tuple(sorted((*self.view.messages, *self.view.replies), key=_moment))


class FolderView(Value):
    """A page of a folder with the names of its candidates, and how many threads each folder has (S-9)."""

    page: FolderPage
    names: dict[str, str]
    counts: dict[Folder, int]


def find_thread(services: Services, seat: str, key: str) -> ThreadView:
    """A thread of a seat.

    Raises:
        ProblemError: 404, the seat has none of this id, whoever else may.
    """
    with services.outreach.store.read() as connection:
        return _own(connection, seat, key)


def read_conversation(services: Services, seat: str, key: str) -> Conversation:
    """Everything that a page shows of a seat's thread.

    Raises:
        ProblemError: 404, the seat has none of this id, whoever else may.
    """
    with services.outreach.store.read() as connection:
        view = _own(connection, seat, key)
        thread = view.thread
        verdicts = verdicts_of(connection, [reply.id for reply in view.replies])
        costs = {message.id: explain(connection, message.id) for message in view.messages}
    suppression = find_suppression(services, thread.contract, thread.candidate)
    with services.store.read() as connection:
        own = (jobs.c.seat == seat) & (jobs.c.id == thread.job)
        job = connection.scalar(select(jobs.c.title).where(own)) if thread.job else None
        names = _names(connection, seat, [thread.candidate])
    return Conversation(
        view=view,
        name=names.get(thread.candidate, thread.candidate),
        job=job,
        verdicts=verdicts,
        credits=costs,
        suppressed_at=suppression.since if suppression else None,
        refusal=may_write(thread, suppressed=suppression is not None),
    )


def read_folder(
    services: Services, seat: str, folder: Folder, *, after: str | None = None, limit: int, sought: str = ""
) -> FolderView:
    """A page of a folder, newest first (S-9); with `sought` only those who are (`inbox_search`).

    Raises:
        InputError: `after` is no cursor of ours.
    """
    page = found_in_folder(services, seat, folder, sought, after=after, limit=limit)
    with services.outreach.store.read() as connection:
        counts: dict[Folder, int] = {name: count_folder(connection, seat, name) for name in FOLDERS}
    with services.store.read() as connection:
        names = _names(connection, seat, {line.thread.candidate for line in page.lines})
    shown = {line.thread.id: names.get(line.thread.candidate, line.thread.candidate) for line in page.lines}
    return FolderView(page=page, names=shown, counts=counts)


def names_of(services: Services, seat: str, keys: Collection[str]) -> dict[str, str]:
    """Who each of a seat's threads is with."""
    with services.outreach.store.read() as connection:
        asked = select(threads.c.id, threads.c.candidate).where(threads.c.seat == seat, threads.c.id.in_(keys))
        who: dict[str, str] = {row.id: row.candidate for row in connection.execute(asked)}
    with services.store.read() as connection:
        names = _names(connection, seat, set(who.values()))
    return {thread: names.get(candidate, candidate) for thread, candidate in who.items()}


def verdicts_of(connection: Connection, keys: Collection[str]) -> dict[str, Verdict]:
    """What the classifier said of replies when they came, whole (C-2)."""
    asked = select(replies.c.id, replies.c.verdict).where(replies.c.id.in_(keys))
    return {row.id: Verdict.model_validate(row.verdict) for row in connection.execute(asked) if row.verdict}


def zone_of(services: Services, seat: str) -> str:
    """The zone that a seat's pages show times in: its own, else the contract's, else UTC."""
    with services.outreach.store.read() as connection:
        own = get(connection, Seat, seat)
        contract = get(connection, Contract, own.contract)
    return resolve_zone(sender=own.zone, contract=contract.zone).name


def short_time(zone: str, now: datetime) -> Callable[[datetime], str]:
    """How lists say an instant: `today, 14:05`, `23 Nov, 14:05` this year, `23 Nov 2025` of another one."""
    here = now.astimezone(ZoneInfo(zone))

    def said(at: datetime) -> str:
        local = at.astimezone(ZoneInfo(zone))
        if local.date() == here.date():
            return say("inbox.today", at=f"{local:%H:%M}")
        return f"{local:%-d %b, %H:%M}" if local.year == here.year else f"{local:%-d %b %Y}"

    return said


def _own(connection: Connection, seat: str, key: str) -> ThreadView:
    try:
        view = view_thread(connection, key)
    except InputError:
        raise not_found("thread") from None
    if view.thread.seat != seat:
        raise not_found("thread")
    return view


def _names(connection: Connection, seat: str, keys: Collection[str]) -> dict[str, str]:
    asked = select(candidates.c.id, candidates.c.name).where(candidates.c.seat == seat, candidates.c.id.in_(keys))
    return {row.id: row.name for row in connection.execute(asked) if row.name}


def _moment(event: Message | Reply) -> tuple[bool, datetime]:
    if isinstance(event, Reply):
        return False, event.received_at
    if event.sent_at is not None:
        return False, event.sent_at
    if event.state in ("scheduled", "held", "sending"):
        return True, event.due_at or _LAST  # a follow-up has no time yet while its initial message waits
    return False, event.due_at or event.created_at
