"""What a seat works with: its candidates, its opportunities, and its drafts. Nobody else's show, whatever the id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from overture.base import Value
from overture.database import insert_into
from overture.errors import InputError
from overture.generation import Draft
from overture.jobs import Company, Job, Project, Team
from overture.people import Candidate, Recruiter

from .kept_draft import load_draft
from .tables import candidates, drafts, jobs

V = TypeVar("V", bound=Value)
_LONGEST: Final = 200


class ListedCandidate(Value):
    """What a list shows of a candidate; `id` is what messaging and feedback know them by."""

    id: str = Field(min_length=1, max_length=200)
    name: str = Field(max_length=200)
    address: str = Field(default="", max_length=200, description="Where the transport sends it.")
    created_at: AwareDatetime
    updated_at: AwareDatetime


class KeptCandidate(ListedCandidate):
    """A candidate on a seat's shelf."""

    profile: Candidate


class Opportunity(Value):
    """What is offered, and who offers it."""

    job: Job | None = None
    project: Project | None = None
    company: Company | None = None
    team: Team | None = None
    recruiter: Recruiter | None = None


class ListedJob(Value):
    """What a list shows of an opportunity."""

    id: str = Field(min_length=1, max_length=200)
    title: str = Field(max_length=200)
    created_at: AwareDatetime
    updated_at: AwareDatetime


class KeptJob(ListedJob):
    """An opportunity on a seat's shelf."""

    opportunity: Opportunity


class ListedDraft(Value):
    """What a list shows of a draft, and what became of it."""

    id: str
    contract: str
    candidate: str
    job: str | None
    subject: str
    edited_subject: str | None = None
    edited_body: str | None = Field(default=None, repr=False)
    message: str | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class KeptDraft(ListedDraft):
    """A draft on a seat's shelf."""

    kept: dict[str, Any] = Field(repr=False)

    @property
    def draft(self) -> Draft:
        """The draft as it was made."""
        return load_draft(self.kept)


_TABLES: Mapping[type[Value], Table] = {
    ListedCandidate: candidates,
    KeptCandidate: candidates,
    ListedJob: jobs,
    KeptJob: jobs,
    ListedDraft: drafts,
    KeptDraft: drafts,
}
_NAMED_BY: Mapping[Table, ColumnElement[str]] = {candidates: candidates.c.name, jobs: jobs.c.title}


def put(connection: Connection, seat: str, value: KeptCandidate | KeptJob | KeptDraft) -> None:
    """Put something on the shelf, in place of what has its id there."""
    insert = _insert(connection, seat, value)
    changed = {name: insert.excluded[name] for name in type(value).model_fields if name not in {"id", "created_at"}}
    connection.execute(insert.on_conflict_do_update(index_elements=["seat", "id"], set_=changed))


def put_new(connection: Connection, seat: str, value: KeptCandidate | KeptJob) -> bool:
    """Put something on the shelf unless its id is taken there; whether it was put."""
    return connection.execute(_insert(connection, seat, value).on_conflict_do_nothing()).rowcount == 1


def _insert(
    connection: Connection, seat: str, value: KeptCandidate | KeptJob | KeptDraft
) -> sqlite.Insert | postgresql.Insert:
    row = {**value.model_dump(mode="python"), "seat": seat}
    for name in ("profile", "opportunity"):
        if name in row:
            row[name] = getattr(value, name).model_dump(mode="json")
    return insert_into(connection, _TABLES[type(value)]).values(row)


def kept_candidate(key: str, profile: Candidate, *, now: datetime, address: str | None = None) -> KeptCandidate:
    """A candidate as the shelf keeps them; without an address, the profile's first one is taken."""
    first = next(iter(profile.contacts.emails), "")
    given = first if address is None and len(first) <= _LONGEST else address
    return KeptCandidate(
        id=key, name=(profile.name or "")[:_LONGEST], address=given or "", profile=profile, created_at=now,
        updated_at=now,
    )  # fmt: skip


def get(connection: Connection, kind: type[V], seat: str, key: str) -> V:
    """One thing of a seat.

    Raises:
        InputError: the seat has none of this id, whoever else may.
    """
    found = find(connection, kind, seat, key)
    if found is None:
        raise InputError(f"there is no {_NAMES[kind]} {key!r}", field="id")
    return found


def find(connection: Connection, kind: type[V], seat: str, key: str, *, lock: bool = False) -> V | None:
    """One thing of a seat, if it has it; with `lock`, nobody else changes it until this transaction ends."""
    table = _TABLES[kind]
    asked = _columns(kind).where(table.c.seat == seat, table.c.id == key)
    found = connection.execute(asked.with_for_update() if lock else asked).mappings().one_or_none()
    return None if found is None else kind.model_validate(_with_known_opportunity(dict(found)))


def _with_known_opportunity(row: dict[str, Any]) -> dict[str, Any]:
    """The same opportunity as the same object: what the checks derive from it is then kept for the next candidate."""
    if "opportunity" not in row:
        return row
    return {**row, "opportunity": _opportunity(json.dumps(row["opportunity"]))}


@lru_cache(maxsize=256)
def _opportunity(text: str) -> Opportunity:
    return Opportunity.model_validate_json(text)


def page(
    connection: Connection,
    kind: type[V],
    seat: str,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
    where: ColumnElement[bool] | None = None,
    search: str = "",
) -> list[V]:
    """Some of a seat's things, newest first, behind the one of this moment and id.

    A `Listed...` kind reads only what a list shows. `search` is a part of the name of candidates, or of the title of
    opportunities, in letters of either case.
    """
    table = _TABLES[kind]
    asked = _columns(kind).where(table.c.seat == seat)
    if where is not None:
        asked = asked.where(where)
    if search:
        asked = asked.where(_NAMED_BY[table].icontains(search, autoescape=True))
    if after is not None:
        moment, key = after
        asked = asked.where(or_(table.c.created_at < moment, and_(table.c.created_at == moment, table.c.id < key)))
    asked = asked.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(limit)
    return [kind.model_validate(dict(row)) for row in connection.execute(asked).mappings()]


def remove(connection: Connection, kind: type[Value], seat: str, key: str) -> bool:
    """Take something off the shelf; whether it was there."""
    table = _TABLES[kind]
    return connection.execute(delete(table).where(table.c.seat == seat, table.c.id == key)).rowcount == 1


def forget_candidate(connection: Connection, seat: str, key: str) -> bool:
    """Take a candidate off the shelf, and all drafts to them: which hold it too (F-3); whether they were there."""
    connection.execute(delete(drafts).where(drafts.c.seat == seat, drafts.c.candidate == key))
    return remove(connection, KeptCandidate, seat, key)


_NAMES: Mapping[type[Value], str] = {KeptCandidate: "candidate", KeptJob: "job", KeptDraft: "draft"}


def _columns(kind: type[Value]) -> Any:
    return select(*(_TABLES[kind].c[name] for name in kind.model_fields))
