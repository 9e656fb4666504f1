"""`overture outreach templates`: saved messages of a seat, searched, saved and removed (S-4)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from overture.errors import ConfigurationError, InputError

from .messaging_options import AsJson, Database, Now, SeatName, parse_local

if TYPE_CHECKING:
    from overture.messaging.outreach import Outreach
    from overture.messaging.templates import Template

_HOURS = 24


def templates(
    query: Annotated[str | None, typer.Argument(metavar="WORDS", help="Show those that hold these words.")] = None,
    save: Annotated[str | None, typer.Option(metavar="NAME", help="Save a message under a name.")] = None,
    remove: Annotated[str | None, typer.Option(metavar="NAME", help="Forget one.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="TEXT", help="Its subject.")] = None,
    body: Annotated[str | None, typer.Option(metavar="TEXT", help="The message.")] = None,
    body_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Read it from a file.")] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="Local time; once it has passed it means now.")] = None,
    zone: Annotated[str | None, typer.Option(metavar="NAME", help="IANA zone of --at.")] = None,
    follow_up: Annotated[str | None, typer.Option(metavar="TEXT", help="Its second message.")] = None,
    follow_up_subject: Annotated[str | None, typer.Option(metavar="TEXT", help="The subject of that.")] = None,
    follow_up_days: Annotated[int | None, typer.Option(min=1, metavar="N", help="Days until it goes out.")] = None,
    seat: SeatName = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show a seat's templates, the best match first; or save one, or remove one."""
    from .opening import find_seat, open_outreach, show_json
    from .tables import show_table

    with open_outreach(database, now=now) as desk:
        from overture.messaging.templates import (
            Template,
            delete_template,
            list_templates,
            save_template,
            search_templates,
        )

        who = find_seat(desk, seat).id
        if save is not None:
            from .outreach_write import read_text

            text = body if body_file is None else read_text(body_file)
            if subject is None or not (text or "").strip():
                raise ConfigurationError("a template needs --subject and --body")
            before = _named(desk, who, save)
            kept = Template.model_validate(
                {
                    **{"id": before.id if before else uuid4().hex, "seat": who, "name": save},
                    **{"subject": subject, "body": text, "local_time": parse_local(at), "zone": zone},
                    **{"follow_up_subject": follow_up_subject, "follow_up_body": follow_up},
                    "follow_up_hours": follow_up_days * _HOURS if follow_up_days else None,
                }
            )
            with desk.store.write() as connection:
                save_template(connection, kept)
            found = [kept]
        elif remove is not None:
            gone = find_template(desk, who, remove)
            with desk.store.write() as connection:
                delete_template(connection, seat=who, id=gone.id)
            found = [gone]
        else:
            with desk.store.read() as connection:
                found = search_templates(list_templates(connection, seat=who), query or "")
        if as_json:
            show_json(*found, many=True)
            return
        if remove is not None:
            typer.echo("removed:", err=True)
        show_table(
            ("Name", "Subject", "Badge", "Saved time", "Zone", "Id"),
            ((one.name, one.subject, one.badge, one.local_time and f"{one.local_time:%Y-%m-%d %H:%M}", one.zone, one.id)
             for one in found),
            whole=(5,),
        )  # fmt: skip


def find_template(desk: Outreach, seat: str, name: str) -> Template:
    """A template of a seat by its name or id.

    Raises:
        InputError: the seat has none.
    """
    found = _named(desk, seat, name)
    if found is None:
        raise InputError(
            "is not known here", field=f"template {name!r}", expected="a name that `overture outreach templates` shows"
        )
    return found


def _named(desk: Outreach, seat: str, name: str) -> Template | None:
    from overture.messaging.templates import list_templates

    with desk.store.read() as connection:
        return next((one for one in list_templates(connection, seat=seat) if name in (one.name, one.id)), None)
