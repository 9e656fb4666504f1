"""What a person decides in Review: it goes to messaging and feedback, and the last decision can be undone (F-1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import delete, select

from overture.base import Value
from overture.errors import InputError
from overture.feedback.events import Reason
from overture.messaging.records import ReplyLabel
from overture.messaging.tables import replies, threads

from . import drafting
from .caller import Caller
from .inbox_labels import correct_label, find_reply, take_back_label
from .problems import ProblemError, not_found
from .review_queue import Kind, last_thumb, waits
from .services import Services
from .tables import reviews

Decision = Literal["accept", "decline", "up", "down", "skip"]
_LABELS: Final[dict[str, ReplyLabel]] = {"accept": "accept", "decline": "decline"}
_FITS: Final[dict[Kind, frozenset[Decision]]] = {
    "reply": frozenset({"accept", "decline", "skip"}),
    "draft": frozenset({"up", "down", "skip"}),
}


class Undone(Value):
    """What was taken back; `changed` says that somebody had decided anew since, so that nothing was."""

    kind: Kind
    id: str
    decision: Decision
    changed: bool = False


def decide(
    services: Services,
    caller: Caller,
    kind: Kind,
    key: str,
    decision: Decision,
    *,
    reasons: Sequence[Reason] = (),
    comment: str | None = None,
) -> bool:
    """Take a decision on something in the seat's queue; False where it was decided already.

    Raises:
        ProblemError: 422, the decision does not fit the kind; 404, the seat has no such thing.
    """
    if decision not in _FITS[kind]:
        raise ProblemError(422, "invalid-input", f"a {kind} is not decided by {decision!r}", field="decision")
    if not waits(services, caller.seat, kind, key):
        _check_there(services, caller.seat, kind, key)
        return False
    if decision in _LABELS:
        correct_label(services, caller, key, _LABELS[decision])
    elif decision in ("up", "down"):
        given = reasons if decision == "down" else ()
        drafting.vote(services, caller, key, thumb=decision, reasons=given, comment=comment)
    with services.store.write() as connection:
        connection.execute(
            reviews.insert().values(seat=caller.seat, kind=kind, subject=key, decision=decision, at=services.clock())
        )
    return True


def _check_there(services: Services, seat: str, kind: Kind, key: str) -> None:
    if kind == "reply":
        find_reply(services, seat, key)
        return
    try:
        drafting.find_draft(services, seat, key)
    except InputError:
        raise not_found("draft") from None


def can_undo(services: Services, seat: str) -> bool:
    """Whether the seat has decided anything that it did not undo."""
    with services.store.read() as connection:
        return connection.scalar(select(reviews.c.number).where(reviews.c.seat == seat).limit(1)) is not None


def undo(services: Services, caller: Caller) -> Undone | None:
    """Take the seat's last decision back, so that it waits again; None where there is none."""
    with services.store.write() as connection:
        asked = select(reviews).where(reviews.c.seat == caller.seat).order_by(reviews.c.number.desc()).limit(1)
        row = connection.execute(asked.with_for_update()).one_or_none()
        if row is None:
            return None
        connection.execute(delete(reviews).where(reviews.c.number == row.number))
    last = Undone(kind=row.kind, id=row.subject, decision=row.decision)
    if last.decision == "skip":
        return last
    if _standing(services, caller.seat, last) != last.decision:
        return last.model_copy(update={"changed": True})
    if last.kind == "draft":
        drafting.vote(services, caller, last.id, thumb=None)
    else:
        take_back_label(services, caller, last.id)
    return last


def _standing(services: Services, seat: str, last: Undone) -> str | None:
    """What a seat's word on something is now; none where it has none, or the thing is gone."""
    of_reply = (
        select(replies.c.corrected)
        .join(threads, threads.c.id == replies.c.thread)
        .where(replies.c.id == last.id, threads.c.seat == seat)
    )
    with services.store.read() as connection:
        return connection.scalar(of_reply if last.kind == "reply" else last_thumb(last.id, seat))
