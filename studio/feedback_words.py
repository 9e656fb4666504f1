"""A seat's words on drafts and replies: give one once, list those that count, take one back (D-8, F-1).

The ids of the feedback store are everybody's; a caller's id, of a word or of a reply that came elsewhere, is kept
behind its seat's, so that two seats may use the same one and learn nothing of each other.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, exists, or_, select, tuple_

from overture.errors import InputError
from overture.feedback import DraftVote, LabelCorrection, ReplySnapshot
from overture.feedback.feedback_tables import MOST_NAME, events, judged_replies
from overture.messaging.tables import replies, threads

from . import drafting
from .body_feedback import FeedbackBody, JudgedReply, LabelRequest, VoteRequest
from .caller import Caller
from .inbox_labels import correct_label, take_back_label
from .problems import ProblemError, not_found, or_not_found
from .services import Services


def give(services: Services, caller: Caller, asked: VoteRequest | LabelRequest) -> FeedbackBody:
    """Keep a word; the same one under the same id changes nothing.

    Raises:
        ProblemError: 404, the seat has no such draft or reply; 409, another word was given under this id.
        InputError: the id is too long, or what it speaks of was given before and is not the same.
    """
    key = _own_id(caller.seat, asked.id) if asked.id else uuid4().hex
    if asked.id and (before := _find(services, caller.seat, asked.id)):
        return _same(before, asked)
    try:
        _add(services, caller, asked, key)
    except InputError:
        before = _find(services, caller.seat, asked.id) if asked.id else None  # somebody was faster
        if before is None:
            raise
        return _same(before, asked)
    return find_word(services, caller.seat, asked.id or key)


def find_word(services: Services, seat: str, key: str) -> FeedbackBody:
    """One word of a seat, by its id.

    Raises:
        ProblemError: 404, the seat has said nothing under it.
    """
    return _body(_row(services, seat, key))


def list_words(services: Services, seat: str, *, before: int | None, limit: int) -> list[tuple[int, FeedbackBody]]:
    """The words of a seat that count, newest first, each with its number."""
    later = events.alias("later")
    has_later = exists().where(
        later.c.kind == events.c.kind, later.c.subject == events.c.subject, later.c.seat == events.c.seat,
        tuple_(later.c.at, later.c.number) > tuple_(events.c.at, events.c.number),
    )  # fmt: skip
    asked = select(events).where(
        events.c.seat == seat, ~has_later, or_(events.c.vote.is_not(None), events.c.label.is_not(None))
    )
    if before is not None:
        asked = asked.where(events.c.number < before)
    with services.feedback.database.read() as connection:
        found = connection.execute(asked.order_by(events.c.number.desc()).limit(limit)).mappings()
        return [(row["number"], _body(row)) for row in found]


def take_back(services: Services, caller: Caller, key: str) -> None:
    """A word counts no more; that it was given, and taken back, stays on record (F-1).

    Raises:
        ProblemError: 404, the seat has no such word.
        InputError: a correction made a response of an automatic answer, which stays (C-5).
    """
    word = _row(services, caller.seat, key)
    subject: str = word["subject"]
    about: dict[str, Any] = {
        "id": uuid4().hex, "at": services.clock(), "seat": caller.seat, "contract": caller.contract,
    }  # fmt: skip
    if word["kind"] == "draft_vote":
        services.feedback.add(DraftVote(**about, draft=subject, vote=None))
    elif _is_in_messaging(services, caller.seat, subject):
        take_back_label(services, caller, subject)
    else:
        services.feedback.add(LabelCorrection(**about, reply=subject, label=None))


def _add(services: Services, caller: Caller, asked: VoteRequest | LabelRequest, key: str) -> None:
    if isinstance(asked, VoteRequest):
        with or_not_found("draft"):
            drafting.find_draft(services, caller.seat, asked.draft)
        drafting.vote(
            services, caller, asked.draft, thumb=asked.vote, reasons=asked.reasons, comment=asked.comment,
            final_text=asked.final_text, event=key,
        )  # fmt: skip
    elif isinstance(asked.reply, JudgedReply):
        services.feedback.add(
            LabelCorrection(
                id=key, at=services.clock(), seat=caller.seat, contract=caller.contract, label=asked.label,
                intent=asked.intent, reply=_snapshot(services, caller, asked.reply),
            )
        )  # fmt: skip
    else:
        correct_label(services, caller, asked.reply, asked.label, event=key)


def _snapshot(services: Services, caller: Caller, reply: JudgedReply) -> ReplySnapshot:
    key = _own_id(caller.seat, reply.id, field="reply.id")
    before = select(judged_replies.c.received_at).where(judged_replies.c.id == key)
    with services.feedback.database.read() as connection:  # else "now" would make the same reply another one
        received_at = reply.received_at or connection.scalar(before) or services.clock()
    given: dict[str, Any] = {**dict(reply), "id": key, "received_at": received_at}
    return ReplySnapshot(**given, seat=caller.seat, contract=caller.contract)


def _is_in_messaging(services: Services, seat: str, key: str) -> bool:
    asked = select(replies.c.id).join(threads, threads.c.id == replies.c.thread)
    with services.outreach.store.read() as connection:
        return connection.scalar(asked.where(replies.c.id == key, threads.c.seat == seat)) is not None


def _own_id(seat: str, key: str, *, field: str = "id") -> str:
    whole = f"{seat}/{key}"
    if len(whole) > MOST_NAME:
        raise InputError("is too long beside the seat's", field=field, expected=f"at most {MOST_NAME - len(seat) - 1}")
    return whole


def _find(services: Services, seat: str, key: str) -> RowMapping | None:
    asked = select(events).where(events.c.seat == seat, events.c.id.in_((key, f"{seat}/{key}")))
    with services.feedback.database.read() as connection:
        return connection.execute(asked.order_by(events.c.number.desc())).mappings().first()


def _row(services: Services, seat: str, key: str) -> RowMapping:
    found = _find(services, seat, key)
    if found is None:
        raise not_found("feedback")
    return found


def _same(row: RowMapping, asked: VoteRequest | LabelRequest) -> FeedbackBody:
    """What was said before, if it says what is asked for now."""
    before = _body(row)
    if isinstance(asked, VoteRequest):
        known = (before.draft, before.vote, set(before.reasons), before.comment or None)
        wanted = (asked.draft, asked.vote, set(asked.reasons), asked.comment or None)
        is_same = known == wanted and asked.final_text in {None, before.final_text}
    else:
        reply = asked.reply if isinstance(asked.reply, str) else f"{row['seat']}/{asked.reply.id}"
        is_same = (row["kind"], row["subject"], before.label) == (asked.kind, reply, asked.label)
    if not is_same:
        raise ProblemError(409, "conflict", "F-1: another word was given under this id", rule="F-1", field="id")
    return before


def _body(row: RowMapping) -> FeedbackBody:
    is_vote, own = row["kind"] == "draft_vote", f"{row['seat']}/"
    return FeedbackBody(
        id=row["id"].removeprefix(own),
        kind=row["kind"],
        draft=row["subject"] if is_vote else None,
        vote=row["vote"],
        reasons=tuple(row["reasons"]),
        comment=row["comment"],
        final_text=row["final_text"],
        reply=None if is_vote else row["subject"].removeprefix(own),
        label=row["label"],
        intent=row["intent"],
        at=row["at"],
    )
