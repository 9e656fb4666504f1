"""Rows of those who are erased: which are theirs, how they go, and that they went (F-3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select

from .feedback_tables import IDS_AT_ONCE, erasures, events, judged_drafts, judged_replies

Scope = Literal["candidate", "seat"]
Person: TypeAlias = tuple[Scope, str]


class Deleted(NamedTuple):
    """How many rows went, by table."""

    events: int
    drafts: int
    replies: int


def digest_of_person(id: str) -> str:  # noqa: A002 - the field's name
    """SHA-256 of a candidate's or a seat's id: what stands for them in sets and lineages (F-2, F-3)."""
    return hashlib.sha256(id.encode()).hexdigest()


def delete_person(connection: Connection, person: Person, *, now: datetime) -> Deleted:
    """Delete what is a person's, and note that it was; what others said of a seat's drafts and replies goes with it."""
    said = connection.execute(delete(events).where(events_of(person))).rowcount
    drafts = connection.execute(delete(judged_drafts).where(_is_theirs(judged_drafts, person))).rowcount
    replies = connection.execute(delete(judged_replies).where(_is_theirs(judged_replies, person))).rowcount
    scope, name = person
    connection.execute(insert(erasures), {"scope": scope, "digest": digest_of_person(name), "at": now})
    return Deleted(said, drafts, replies)


def events_of(person: Person) -> ColumnElement[bool]:
    """Which events are a candidate's or a seat's: a seat's are also those on its drafts and replies."""
    scope, name = person
    if scope == "candidate":
        return events.c.candidate == name
    drafts, replies = (_ids(table, person) for table in (judged_drafts, judged_replies))
    return or_(
        events.c.seat == name,
        and_(events.c.kind == "draft_vote", events.c.subject.in_(drafts)),
        and_(events.c.kind == "label_correction", events.c.subject.in_(replies)),
    )


def subjects_of(table: Any, person: Person) -> Select[Any]:
    """The drafts or replies of a candidate or a seat, by id."""
    return select(table).where(_is_theirs(table, person)).order_by(table.c.id)


def erased_at(connection: Connection, people: Iterable[Person]) -> dict[Person, datetime]:
    """When those of these people who were erased were, the last time."""
    if connection.scalar(select(erasures.c.number).limit(1)) is None:
        return {}
    by_digest: dict[tuple[str, str], Person] = {
        (scope, digest_of_person(name)): (scope, name) for scope, name in people
    }
    digests = sorted({digest for _, digest in by_digest})
    found: dict[Person, datetime] = {}
    for at in range(0, len(digests), IDS_AT_ONCE):
        some = digests[at : at + IDS_AT_ONCE]
        last = select(erasures.c.scope, erasures.c.digest, func.max(erasures.c.at).label("at"))
        for row in connection.execute(
            last.where(erasures.c.digest.in_(some)).group_by(erasures.c.scope, erasures.c.digest)
        ):
            if (row.scope, row.digest) in by_digest:
                found[by_digest[row.scope, row.digest]] = row.at
    return found


def _ids(table: Any, person: Person) -> Select[Any]:
    return select(table.c.id).where(_is_theirs(table, person))


def _is_theirs(table: Any, person: Person) -> ColumnElement[bool]:
    scope, name = person
    column: ColumnElement[str] = table.c.candidate if scope == "candidate" else table.c.seat
    return column == name
