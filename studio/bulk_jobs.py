"""Bulk jobs in the database: rows that wait, are claimed by one worker for a while, and are settled once (S-5).

A row is a worker's only while its claim holds. What drafts it settles it in the transaction that keeps the draft, so
that two processes never keep two drafts for one row, and a crash loses no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, tuple_, update

from overture.base import Value
from overture.errors import InputError

from .tables import bulk_jobs as jobs
from .tables import bulk_rows as rows

JobState = Literal["waiting", "running", "done", "cancelled"]
RowState = Literal["waiting", "claimed", "done", "failed", "cancelled"]
_OPEN: Final = ("waiting", "claimed")
_UNFINISHED: Final = ("waiting", "running")
_AT_ONCE: Final = 100


class BulkJob(Value):
    """One bulk job of a seat."""

    id: str
    seat: str
    contract: str
    state: JobState
    request: dict[str, Any]
    total: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    finished_at: AwareDatetime | None = None


class BulkRow(Value):
    """One candidate of a job: by id, or by the profile as it came."""

    job: str
    number: int
    candidate: str
    profile: dict[str, Any] | None
    state: RowState
    draft: str | None = None
    error: str | None = None


class Claim(NamedTuple):
    """Rows of one job that are a worker's to draft."""

    job: BulkJob
    rows: tuple[BulkRow, ...]


def add_job(connection: Connection, job: BulkJob, candidates: Iterable[str | Mapping[str, Any]]) -> None:
    """Keep a job with its rows: ids of candidates, or profiles."""
    connection.execute(jobs.insert().values(**job.model_dump()))
    values = [
        {"job": job.id, "number": number, "state": "waiting"}
        | ({"candidate": each, "profile": None} if isinstance(each, str) else {"candidate": "", "profile": each})
        for number, each in enumerate(candidates)
    ]
    connection.execute(rows.insert(), values)


def find_job(connection: Connection, seat: str, key: str) -> BulkJob:
    """A job of a seat.

    Raises:
        InputError: the seat has none of this id, whoever else may.
    """
    found = connection.execute(select(jobs).where(_of(seat, key))).mappings().one_or_none()
    if found is None:
        raise InputError("there is no bulk job of this id", field="id")
    return BulkJob.model_validate(dict(found))


def page_jobs(connection: Connection, seat: str, *, after: tuple[datetime, str] | None, limit: int) -> list[BulkJob]:
    """A seat's jobs, newest first."""
    asked = select(jobs).where(jobs.c.seat == seat)
    if after is not None:
        asked = asked.where(tuple_(jobs.c.created_at, jobs.c.id) < tuple_(*after))
    found = connection.execute(asked.order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(limit))
    return [BulkJob.model_validate(dict(row)) for row in found.mappings()]


def count_rows(connection: Connection, keys: Sequence[str]) -> dict[str, dict[RowState, int]]:
    """How many rows of each job are in each state."""
    asked = (
        select(rows.c.job, rows.c.state, func.count()).where(rows.c.job.in_(keys)).group_by(rows.c.job, rows.c.state)
    )
    counted: dict[str, dict[RowState, int]] = {key: {} for key in keys}
    for job, state, number in connection.execute(asked):
        counted[job][state] = number
    return counted


def page_rows(
    connection: Connection, key: str, *, after: int, limit: int, state: RowState | None = None
) -> list[BulkRow]:
    """Rows of a job, in the order of its candidates, behind the one of this number."""
    asked = _row_columns().where(rows.c.job == key, rows.c.number > after)
    if state is not None:
        asked = asked.where(rows.c.state == state)
    found = connection.execute(asked.order_by(rows.c.number).limit(limit)).mappings()
    return [BulkRow.model_validate(dict(row)) for row in found]


def cancel_job(connection: Connection, seat: str, key: str, *, now: datetime) -> BulkJob:
    """Draft no more rows; those that are settled stay. A job that has ended stays as it is.

    Raises:
        InputError: the seat has none of this id.
    """
    find_job(connection, seat, key)
    ended = connection.execute(
        update(jobs)
        .where(_of(seat, key), jobs.c.state.in_(_UNFINISHED))
        .values(state="cancelled", updated_at=now, finished_at=now)
    )
    if ended.rowcount:
        connection.execute(
            update(rows).where(rows.c.job == key, rows.c.state.in_(_OPEN)).values(state="cancelled", profile=None)
        )
    return find_job(connection, seat, key)


def remove_job(connection: Connection, seat: str, key: str) -> bool:
    """Forget a job and its rows, under way or not; the drafts it made stay. Whether it was there."""
    if connection.execute(select(jobs.c.id).where(_of(seat, key))).first() is None:
        return False
    connection.execute(delete(rows).where(rows.c.job == key))
    return connection.execute(delete(jobs).where(_of(seat, key))).rowcount == 1


def waiting_profiles(connection: Connection, contract: str) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
    """The profiles that a contract's jobs still hold, each with the job and number of its row."""
    own_jobs = select(jobs.c.id).where(jobs.c.contract == contract, jobs.c.state.in_(_UNFINISHED))
    asked = select(rows.c.job, rows.c.number, rows.c.profile).where(
        rows.c.job.in_(own_jobs), rows.c.state.in_(_OPEN), rows.c.candidate == ""
    )
    for row in connection.execute(asked.execution_options(yield_per=_AT_ONCE)):
        yield (row.job, row.number), row.profile


def has_work(connection: Connection, *, now: datetime) -> bool:
    """Whether there are rows that nobody is at; it waits for no writer."""
    return connection.execute(select(jobs.c.id).where(_has_free(now)).limit(1)).first() is not None


def claim_rows(connection: Connection, worker: str, *, now: datetime, until: datetime, limit: int) -> Claim | None:
    """Rows that nobody is at, of the job that has waited longest; None where there are none."""
    free = _is_free(now)
    asked = select(jobs).where(_has_free(now)).order_by(jobs.c.updated_at, jobs.c.id).limit(1)
    found = connection.execute(asked.with_for_update(skip_locked=True)).mappings().one_or_none()
    if found is None:
        return None
    job = BulkJob.model_validate(dict(found))
    taken = connection.execute(
        _row_columns()
        .where(rows.c.job == job.id, free)
        .order_by(rows.c.number)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).mappings()
    mine = tuple(BulkRow.model_validate(dict(row)) for row in taken)
    connection.execute(
        update(rows)
        .where(rows.c.job == job.id, rows.c.number.in_([row.number for row in mine]))
        .values(state="claimed", claimed_by=worker, claimed_until=until)
    )
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(state="running", updated_at=now))
    return Claim(job, mine)


def is_claimed(connection: Connection, worker: str, row: BulkRow) -> bool:
    """Whether a row is still this worker's."""
    return connection.execute(select(rows.c.number).where(_claimed(worker, row))).first() is not None


def renew_claims(connection: Connection, worker: str, *, until: datetime) -> None:
    """Hold on to a worker's rows."""
    mine = and_(rows.c.claimed_by == worker, rows.c.state == "claimed")
    connection.execute(update(rows).where(mine, _is_unfinished()).values(claimed_until=until))


def release_claims(connection: Connection, worker: str) -> None:
    """Give a worker's rows back, for the next one."""
    mine = and_(rows.c.claimed_by == worker, rows.c.state == "claimed")
    connection.execute(
        update(rows).where(mine, _is_unfinished()).values(state="waiting", claimed_by=None, claimed_until=None)
    )


def settle_row(
    connection: Connection,
    worker: str,
    row: BulkRow,
    *,
    candidate: str | None = None,
    draft: str | None = None,
    error: str | None = None,
) -> bool:
    """What came of a row; its profile is forgotten. False where the row is no longer this worker's."""
    settled: dict[str, Any] = {
        "state": "failed" if draft is None else "done", "draft": draft, "error": error, "profile": None,
        "candidate": row.candidate if candidate is None else candidate, "claimed_until": None,
    }  # fmt: skip
    return connection.execute(update(rows).where(_claimed(worker, row)).values(**settled)).rowcount == 1


def has_ended(connection: Connection) -> bool:
    """Whether there is a job of which no row is open and that nobody has called done; it waits for no writer."""
    return connection.execute(select(jobs.c.id).where(_is_at_its_end()).limit(1)).first() is not None


def finish_jobs(connection: Connection, *, now: datetime) -> None:
    """Jobs of which no row is open are done, whoever settled or erased the last one.

    Not for the transaction that settles a row: of two that settle the last ones, each would see the other's open.
    """
    connection.execute(update(jobs).where(_is_at_its_end()).values(state="done", updated_at=now, finished_at=now))


def _of(seat: str, key: str) -> ColumnElement[bool]:
    return and_(jobs.c.seat == seat, jobs.c.id == key)


def _claimed(worker: str, row: BulkRow) -> ColumnElement[bool]:
    return and_(
        rows.c.job == row.job, rows.c.number == row.number, rows.c.state == "claimed", rows.c.claimed_by == worker
    )


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(rows.c.state == "waiting", and_(rows.c.state == "claimed", rows.c.claimed_until < now))


def _has_free(now: datetime) -> ColumnElement[bool]:
    return and_(jobs.c.state.in_(_UNFINISHED), exists().where(rows.c.job == jobs.c.id, _is_free(now)))


def _is_at_its_end() -> ColumnElement[bool]:
    return and_(
        jobs.c.state.in_(_UNFINISHED), ~exists().where(rows.c.job == jobs.c.id, rows.c.state.in_(_OPEN))
    )  # fmt: skip


def _is_unfinished() -> ColumnElement[bool]:
    """The index on jobs and states, in place of a walk over every row there is."""
    return rows.c.job.in_(select(jobs.c.id).where(jobs.c.state.in_(_UNFINISHED)))


def _row_columns() -> Any:
    return select(*(rows.c[name] for name in BulkRow.model_fields))
