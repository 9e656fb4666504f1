"""C-1, C-2, C-5 and C-7 to C-10 worked out again; what a text means is the matter of the suite `replies`."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from overture.messaging import Refused

from .policy_journal import Answered, Corrected, Written
from .policy_numbers import FOLLOW_UP_MOST
from .policy_seen import Book, Seen, Talk, instant_of, local_of

if TYPE_CHECKING:
    from overture.messaging import Notice

_DISPOSITION = {"accept": "accepted", "decline": "declined"}
_NOTICE = {"accept": "interested", "decline": "declined"}


def check_replies(seen: Seen, book: Book) -> None:
    """The rules of the C page that messaging keeps."""
    corrected = {step.reply: step for step in seen.steps(Corrected)}
    told: dict[str, list[Notice]] = defaultdict(list)
    for notice in seen.quarter.notices:
        if notice.thread:
            told[notice.thread].append(notice)
    for step in seen.steps(Answered):
        _labels(seen, book, step, corrected.get(step.reply))
        label = step.smart or step.label
        if label in _NOTICE:
            kinds = [notice.kind for notice in told[step.thread] if notice.at == step.at and notice.rule == "C-8"]
            book.check("C-8", _NOTICE[label] in kinds, f"{step.thread} was answered at {step.at}: told {kinds}")
    for thread, talk in seen.talks.items():
        _dispositions(seen, book, thread, talk)
        for away in talk.automatic:
            _automatic(seen, book, talk, away)
    for written in seen.steps(Written):
        _closed(seen, book, written, corrected)
    _left_alone(seen, book)


def _labels(seen: Seen, book: Book, step: Answered, correction: Corrected | None) -> None:
    """C-1 and C-2: choice, classifier and correction are all kept, and the right one counts."""
    row = seen.quarter.replies[step.reply]
    if step.smart is not None:
        book.check("C-1", row.smart == step.smart, f"{row.id}: the choice was {step.smart}, kept is {row.smart}")
        book.check("C-1", bool(row.text) == step.own, f"{row.id}: the candidate's own text was not kept as sent")
    counts = step.smart or (None if step.label == "auto" else step.label)
    book.check("C-2", row.label == counts, f"{row.id}: {row.label} counts, not {counts}")
    disagrees = step.smart is not None and step.label not in (None, step.smart)
    book.check("C-2", row.conflict == disagrees, f"{row.id}: conflict {row.conflict}, not {disagrees}")
    wanted = correction.label if correction else None
    book.check("C-2", row.corrected == wanted, f"{row.id}: corrected to {row.corrected}, not {wanted}")


def _dispositions(seen: Seen, book: Book, thread: str, talk: Talk) -> None:
    """C-10, and C-5's word that an automatic answer leaves the status alone."""
    row = seen.quarter.threads[thread]
    if talk.responses:
        outcome, latest = (_DISPOSITION[talk.responses[place][1]] for place in (0, -1))
        same = (row.outcome, row.disposition) == (outcome, latest)
        book.check("C-10", same, f"{thread}: {row.outcome}, then {row.disposition}; not {outcome}, then {latest}")
    elif talk.automatic:
        book.check("C-5", row.disposition == "pending", f"{thread} has an automatic answer only: {row.disposition}")


def _automatic(seen: Seen, book: Book, talk: Talk, away: Answered) -> None:
    """C-5: no credit moves, and a follow-up that is due before the return goes past it, inside the 28 days."""
    moved = [entry for message in talk.messages for entry in seen.entries.get(message.id, []) if entry.at == away.at]
    book.check("C-5", not moved, f"{away.thread}: an automatic answer moved credits at {away.at}")
    follow_up, sent = talk.follow_up, talk.initial.sent_at
    went = seen.out.get(follow_up.id) if follow_up is not None else None
    if follow_up is None or sent is None or went is None or away.returns_on is None or went <= away.at:
        return
    back, zone = date.fromisoformat(away.returns_on), talk.initial.zone
    latest = sent + FOLLOW_UP_MOST
    if local_of(latest, zone).date() < back:
        return  # away for all the time that is left
    others = [date.fromisoformat(each.returns_on) for each in talk.automatic if each.returns_on]
    if back == max(others):
        earliest = min(instant_of(datetime.combine(back, datetime.min.time()), zone), latest)
        book.check("C-5", went >= earliest, f"{follow_up.id} went out at {went}, before {back}")
        book.check("C-5", went <= latest + timedelta(days=1), f"{follow_up.id} went out at {went}, after {latest}")


def _closed(seen: Seen, book: Book, step: Written, corrected: dict[str, Corrected]) -> None:
    """C-9: closed by a bare smart Decline, and open otherwise."""
    before = [answer for answer, _ in seen.talks[step.thread].responses if answer.at <= step.at]
    if not before or step.refused in ("C-7", "S-8"):
        return
    last = before[-1]
    word = corrected.get(last.reply)
    stands = word is None or word.at > step.at or word.label == "decline"
    is_closed = last.smart == "decline" and not last.own and stands
    book.check(
        "C-9", (step.refused == "C-9") == is_closed, f"{step.thread}: {step.refused}, closed by the rule: {is_closed}"
    )


def _left_alone(seen: Seen, book: Book) -> None:
    """C-7: nothing is taken for, and nothing goes out to, who asked to be left alone; what waited gives back."""
    for step in seen.asked:
        since = seen.left_alone.get(step.candidate)
        refused_by = step.result.rule if isinstance(step.result, Refused) else None
        if since is not None and step.at > since:
            book.check("C-7", refused_by is not None, f"{step.body} was taken at {step.at}, left alone since {since}")
        else:
            book.check("C-7", refused_by != "C-7", f"{step.body} was refused for nobody's wish")
    for message, at in seen.out.items():
        since = seen.left_alone.get(seen.quarter.messages[message].candidate)
        if since is not None:
            book.check("C-7", at < since, f"{message} went out at {at}, left alone since {since}")
    for row in seen.quarter.messages.values():
        if row.candidate in seen.left_alone:
            book.check("C-7", row.state not in ("scheduled", "held"), f"{row.id} still waits")
