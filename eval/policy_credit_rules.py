"""CR-1 to CR-8 worked out again: who pays for what, what comes back, and a ledger of our own beside the ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from overture.messaging import Refused, Scheduled

from .policy_journal import Asked, GrantMade
from .policy_numbers import BONUS, CREDITS_LAST, GRANTS, POOLED, REFUND_WITHIN
from .policy_seen import Book, Seen, Talk

if TYPE_CHECKING:
    from overture.messaging import Message

    from .policy_journal import Quarter


def check_credits(seen: Seen, book: Book) -> None:
    """Every rule of the CR page."""
    _charges(seen, book)
    for talk in seen.talks.values():
        _refunds(seen, book, talk)
    _grants(seen, book)
    _ledger(seen, book)
    _empty_pool(seen, book)
    _records(seen, book)


def _owner(quarter: Quarter, seat: str) -> str:
    found = quarter.seats[seat]
    return f"contract:{found.contract}" if str(found.plan) in POOLED else f"seat:{seat}"


def _charges(seen: Seen, book: Book) -> None:
    """CR-1: one credit a message, two or none for a pair, at scheduling; nothing for a free one."""
    for step in seen.asked:
        if isinstance(step.result, Refused):
            continue
        ids = [step.result.message, *([step.result.follow_up] if step.result.follow_up else [])]
        wanted = 0 if step.free else 1
        for message in ids:
            paid = [(entry.amount, entry.at) for entry in seen.entry(message, "charge")]
            book.check("CR-1", paid == [(1, step.at)] * wanted, f"{message} was charged {paid}")
            if step.free:
                book.check("CR-1", not seen.entries.get(message), f"{message} is free and has entries")
        charged = wanted * len(ids)
        book.check("CR-1", step.result.charged == charged, f"{step.body} says {step.result.charged}, not {charged}")


def _refunds(seen: Seen, book: Book, talk: Talk) -> None:
    """CR-2, CR-3 and CR-4: which credits of a thread come back, each once, and why."""
    rule = "CR-3" if talk.follow_up is not None else "CR-2"
    back = _given_back(talk)
    for message in talk.messages:
        if message.free:
            continue
        found = seen.entry(message.id, "refund")
        book.check("CR-2", len(found) <= 1, f"{message.id} gave back {len(found)} credits")
        if message.state in ("cancelled", "failed"):
            right = len(found) == 1 and found[0].rule == message.ended_by and bool(found[0].reason)
            ended = "CR-3" if message.ended_by == "CR-3" else "CR-4"
            book.check(ended, right, f"{message.id} ended by {message.ended_by} and has {len(found)} refunds")
        else:
            wanted = message is back
            said = f"{message.id} gave back {len(found)}, and {int(wanted)} by the rule"
            book.check(rule, len(found) == int(wanted), said)
            if found:
                book.check(rule, found[0].at == talk.answered_at, f"{message.id} gave back at {found[0].at}")


def _given_back(talk: Talk) -> Message | None:
    """The message whose credit the first response gives back: the latest that was out, within 90 days of sending."""
    answered = talk.answered_at
    if answered is None:
        return None
    out = [m for m in talk.messages if m.sent_at is not None and m.sent_at <= answered and not m.free]
    in_time = [m for m in out if m.sent_at is not None and answered - m.sent_at <= REFUND_WITHIN]
    return in_time[-1] if in_time else None


def _grants(seen: Seen, book: Book) -> None:
    """CR-5: how many a month for which plan."""
    for step in seen.steps(GrantMade):
        plan = str(seen.quarter.seats[step.seat].plan)
        wanted = GRANTS[plan] if step.kind == "month" else BONUS
        book.check("CR-5", step.credits == wanted, f"{step.seat} ({plan}) was granted {step.credits}, not {wanted}")


class _Lots:
    """Credits by lot, as a person would keep them on paper."""

    def __init__(self) -> None:
        self.left: dict[str, int] = {}
        self.since: dict[str, datetime] = {}
        self.of: dict[str, list[str]] = defaultdict(list)

    def usable(self, owner: str, now: datetime) -> list[str]:
        """The lots that a charge may use, the oldest first."""
        lots = [lot for lot in self.of[owner] if self.left[lot] and now - self.since[lot] < CREDITS_LAST]
        return sorted(lots, key=lambda lot: (self.since[lot], lot))

    def balance(self, owner: str, now: datetime) -> int:
        """What an owner may use."""
        return sum(self.left[lot] for lot in self.usable(owner, now))

    def add(self, owner: str, lot: str, since: datetime, number: int) -> None:
        """Credits into a lot."""
        if lot not in self.left:
            self.left[lot], self.since[lot] = 0, since
            self.of[owner].append(lot)
        self.left[lot] += number


def _ledger(seen: Seen, book: Book) -> None:
    """CR-1, CR-5, CR-6 and CR-8: every entry in its order, and what was refused for want of credits."""
    lots, months = _Lots(), Counter[tuple[str, str]]()
    asks = sorted((step for step in seen.asked if _waits_for_credits(step)), key=lambda step: step.at)
    place = 0
    for entry in seen.quarter.entries:
        while place < len(asks) and asks[place].at < entry.at:
            _refused(seen, book, asks[place], lots, months)
            place += 1
        owner, now = entry.owner, entry.at
        if entry.kind == "grant":
            lots.add(owner, entry.lot, now, entry.amount)
        elif entry.kind == "refund":
            day = now.replace(hour=0, minute=0, second=0, microsecond=0)
            is_new = entry.lot not in lots.left or lots.since[entry.lot] == day
            book.check("CR-5", is_new, f"{entry.key}: the refund went into the older lot {entry.lot}")
            lots.add(owner, entry.lot, day, entry.amount)
            message = seen.quarter.messages[entry.message or ""]
            book.check("CR-6", owner == _owner(seen.quarter, message.seat), f"{entry.key} went to {owner}")
        elif entry.kind == "charge":
            usable = lots.usable(owner, now)
            oldest = lots.since[usable[0]] if usable else None
            right = entry.lot in usable and lots.since[entry.lot] == oldest
            book.check("CR-5", right, f"{entry.key} came from {entry.lot}, not from the oldest lot")
            book.check("CR-5", owner == _owner(seen.quarter, entry.seat or ""), f"{entry.key} was paid by {owner}")
            lots.add(owner, entry.lot, now, -entry.amount)
            months[entry.seat or "", f"{now:%Y-%m}"] += entry.amount
        else:
            is_due = now - lots.since[entry.lot] >= CREDITS_LAST and lots.left[entry.lot] == entry.amount
            book.check("CR-5", is_due, f"{entry.key} was lost {now - lots.since[entry.lot]} after its grant")
            lots.add(owner, entry.lot, now, -entry.amount)
        book.check("CR-8", lots.left[entry.lot] >= 0, f"{entry.key}: lot {entry.lot} holds {lots.left[entry.lot]}")
    for step in asks[place:]:
        _refused(seen, book, step, lots, months)
    for seat, found in seen.quarter.balances.items():
        balance = lots.balance(_owner(seen.quarter, seat), seen.quarter.end)
        book.check("CR-8", found == balance, f"{seat} has {found}, and {balance} by its entries")
    for (name, month), number in months.items():
        limit = seen.quarter.seats[name].monthly_limit
        if limit is not None:
            book.check("CR-6", number <= limit, f"{name} was charged {number} in {month}")


def _waits_for_credits(step: Asked) -> bool:
    """What was refused for want of credits or by the month, one to one: in bulk others were charged in between."""
    return isinstance(step.result, Refused) and step.result.rule in ("CR-1", "CR-6")


def _refused(seen: Seen, book: Book, step: Asked, lots: _Lots, months: Counter[tuple[str, str]]) -> None:
    """Whether credits or the month's limit really were too few; of a bulk send, after those of it that were taken."""
    rule = step.result.rule if isinstance(step.result, Refused) else ""
    needed = 2 if step.follow_up else 1
    spent = sum(
        other.result.charged
        for other in seen.asked
        if other.bulk and other.bulk == step.bulk and isinstance(other.result, Scheduled)
    )
    if rule == "CR-1":
        balance = lots.balance(_owner(seen.quarter, step.seat), step.at) - spent
        book.check("CR-1", balance < needed, f"{step.body} was refused with a balance of {balance}")
    else:
        limit, used = seen.quarter.seats[step.seat].monthly_limit, months[step.seat, f"{step.at:%Y-%m}"] + spent
        is_over = limit is not None and used + needed > limit
        book.check("CR-6", is_over, f"{step.body} was refused after {used} of {limit} in its month")


def _empty_pool(seen: Seen, book: Book) -> None:
    """CR-7: what was charged goes out, also where nothing is left by then; nothing ends for want of credits."""
    balance: Counter[str] = Counter()
    history: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for entry in seen.quarter.entries:
        balance[entry.owner] += entry.change
        history[entry.owner].append((entry.at, balance[entry.owner]))
    for message, at in seen.out.items():
        row = seen.quarter.messages[message]
        before = [left for when, left in history[_owner(seen.quarter, row.seat)] if when <= at]
        if not row.free and before and before[-1] == 0:
            book.check("CR-7", row.state == "sent", f"{message} was charged and is {row.state}")
    for row in seen.quarter.messages.values():
        if row.ended_by in ("CR-1", "CR-5", "CR-6", "CR-7"):
            book.check("CR-7", False, f"{row.id} was charged and ended by {row.ended_by}")


def _records(seen: Seen, book: Book) -> None:
    """CR-8: keys, reasons, statements, explanations, and the ledger's own check of itself."""
    quarter = seen.quarter
    keys = Counter(entry.key for entry in quarter.entries)
    for entry in quarter.entries:
        complete = keys[entry.key] == 1 and bool(entry.reason) and bool(entry.rule) and bool(entry.lot)
        book.check("CR-8", complete, f"{entry.key} stands there {keys[entry.key]} times, or says too little")
    closing = 0
    for statement in quarter.statements:
        listed = sum(entry.change for entry in statement.entries)
        holds = statement.opening == closing and statement.closing == statement.opening + listed
        book.check("CR-8", holds, f"the statement of {statement.month} does not follow from the one before")
        closing = statement.closing
    for message, told in quarter.explained.items():
        book.check("CR-8", list(told) == seen.entries.get(message, []), f"{message} is not explained by its entries")
    book.check("CR-8", quarter.report.holds, f"the ledger says of itself: {quarter.report.differences[:2]}")
