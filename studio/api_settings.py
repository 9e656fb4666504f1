"""/v1/settings, /v1/seats, /v1/contract, /v1/keys, /v1/notices and /v1/audit: how a seat is set up, and what it was
told and did (S-7, S-8, CR-6, D-9, C-8)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from overture.messaging import Seat

from .access import AdminCaller, ReadCaller, SettingsCaller
from .audit import lines_of
from .body_settings import (
    AUDIT_EXAMPLE,
    KEY_EXAMPLE,
    NEW_KEY_EXAMPLE,
    NOTICE_EXAMPLE,
    AuditBody,
    ContractBody,
    ContractChangesBody,
    KeyBody,
    NewKeyAnswer,
    NewKeyBody,
    NoticeBody,
    OwnChangesBody,
    SeatChangesBody,
    SettingsBody,
)
from .body_texts import Key, RequestBody, example
from .idempotency import IdempotentRoute
from .paging import After, Limit, Page, behind, page_of, read_cursor, tagged
from .problems import not_found
from .seats import change_contract, seat_of_contract, seats_of, settings_of
from .services import Served

router = APIRouter(tags=["settings"], route_class=IdempotentRoute)


@router.get("/settings", operation_id="get_settings", summary="Settings of the seat", response_model=SettingsBody)
def get_settings(request: Request, caller: ReadCaller, services: Served) -> Response:
    """Zone, limits, flag, and whether drafts are made unasked (S-2, S-7, S-8, CR-6, D-9)."""
    return tagged(request, SettingsBody.of(settings_of(services, caller)))


@router.patch("/settings", operation_id="change_settings", summary="Change the seat's own settings")
def change_settings(body: OwnChangesBody, caller: SettingsCaller, services: Served) -> SettingsBody:
    """What a seat may change of itself: its zone, and auto-draft (S-2, D-9)."""
    changes = _given(body)
    if "zone" in changes:
        services.outreach.settings(caller.seat, zone=body.zone)
    if "auto_draft" in changes:
        services.seats.set_auto_draft(caller.seat, body.auto_draft, contract=caller.contract)
    return SettingsBody.of(settings_of(services, caller))


@router.get("/seats", operation_id="list_seats", summary="Seats of the contract", response_model=Page[Seat])
def list_seats(
    request: Request, caller: AdminCaller, services: Served, after: After = None, limit: Limit = 50
) -> Response:
    """By id; for admins."""
    place: str = read_cursor(after, str)[0] if after else ""
    found = seats_of(services, caller.contract, after=place, limit=limit + 1)
    return tagged(request, page_of(found, limit, key=lambda each: (each.id,)))


@router.patch("/seats/{seat:path}", operation_id="change_seat", summary="Change a seat of the contract")
def change_seat(seat: Key, body: SeatChangesBody, caller: AdminCaller, services: Served) -> SettingsBody:
    """Plan, limits and flag, for admins (S-7, S-8, S-11, CR-6)."""
    found = seat_of_contract(services, caller, seat)
    changes = _given(body)
    if body.plan is None:
        changes.pop("plan", None)
    services.outreach.settings(found.id, **changes)
    return SettingsBody.of(settings_of(services, caller, found.id))


@router.get("/contract", operation_id="get_contract", summary="Settings of the contract", response_model=ContractBody)
def get_contract(request: Request, caller: ReadCaller, services: Served) -> Response:
    """Zone, policy, and what it says of auto-draft (S-2, H-5, D-9)."""
    contract = settings_of(services, caller).contract
    default = services.seats.auto_draft_default(contract.id)
    found = ContractBody(contract=contract.id, zone=contract.zone, policy=contract.policy, auto_draft=default)
    return tagged(request, found)


@router.patch("/contract", operation_id="change_contract", summary="Change the contract's settings")
def change_settings_of_contract(body: ContractChangesBody, caller: AdminCaller, services: Served) -> ContractBody:
    """For admins: zone, policy, and auto-draft for the seats that have not decided themselves (S-2, H-5, D-9)."""
    changes = _given(body)
    changes.pop("auto_draft", None)
    if body.policy is None:
        changes.pop("policy", None)
    contract = change_contract(services, caller.contract, **changes)  # first: it may refuse, and then nothing changes
    if "auto_draft" in body.model_fields_set:
        services.seats.set_auto_draft_default(caller.contract, body.auto_draft)
    default = services.seats.auto_draft_default(contract.id)
    return ContractBody(contract=contract.id, zone=contract.zone, policy=contract.policy, auto_draft=default)


@router.get(
    "/keys",
    operation_id="list_keys",
    summary="API keys of the seat",
    response_model=Page[KeyBody],
    responses={200: example({"items": [KEY_EXAMPLE], "next": None})},
)
def list_keys(
    request: Request, caller: SettingsCaller, services: Served, after: After = None, limit: Limit = 50
) -> Response:
    """Oldest first, revoked ones too; the text of a key is shown when it is made, and never again."""
    found = behind(services.keys.list(seat=caller.seat), after, key=lambda key: key.id)
    return tagged(request, page_of([KeyBody.of(key) for key in found], limit, key=lambda key: (key.id,)))


@router.post(
    "/keys",
    status_code=201,
    operation_id="add_key",
    summary="Make an API key",
    responses={201: example(NEW_KEY_EXAMPLE)},
)
def add_key(body: NewKeyBody, caller: SettingsCaller, services: Served, response: Response) -> NewKeyAnswer:
    """For this seat, with scopes that the caller has. Its text is in this answer alone, and is not kept."""
    for scope in sorted(body.scopes):
        caller.check(scope)
    made, text = services.keys.add(
        caller.seat, contract=caller.contract, now=services.clock(), label=body.label, scopes=body.scopes
    )
    response.headers.update({"Location": f"/v1/keys/{made.id}", "Cache-Control": "no-store"})
    return NewKeyAnswer(**KeyBody.of(made).model_dump(), text=text)


@router.delete("/keys/{key}", status_code=204, operation_id="revoke_key", summary="Revoke an API key")
def revoke_key(key: Key, caller: SettingsCaller, services: Served) -> None:
    """From this moment on it opens nothing, and sessions that it opened are over."""
    if not services.keys.revoke(key, now=services.clock(), seat=caller.seat):
        raise not_found("key that holds")


@router.get(
    "/notices",
    operation_id="list_notices",
    summary="What the seat was told",
    response_model=Page[NoticeBody],
    responses={200: example({"items": [NOTICE_EXAMPLE], "next": None})},
)
def list_notices(
    request: Request, caller: ReadCaller, services: Served, after: After = None, limit: Limit = 50
) -> Response:
    """Oldest first: an answer came (C-8), a message was not sent (CR-4), a rate is low (H-2 to H-4)."""
    place: int = read_cursor(after, int)[0] if after else 0
    found = services.outreach.notices(caller.seat, after=place, limit=limit + 1)
    items = [NoticeBody(**notice.model_dump(exclude={"seat", "contract"})) for notice in found]
    return tagged(request, page_of(items, limit, key=lambda each: (each.id,)))


@router.get(
    "/audit",
    operation_id="list_audit",
    summary="Who did what",
    response_model=Page[AuditBody],
    responses={200: example({"items": [AUDIT_EXAMPLE], "next": None})},
)
def list_audit(
    request: Request, caller: SettingsCaller, services: Served, after: After = None, limit: Limit = 50
) -> Response:
    """Writes of the seat's keys and sessions, newest first, without their content."""
    before: int | None = read_cursor(after, int)[0] if after else None
    found = lines_of(services.store, caller.seat, before=before, limit=limit + 1)
    items = [AuditBody(**line.model_dump(exclude={"seat"})) for line in found]
    return tagged(request, page_of(items, limit, key=lambda each: (each.id,)))


def _given(body: RequestBody) -> dict[str, Any]:
    """The fields that were given, null included."""
    return {name: getattr(body, name) for name in body.model_fields_set}
