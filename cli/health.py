"""`overture health`: how senders stand by their response rate (H-1 to H-4)."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from .messaging_options import AsJson, Database, Now


def health(
    seat: Annotated[str | None, typer.Option("--seat", metavar="ID", help="Only this one.")] = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Look at the senders: response rate, notices, restrictions (H-1 to H-4).

    A notice or a restriction that is due is put down by this look, as `overture outreach run` does.
    """
    from .opening import all_seats, find_seat, open_outreach
    from .tables import show_table

    with open_outreach(database, now=now) as desk:
        names = [find_seat(desk, seat).id] if seat is not None else [one.id for one in all_seats(desk)]
        found = [(name, desk.health(name)) for name in names]
        if as_json:
            typer.echo(json.dumps([{"seat": name, **one.model_dump(mode="json")} for name, one in found], indent=2))
            return
        show_table(
            ("Seat", "State", "Sent", "Answered", "Rate", "Bulk again from", "Why"),
            (
                (
                    *(name, one.state, one.sent, one.responses),
                    f"{one.responses / one.sent:.1%}" if one.sent else None,
                    *(one.restricted_until, f"{one.rule}: {one.reason}" if one.rule else one.reason),
                )
                for name, one in found
            ),
            whole=(0, 1, 5),
        )
