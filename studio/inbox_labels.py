"""A person's word on what a reply means: it counts in messaging, and feedback learns from it (C-2, F-1)."""

from __future__ import annotations

from typing import NamedTuple
from uuid import uuid4

from overture.classification import Verdict
from overture.errors import InputError
from overture.feedback import LabelCorrection, ReplySnapshot
from overture.messaging import Message, Received, Reply, Thread
from overture.messaging.receiving import INITIAL_OF, take_back_correction
from overture.messaging.records import ReplyLabel
from overture.messaging.rows import find, get
from overture.messaging.tables import replies

from .caller import Caller
from .inbox_threads import names_of, verdicts_of
from .problems import not_found
from .services import Services


class _Case(NamedTuple):
    """A reply with what it answers and what was said of it."""

    reply: Reply
    thread: Thread
    outreach: Message | None
    verdict: Verdict | None


def find_reply(services: Services, seat: str, key: str) -> Reply:
    """A reply to a seat.

    Raises:
        ProblemError: 404, the seat has none of this id, whoever else may.
    """
    return _case(services, seat, key).reply


def correct_label(
    services: Services, caller: Caller, key: str, label: ReplyLabel, *, event: str | None = None
) -> Received:
    """What a person says that a reply means (C-2); `event` is the caller's idempotency key for feedback (F-1).

    Raises:
        ProblemError: 404, the seat has no such reply.
    """
    case = _case(services, caller.seat, key)
    received = services.outreach.correct_label(key, label)
    _tell_feedback(services, caller, case, label, event)
    return received


def take_back_label(services: Services, caller: Caller, key: str) -> Reply:
    """What a person said is taken back: smart reply or classifier count again (C-2, F-1).

    Raises:
        ProblemError: 404, the seat has no such reply.
        InputError: it is an automatic answer that a person took for a response (C-5).
    """
    case = _case(services, caller.seat, key)
    with services.outreach.store.write() as connection:
        before = take_back_correction(connection, key)
    _tell_feedback(services, caller, case, None, None)
    return before


def _tell_feedback(
    services: Services, caller: Caller, case: _Case, label: ReplyLabel | None, event: str | None
) -> None:
    """One event; nothing where nobody judged a text (a smart reply without one), since there is nothing to learn."""
    if case.verdict is None:
        return
    said = LabelCorrection(
        id=event or uuid4().hex,
        at=services.clock(),
        seat=caller.seat,
        contract=caller.contract,
        reply=_snapshot(services, case, case.verdict),
        label=label,
    )
    try:
        services.feedback.add(said)
    except InputError:  # what was given the first time stays, whatever the candidate is called by now
        services.feedback.add(said.model_copy(update={"reply": case.reply.id}))


def _snapshot(services: Services, case: _Case, verdict: Verdict) -> ReplySnapshot:
    name = names_of(services, case.thread.seat, [case.thread.id])[case.thread.id]
    is_known = name != case.thread.candidate
    return ReplySnapshot(
        id=case.reply.id,
        candidate=case.thread.candidate,
        seat=case.thread.seat,
        contract=case.thread.contract,
        received_at=case.reply.received_at,
        text=verdict.text,
        outreach=case.outreach.body if case.outreach else None,
        language=verdict.language,
        label=verdict.label,
        intent=verdict.intent,
        confidence=verdict.confidence,
        model=verdict.model,
        private_names=(name,) if is_known else (),
    )


def _case(services: Services, seat: str, key: str) -> _Case:
    with services.outreach.store.read() as connection:
        reply = find(connection, Reply, replies.c.id == key)
        thread = get(connection, Thread, reply.thread) if reply else None
        if reply is None or thread is None or thread.seat != seat:
            raise not_found("reply")
        verdict = verdicts_of(connection, [key]).get(key)
        return _Case(reply, thread, INITIAL_OF.first(connection, b_key=thread.id), verdict)
