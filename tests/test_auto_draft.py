"""D-9: an admin decides for the contract, a seat may override it for itself, and the answer says who decided."""

from __future__ import annotations

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from seats import ACME
from seats import clock as clock
from seats import kept_postgres as kept_postgres
from seats import kept_sqlite as kept_sqlite
from seats import kept_url as kept_url
from seats import seats as seats

from overture.errors import InputError
from overture.generation import SeatStore, decide_auto_draft


@pytest.mark.parametrize(
    ("contract", "seat", "on", "decided_by"),
    [
        (None, None, False, "default"),
        (True, None, True, "contract"),
        (False, None, False, "contract"),
        (None, True, True, "seat"),
        (None, False, False, "seat"),
        (True, True, True, "seat"),
        (True, False, False, "seat"),
        (False, True, True, "seat"),
        (False, False, False, "seat"),
    ],
)
def test_d9_the_seat_decides_else_the_contract_else_it_is_off(
    contract: bool | None, seat: bool | None, on: bool, decided_by: str
) -> None:
    decision = decide_auto_draft(contract, seat)
    assert (decision.on, decision.decided_by, decision.rule) == (on, decided_by, "D-9")
    assert ("on" if on else "off") in decision.reason


def test_d9_every_decision_has_a_reason_of_its_own() -> None:
    words = (None, True, False)
    assert len({decide_auto_draft(contract, seat).reason for contract in words for seat in words}) == 9


def test_d9_a_seat_follows_its_contract_until_it_decides_and_again_after(seats: SeatStore) -> None:
    assert seats.auto_draft("ana", contract=ACME) == decide_auto_draft(None, None)
    seats.set_auto_draft_default(ACME, on=True)
    assert seats.auto_draft_default(ACME) is True
    assert seats.auto_draft("ana", contract=ACME) == decide_auto_draft(True, None)
    assert seats.set_auto_draft("ana", False, contract=ACME) == decide_auto_draft(True, False)
    assert seats.auto_draft("ana") == decide_auto_draft(True, False)
    seats.set_auto_draft_default(ACME, on=False)
    assert seats.set_auto_draft("ana", True) == decide_auto_draft(False, True)
    assert seats.set_auto_draft("ana", None) == decide_auto_draft(False, None)
    seats.set_auto_draft_default(ACME, None)
    assert (seats.auto_draft_default(ACME), seats.auto_draft("ana")) == (None, decide_auto_draft(None, None))


def test_d9_one_seat_or_contract_decides_nothing_for_another(seats: SeatStore) -> None:
    seats.set_auto_draft_default(ACME, on=True)
    seats.set_auto_draft("ana", False, contract=ACME)
    assert seats.auto_draft("ben", contract=ACME) == decide_auto_draft(True, None)
    assert seats.auto_draft("cy", contract="umbra") == decide_auto_draft(None, None)


def test_d9_a_seat_is_asked_for_with_its_own_contract(seats: SeatStore) -> None:
    seats.set_auto_draft_default("umbra", on=True)
    seats.set_auto_draft("ana", None, contract=ACME)
    with pytest.raises(InputError, match="not a seat of this contract"):
        seats.auto_draft("ana", contract="umbra")
    with pytest.raises(InputError, match="not a seat of this contract"):
        seats.set_auto_draft("ana", True, contract="umbra")
    with pytest.raises(InputError, match="its contract"):
        seats.set_auto_draft("ben", True)
    assert seats.auto_draft("ana") == decide_auto_draft(None, None)
