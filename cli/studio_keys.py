"""`overture studio keys`: who may use the HTTP API and the pages, for which seat, and with which scopes."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from overture.errors import ConfigurationError, InputError

from .database_option import Database
from .messaging_options import AsJson, ContractName, SeatName
from .text import plain

if TYPE_CHECKING:
    from overture.messaging.outreach import Outreach
    from overture.studio.store import StudioStore

studio_keys = typer.Typer(
    help="Make, list and revoke keys: each speaks for one seat.", rich_markup_mode=None, no_args_is_help=False
)


class ScopeName(StrEnum):
    """What a key may be for; a list option takes no Literal. A test compares it with the room's own."""

    READ = "read"
    DRAFT = "draft"
    CLASSIFY = "classify"
    SEND = "send"
    FEEDBACK = "feedback"
    SETTINGS = "settings"
    ADMIN = "admin"


@studio_keys.command("add")
def add(
    seat: SeatName = None,
    contract: ContractName = None,
    scope: Annotated[
        list[ScopeName] | None, typer.Option(help="What it may do; repeatable; without it all but admin.")
    ] = None,
    label: Annotated[str, typer.Option(metavar="TEXT", help="What it is for, as the list shows it.")] = "",
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a key. It is printed once, alone on stdout: only its hash is kept."""
    from .opening import find_seat

    with _opened(database) as (desk, store):
        from overture.studio.audit import note
        from overture.studio.caller import SCOPES, USUAL_SCOPES, Caller, Scope
        from overture.studio.keys import KeyStore

        found = find_seat(desk, seat)
        if contract not in (None, found.contract):
            raise ConfigurationError(f"seat {found.id!r} belongs to contract {found.contract!r}")
        now = datetime.now(UTC)
        wanted = {str(each) for each in scope or USUAL_SCOPES}
        scopes: list[Scope] = [known for known in SCOPES if known in wanted]
        made, text = KeyStore(store).add(found.id, contract=found.contract, now=now, label=label, scopes=scopes)
        who = Caller(found.id, found.contract, frozenset(), "shell")
        note(store, who, "keys add", subject=made.id, status=201, request="-", now=now)
        if as_json:
            typer.echo(json.dumps({**made.model_dump(mode="json"), "key": text}, indent=2))
            return
        told = f"key {made.id} of seat {made.seat}, for {', '.join(made.scopes)}; it is not shown again"
        typer.echo(f"overture: note: {plain(told)}", err=True)
        typer.echo(text)


@studio_keys.command("list")
def list_keys(seat: SeatName = None, database: Database = None, as_json: AsJson = False) -> None:
    """List the keys of a seat, or all of them, the revoked ones too."""
    from .tables import show_table

    with _opened(database) as (_, store):
        from overture.studio.keys import KeyStore

        found = KeyStore(store).list(seat=seat)
        if as_json:
            typer.echo(json.dumps([each.model_dump(mode="json") for each in found], indent=2))
            return
        if not found:
            typer.echo("There is no key.")
            return
        show_table(
            ("Key", "Seat", "Contract", "For", "May", "Made", "Revoked"),
            (
                (
                    each.id,
                    each.seat,
                    each.contract,
                    each.label,
                    ", ".join(each.scopes),
                    each.created_at,
                    each.revoked_at,
                )
                for each in found
            ),
        )


@studio_keys.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id, as the list shows it.")],
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Take a key back, and the sessions that it opened, from this moment on."""
    with _opened(database) as (_, store):
        from overture.studio.audit import note
        from overture.studio.caller import Caller
        from overture.studio.keys import KeyStore

        now, keys = datetime.now(UTC), KeyStore(store)
        of = next((each for each in keys.list() if each.id == key), None)
        if of is None or not keys.revoke(key, now=now):
            problem = "is not known here" if of is None else "was revoked before"
            raise InputError(problem, field=f"key {key!r}", expected="an id that `overture studio keys list` has")
        who = Caller(of.seat, of.contract, frozenset(), "shell")
        note(store, who, "keys revoke", subject=key, status=200, request="-", now=now)
        typer.echo(json.dumps({"revoked": key}) if as_json else f"key {key} is revoked")


@contextmanager
def _opened(database: str | None) -> Generator[tuple[Outreach, StudioStore]]:
    """Messaging, which knows the seats, and the studio's store of the same database.

    Raises:
        ConfigurationError: the database is not set up, or the extra is missing.
    """
    from .opening import one_line_errors, open_outreach

    with open_outreach(database) as desk, one_line_errors("studio", needed_for="keys"):
        from overture.studio.store import StudioStore

        with closing(StudioStore(desk.store.url)) as store:
            yield desk, store
