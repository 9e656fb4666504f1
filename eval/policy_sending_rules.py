"""S-1 to S-11 worked out again, naively, from what was asked and what the transport was handed."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from overture.messaging import Refused, Scheduled

from .policy_journal import Cancelled
from .policy_numbers import BULK_FROM, FOLLOW_UP_DEFAULT, FOLLOW_UP_LEAST, FOLLOW_UP_MOST, POOLED
from .policy_seen import Book, Seen, Talk, instant_of, local_of

if TYPE_CHECKING:
    from overture.messaging import Message

    from .policy_journal import Asked, Quarter


def check_sending(seen: Seen, book: Book) -> None:
    """Every rule of the S page."""
    for step in seen.asked:
        _times(seen, book, step)
        _plans(seen, book, step)
    for talk in seen.talks.values():
        if talk.follow_up is not None:
            _follow_up(seen, book, talk, talk.follow_up)
    _templates(seen, book)
    _bulk(seen, book)
    _cancelled(seen, book)
    _daily_limit(seen, book)
    _flagged(seen, book)
    _folders(seen, book)
    _once(seen, book)


def _times(seen: Seen, book: Book, step: Asked) -> None:
    """S-1 and S-2: the promised local time, in the right zone, never in the past."""
    zone, source = seen.zone_of(step)
    result = step.result
    due = step.at if step.local is None else instant_of(step.local, zone)
    is_past = due < step.at
    if is_past and not step.saved:
        book.check("S-1", isinstance(result, Refused), f"{step.body} was taken at {step.at} for {due}")
    elif isinstance(result, Refused) and result.rule == "S-1":
        book.check("S-1", False, f"{step.body} was refused at {step.at} although {due} has not passed")
    if isinstance(result, Scheduled):
        expected = step.at if is_past else due
        time = result.time
        book.check(
            "S-2",
            (time.at, time.zone, time.zone_source) == (expected, zone, source),
            f"{step.body}: {step.local} in {zone} ({source}) is {expected}, not {time.at} ({time.zone_source})",
        )
        went = seen.out.get(result.message)
        if went is not None:
            book.check("S-1", went >= expected, f"{step.body} went out at {went}, before {expected}")


def _plans(seen: Seen, book: Book, step: Asked) -> None:
    """S-11, and the window of S-3, at the door."""
    plan = str(seen.quarter.seats[step.seat].plan)
    if not step.follow_up:
        return
    if plan not in POOLED:
        book.check("S-11", isinstance(step.result, Refused), f"{plan} was given a follow-up: {step.body}")
        return
    delay = FOLLOW_UP_DEFAULT if step.delay is None else timedelta(hours=step.delay)
    if not FOLLOW_UP_LEAST <= delay <= FOLLOW_UP_MOST:
        book.check("S-3", isinstance(step.result, Refused), f"{step.body} was taken with a delay of {delay}")
    elif isinstance(step.result, Refused):
        book.check("S-3", step.result.rule != "S-3", f"{step.body} was refused with a delay of {delay}")


def _follow_up(seen: Seen, book: Book, talk: Talk, follow_up: Message) -> None:
    """S-3: when it is due, that it went out then, and that it did not behind an answer."""
    went, initial = seen.out.get(follow_up.id), talk.initial
    if initial.sent_at is None:
        book.check("S-3", went is None, f"{follow_up.id} went out without its initial message")
        return
    delay = seen.taken[follow_up.id].delay
    due = _due(initial.sent_at, delay, initial.zone)
    is_moved = follow_up.note is not None and bool(talk.automatic)
    if not is_moved and follow_up.due_at is not None:
        book.check("S-3", follow_up.due_at == due, f"{follow_up.id} is due {follow_up.due_at}, not {due}")
    if follow_up.due_at is not None:
        gap = follow_up.due_at - initial.sent_at
        book.check("S-3", FOLLOW_UP_LEAST <= gap <= FOLLOW_UP_MOST, f"{follow_up.id} is due after {gap}")
    if went is None:
        return
    answered = talk.answered_at
    book.check("S-3", answered is None or went < answered, f"{follow_up.id} went out at {went}, answered {answered}")
    book.check("S-10", answered is None or went < answered, f"{follow_up.id} went out behind an answer")
    tries = [step for step in seen.handed if step.message == follow_up.id]
    if len(tries) == 1:
        expected = seen.next_run(follow_up.due_at or due)
        # a worker that died takes the rest of its run with it; the next one comes three minutes later
        late = timedelta() if expected is None else went - expected
        book.check("S-3", timedelta(hours=-1) <= late <= timedelta(), f"{follow_up.id} went out {late} after its run")


def _due(sent: datetime, delay: int | None, zone: str) -> datetime:
    """Whole days keep the local time of day, inside the window."""
    span = FOLLOW_UP_DEFAULT if delay is None else timedelta(hours=delay)
    due = sent + span if span.seconds else instant_of(local_of(sent, zone) + span, zone)
    return min(max(due, sent + FOLLOW_UP_LEAST), sent + FOLLOW_UP_MOST)


def _templates(seen: Seen, book: Book) -> None:
    """S-4."""
    for template, is_found in seen.quarter.templates:
        badge = "2 messages" if template.follow_up_body else None
        book.check("S-4", is_found, f"a search does not find {template.name!r}")
        book.check("S-4", template.badge == badge, f"{template.name!r} has the badge {template.badge!r}")
    for step in seen.asked:
        if step.saved and isinstance(step.result, Scheduled):
            time = step.result.time
            is_now = time.immediately and bool(time.note)
            book.check("S-4", is_now, f"a saved time that has passed gave {time.at} with the note {time.note!r}")


def _bulk(seen: Seen, book: Book) -> None:
    """S-5: everybody their own message and thread; the same bulk for all."""
    sends: dict[int, list[Asked]] = defaultdict(list)
    for step in seen.asked:
        if step.bulk:
            sends[step.bulk].append(step)
    for number, steps in sends.items():
        taken = [step for step in steps if isinstance(step.result, Scheduled)]
        rows = [seen.quarter.messages[step.result.message] for step in taken if isinstance(step.result, Scheduled)]
        own = all(row.body == step.body for row, step in zip(rows, taken, strict=True))
        book.check("S-5", own, f"bulk {number}: a recipient got another's message")
        book.check("S-5", len({row.thread for row in rows}) == len(rows), f"bulk {number}: a thread is shared")
        if len(steps) >= BULK_FROM:
            marks = {row.bulk for row in rows}
            book.check("S-5", len(marks) <= 1 and None not in marks, f"bulk {number} is marked {marks}")
    for handed in seen.handed:
        own = handed.body == seen.quarter.messages[handed.message].body
        book.check("S-5", own, f"{handed.message} went out with another body")


def _cancelled(seen: Seen, book: Book) -> None:
    """S-6."""
    for step in seen.steps(Cancelled):
        row, went = seen.quarter.messages[step.message], seen.out.get(step.message)
        if went is not None and went <= step.at:
            book.check("S-6", step.refused == "S-6", f"{row.id} was cancelled after it had gone out")
            continue
        if step.refused is None:
            book.check("S-6", row.state == "cancelled", f"{row.id} was cancelled and is {row.state}")
            book.check("S-6", went is None, f"{row.id} was cancelled at {step.at} and went out at {went}")
            second = seen.talks[row.thread].follow_up if row.kind == "initial" else None
            if second is not None:
                book.check("S-6", second.state == "cancelled", f"the follow-up of {row.id} is {second.state}")
        else:
            book.check("S-6", row.state != "scheduled", f"{row.id} could be cancelled and was refused")


def _daily_limit(seen: Seen, book: Book) -> None:
    """S-7: by UTC day; what is over the limit is cancelled, and nothing else by this rule."""
    used: Counter[tuple[str, date]] = Counter()
    counted: set[str] = set()
    ends: dict[str, list[datetime]] = defaultdict(list)
    for step in seen.handed:
        row = seen.quarter.messages[step.message]
        if row.kind != "further" and step.fate != "later" and step.message not in counted:
            counted.add(step.message)
            used[row.seat, step.at.date()] += 1
    for (seat, day), number in used.items():
        limit = _limit(seen.quarter, seat)
        book.check("S-7", number <= limit, f"{seat} sent {number} on {day}, over {limit}")
    for notice in seen.quarter.notices:
        if notice.kind == "cancelled" and notice.rule == "S-7" and notice.message:
            ends[notice.message].append(notice.at)
    for row in seen.quarter.messages.values():
        if row.ended_by != "S-7":
            continue
        at = ends.get(row.id, [None])[0]
        number = used[row.seat, at.date()] if at else 0
        limit = _limit(seen.quarter, row.seat)
        book.check("S-7", number >= limit, f"{row.id} was ended by the limit with {number} of {limit} sent")
        book.check("S-7", row.state == "cancelled" and row.id not in seen.out, f"{row.id} is {row.state}")
        if row.kind == "follow_up" and not seen.talks[row.thread].responses:
            shown = [line for line in seen.quarter.folders[row.seat]["awaiting_reply"] if line.thread.id == row.thread]
            is_shown = [line.status for line in shown] == ["cancelled"]
            book.check("S-7", is_shown, f"{row.id} is not shown in Awaiting Reply as cancelled")


def _limit(quarter: Quarter, seat: str) -> int:
    return quarter.seats[seat].daily_limit or quarter.policy.daily_limit  # configuration, by the rule itself


def _flagged(seen: Seen, book: Book) -> None:
    """S-8."""
    for seat in seen.quarter.seats:
        for start, end in seen.flags(seat):
            for step in seen.asked:
                if step.seat == seat and start <= step.at < end:
                    refused = isinstance(step.result, Refused)
                    book.check("S-8", refused, f"{seat} is flagged and {step.body} was taken")
            for handed in seen.handed:
                if seen.quarter.messages[handed.message].seat == seat:
                    book.check("S-8", not start <= handed.at < end, f"{seat} is flagged and sent {handed.message}")
            for row in seen.quarter.messages.values():
                due = seen.next_run(row.due_at) if row.due_at else None
                was_due = row.seat == seat and due is not None and start <= due < end and row.created_at < start
                if was_due and row.state == "cancelled" and row.ended_by not in ("S-6", "CR-2", "CR-3", "C-7"):
                    book.check("S-8", row.ended_by == "S-8" and bool(row.end_reason), f"{row.id}: {row.ended_by}")


def _folders(seen: Seen, book: Book) -> None:
    """S-9: each thread in exactly one folder, and in the right one."""
    found: dict[str, list[str]] = defaultdict(list)
    for folders in seen.quarter.folders.values():
        for name, lines in folders.items():
            for line in lines:
                found[line.thread.id].append(name)
    for thread, talk in seen.talks.items():
        if talk.responses:
            folder = "accepted" if talk.responses[-1][1] == "accept" else "declined"
        else:
            folder = "scheduled" if talk.initial.state in ("scheduled", "held", "sending") else "awaiting_reply"
        book.check("S-9", found[thread] == [folder], f"{thread} lies in {found[thread]}, not in {folder}")


def _once(seen: Seen, book: Book) -> None:
    """S-10: each message once, under its own key, and none lost."""
    times: Counter[str] = Counter()
    for step in seen.handed:
        times[step.message] += step.fate in ("taken", "died after")
        book.check("S-10", step.key == step.message, f"{step.message} was handed over under the key {step.key}")
    for row in seen.quarter.messages.values():
        went = times[row.id]
        book.check("S-10", went <= 1, f"{row.id} went out {went} times")
        ended = row.state in ("sent", "cancelled", "failed")
        book.check("S-10", ended and (row.state == "sent") == (went == 1), f"{row.id} is {row.state}, out {went} times")
