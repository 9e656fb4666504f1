"""Sending what is due: claim it, hand it to the transport with its key, put down what came of it (S-7, S-8, S-10).

A claim re-checks every rule in the transaction that takes it. An answer that comes in while a follow-up is claimed
waits until the claim is over (`receiving.py`), so that no follow-up leaves after an answer was taken. A worker that
dies loses its claim after `Policy.claim_seconds`, and the next one sends with the same key.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, or_, select, update

from .decisions import Refused
from .endings import IS_UNSENT, end_message
from .follow_ups import plan_follow_up
from .policy import Policy
from .records import Message, Thread
from .rows import KEY, Change, Query, count_up, query
from .scheduling import Desk
from .tables import messages, seat_days, suppressions, threads
from .transport import Outgoing, Receipt

_LONGEST_WAIT: Final = timedelta(hours=1)


def _due() -> ColumnElement[bool]:
    now = bindparam("b_now", type_=messages.c.due_at.type)
    is_free = or_(messages.c.claimed_until.is_(None), messages.c.claimed_until <= now)  # else it waits for its retry
    return or_(
        and_(messages.c.state == "scheduled", messages.c.due_at <= now, is_free),
        and_(messages.c.state == "sending", messages.c.claimed_until <= now),
    )


_IS_DUE: Final = _due()
_IS_SENDING: Final = messages.c.state == "sending"
_ALL_DUE: Final = (
    select(messages.c.id, messages.c.due_at)
    .where(_IS_DUE)
    .order_by(messages.c.due_at, messages.c.id)
    .limit(bindparam("b_limit"))
)
_BEHIND: Final = _ALL_DUE.where(
    messages.c.due_at >= bindparam("b_at", type_=messages.c.due_at.type),
    or_(messages.c.due_at > bindparam("b_at", type_=messages.c.due_at.type), messages.c.id > KEY),
)
_THREAD_OF_DUE: Final = Query(
    Thread,
    threads.c.id == select(messages.c.thread).where(messages.c.id == KEY, _IS_DUE).scalar_subquery(),
    lock=True,
)
_IS_SUPPRESSED: Final = exists().where(
    suppressions.c.contract == messages.c.contract, suppressions.c.candidate == messages.c.candidate
)
_DUE: Final = query(Message, messages.c.id == KEY, _IS_DUE).add_columns(_IS_SUPPRESSED).with_for_update(of=messages)
_CLAIM: Final = (
    update(messages)
    .where(messages.c.id == KEY)
    .values(
        state="sending",
        claimed_by=bindparam("to_claimed_by"),
        claimed_until=bindparam("to_claimed_until", type_=messages.c.claimed_until.type),
        attempts=messages.c.attempts + 1,
    )
    .returning(messages.c.attempts)
)
_FIRST_RECEIPT: Final = select(messages.c.receipt).where(messages.c.thread == KEY, messages.c.kind == "initial")
_FOLLOW_UP: Final = select(messages.c.id, messages.c.delay_hours).where(messages.c.initial == KEY, IS_UNSENT)
_SENT: Final = Change(Message, _IS_SENDING, sets=("state", "sent_at", "receipt", "claimed_until"))
_DUE_LATER: Final = Change(Message, sets=("due_at",))
_WAIT: Final = Change(Message, _IS_SENDING, sets=("state", "claimed_until"))


class Due(NamedTuple):
    """A message and the instant from which it may be sent."""

    message: str
    at: datetime


class Claim(NamedTuple):
    """A message that this worker may hand to the transport, and how often that was tried before."""

    message: Message
    outgoing: Outgoing
    attempts: int
    counted_on: date | None  # the day of the seat's limit that it was counted on just now (S-7)


def due_messages(connection: Connection, *, now: datetime, limit: int, after: Due | None = None) -> list[Due]:
    """What is to be sent by now, the most overdue first, behind `after`; claims that ran out are due again."""
    asked = {"b_now": now, "b_limit": limit}
    if after is None:
        found = connection.execute(_ALL_DUE, asked)
    else:
        found = connection.execute(_BEHIND, {**asked, "b_at": after.at, "b_key": after.message})
    return [Due(*row) for row in found]


def claim(connection: Connection, desk: Desk, message_id: str, *, worker: str, now: datetime) -> Claim | Refused | None:
    """Take a due message for sending, or end it where a rule says so; None where it is not to be sent (any more).

    Refused: it was cancelled now, its credit given back, for the reason given (S-7, S-8, C-7, S-3). The contract's
    balance is not looked at: what was charged at scheduling is sent (CR-7).
    """
    # The thread is locked before its messages, as an answer takes them; then the message is looked at again.
    thread = _THREAD_OF_DUE.first(connection, b_key=message_id, b_now=now)
    row = connection.execute(_DUE, {"b_key": message_id, "b_now": now}).first() if thread else None
    if thread is None or row is None:
        return None
    message = Message.model_validate(dict(zip(Message.model_fields, row[:-1], strict=True)))
    policy = desk.policy
    is_retry = message.state == "sending"  # its worker died: it may have gone out, and was counted
    refusal = _must_not_go(desk, message, thread, is_suppressed=bool(row[-1]))
    if refusal is None and not is_retry and message.kind != "further" and not _count_for_today(connection, desk, now):
        most = desk.seat.daily_limit or policy.daily_limit
        refusal = Refused(rule="S-7", reason=f"the seat's daily limit of {most} messages was reached")
    if refusal is not None:
        end_message(
            connection, message, rule=refusal.rule, reason=refusal.reason, now=now, policy=policy, claimed=is_retry
        )
        return refusal
    claimed_until = now + timedelta(seconds=policy.claim_seconds)
    mine = {"b_key": message.id, "to_claimed_by": worker, "to_claimed_until": claimed_until}
    attempts = connection.execute(_CLAIM, mine).scalar_one()
    counted_on = None if is_retry or message.kind == "further" else now.date()
    return Claim(message, _outgoing(connection, message), attempts - 1, counted_on)


def complete(
    connection: Connection, message: Message, receipt: Receipt, *, now: datetime, policy: Policy
) -> Due | None:
    """The transport has it: sent, and its follow-up due by the time it actually went (S-3), which is returned."""
    done = {"to_state": "sent", "to_sent_at": now, "to_receipt": receipt.id, "to_claimed_until": None}
    if not _SENT.apply(connection, message.id, **done):
        return None
    follow_up = connection.execute(_FOLLOW_UP, {"b_key": message.id}).first() if message.kind == "initial" else None
    if follow_up is None:
        return None
    delay = follow_up.delay_hours or policy.follow_up_default_days * 24
    due = plan_follow_up(now, delay_hours=delay, zone=message.zone, policy=policy)
    _DUE_LATER.apply(connection, follow_up.id, to_due_at=due.at)
    return Due(follow_up.id, due.at)


def retry_later(connection: Connection, sent: Claim, *, reason: str, now: datetime, policy: Policy) -> bool:
    """The transport could not take it: try again, ever later, until `Policy.retry_hours` are over (CR-4).

    Says whether it is tried again.
    """
    due = sent.message.due_at or sent.message.created_at
    if now - due >= timedelta(hours=policy.retry_hours):
        fail(
            connection,
            sent.message,
            reason=f"not taken for {policy.retry_hours} hours: {reason}",
            now=now,
            policy=policy,
        )
        return False
    wait = min(timedelta(minutes=2**sent.attempts), _LONGEST_WAIT)
    waits = _WAIT.apply(connection, sent.message.id, to_state="scheduled", to_claimed_until=now + wait)
    if waits and sent.counted_on is not None:  # it counts on the day on which it goes out (S-7)
        connection.execute(
            seat_days.update()
            .where(seat_days.c.seat == sent.message.seat, seat_days.c.day == sent.counted_on)
            .values(sent=seat_days.c.sent - 1)
        )
    return True


def fail(connection: Connection, message: Message, *, reason: str, now: datetime, policy: Policy) -> None:
    """It will never be taken: failed, its credit back (CR-4)."""
    end_message(connection, message, state="failed", rule="CR-4", reason=reason, now=now, policy=policy, claimed=True)


def _must_not_go(desk: Desk, message: Message, thread: Thread, *, is_suppressed: bool) -> Refused | None:
    if desk.seat.flagged is not None:
        return Refused(rule="S-8", reason=f"the sender may not send: {desk.seat.flagged}")
    if is_suppressed:
        return Refused(rule="C-7", reason="the candidate asked to be left alone")
    if message.kind == "follow_up" and thread.responded_at is not None:
        return Refused(rule="S-3", reason="the candidate has answered")
    return None


def _count_for_today(connection: Connection, desk: Desk, now: datetime) -> bool:
    return count_up(
        connection,
        seat_days,
        at={"seat": desk.seat.id, "day": now.date()},
        column="sent",
        most=desk.seat.daily_limit or desk.policy.daily_limit,
    )


def _outgoing(connection: Connection, message: Message) -> Outgoing:
    before = None
    if message.kind != "initial":
        before = connection.execute(_FIRST_RECEIPT, {"b_key": message.thread}).scalar()
    return Outgoing(
        id=message.id, to=message.address or message.candidate, subject=message.subject, body=message.body,
        in_reply_to=before,
    )  # fmt: skip
