"""`overture outreach folders`, `thread` and `notices`: what a recruiter looks at (S-9, C-8, CR-4)."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, Final

import typer

from overture.errors import ConfigurationError

from .messaging_options import AsJson, Database, FolderName, Now, SeatName
from .text import plain

if TYPE_CHECKING:
    from overture.messaging.folders import FolderPage, ThreadView

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def folders(
    name: Annotated[FolderName | None, typer.Argument(metavar="FOLDER", help="Without it all four.")] = None,
    seat: SeatName = None,
    after: Annotated[str | None, typer.Option(metavar="CURSOR", help="The page behind this one.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="Threads of a page.")] = 50,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show the folders: scheduled, awaiting_reply, accepted, declined; newest threads first (S-9)."""
    from .opening import find_seat, open_outreach, show_json

    with open_outreach(database, now=now) as desk:
        who = find_seat(desk, seat).id
        if name is None and after is not None:
            raise ConfigurationError("--after is of one folder: name it")
        pages = (
            [desk.folder(who, name, after=after, limit=limit)]
            if name
            else list(desk.folders(who, limit=limit).values())
        )
        if as_json:
            show_json(*pages, many=name is None)
            return
        for page in pages:
            _show_page(page)


def thread(
    name: Annotated[str, typer.Argument(metavar="THREAD", help="Its id.")],
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show a thread: its messages and replies in their order, and how it stands."""
    from .opening import open_outreach, show_json

    with open_outreach(database, now=now) as desk:
        view = desk.thread(name)
        if as_json:
            show_json(view)
        else:
            _show_thread(view)


def notices(
    seat: SeatName = None,
    after: Annotated[int, typer.Option(min=0, metavar="ID", help="Those behind this one.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="At most so many.")] = 100,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show what a seat was told: answers, cancelled and failed messages, its response rate; oldest first."""
    from .opening import find_seat, open_outreach, show_json
    from .tables import show_table

    with open_outreach(database, now=now) as desk:
        found = desk.notices(find_seat(desk, seat).id, after=after, limit=limit)
        if as_json:
            show_json(*found, many=True)
            return
        show_table(
            ("Id", "At", "What", "Rule", "Thread", "Text"),
            ((one.id, one.at, one.kind, one.rule, one.thread, one.text) for one in found),
            whole=(0, 1, 4),
        )


def _show_page(page: FolderPage) -> None:
    from .tables import show_table

    typer.echo(f"{page.folder.replace('_', ' ').capitalize()}: {len(page.lines)}{' and more' if page.after else ''}")
    if page.lines:
        show_table(
            ("Thread", "Candidate", "Subject", "Status", "Due", "Why it ended"),
            (
                (
                    *(line.thread.id, line.thread.candidate, line.subject, line.status, line.due_at),
                    f"{line.ended_by}: {line.end_reason}" if line.ended_by else None,
                )
                for line in page.lines
            ),
            whole=(0, 3),
        )
    if page.after:
        typer.echo(f"Next: --after '{plain(page.after)}'")
    typer.echo("")


def _show_thread(view: ThreadView) -> None:
    from .tables import cell, show_fields

    of, state = view.thread, view.state
    show_fields(
        [
            ("Thread", of.id),
            ("Candidate", of.candidate),
            ("Seat", f"{of.seat} of contract {of.contract}"),
            ("Folder", state.folder),
            ("Outcome", state.outcome),
            ("Latest", state.disposition if state.disposition != state.outcome else None),
            ("Writing", state.reason),
        ]
    )  # fmt: skip
    said: list[tuple[datetime, str, str]] = []
    for message in view.messages:
        when = f"sent {cell(message.sent_at)}" if message.sent_at else f"due {cell(message.due_at)}"
        ended = f", {message.ended_by}: {cell(message.end_reason)}" if message.ended_by else ""
        said.append(
            (
                message.sent_at or message.due_at or _NEVER,
                f"{message.kind.replace('_', '-')} message {message.id}: {message.state}, {when}{ended}",
                f"Subject: {message.subject}\n{message.body}",
            )
        )
    for reply in view.replies:
        label = f"{reply.corrected} (corrected)" if reply.corrected else reply.label or "automatic"
        intent = f", {reply.intent}" if reply.intent else ""
        said.append((reply.received_at, f"reply {reply.id}: {label}{intent}, {cell(reply.received_at)}", reply.text))
    for _, heading, text in sorted(said, key=lambda item: item[0]):
        typer.echo(f"\n{heading}")
        if text:
            typer.echo(indent(plain(text), "  "))
