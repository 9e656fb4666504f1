"""Taking messages: every rule that may refuse one, the charge, and the rows, in one transaction (S-1 to S-5, CR-1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple
from uuid import NAMESPACE_URL, uuid4, uuid5

from sqlalchemy import Connection, bindparam, select

from overture.errors import InputError

from .decisions import Refused, SendTime
from .follow_ups import check_follow_up
from .ledger import charge
from .new_message import FollowUp, NewMessage, Scheduled
from .policy import Policy
from .records import Contract, Message, Seat, Thread
from .rows import KEY, add, add_all, find, find_all, get
from .send_times import decide_send_time
from .tables import contracts, messages, seats, suppressions, threads
from .thread_rules import may_write
from .zones import resolve_zone

_OF_CONTRACT: Final = select(suppressions.c.candidate).where(suppressions.c.contract == bindparam("b_contract"))
_SUPPRESSED: Final = _OF_CONTRACT.where(suppressions.c.candidate == bindparam("b_candidate"))
_SUPPRESSED_AMONG: Final = _OF_CONTRACT.where(suppressions.c.candidate.in_(bindparam("b_candidates", expanding=True)))
_SEAT_COLUMNS: Final = tuple(seats.c[name] for name in Seat.model_fields)
_SENDER: Final = select(*_SEAT_COLUMNS, *(contracts.c[name] for name in Contract.model_fields)).where(
    contracts.c.id == seats.c.contract
)
_SENDER_OF: Final = {
    "seat": _SENDER.where(seats.c.id == KEY),
    "thread": _SENDER.where(threads.c.id == KEY, seats.c.id == threads.c.seat),
    "message": _SENDER.where(messages.c.id == KEY, seats.c.id == messages.c.seat),
}


class Desk(NamedTuple):
    """Who sends: a seat, its contract, and the policy that both are under."""

    seat: Seat
    contract: Contract
    policy: Policy


def find_desk(
    connection: Connection,
    key: str,
    *,
    of: Literal["seat", "thread", "message"] = "seat",
    policy: Callable[[Contract], Policy],
) -> Desk:
    """The desk of a seat, or of who a thread or a message is from, in one statement.

    Raises:
        InputError: there is no such seat, thread or message.
    """
    row = connection.execute(_SENDER_OF[of], {"b_key": key}).first()
    if row is None:
        raise InputError("is not known here", field=f"{of} {key!r}", expected="an id that exists")
    seat, contract = _sender(tuple(row))
    return Desk(seat, contract, policy(contract))


@lru_cache(maxsize=4096)
def _sender(row: tuple[Any, ...]) -> tuple[Seat, Contract]:
    """The values of a row; the same row comes at every message of a seat."""
    width = len(_SEAT_COLUMNS)
    seat = Seat.model_validate(dict(zip(Seat.model_fields, row[:width], strict=True)))
    return seat, Contract.model_validate(dict(zip(Contract.model_fields, row[width:], strict=True)))


def take_message(
    connection: Connection, desk: Desk, new: NewMessage, *, now: datetime, bulk: str | None = None
) -> Scheduled | Refused:
    """Charge and schedule one message with its follow-up, both or neither (CR-1).

    Raises:
        InputError: `new` names a zone that is none.
    """
    return take_messages(connection, desk, [new], now=now, bulk=bulk)[0]


def take_messages(
    connection: Connection, desk: Desk, news: Sequence[NewMessage], *, now: datetime, bulk: str | None
) -> list[Scheduled | Refused]:
    """Charge and schedule many, each taken or refused by itself (S-5): with few statements while credits suffice.

    Raises:
        InputError: one of `news` names a zone that is none.
    """
    ids = [_ids_of(desk.contract, new) for new in news]
    keyed = [own.message for own, new in zip(ids, news, strict=True) if new.key is not None]
    if keyed:  # whoever takes the same keys at this moment comes after us, or we after them
        get(connection, Contract, desk.contract.id, lock=True)
    known = {found.id: found for found in find_all(connection, Message, messages.c.id.in_(keyed))} if keyed else {}
    suppressed = _suppressed_among(connection, desk.contract.id, [new.candidate for new in news])
    results: dict[int, Scheduled | Refused] = {}
    planned: dict[int, _Planned] = {}
    seen: set[str] = set()
    for place, (own, new) in enumerate(zip(ids, news, strict=True)):
        if own.message in known:
            results[place] = _as_taken(connection, known[own.message])
        elif (refusal := _may_send(desk, is_suppressed=new.candidate in suppressed)) is not None:
            results[place] = refusal
        elif isinstance(plan := _plan(desk, new, own, now=now, bulk=bulk), Refused):
            results[place] = plan
        elif own.message not in seen:  # the same key twice in one call is taken once
            planned[place] = plan
            seen.add(own.message)
    results |= _book(connection, desk, planned, now=now)
    for place, own in enumerate(ids):
        if place not in results:
            first = next(earlier for earlier, other in enumerate(ids) if other.message == own.message)
            results[place] = results[first]
    return [results[place] for place in range(len(news))]


def _plan(desk: Desk, new: NewMessage, ids: _Ids, *, now: datetime, bulk: str | None) -> _Planned | Refused:
    """The rows of a message and its follow-up, if no rule forbids them; nothing is looked up."""
    time = decide_send_time(
        new.at,
        zone=resolve_zone(new.zone, candidate=new.candidate_zone, sender=desk.seat.zone, contract=desk.contract.zone),
        now=now,
        policy=desk.policy,
        saved=new.saved_time,
    )
    if isinstance(time, Refused):
        return time
    rows = [_initial(desk, new, ids, time, now=now, bulk=bulk)]
    if new.follow_up is not None:
        delay = check_follow_up(new.follow_up.delay_hours, plan=desk.seat.plan, policy=desk.policy)
        if isinstance(delay, Refused):
            return delay
        rows.append(_follow_up(rows[0], new.follow_up, ids, delay_hours=delay))
    charged = 0 if new.free else len(rows)
    follow_up = ids.follow_up if new.follow_up else None
    taken = Scheduled(thread=ids.thread, message=ids.message, follow_up=follow_up, time=time, charged=charged)
    return _Planned(_thread(desk, new, ids, now=now), tuple(rows), taken)


def _book(
    connection: Connection, desk: Desk, planned: dict[int, _Planned], *, now: datetime
) -> dict[int, Scheduled | Refused]:
    """Charge all at once; where that is refused, one by one, so that the first ones get what credits there are."""
    refused: dict[int, Refused] = {}
    paid = [row.id for plan in planned.values() if plan.taken.charged for row in plan.rows]
    if paid and isinstance(charge(connection, desk.seat, messages=paid, now=now, policy=desk.policy), Refused):
        for place, plan in planned.items():
            of_one = [row.id for row in plan.rows] if plan.taken.charged else []
            charged = charge(connection, desk.seat, messages=of_one, now=now, policy=desk.policy) if of_one else None
            if isinstance(charged, Refused):
                refused[place] = charged
    taken = {place: plan for place, plan in planned.items() if place not in refused}
    add_all(connection, [plan.thread for plan in taken.values()])
    add_all(connection, [row for plan in taken.values() for row in plan.rows])
    return refused | {place: plan.taken for place, plan in taken.items()}


def may_send(connection: Connection, desk: Desk, candidate: str) -> Refused | None:
    """Whether this seat may write to this candidate at all (S-8, C-7); none: it may."""
    return _may_send(desk, is_suppressed=is_suppressed(connection, desk.contract.id, candidate))


def is_suppressed(connection: Connection, contract: str, candidate: str) -> bool:
    """Whether a candidate is on the contract's suppression list (C-7)."""
    return connection.execute(_SUPPRESSED, {"b_contract": contract, "b_candidate": candidate}).first() is not None


def _suppressed_among(connection: Connection, contract: str, candidates: Sequence[str]) -> set[str]:
    if len(candidates) == 1:  # spares spelling out the list
        return {candidate for candidate in candidates if is_suppressed(connection, contract, candidate)}
    asked = {"b_contract": contract, "b_candidates": candidates}
    return set(connection.execute(_SUPPRESSED_AMONG, asked).scalars())


def _may_send(desk: Desk, *, is_suppressed: bool) -> Refused | None:
    if desk.seat.flagged is not None:
        return Refused(rule="S-8", reason=f"this sender may not send: {desk.seat.flagged}")
    if is_suppressed:
        return Refused(rule="C-7", reason="the candidate asked to be left alone: nothing more can be scheduled to them")
    return None


def take_further(
    connection: Connection,
    desk: Desk,
    thread: Thread,
    *,
    subject: str,
    body: str,
    address: str,
    now: datetime,
    key: str | None = None,
) -> Scheduled | Refused:
    """A further message in a thread that the candidate has answered: no credit, unless the thread is closed (C-9).

    With `key` the same message is taken once; the caller holds the thread's lock.
    """
    own = uuid4() if key is None else uuid5(NAMESPACE_URL, f"overture:{thread.id}:further:{key}")
    before = None if key is None else find(connection, Message, messages.c.id == own.hex)
    if before is not None:
        return _as_taken(connection, before)
    suppressed = is_suppressed(connection, thread.contract, thread.candidate)
    if (
        refusal := may_write(thread, suppressed=suppressed) or may_send(connection, desk, thread.candidate)
    ) is not None:
        return refusal
    if thread.responded_at is None:
        return Refused(
            rule="S-3", reason="the candidate has not answered: until then one follow-up is all that may be sent"
        )
    zone = resolve_zone(sender=desk.seat.zone, contract=desk.contract.zone)
    row = Message(
        id=own.hex,
        thread=thread.id,
        contract=thread.contract,
        seat=thread.seat,
        candidate=thread.candidate,
        kind="further",
        state="scheduled",
        subject=subject,
        body=body,
        address=address,
        created_at=now,
        due_at=now,
        zone=zone.name,
        zone_source=zone.source,
        free=True,
        job=thread.job,
    )
    add(connection, row)
    time = SendTime(at=now, zone=zone.name, zone_source=zone.source, immediately=True)
    return Scheduled(thread=thread.id, message=row.id, time=time, charged=0)


class _Ids(NamedTuple):
    thread: str
    message: str
    follow_up: str


class _Planned(NamedTuple):
    thread: Thread
    rows: tuple[Message, ...]
    taken: Scheduled


def _ids_of(contract: Contract, new: NewMessage) -> _Ids:
    """Ids of their own, or, with the caller's key, the same ids whenever it comes again."""
    base = uuid4() if new.key is None else uuid5(NAMESPACE_URL, f"overture:{contract.id}:{new.key}")
    return _Ids(base.hex, f"{base.hex}-1", f"{base.hex}-2")


def _as_taken(connection: Connection, before: Message) -> Scheduled:
    follow_up = find(connection, Message, messages.c.initial == before.id)
    rows: Sequence[Message] = [before, follow_up] if follow_up else [before]
    return Scheduled(
        thread=before.thread,
        message=before.id,
        follow_up=follow_up.id if follow_up else None,
        time=SendTime(
            at=before.sent_at or before.due_at or before.created_at,
            zone=before.zone,
            zone_source=before.zone_source,
            note=before.note,
        ),
        charged=0 if before.free else len(rows),
    )


def _thread(desk: Desk, new: NewMessage, ids: _Ids, *, now: datetime) -> Thread:
    return Thread(
        id=ids.thread,
        contract=desk.contract.id,
        seat=desk.seat.id,
        candidate=new.candidate,
        job=new.job,
        created_at=now,
    )


def _initial(desk: Desk, new: NewMessage, ids: _Ids, time: SendTime, *, now: datetime, bulk: str | None) -> Message:
    return Message(
        id=ids.message,
        thread=ids.thread,
        contract=desk.contract.id,
        seat=desk.seat.id,
        candidate=new.candidate,
        kind="initial",
        state="scheduled",
        subject=new.subject,
        body=new.body,
        address=new.address,
        created_at=now,
        due_at=time.at,
        zone=time.zone,
        zone_source=time.zone_source,
        note=time.note,
        free=new.free,
        bulk=bulk,
        template=new.template,
        assisted=new.assisted,
        elements=new.elements,
        job=new.job,
    )


def _follow_up(initial: Message, follow_up: FollowUp, ids: _Ids, *, delay_hours: int) -> Message:
    return initial.model_copy(
        update={
            "id": ids.follow_up,
            "kind": "follow_up",
            "initial": initial.id,
            "subject": follow_up.subject or f"Re: {initial.subject}",
            "body": follow_up.body,
            "due_at": None,
            "delay_hours": delay_hours,
            "note": None,
        }
    )
