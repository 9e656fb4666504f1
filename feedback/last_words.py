"""The fold: of each seat's events on a draft or a reply, the last one counts, streamed in the order of its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, Table, exists, select, tuple_

from .feedback_tables import events, judged_drafts, judged_replies
from .receipts import DraftState, ReplyState
from .snapshots import DraftSnapshot, ReplySnapshot

_AT_ONCE = 1_000
Kind = Literal["draft_vote", "label_correction"]


def last_words(
    kind: Kind, table: Table, *, since: int = 0, seat: str | None = None, contract: str | None = None
) -> Select[Any]:
    """A row for each seat's last event on each subject, with the subject's content; the later instant wins, then the
    later number. With `since`, only subjects of which something was said after that number."""
    in_order = events.c.kind.concat("") == kind  # no index on kind helps: what is read by number need not be sorted
    later = events.alias("later")
    has_later = exists().where(
        later.c.kind == events.c.kind,
        later.c.subject == events.c.subject,
        later.c.seat == events.c.seat,
        tuple_(later.c.at, later.c.number) > tuple_(events.c.at, events.c.number),
    )
    last = (
        select(events, table.c.content)
        .join(table, table.c.id == events.c.subject)
        .where(events.c.kind == kind if since else in_order, ~has_later)
        .order_by(events.c.number)
    )
    if since:
        fresh = select(events.c.subject).where(in_order, events.c.number > since)
        last = last.where(events.c.subject.in_(fresh))
    if seat is not None:
        last = last.where(events.c.seat == seat)
    if contract is not None:
        last = last.where(events.c.contract == contract)
    return last


def draft_states(connection: Connection, **choice: Any) -> Iterator[DraftState]:
    """The last word of each seat on each draft."""
    for row in _rows(connection, last_words("draft_vote", judged_drafts, **choice)):
        yield DraftState(
            draft=DraftSnapshot.model_validate_json(row.content), seat=row.seat, contract=row.contract, vote=row.vote,
            reasons=tuple(row.reasons), comment=row.comment, final_text=row.final_text, at=row.at, number=row.number,
        )  # fmt: skip


def reply_states(connection: Connection, **choice: Any) -> Iterator[ReplyState]:
    """The last word of each seat on each reply."""
    for row in _rows(connection, last_words("label_correction", judged_replies, **choice)):
        yield ReplyState(
            reply=ReplySnapshot.model_validate_json(row.content), seat=row.seat, contract=row.contract,
            label=row.label, intent=row.intent, at=row.at, number=row.number,
        )  # fmt: skip


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    with connection.execution_options(yield_per=_AT_ONCE).execute(query) as result:
        yield from result
