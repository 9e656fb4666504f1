"""How a message that was not sent ends: cancelled or failed, its credit back, its follow-up with it (S-6, CR-4)."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Connection, or_

from .ledger import refund
from .notices import tell
from .policy import Policy
from .records import Message
from .rows import KEY, Change, Query
from .tables import messages

UNSENT = ("scheduled", "held")
_ENDS: Final = ("state", "ended_by", "end_reason", "claimed_until")
IS_UNSENT: Final = or_(*(messages.c.state == state for state in UNSENT))  # IN would be spelt out at each call
_END: Final = Change(Message, IS_UNSENT, sets=_ENDS)
_END_CLAIMED: Final = Change(Message, or_(IS_UNSENT, messages.c.state == "sending"), sets=_ENDS)
_FOLLOW_UP: Final = Query(Message, messages.c.initial == KEY)


def end_message(
    connection: Connection,
    message: Message,
    *,
    rule: str,
    reason: str,
    now: datetime,
    policy: Policy,
    state: Literal["cancelled", "failed"] = "cancelled",
    claimed: bool = False,
    notify: bool = True,
) -> bool:
    """End a message that is still to be sent; `claimed` where the caller holds its claim. Says whether it did."""
    end = {"to_state": state, "to_ended_by": rule, "to_end_reason": reason, "to_claimed_until": None}
    if not (_END_CLAIMED if claimed else _END).apply(connection, message.id, **end):
        return False
    if not message.free:
        refund(connection, message.id, rule=rule, reason=reason, now=now, policy=policy)
    if notify:
        tell(
            connection,
            key=f"{state}:{message.id}",
            at=now,
            contract=message.contract,
            seat=message.seat,
            kind=state,
            rule=rule,
            text=reason,
            thread=message.thread,
            message=message.id,
        )
    if message.kind == "initial":
        follow_up = _FOLLOW_UP.first(connection, b_key=message.id)
        if follow_up is not None:
            end_message(
                connection,
                follow_up,
                rule="S-6",
                reason=f"its initial message was not sent: {reason}",
                now=now,
                policy=policy,
                notify=False,
            )
    return True
