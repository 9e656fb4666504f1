"""The seats of a contract, and what each may change of itself (S-7, S-8, CR-6, D-9)."""

from __future__ import annotations

from typing import Any

from overture.base import Value
from overture.generation.auto_draft import AutoDraftDecision
from overture.messaging import Contract, Policy, Seat
from overture.messaging.rows import find, find_all, get
from overture.messaging.tables import seats

from .caller import Caller
from .problems import not_found
from .services import Services


class SeatSettings(Value):
    """How a seat is set up, what its contract gives it, and whether drafts are made unasked (D-9)."""

    seat: Seat
    contract: Contract
    daily_limit: int
    """What holds: the seat's own, or the policy's (S-7)."""
    auto_draft: AutoDraftDecision


def settings_of(services: Services, caller: Caller, seat: str | None = None) -> SeatSettings:
    """Those of the caller's seat, or of another one of its contract.

    Raises:
        ProblemError: 404, the contract has no such seat.
    """
    found = seat_of_contract(services, caller, seat or caller.seat)
    with services.outreach.store.read() as connection:
        contract = get(connection, Contract, found.contract)
    return SeatSettings(
        seat=found,
        contract=contract,
        daily_limit=found.daily_limit or Policy.named(contract.policy).daily_limit,
        auto_draft=services.seats.auto_draft(found.id, contract=found.contract),
    )


def seat_of_contract(services: Services, caller: Caller, key: str) -> Seat:
    """A seat of the caller's contract.

    Raises:
        ProblemError: 404, it has none of this id, whatever other contract may.
    """
    with services.outreach.store.read() as connection:
        found = find(connection, Seat, seats.c.id == key, seats.c.contract == caller.contract)
    if found is None:
        raise not_found("seat")
    return found


def seats_of(services: Services, contract: str, *, after: str = "", limit: int = 50) -> list[Seat]:
    """The seats of a contract, by id, behind one."""
    with services.outreach.store.read() as connection:
        return find_all(connection, Seat, seats.c.contract == contract, seats.c.id > after)[:limit]


def change_contract(services: Services, contract: str, **changes: Any) -> Contract:
    """Change zone or policy of a contract (S-2, H-5).

    Raises:
        InputError: the zone is none.
        ConfigurationError: there is no such policy.
    """
    with services.outreach.store.read() as connection:
        before = get(connection, Contract, contract)
    after = Contract.model_validate({**before.model_dump(), **changes})
    services.outreach.add_contract(after)
    return after
