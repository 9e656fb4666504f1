"""`overture credits`: grants, balances, and why they are what they are (CR-1 to CR-8)."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from overture.errors import ConfigurationError

from .messaging_options import AsJson, ContractName, Database, Now, SeatName, parse_month
from .text import plain

credit_commands = typer.Typer(
    help="Grant credits, and see what became of them.", rich_markup_mode=None, no_args_is_help=False
)
Month = Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="Of UTC; without it this one.")]


@credit_commands.command("grant")
def grant(
    seat: SeatName = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every seat there is.")] = False,
    month: Month = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Give a seat its plan's credits of a month; the second time for a month gives nothing (CR-5)."""
    from .opening import all_seats, find_seat, open_outreach, show_json

    if everyone and seat:
        raise ConfigurationError("--all and --seat are two ways to say whose: give one")
    day = parse_month(month)
    with open_outreach(database, now=now) as desk:
        names = [one.id for one in all_seats(desk)] if everyone else [find_seat(desk, seat).id]
        granted = [desk.grant_month(name, month=day) for name in names]
        if as_json:
            show_json(*granted, many=True)
            return
        for name, one in zip(names, granted, strict=True):
            until = f" until {one.expires_at:%Y-%m-%d}" if one.expires_at else ""
            typer.echo(plain(f"{name}: {_credits(one.credits)} to {one.owner}{until} ({one.rule}: {one.reason})"))


@credit_commands.command("bonus")
def bonus(
    key: Annotated[str, typer.Option(metavar="TEXT", help="Its name: the same name is given once a seat.")],
    seat: SeatName = None,
    number: Annotated[
        int | None, typer.Option("--credits", min=1, metavar="N", help="How many; without it the policy's.")
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Give a seat a one-off grant (CR-5)."""
    from .opening import find_seat, open_outreach, show_json

    with open_outreach(database, now=now) as desk:
        granted = desk.grant_bonus(find_seat(desk, seat).id, key=key, credits=number)
        if as_json:
            show_json(granted)
        else:
            typer.echo(plain(f"{_credits(granted.credits)} to {granted.owner} ({granted.rule}: {granted.reason})"))


@credit_commands.command("balance")
def balance(
    seat: SeatName = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every seat there is.")] = False,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show the credits that a seat may use now, and whose they are (CR-5, CR-6)."""
    from .opening import all_seats, find_seat, open_outreach, policy_of
    from .tables import show_table

    with open_outreach(database, now=now) as desk:
        from overture.messaging.ledger import owner_of

        seats = all_seats(desk) if everyone else [find_seat(desk, seat)]
        found = [
            {
                "seat": one.id,
                "owner": owner_of(one, policy_of(desk, one)),
                "balance": desk.balance(one.id),
                "monthly_limit": one.monthly_limit,
            }
            for one in seats
        ]
        if as_json:
            typer.echo(json.dumps(found if everyone else found[0], indent=2))
        else:
            show_table(("Seat", "Credits of", "Balance", "Monthly limit"), (list(one.values()) for one in found))


@credit_commands.command("statement")
def statement(
    contract: ContractName = None,
    month: Month = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show a contract's month: opening balance, every entry with its reason, closing balance (CR-8)."""
    from .opening import clock_of, find_contract, open_outreach, show_json
    from .tables import show_table

    day = parse_month(month)
    with open_outreach(database, now=now) as desk:
        from overture.messaging.statements import statement as read_statement

        name = find_contract(desk, contract).id
        with desk.store.read() as connection:
            found = read_statement(connection, name, month=day or clock_of(now)().date())
        if as_json:
            show_json(found)
            return
        typer.echo(plain(f"Contract {found.contract}, {found.month}: {_credits(found.opening)} at its beginning"))
        if found.entries:
            show_table(
                ("At", "Change", "What", "Of", "Message", "Rule", "Reason"),
                (
                    (one.at, f"{one.change:+}", one.kind, one.owner, one.message, one.rule, one.reason)
                    for one in found.entries
                ),
                whole=(0, 1, 4),
            )
        typer.echo(f"{_credits(found.closing)} at its end")


@credit_commands.command("explain")
def explain(
    message: Annotated[str, typer.Argument(metavar="MESSAGE", help="Its id.")],
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Say what a message cost and gave back, and by which rule (CR-8)."""
    from .opening import open_outreach, show_json

    with open_outreach(database, now=now) as desk:
        from overture.messaging.records import Message
        from overture.messaging.rows import get
        from overture.messaging.statements import explain as read_entries

        with desk.store.read() as connection:
            of = get(connection, Message, message)
            found = read_entries(connection, message)
        if as_json:
            show_json(*found, many=True)
            return
        for one in found:
            typer.echo(plain(one.sentence))
        if not found:
            why = "a further message of a conversation" if of.kind == "further" else "marked free"
            typer.echo(f"It cost nothing: it is {why} (CR-1).")


@credit_commands.command("forecast")
def forecast(seat: SeatName = None, database: Database = None, as_json: AsJson = False, now: Now = None) -> None:
    """Show which credits expire when if nothing uses them (CR-5)."""
    from .opening import clock_of, find_seat, open_outreach, policy_of, show_json
    from .tables import show_table

    with open_outreach(database, now=now) as desk:
        from overture.messaging.ledger import owner_of
        from overture.messaging.statements import forecast as read_forecast

        who = find_seat(desk, seat)
        owner = owner_of(who, policy_of(desk, who))
        with desk.store.read() as connection:
            found = read_forecast(connection, owner, now=clock_of(now)())
        if as_json:
            show_json(*found, many=True)
        elif found:
            show_table(("On", "Credits", "Lot"), ((one.on.isoformat(), one.credits, one.lot) for one in found))
        else:
            typer.echo(plain(f"No credit of {owner} expires."))


def _credits(number: int) -> str:
    return "1 credit" if number == 1 else f"{number:,} credits"
