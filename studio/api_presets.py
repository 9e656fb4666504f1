"""/v1/presets: choices of elements, tone, length and language that a seat keeps by name (D-6)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from overture.errors import InputError
from overture.generation.presets import Preset

from .access import ReadCaller, SettingsCaller
from .body_seat import PRESET_EXAMPLE, PresetBody, PresetEdit, PresetWrite, preset_body
from .body_texts import Key, example
from .idempotency import IdempotentRoute
from .paging import After, Limit, Page, page_of, read_cursor, tagged
from .problems import ProblemError, not_found, or_not_found
from .services import Served, Services

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
    return tagged(request, preset_body(_find(services, caller.seat, preset)))


@router.put(
    "/presets/{preset:path}", operation_id="put_preset", summary="Keep a preset", responses={200: _PRESET}
)  # fmt: skip
def put_preset(preset: Key, body: PresetWrite, caller: SettingsCaller, services: Served) -> PresetBody:
    """Keep a choice under a name, or replace the one there (D-6)."""
    kept = services.seats.save_preset(
        caller.seat, preset, body.personalization, contract=caller.contract, is_default=body.is_default
    )
    return preset_body(kept)


@router.patch(
    "/presets/{preset:path}",
    operation_id="edit_preset",
    summary="Rename a preset, or make it the default",
    responses={200: _PRESET},
)
def edit_preset(preset: Key, body: PresetEdit, caller: SettingsCaller, services: Served) -> PresetBody:
    """Another name for the same choice; a name that is taken is a 409 (D-6)."""
    found = _find(services, caller.seat, preset)
    if body.name is not None:
        try:
            found = services.seats.rename_preset(caller.seat, preset, body.name)
        except InputError as error:
            raise ProblemError(409, "conflict", error.problem, field="name") from None
    if body.is_default is not None and body.is_default != found.is_default:
        services.seats.set_default_preset(caller.seat, found.name if body.is_default else None)
    return preset_body(_find(services, caller.seat, found.name))


@router.delete("/presets/{preset:path}", status_code=204, operation_id="delete_preset", summary="Delete a preset")
def delete_preset(preset: Key, caller: SettingsCaller, services: Served) -> None:
    """Forget a preset (D-6). A default that goes leaves none behind."""
    if not services.seats.delete_preset(caller.seat, preset):
        raise not_found("preset")


def _find(services: Services, seat: str, name: str) -> Preset:
    with or_not_found("preset"):
        return services.seats.preset(seat, name)
