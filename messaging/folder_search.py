"""A folder of a seat, but only what somebody picks from it: read in pieces, so that no folder is ever whole in memory.

Who a thread is with is not known here: a candidate is an id to this room. Whoever knows their names picks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, and_, select

from .folders import NEWEST_FIRST, FolderPage, FolderPlace, is_behind, is_in_folder, page_with, read_place
from .records import Folder, Thread
from .rows import find_all
from .tables import messages, threads

_AT_ONCE: Final = 1_000


class FolderEntry(NamedTuple):
    """What there is to pick a thread by; `address` is where its first message goes."""

    thread: str
    candidate: str
    address: str


Pick = Callable[[Sequence[FolderEntry]], Collection[str]]
"""Of some threads of a folder, the ids of those that are wanted."""


def search_folder(
    connection: Connection, seat: str, folder: Folder, *, pick: Pick, after: str | None = None, limit: int = 50
) -> FolderPage:
    """A page of what is picked from a seat's folder, newest first; its cursors are those of `folder_page` (S-9).

    Raises:
        InputError: `after` is no cursor of ours.
    """
    found: list[str] = []
    for entries in _pieces(connection, seat, folder, after):
        wanted = pick(entries)
        found += [entry.thread for entry in entries if entry.thread in wanted]
        if len(found) > limit:
            break
    page = {thread.id: thread for thread in find_all(connection, Thread, threads.c.id.in_(found[:limit]))}
    shown = [page[key] for key in found[:limit] if key in page]
    return page_with(connection, folder, shown, is_last=len(found) <= limit)


def _pieces(connection: Connection, seat: str, folder: Folder, after: str | None) -> Iterator[list[FolderEntry]]:
    """The folder, some threads at a time, newest first."""
    first = messages.alias()  # the folder's own rule speaks of `messages`
    asked = (
        select(threads.c.created_at, threads.c.id, threads.c.candidate, first.c.address)
        .outerjoin(first, and_(first.c.thread == threads.c.id, first.c.kind == "initial"))
        .where(is_in_folder(folder, seat))
        .order_by(*NEWEST_FIRST)
        .limit(_AT_ONCE)
    )
    place = None if after is None else read_place(after)
    while True:
        here = asked if place is None else asked.where(is_behind(place))
        rows = connection.execute(here).all()
        yield [FolderEntry(row.id, row.candidate, row.address or "") for row in rows]
        if len(rows) < _AT_ONCE:
            return
        place = FolderPlace(rows[-1].created_at, rows[-1].id)
