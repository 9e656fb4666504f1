"""A seat's words on drafts and replies: give one once, list those that count, take one back (D-8, F-1).

The ids of the feedback store are everybody's; a caller's id is kept behind its seat's, so that two seats may use the
same one and learn nothing of each other.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, exists, or_, select, tuple_

from overture.errors import InputError
from overture.feedback import DraftVote, LabelCorrection, ReplySnapshot
from overture.feedback.feedback_tables import MOST_NAME, events
from overture.messaging.records import Reply
from overture.messaging.rows import find
from overture.messaging.tables import replies

from . import drafting
from .body_feedback import FeedbackBody, JudgedReply, LabelRequest, VoteRequest
from .caller import Caller
from .inbox_labels import correct_label, take_back_label
from .problems import ProblemError, not_found
from .services import Services


def give(services: Services, caller: Caller, asked: VoteRequest | LabelRequest) -> FeedbackBody:
    """Keep a word; the same one under the same id changes nothing.

    Raises:
        ProblemError: 404, the seat has no such draft or reply; 409, another word was given under this id.
        InputError: the id is too long, or what it speaks of was given before and is not the same.
    """
    key = _event_id(caller.seat, asked.id) if asked.id else uuid4().hex
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
    found = _find(services, seat, key)
    if found is None:
        raise not_found("feedback")
    return found


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
    word = find_word(services, caller.seat, key)
    about: dict[str, Any] = {
        "id": uuid4().hex, "at": services.clock(), "seat": caller.seat, "contract": caller.contract,
    }  # fmt: skip
    if word.draft is not None:
        services.feedback.add(DraftVote(**about, draft=word.draft, vote=None))
    elif word.reply is not None and _is_in_messaging(services, word.reply):
        take_back_label(services, caller, word.reply)
    elif word.reply is not None:
        services.feedback.add(LabelCorrection(**about, reply=word.reply, label=None))


def _add(services: Services, caller: Caller, asked: VoteRequest | LabelRequest, key: str) -> None:
    if isinstance(asked, VoteRequest):
        try:
            drafting.find_draft(services, caller.seat, asked.draft)
        except InputError:
            raise not_found("draft") from None
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
    given: dict[str, Any] = {**dict(reply), "received_at": reply.received_at or services.clock()}
    return ReplySnapshot(**given, seat=caller.seat, contract=caller.contract)


def _is_in_messaging(services: Services, key: str) -> bool:
    with services.outreach.store.read() as connection:
        return find(connection, Reply, replies.c.id == key) is not None


def _event_id(seat: str, key: str) -> str:
    whole = f"{seat}/{key}"
    if len(whole) > MOST_NAME:
        raise InputError("is too long beside the seat's", field="id", expected=f"at most {MOST_NAME - len(seat) - 1}")
    return whole


def _find(services: Services, seat: str, key: str) -> FeedbackBody | None:
    asked = select(events).where(events.c.seat == seat, events.c.id.in_((key, f"{seat}/{key}")))
    with services.feedback.database.read() as connection:
        row = connection.execute(asked.order_by(events.c.number.desc())).mappings().first()
    return _body(row) if row else None


def _same(before: FeedbackBody, asked: VoteRequest | LabelRequest) -> FeedbackBody:
    """What was said before, if it says what is asked for now."""
    if isinstance(asked, VoteRequest):
        known = (before.draft, before.vote, set(before.reasons), before.comment or None)
        wanted = (asked.draft, asked.vote, set(asked.reasons), asked.comment or None)
        is_same = known == wanted and asked.final_text in {None, before.final_text}
    else:
        reply = asked.reply if isinstance(asked.reply, str) else asked.reply.id
        is_same = (before.reply, before.label) == (reply, asked.label)
    if not is_same:
        raise ProblemError(409, "conflict", "F-1: another word was given under this id", rule="F-1", field="id")
    return before


def _body(row: RowMapping) -> FeedbackBody:
    is_vote = row["kind"] == "draft_vote"
    return FeedbackBody(
        id=row["id"].removeprefix(f"{row['seat']}/"),
        kind=row["kind"],
        draft=row["subject"] if is_vote else None,
        vote=row["vote"],
        reasons=tuple(row["reasons"]),
        comment=row["comment"],
        final_text=row["final_text"],
        reply=None if is_vote else row["subject"],
        label=row["label"],
        intent=row["intent"],
        at=row["at"],
    )
