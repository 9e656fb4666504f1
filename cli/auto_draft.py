"""`overture auto-draft`: whether drafts are made unasked, and who decided (D-9)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from overture.errors import ConfigurationError

from .database_option import Database
from .messaging_options import AsJson, Now
from .seats import OwnersContract, SeatOwner, open_seats, owner

if TYPE_CHECKING:
    from overture.generation.auto_draft import AutoDraftDecision
    from overture.generation.seat_store import SeatStore


class Word(StrEnum):
    """What can be decided."""

    ON = "on"
    OFF = "off"
    INHERIT = "inherit"


_VALUE = {Word.ON: True, Word.OFF: False, Word.INHERIT: None}

auto_draft = typer.Typer(
    help="Whether drafts are made unasked: an admin decides for a contract, a seat for itself (D-9).",
    rich_markup_mode=None,
)


@auto_draft.command("show")
def show(
    seat: SeatOwner = None,
    contract: OwnersContract = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show whether it is on for a seat, or with --contract alone for a contract, and who decided."""
    with open_seats(database, now=now) as store:
        _show(_decision(store, seat, contract), as_json=as_json)


@auto_draft.command("set")
def set_word(
    word: Annotated[Word, typer.Argument(metavar="on|off|inherit", help="inherit takes the decision back.")],
    seat: SeatOwner = None,
    contract: OwnersContract = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Decide for a seat, or with --contract alone for every seat of a contract that has not decided for itself."""
    if seat is None and contract is None:
        raise ConfigurationError("for whom? --seat, or --contract alone for its default")
    with open_seats(database, now=now, is_new=True) as store:
        if seat is None and contract is not None:
            store.set_auto_draft_default(contract, _VALUE[word])
        elif seat is not None:
            store.set_auto_draft(seat, _VALUE[word], contract=contract)
        _show(_decision(store, seat, contract), as_json=as_json)


def _decision(store: SeatStore, seat: str | None, contract: str | None) -> AutoDraftDecision:
    from overture.generation.auto_draft import decide_auto_draft

    if seat is None and contract is not None:
        return decide_auto_draft(store.auto_draft_default(contract), None)
    return store.auto_draft(owner(store, seat), contract=contract)


def _show(decision: AutoDraftDecision, *, as_json: bool) -> None:
    from .opening import show_json

    if as_json:
        show_json(decision)
    else:
        typer.echo(f"{'on' if decision.on else 'off'} ({decision.rule}): {decision.reason}")
