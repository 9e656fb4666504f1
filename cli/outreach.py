"""`overture outreach`: who sends, what is sent, what comes back, and what runs (S, C, CR, H)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from overture.errors import ConfigurationError

from .messaging_options import AsJson, Clearable, ContractName, Database, Now, PlanName
from .outreach_answers import correct, reply
from .outreach_bulk import bulk
from .outreach_run import cancel, hold, release, run_due, suppress, verify
from .outreach_seen import folders, notices, thread
from .outreach_templates import templates
from .outreach_write import SCHEDULE_HELP, SEND_HELP, write
from .text import plain

if TYPE_CHECKING:
    from overture.messaging.outreach import Outreach

_FIRST_CONTRACT = "main"
_FIRST_SEAT = "me"

Zone = Annotated[str | None, typer.Option(metavar="NAME", help="Its IANA time zone, such as Europe/Berlin (S-2).")]
Policy = Annotated[
    str | None, typer.Option(metavar="NAME", help="Whose numbers hold: default, grace_period, classic_2014 (H-5).")
]

outreach = typer.Typer(
    help="Send, schedule and follow up, take answers, and keep every rule of credits and sender health.",
    epilog="Begin with `overture outreach init`. Exit codes: 0 done, 1 the run failed, 2 the input is wrong, "
    "3 a rule refuses.",
    rich_markup_mode=None,
    no_args_is_help=False,
)


@outreach.command("init")
def init(
    contract: Annotated[str, typer.Option(metavar="ID", help="What the contract is called.")] = _FIRST_CONTRACT,
    seat: Annotated[str, typer.Option(metavar="ID", help="What the seat is called.")] = _FIRST_SEAT,
    plan: Annotated[PlanName, typer.Option(help="What the seat has bought (CR-5, S-11).")] = "recruiter",
    zone: Zone = None,
    policy: Policy = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Make a contract, a seat and its credits of this month; what is there already stays as it is."""
    from .opening import open_outreach

    with open_outreach(database, now=now, is_new=True) as desk:
        from overture.messaging.policy import Plan
        from overture.messaging.records import Contract, Seat
        from overture.messaging.zones import check_zone

        zone = check_zone(zone, field="--zone") if zone else None
        first = Contract(id=contract, zone=zone, policy=policy or "default")
        is_new = _put_where_new(desk, first, Seat(id=seat, contract=contract, plan=Plan(plan), zone=zone))
        granted = desk.grant_month(seat)
        there = desk.balance(seat)
        if as_json:
            from json import dumps

            made = {"contract": contract, "seat": seat, "plan": plan, "granted": granted.credits, "balance": there}
            typer.echo(dumps(made, indent=2))
            return
        said = "is ready" if is_new else "was there before"
        typer.echo(plain(f"Contract {contract} with seat {seat} ({plan}) {said}: {there} credits."))
        typer.echo(
            "Try: overture outreach send --candidate ada --address ada@example.org --subject 'A role for you' "
            "--body 'Hi Ada, may I call you?'"
        )


@outreach.command("contract")
def contract(
    name: Annotated[str | None, typer.Argument(metavar="ID", help="Without it every contract is shown.")] = None,
    zone: Zone = None,
    policy: Policy = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show the contracts, or add one or change its settings."""
    from .opening import open_outreach, show_json
    from .tables import show_table

    with open_outreach(database, now=now) as desk:
        from overture.messaging.records import Contract
        from overture.messaging.rows import find, find_all
        from overture.messaging.tables import contracts
        from overture.messaging.zones import check_zone

        if name is None and (zone or policy):
            raise ConfigurationError("which contract? give its ID")
        if name is not None:
            with desk.store.read() as connection:
                before = find(connection, Contract, contracts.c.id == name) or Contract(id=name)
            changes = {"zone": check_zone(zone, field="--zone") if zone else before.zone, "policy": policy}
            desk.add_contract(before.model_copy(update={k: v for k, v in changes.items() if v is not None}))
        with desk.store.read() as connection:
            found = find_all(connection, Contract, *([contracts.c.id == name] if name else []))
        if as_json:
            show_json(*found, many=True)
        else:
            show_table(("Contract", "Zone", "Policy"), ((item.id, item.zone, item.policy) for item in found))


@outreach.command("seat")
def seat(
    name: Annotated[str | None, typer.Argument(metavar="ID", help="Without it every seat is shown.")] = None,
    contract: ContractName = None,
    plan: Annotated[PlanName | None, typer.Option(help="What the seat has bought; a new one needs it.")] = None,
    zone: Zone = None,
    daily_limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Messages a UTC day (S-7).")] = None,
    monthly_limit: Annotated[int | None, typer.Option(min=0, metavar="N", help="Credits a UTC month (CR-6).")] = None,
    flag: Annotated[str | None, typer.Option(metavar="REASON", help="This sender may not send, and why (S-8).")] = None,
    clear: Annotated[list[Clearable] | None, typer.Option(help="Take a setting away; repeatable.")] = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show the seats, or add one or change its settings."""
    from .opening import all_seats, find_contract, open_outreach, show_json
    from .tables import show_table

    given = {"plan": plan, "zone": zone, "daily_limit": daily_limit, "monthly_limit": monthly_limit, "flagged": flag}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    changes |= dict.fromkeys(item.value for item in clear or [])
    with open_outreach(database, now=now) as desk:
        from overture.messaging.records import Seat
        from overture.messaging.zones import check_zone

        if zone:
            check_zone(zone, field="--zone")
        if name is None and changes:
            raise ConfigurationError("which seat? give its ID")
        if name is None:
            found = all_seats(desk, contract)
        elif any(item.id == name for item in all_seats(desk)):
            found = [desk.settings(name, **changes)]
            if contract is not None and contract != found[0].contract:
                raise ConfigurationError(f"seat {name!r} belongs to contract {found[0].contract!r}, for good")
        elif plan is None:
            raise ConfigurationError(f"there is no seat {name!r}; --plan adds it")
        else:
            found = [Seat.model_validate({"id": name, "contract": find_contract(desk, contract).id, **changes})]
            desk.add_seat(found[0])
            desk.grant_month(name)
        if as_json:
            show_json(*found, many=True)
            return
        show_table(
            ("Seat", "Contract", "Plan", "Zone", "Daily limit", "Monthly limit", "May not send"),
            (
                (item.id, item.contract, item.plan, item.zone, item.daily_limit, item.monthly_limit, item.flagged)
                for item in found
            ),
        )


def _put_where_new(desk: Outreach, contract: Any, seat: Any) -> bool:
    """Add what is not there; says whether the seat was new.

    Raises:
        ConfigurationError: there is a seat of this name with another plan or contract.
    """
    from overture.messaging.records import Contract, Seat
    from overture.messaging.rows import find
    from overture.messaging.tables import contracts, seats

    with desk.store.read() as connection:
        has_contract = find(connection, Contract, contracts.c.id == contract.id) is not None
        before = find(connection, Seat, seats.c.id == seat.id)
    if before is not None and (before.plan, before.contract) != (seat.plan, seat.contract):
        raise ConfigurationError(
            f"seat {seat.id!r} is there already, on contract {before.contract!r} with plan {before.plan.value}: "
            "`overture outreach seat` changes it"
        )
    if not has_contract:
        desk.add_contract(contract)
    if before is None:
        desk.add_seat(seat)
    return before is None


outreach.command("send", help=SEND_HELP)(write)
outreach.command("schedule", help=SCHEDULE_HELP)(write)
outreach.command("bulk")(bulk)
outreach.command("reply")(reply)
outreach.command("correct")(correct)
outreach.command("cancel")(cancel)
outreach.command("hold")(hold)
outreach.command("release")(release)
outreach.command("suppress")(suppress)
outreach.command("folders")(folders)
outreach.command("thread")(thread)
outreach.command("templates")(templates)
outreach.command("notices")(notices)
outreach.command("run")(run_due)
outreach.command("verify")(verify)
