"""`overture content`: a seat's own texts, which stand in its drafts byte for byte and go to no model (D-7)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from overture.errors import ConfigurationError

from .database_option import Database
from .messaging_options import AsJson, Now
from .seats import OwnersContract, SeatOwner, one_text, open_seats, owner
from .text import plain

if TYPE_CHECKING:
    from overture.generation.custom_content import CustomContent

ContentId = Annotated[str, typer.Argument(metavar="ID", help="An id that `overture content list` shows.")]
Text = Annotated[str | None, typer.Option(metavar="TEXT", help="The text, at most 10 kB in UTF-8.")]
TextFile = Annotated[Path | None, typer.Option("--file", metavar="FILE", help="Read it from a file; - is stdin.")]

content = typer.Typer(
    help="Keep texts of your own for your drafts: put in byte for byte, seen by no model and no other seat (D-7).",
    rich_markup_mode=None,
)


@content.command("add")
def add(
    label: Annotated[str, typer.Option(metavar="TEXT", help="What you find it by.")],
    text: Text = None,
    file: TextFile = None,
    key: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="An id of your own; the same command again adds nothing.")
    ] = None,
    seat: SeatOwner = None,
    contract: OwnersContract = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Keep a text."""
    given = one_text(text, file)
    if given is None:
        raise ConfigurationError("a text is needed: --text or --file")
    with open_seats(database, now=now, is_new=seat is not None) as store:
        kept = store.add_content(owner(store, seat), contract=contract, id=key, label=label, text=given)
        _show([kept], as_json=as_json)


@content.command("edit")
def edit(
    key: ContentId,
    label: Annotated[str | None, typer.Option(metavar="TEXT", help="Another label.")] = None,
    text: Text = None,
    file: TextFile = None,
    revision: Annotated[
        int | None, typer.Option(metavar="N", help="Only if it is still at this revision, as `list` showed it.")
    ] = None,
    seat: SeatOwner = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Change a label, a text, or both."""
    given = one_text(text, file)
    if label is None and given is None:
        raise ConfigurationError("what changes? --label, --text or --file")
    with open_seats(database, now=now) as store:
        kept = store.edit_content(owner(store, seat), key, label=label, text=given, revision=revision)
        _show([kept], as_json=as_json)


@content.command("list")
def list_all(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="Those whose label holds all of these.")] = "",
    seat: SeatOwner = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """List a seat's texts by their labels; --json shows the texts as well."""
    with open_seats(database, now=now) as store:
        _show(list(store.contents(owner(store, seat), search=words)), as_json=as_json, many=True)


@content.command("show")
def show(
    key: ContentId,
    seat: SeatOwner = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Print a text: into a file or a pipe byte for byte, on a terminal without its controls."""
    with open_seats(database, now=now) as store:
        found = store.content(owner(store, seat), key)
        if as_json:
            _show([found], as_json=True)
        elif sys.stdout.isatty():
            typer.echo(plain(found.text))
        else:
            typer.echo(found.text, nl=False)


@content.command("delete")
def delete(
    key: ContentId,
    seat: SeatOwner = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Forget a text."""
    with open_seats(database, now=now) as store:
        who = owner(store, seat)
        gone = store.content(who, key)
        store.delete_content(who, key)
        if not as_json:
            typer.echo("deleted:", err=True)
        _show([gone], as_json=as_json)


def _show(found: list[CustomContent], *, as_json: bool, many: bool = False) -> None:
    from .opening import show_json
    from .tables import show_table

    if as_json:
        show_json(*found, many=many)
        return
    show_table(
        ("Id", "Label", "Bytes", "Revision", "Changed"),
        ((one.id, one.label, len(one.text.encode()), one.revision, one.updated_at) for one in found),
    )
