"""What waits for a person's word: replies that the classifier is unsure of, and drafts without a thumb (C-4, D-8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from pydantic import AwareDatetime
from sqlalchemy import Connection, Select, and_, exists, func, or_, select

from overture.base import Value
from overture.classification import Verdict
from overture.feedback.feedback_tables import events
from overture.messaging.tables import replies, threads

from .services import Services
from .tables import candidates, drafts, reviews

Kind = Literal["reply", "draft"]
AT_ONCE: Final = 20
"""How many of each kind a page lists; what is behind them moves up."""


class Waiting(Value):
    """One thing to look at; `name` is the candidate's."""

    kind: Kind
    id: str
    name: str
    at: AwareDatetime
    why: str
    """`conflict` (C-2), the classifier's reason (C-4), or `unjudged`."""
    skipped: bool


class Queue(Value):
    """What is next, replies before drafts, skipped ones last; and how many there are in all."""

    items: tuple[Waiting, ...]
    replies: int
    drafts: int

    @property
    def left(self) -> int:
        """Everything that waits."""
        return self.replies + self.drafts

    def find(self, kind: str, key: str) -> Waiting | None:
        """One of those listed."""
        return next((item for item in self.items if (item.kind, item.id) == (kind, key)), None)

    def beside(self, item: Waiting | None, step: int) -> Waiting | None:
        """The one before or behind another; none at the ends."""
        if item is None or item not in self.items:
            return None
        place = self.items.index(item) + step
        return self.items[place] if 0 <= place < len(self.items) else None


def read_queue(services: Services, seat: str) -> Queue:
    """A seat's queue."""
    with services.store.read() as connection:  # the tables of all rooms are in one database
        items = (*_replies(connection, seat), *_drafts(connection, seat))
        counts = [connection.scalar(_count(asked)) or 0 for asked in (_open_replies(seat), _open_drafts(seat))]
    in_order = sorted(items, key=lambda item: item.skipped)
    return Queue(items=tuple(in_order), replies=counts[0], drafts=counts[1])


def waits(services: Services, seat: str, kind: Kind, key: str) -> bool:
    """Whether something is in a seat's queue, listed or not."""
    asked = _open_replies(seat).where(replies.c.id == key) if kind == "reply" else None
    asked = _open_drafts(seat).where(drafts.c.id == key) if asked is None else asked
    with services.store.read() as connection:
        return bool(connection.scalar(_count(asked)))


def _replies(connection: Connection, seat: str) -> Iterator[Waiting]:
    asked = _open_replies(seat).add_columns(
        replies.c.received_at, replies.c.conflict, replies.c.verdict, threads.c.candidate, candidates.c.name
    )
    skipped = _is_skipped("reply", seat, replies.c.id)
    for row in connection.execute(_listed(asked, skipped, replies.c.received_at, replies.c.id)):
        verdict = Verdict.model_validate(row.verdict) if row.verdict else None
        yield Waiting(
            kind="reply",
            id=row.id,
            name=row.name or row.candidate,
            at=row.received_at,
            why="conflict" if row.conflict else (verdict and verdict.review_reason) or "unsure",
            skipped=row.skipped,
        )


def _drafts(connection: Connection, seat: str) -> Iterator[Waiting]:
    asked = _open_drafts(seat).add_columns(drafts.c.created_at, drafts.c.candidate, candidates.c.name)
    skipped = _is_skipped("draft", seat, drafts.c.id)
    for row in connection.execute(_listed(asked, skipped, drafts.c.created_at, drafts.c.id)):
        yield Waiting(
            kind="draft",
            id=row.id,
            name=row.name or row.candidate,
            at=row.created_at,
            why="unjudged",
            skipped=row.skipped,
        )


def _open_replies(seat: str) -> Select[Any]:
    """Replies to a seat that nobody corrected, whose text left doubt (C-4) or contradicts the smart reply (C-2)."""
    who = and_(candidates.c.seat == threads.c.seat, candidates.c.id == threads.c.candidate)
    unsure = and_(replies.c.kind == "text", replies.c.verdict["needs_review"].as_boolean())
    return (
        select(replies.c.id)
        .join_from(replies, threads, replies.c.thread == threads.c.id)
        .outerjoin(candidates, who)
        .where(threads.c.seat == seat, replies.c.corrected.is_(None), or_(replies.c.conflict, unsure))
    )


def _open_drafts(seat: str) -> Select[Any]:
    """The latest draft of a seat for each candidate and job, where its last word on it is no thumb (D-8)."""
    later = drafts.alias("later")
    is_outdated = exists().where(
        later.c.seat == drafts.c.seat,
        later.c.candidate == drafts.c.candidate,
        func.coalesce(later.c.job, "") == func.coalesce(drafts.c.job, ""),
        later.c.created_at > drafts.c.created_at,
    )
    who = and_(candidates.c.seat == drafts.c.seat, candidates.c.id == drafts.c.candidate)
    return (
        select(drafts.c.id)
        .outerjoin(candidates, who)
        .where(drafts.c.seat == seat, last_thumb(drafts.c.id, seat).scalar_subquery().is_(None), ~is_outdated)
    )


def last_thumb(draft: Any, seat: str) -> Select[Any]:
    """What a seat said last of a draft: a thumb, or NULL where it took it back."""
    return (
        select(events.c.vote)
        .where(events.c.kind == "draft_vote", events.c.subject == draft, events.c.seat == seat)
        .order_by(events.c.at.desc(), events.c.number.desc())
        .limit(1)
    )


def _is_skipped(kind: Kind, seat: str, key: Any) -> Any:
    of_seat = and_(reviews.c.seat == seat, reviews.c.kind == kind, reviews.c.decision == "skip")
    return exists().where(of_seat, reviews.c.subject == key)


def _listed(asked: Select[Any], skipped: Any, at: Any, key: Any) -> Select[Any]:
    return asked.add_columns(skipped.label("skipped")).order_by(skipped, at.desc(), key).limit(AT_ONCE)


def _count(asked: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(asked.subquery())
