"""H-1 to H-5 worked out again: the rate by counting, the notices and restrictions by a small machine of their own."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from overture.messaging import Policy, Refused

from .policy_journal import Looked, Ran
from .policy_numbers import BULK_FROM, HEALTH_LEAST_SENT, HEALTH_PERCENT, HEALTH_WINDOW, POLICY, RESTRICTION
from .policy_seen import Book, Seen
from .policy_world import LONG

if TYPE_CHECKING:
    from overture.messaging import Message

_COUNTS = re.compile(r"(\d+) responses to (\d+) messages")
_CLEAR_OF, _CLEAR = 60, 12
"""Twelve of sixty against none of sixty: no test doubts that (Fisher's p is under 0.001)."""


class Stand(NamedTuple):
    """How a sender stands at an instant, with what was counted: messages sent and answered in the window."""

    at: datetime
    state: str
    until: datetime | None
    sent: int
    answered: int


def check_health(seen: Seen, book: Book) -> None:
    """Every rule of the H page."""
    sent = _sent(seen)
    for seat in seen.quarter.seats:
        stands, told = _worked_out(seen, seat, sent[seat])
        _rates(seen, book, seat, stands)
        _notices(seen, book, seat, told)
        _bulk(seen, book, seat, stands)
    numbers = Policy.default()
    for name, number in POLICY.items():
        found: Any = getattr(numbers, name)
        plain: object = frozenset(map(str, found)) if isinstance(number, frozenset) else found
        book.check("H-5", plain == number, f"Policy.default().{name} is {found}, and {number} by the rules")


def _sent(seen: Seen) -> dict[str, list[tuple[datetime, datetime | None]]]:
    """Of each sender, when a message of a rate went out, and when it was answered (H-1)."""
    found: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for talk in seen.talks.values():
        out: list[Message] = [message for message in talk.messages if message.sent_at is not None]
        first = talk.answered_at
        before = [message for message in out if first is not None and message.sent_at and message.sent_at <= first]
        for message in out:
            is_answered = bool(before) and message is before[-1]
            if message.sent_at is not None:
                found[message.seat].append((message.sent_at, first if is_answered else None))
    for pairs in found.values():
        pairs.sort(key=lambda pair: pair[0])
    return found


def _worked_out(
    seen: Seen, seat: str, sent: list[tuple[datetime, datetime | None]]
) -> tuple[dict[datetime, Stand], list[tuple[str, str, datetime]]]:
    """How a sender stands at every look, and what they are told: kind, rule and instant."""
    state, since, until = "ok", datetime.min, None
    stands: dict[datetime, Stand] = {}
    told: list[tuple[str, str, datetime]] = []
    for now in look_instants(seen, seat):
        window = [answered for at, answered in sent if now - HEALTH_WINDOW <= at <= now]
        number, answers = len(window), sum(answered is not None and answered <= now for answered in window)
        is_below = 100 * answers < HEALTH_PERCENT * number
        if state == "restricted" and until is not None:
            if now >= until and not is_below:
                state, until = "ok", None
                told.append(("restriction_over", "H-4", now))
            elif now >= until:
                while until <= now:
                    until += RESTRICTION
                told.append(("restricted", "H-4", now))
        elif not is_below:
            state = "ok"
        elif state == "noticed" and now.date() > since.date():  # a restriction never follows its notice on one UTC day
            state, until = "restricted", now + RESTRICTION
            told.append(("restricted", "H-3", now))
        elif state == "ok" and number >= HEALTH_LEAST_SENT:
            state, since = "noticed", now
            told.append(("low_response_rate", "H-2", now))
        stands[now] = Stand(now, state, until, number, answers)
    return stands, told


def _rates(seen: Seen, book: Book, seat: str, stands: dict[datetime, Stand]) -> None:
    """H-1, by every answer to the question how a sender stands."""
    for step in seen.steps(Looked):
        if step.seat == seat:
            stand = stands[step.at]
            same = (step.found.sent, step.found.responses) == (stand.sent, stand.answered)
            said = f"{step.found.responses} of {step.found.sent}, and {stand.answered} of {stand.sent} by counting"
            book.check("H-1", same, f"{seat} at {step.at}: {said}")
            rule = "H-3" if "restricted" in (stand.state, step.found.state) else "H-2"
            said = f"{step.found.state}, and {stand.state} by the rules"
            book.check(rule, step.found.state == stand.state, f"{seat} at {step.at}: {said}")


def _notices(seen: Seen, book: Book, seat: str, told: list[tuple[str, str, datetime]]) -> None:
    """H-2 to H-4, by what the sender was told, and when."""
    kinds = ("low_response_rate", "restricted", "restriction_over")
    notices = [notice for notice in seen.quarter.notices if notice.seat == seat and notice.kind in kinds]
    found = [(str(notice.kind), notice.rule, notice.at) for notice in notices]
    for kind, rule, at in told:
        book.check(rule, (kind, rule, at) in found, f"{seat} should have been told {kind} at {at}")
    for kind, rule, at in found:
        book.check(rule, (kind, rule, at) in told, f"{seat} was told {kind} at {at} and should not")
    for notice in notices:
        if notice.kind == "low_response_rate":
            book.check("H-2", _COUNTS.search(notice.text) is not None, f"{seat}: no numbers in {notice.text!r}")
            if _short_do_better(seen, seat, notice.at):
                is_said = "characters" in notice.text
                book.check("H-2", is_said, f"{seat}: no tip on the length, which their numbers give: {notice.text!r}")


def _short_do_better(seen: Seen, seat: str, now: datetime) -> bool:
    """Whether a sender's own numbers leave no doubt: short messages are answered, long ones never."""
    answered: dict[bool, list[bool]] = {True: [], False: []}
    for talk in seen.talks.values():
        if talk.initial.seat == seat and talk.initial.sent_at is not None and talk.initial.sent_at <= now:
            is_answered = talk.answered_at is not None and talk.answered_at <= now
            answered[len(talk.initial.body) < LONG].append(is_answered)
    return min(map(len, answered.values())) >= _CLEAR_OF and sum(answered[True]) >= _CLEAR and not any(answered[False])


def _bulk(seen: Seen, book: Book, seat: str, stands: dict[datetime, Stand]) -> None:
    """H-3: bulk is refused while restricted, with the end date, and one to one is not; H-4: afterwards it is not."""
    was_restricted = False
    for step in seen.asked:
        if step.seat != seat:
            continue
        refused_by = step.result.rule if isinstance(step.result, Refused) else None
        if step.recipients < BULK_FROM:
            book.check("H-3", refused_by not in ("H-3", "H-4"), f"{seat}: one-to-one was refused at {step.at}")
            continue
        stand = stands[step.at]
        if stand.state == "restricted":
            was_restricted = True
            until = step.result.until if isinstance(step.result, Refused) else None
            holds = refused_by == "H-3" and until == stand.until
            book.check("H-3", holds, f"{seat}: bulk at {step.at}: {refused_by} until {until}, not {stand.until}")
        else:
            rule = "H-4" if was_restricted else "H-3"
            book.check(rule, refused_by not in ("H-3", "H-4"), f"{seat}: bulk was refused at {step.at}")


def look_instants(seen: Seen, seat: str) -> list[datetime]:
    """When a sender's rate is looked at: at every run, before every bulk send, and when somebody asks (H-2 to H-4)."""
    looks: list[datetime] = []
    bulks: set[int] = set()
    asked = {id(step): step for step in seen.asked if step.seat == seat and step.bulk}
    for step in seen.quarter.steps:
        if isinstance(step, Ran) or (isinstance(step, Looked) and step.seat == seat):
            looks.append(step.at)
        elif (bulk := asked.get(id(step))) is not None and bulk.bulk not in bulks:
            bulks.add(bulk.bulk)
            looks.append(bulk.at)
    return looks
