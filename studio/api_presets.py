"""/v1/presets: choices of elements, tone, length and language that a seat keeps by name (D-6)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from overture.errors import InputError
from overture.generation.presets import choose_default, rename_preset, save_preset
from overture.generation.presets import get_preset as get_preset_of
from overture.generation.seat_rows import find_seat
from overture.generation.seat_texts import check_name

from .access import ReadCaller, SettingsCaller
from .body_seat import PRESET_EXAMPLE, PresetBody, PresetEdit, PresetWrite, preset_body
from .body_texts import Key, example
from .idempotency import IdempotentRoute
from .paging import After, IfMatch, Limit, Page, check_match, page_of, read_cursor, tagged
from .problems import ProblemError, not_found, or_not_found
from .services import Served

router = APIRouter(tags=["presets"], route_class=IdempotentRoute)
_PRESET = {"model": PresetBody, **example(PRESET_EXAMPLE)}


@router.get(
    "/presets",
    operation_id="list_presets",
    summary="List presets",
    responses={200: {"model": Page[PresetBody], **example({"items": [PRESET_EXAMPLE], "next": None})}},
)
def list_presets(
    caller: ReadCaller, services: Served, request: Request, after: After = None, limit: Limit = 50
) -> Response:
    """The seat's presets, by name (D-6). With `If-None-Match` an unchanged page is a 304."""
    behind: str = read_cursor(after, str)[0] if after else ""
    found = [preset_body(each) for each in services.seats.presets(caller.seat) if each.name > behind]
    return tagged(request, page_of(found, limit, key=lambda each: (each.name,)))


@router.get(
    "/presets/{preset:path}", operation_id="get_preset", summary="Look at a preset", responses={200: _PRESET}
)  # fmt: skip
def get_preset(preset: Key, caller: ReadCaller, services: Served, request: Request) -> Response:
    """A preset of the seat; `notes` say what of it this release does not know (D-6)."""
    with or_not_found("preset"):
        return tagged(request, preset_body(services.seats.preset(caller.seat, preset)))


@router.put(
    "/presets/{preset:path}", operation_id="put_preset", summary="Keep a preset", responses={200: _PRESET}
)  # fmt: skip
def put_preset(
    preset: Key, body: PresetWrite, caller: SettingsCaller, services: Served, if_match: IfMatch = None
) -> PresetBody:
    """Keep a choice under a name, or replace the one there (D-6)."""
    name = check_name(preset, field="name")
    with services.store.write() as connection:
        check_match(if_match, lambda: _locked(connection, caller.seat, name))
        kept = save_preset(
            connection, caller.seat, contract=caller.contract, name=name, personalization=body.personalization,
            is_default=body.is_default, now=services.clock(),
        )  # fmt: skip
        return preset_body(kept)


@router.patch(
    "/presets/{preset:path}",
    operation_id="edit_preset",
    summary="Rename a preset, or make it the default",
    responses={200: _PRESET},
)
def edit_preset(
    preset: Key, body: PresetEdit, caller: SettingsCaller, services: Served, if_match: IfMatch = None
) -> PresetBody:
    """Another name for the same choice; a name that is taken is a 409 (D-6)."""
    to = None if body.name is None else check_name(body.name, field="name")
    with services.store.write() as connection:
        with or_not_found("preset"):
            name = check_name(preset, field="name")
            before = _locked(connection, caller.seat, name)
        if before is None:
            raise not_found("preset")
        check_match(if_match, lambda: before)
        if to is not None:
            try:
                rename_preset(connection, caller.seat, name=name, to=to, now=services.clock())
            except InputError as error:
                raise ProblemError(409, "conflict", error.problem, field="name") from None
        name = to or name
        if body.is_default is not None and body.is_default != before.is_default:
            choose_default(connection, caller.seat, name=name if body.is_default else None)
        return preset_body(get_preset_of(connection, caller.seat, name=name))


@router.delete("/presets/{preset:path}", status_code=204, operation_id="delete_preset", summary="Delete a preset")
def delete_preset(preset: Key, caller: SettingsCaller, services: Served) -> None:
    """Forget a preset (D-6). A default that goes leaves none behind."""
    if not services.seats.delete_preset(caller.seat, preset):
        raise not_found("preset")


def _locked(connection: Connection, seat: str, name: str) -> PresetBody | None:
    """What GET gives now; nobody else changes a preset of the seat until this transaction ends."""
    find_seat(connection, seat, lock=True)
    try:
        return preset_body(get_preset_of(connection, seat, name=name))
    except InputError:
        return None
