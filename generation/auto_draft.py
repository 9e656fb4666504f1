"""Whether drafts are made unasked for a seat, and who decided that (D-9)."""

from __future__ import annotations

from typing import Literal

from overture.base import Value


class AutoDraftDecision(Value):
    """The answer to "is auto-draft on for this seat, and who decided" (D-9)."""

    on: bool
    decided_by: Literal["seat", "contract", "default"]
    rule: Literal["D-9"] = "D-9"
    reason: str


def decide_auto_draft(contract_default: bool | None, seat_override: bool | None) -> AutoDraftDecision:
    """A seat's own word counts, else its contract's, else auto-draft is off (D-9); None stands for no word.

    >>> decide_auto_draft(True, False).reason
    'the seat has switched auto-draft off for itself; its contract has it on'
    """
    contract = "nothing" if contract_default is None else f"it {_word(contract_default)}"
    if seat_override is not None:
        said = "has decided nothing" if contract_default is None else f"has {contract}"
        reason = f"the seat has switched auto-draft {_word(seat_override)} for itself; its contract {said}"
        return AutoDraftDecision(on=seat_override, decided_by="seat", reason=reason)
    if contract_default is not None:
        reason = f"an admin has switched auto-draft {_word(contract_default)} for the contract; the seat follows it"
        return AutoDraftDecision(on=contract_default, decided_by="contract", reason=reason)
    reason = "neither the contract nor the seat has decided; without a decision auto-draft is off"
    return AutoDraftDecision(on=False, decided_by="default", reason=reason)


def _word(on: bool) -> str:
    return "on" if on else "off"
