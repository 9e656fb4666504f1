"""`overture preset`: a seat's choices of elements, tone, length and language, by name (D-6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from overture.errors import ConfigurationError

from .choice import ChosenLanguage, ChosenLength, ChosenTone, SwitchedOff, SwitchedOn, make_choice
from .database_option import Database
from .messaging_options import AsJson, Now
from .seats import OwnersContract, SeatOwner, open_seats, owner
from .text import plain

if TYPE_CHECKING:
    from overture.generation.presets import Preset

PresetName = Annotated[str, typer.Argument(metavar="NAME", help="What the preset is called.")]
IsDefault = Annotated[
    bool | None, typer.Option("--default/--no-default", help="Whether the seat's drafts take it where none is named.")
]

preset = typer.Typer(
    help="Keep choices for your drafts by name: `overture draft --seat ID --preset NAME` takes one (D-6).",
    rich_markup_mode=None,
)


@preset.command("save")
def save(
    name: PresetName,
    on: SwitchedOn = None,
    off: SwitchedOff = None,
    tone: ChosenTone = None,
    length: ChosenLength = None,
    language: ChosenLanguage = None,
    is_default: IsDefault = None,
    seat: SeatOwner = None,
    contract: OwnersContract = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Keep a choice under a name, in place of the one there."""
    choice = make_choice(on=on, off=off, tone=tone, length=length, language=language)
    with open_seats(database, now=now, is_new=seat is not None) as store:
        kept = store.save_preset(owner(store, seat), name, choice, contract=contract, is_default=is_default)
        _show(kept, as_json=as_json)


@preset.command("list")
def list_all(seat: SeatOwner = None, database: Database = None, as_json: AsJson = False, now: Now = None) -> None:
    """List a seat's presets."""
    from .opening import show_json
    from .tables import show_table

    with open_seats(database, now=now) as store:
        found = store.presets(owner(store, seat))
        if as_json:
            show_json(*found, many=True)
            return
        show_table(
            ("Name", "Tone", "Length", "Language", "Off", "Default"),
            ((one.name, one.personalization.tone, one.personalization.length, one.personalization.language,
              len(one.personalization.off), one.is_default) for one in found),
        )  # fmt: skip
        tell_notes(found)


@preset.command("show")
def show(
    name: PresetName,
    seat: SeatOwner = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show a preset."""
    with open_seats(database, now=now) as store:
        _show(store.preset(owner(store, seat), name), as_json=as_json)


@preset.command("rename")
def rename(
    name: PresetName,
    to: Annotated[str, typer.Argument(metavar="NEW", help="What it is called from now on.")],
    seat: SeatOwner = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Call a preset by another name; it stays the default if it is."""
    with open_seats(database, now=now) as store:
        _show(store.rename_preset(owner(store, seat), name, to), as_json=as_json)


@preset.command("default")
def default(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Which preset.")] = None,
    none: Annotated[bool, typer.Option("--none", help="There is none from now on.")] = False,
    seat: SeatOwner = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show which preset a seat's drafts take where none is named, or choose it."""
    if name is not None and none:
        raise ConfigurationError("NAME and --none exclude each other")
    with open_seats(database, now=now) as store:
        who = owner(store, seat)
        if name is not None or none:
            store.set_default_preset(who, name)
        chosen = store.default_preset(who)
        if chosen is not None:
            _show(chosen, as_json=as_json)
        else:
            typer.echo("null" if as_json else "none")


@preset.command("delete")
def delete(
    name: PresetName,
    seat: SeatOwner = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Forget a preset."""
    with open_seats(database, now=now) as store:
        who = owner(store, seat)
        gone = store.preset(who, name)
        store.delete_preset(who, name)
        if not as_json:
            typer.echo("deleted:", err=True)
        _show(gone, as_json=as_json)


def tell_notes(presets: Iterable[Preset]) -> None:
    """What of the presets this release passed over, on stderr."""
    for one in presets:
        for note in one.notes:
            typer.echo(f"overture: note: preset {plain(one.name)}: {plain(note)}", err=True)


def _show(found: Preset, *, as_json: bool) -> None:
    from .opening import show_json
    from .tables import show_fields

    if as_json:
        show_json(found)
        return
    choice = found.personalization
    show_fields(
        (
            *(("name", found.name), ("tone", choice.tone), ("length", choice.length), ("language", choice.language)),
            *(("off", ", ".join(sorted(choice.off)) or "nothing"), ("default", found.is_default)),
            ("changed", found.updated_at),
        )
    )
    tell_notes([found])
