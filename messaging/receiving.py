"""Taking a candidate's answer: what was said is kept, what it does is settled, all in one transaction (C-1 to C-10)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid4, uuid5

from sqlalchemy import Connection, bindparam

from overture.base import Value
from overture.classification import Verdict, resolve_outcome
from overture.database import insert_into
from overture.errors import InputError

from .decisions import Settlement
from .endings import UNSENT, end_message
from .ledger import refund
from .notices import tell
from .policy import Policy
from .records import Message, Reply, ReplyLabel, Thread
from .rows import KEY, Change, Query, add, change, find_all, get
from .settlement import settle_correction, settle_reply
from .tables import messages, replies, suppressions
from .thread_rules import responses_in_order, thread_state
from .zones import as_utc

LEFT_ALONE: Final = "the candidate asked to be left alone"
_NOTICES: Final = {
    "interested": "the candidate is interested: follow up soon",
    "declined": "the candidate declined",
}
_JUST_BEHIND: Final = timedelta(microseconds=1)
_SHOWN: Final = ("disposition", "outcome", "responded_at", "closed")
INITIAL_OF: Final = Query(Message, messages.c.thread == KEY, messages.c.kind == "initial")
_PAIRED: Final = Query(Message, messages.c.thread == KEY, messages.c.kind != "further")
_REPLY: Final = Query(Reply, replies.c.id == KEY)
_REPLIES: Final = Query(Reply, replies.c.thread == KEY)
_STATE: Final = Change(Thread, sets=_SHOWN)
_ANSWERED: Final = Change(Message, messages.c.responded_at.is_(None), sets=("responded_at",))
_GIVE_UP: Final = Change(
    Message,
    messages.c.claimed_until <= bindparam("b_now", type_=messages.c.claimed_until.type),
    sets=("state", "claimed_until"),
)


class Incoming(NamedTuple):
    """An answer as it came in, already judged; `verdict` is none where nobody could judge (no text)."""

    thread: str
    received_at: datetime
    smart: ReplyLabel | None
    edited: bool
    text: str
    verdict: Verdict | None
    key: str | None


class Received(Value):
    """An answer as it is kept, and what it did."""

    reply: Reply
    settlement: Settlement
    repeated: bool = False


def reply_id(incoming: Incoming) -> str:
    """An id of its own, or the same id whenever the caller's key comes again."""
    if incoming.key is None:
        return uuid4().hex
    return uuid5(NAMESPACE_URL, f"overture:{incoming.thread}:reply:{incoming.key}").hex


def take_reply(connection: Connection, incoming: Incoming, *, policy: Policy, now: datetime) -> Received | None:
    """Keep an answer and do what it settles; None while a worker is sending in its thread: come again (S-10).

    Raises:
        InputError: there is no such thread.
    """
    thread = get(connection, Thread, incoming.thread, lock=True)
    reply = _reply_of(incoming)
    sent = _paired(connection, thread)
    before = _REPLY.first(connection, b_key=reply.id)
    if before is not None:
        settled = settle_reply(before, thread=thread, messages=sent, now=now, policy=policy)
        return Received(reply=before, settlement=settled, repeated=True)
    for message in sent if reply.label is not None else ():  # an automatic answer changes nothing that is sent (C-5)
        if message.state == "sending":
            if not _give_up_dead_claim(connection, message, now):
                return None
            sent = _paired(connection, thread)
    reply = reply.model_copy(update={"received_at": _moment_of(connection, incoming, now)})
    settlement = settle_reply(reply, thread=thread, messages=sent, now=now, policy=policy)
    add(connection, reply, verdict=incoming.verdict.model_dump(mode="json") if incoming.verdict else None)
    _apply(connection, thread, reply, settlement, now=now, policy=policy)
    return Received(reply=reply, settlement=settlement)


def correct_reply(
    connection: Connection, reply_key: str, label: ReplyLabel, *, policy: Policy, now: datetime
) -> Received:
    """A person's word on a reply's label, above smart reply and classifier (C-2).

    Raises:
        InputError: there is no such reply.
    """
    reply = get(connection, Reply, reply_key)
    thread = get(connection, Thread, reply.thread, lock=True)
    sent = _paired(connection, thread)
    all_replies = _REPLIES.all(connection, b_key=thread.id)
    settlement = settle_correction(
        reply, label, thread=thread, replies=all_replies, messages=sent, now=now, policy=policy
    )
    corrected = reply.model_copy(update={"corrected": label})
    change(connection, Reply, reply.id, corrected=label)
    _apply(connection, thread, corrected, settlement, now=now, policy=policy)
    return Received(reply=corrected, settlement=settlement)


def take_back_correction(connection: Connection, reply_key: str) -> Reply:
    """Let what counted before a person's word count again (C-2); credits stay as they are (CR-2).

    Raises:
        InputError: there is no such reply, or it is an automatic answer, which a correction made a response (C-5).
    """
    reply = get(connection, Reply, reply_key)
    thread = get(connection, Thread, reply.thread, lock=True)
    if reply.kind == "auto":
        raise InputError(
            "C-5: by a person's word this automatic answer became a response, and credits came back for it",
            field="reply",
            expected="the other label",
        )
    change(connection, Reply, reply.id, corrected=None)
    _show_state(connection, thread)
    return reply.model_copy(update={"corrected": None})


def suppress(connection: Connection, contract: str, candidate: str, *, reason: str, now: datetime) -> None:
    """Put a candidate on the contract's list, from which on nothing goes out to them (C-7)."""
    new = insert_into(connection, suppressions).values(
        contract=contract, candidate=candidate, since=now, reason=reason
    )  # fmt: skip
    connection.execute(new.on_conflict_do_nothing(index_elements=["contract", "candidate"]))


def waiting_for(connection: Connection, contract: str, candidate: str) -> list[Message]:
    """What waits to be sent to a candidate, follow-ups before their initial messages."""
    found = find_all(
        connection,
        Message,
        messages.c.contract == contract,
        messages.c.candidate == candidate,
        messages.c.state.in_(UNSENT),
    )
    return sorted(found, key=lambda message: message.kind != "follow_up")


def _reply_of(incoming: Incoming) -> Reply:
    verdict = incoming.verdict
    automatic = verdict is not None and verdict.label == "auto" and incoming.smart is None
    outcome = resolve_outcome(incoming.smart, verdict)
    returns_on: date | None = verdict.returns_on if verdict else None
    return Reply(
        id=reply_id(incoming),
        thread=incoming.thread,
        received_at=incoming.received_at,
        kind="auto" if automatic else "smart" if incoming.smart else "text",
        smart=incoming.smart,
        edited=incoming.edited,
        text=incoming.text,
        label=None if outcome.label == "auto" else outcome.label,
        intent=verdict.intent if verdict else None,
        confidence=verdict.confidence if verdict else None,
        conflict=outcome.conflict,
        returns_on=returns_on,
    )


def _moment_of(connection: Connection, incoming: Incoming, now: datetime) -> datetime:
    """When it came: never in the future, and just behind responses of its instant, to keep their order (C-10)."""
    at = min(as_utc(incoming.received_at, field="received_at"), now)
    others = {reply.received_at for reply in responses_in_order(_REPLIES.all(connection, b_key=incoming.thread))}
    while at in others:
        at += _JUST_BEHIND
    return at


def _give_up_dead_claim(connection: Connection, message: Message, now: datetime) -> bool:
    """Whether the claim on a message has run out; then it waits again, and what settles may cancel it."""
    return _GIVE_UP.apply(connection, message.id, b_now=now, to_state="scheduled", to_claimed_until=None)


def _show_state(connection: Connection, thread: Thread) -> None:
    """Put the fold of a thread's messages and replies on its row (S-9, C-9, C-10)."""
    state = thread_state(thread, _paired(connection, thread), _REPLIES.all(connection, b_key=thread.id))
    _STATE.apply(connection, thread.id, **{f"to_{name}": getattr(state, name) for name in _SHOWN})


def _paired(connection: Connection, thread: Thread) -> list[Message]:
    """The initial and its follow-up; what was written later in the conversation settles nothing."""
    return _PAIRED.all(connection, b_key=thread.id)


def _apply(
    connection: Connection, thread: Thread, reply: Reply, settlement: Settlement, *, now: datetime, policy: Policy
) -> None:
    why = "; ".join(reason for reason in settlement.reasons if reason.startswith("CR-")) or "answered"
    for cancelled in (settlement.cancels_initial, settlement.cancels_follow_up):
        if cancelled is not None:
            message = get(connection, Message, cancelled)
            end_message(
                connection, message, rule=settlement.refund_rule, reason=why, now=now, policy=policy, notify=False
            )
    for refunded in settlement.refunds:
        refund(connection, refunded, rule=settlement.refund_rule, reason=why, now=now, policy=policy)
    if settlement.moves_follow_up is not None:
        connection.execute(
            messages.update()
            .where(messages.c.thread == thread.id, messages.c.kind == "follow_up", messages.c.state.in_(UNSENT))
            .values(due_at=settlement.moves_follow_up.at, note=settlement.moves_follow_up.reason)
        )
    if not settlement.counts_as_response or settlement.label is None:
        return
    if settlement.answers is not None:
        _ANSWERED.apply(connection, settlement.answers, to_responded_at=reply.received_at)
    _show_state(connection, thread)
    if settlement.suppresses:
        suppress(connection, thread.contract, thread.candidate, reason=LEFT_ALONE, now=now)
    if settlement.notice is not None:
        tell(
            connection,
            key=f"{settlement.notice}:{reply.id}:{reply.corrected or ''}",
            at=now,
            contract=thread.contract,
            seat=thread.seat,
            kind=settlement.notice,
            rule="C-8",
            text=_NOTICES[settlement.notice],
            thread=thread.id,
        )
