"""What a run has asked of its provider in batches: which requests, in which batch, how often, and what came back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar, cast
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    String,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    select,
    update,
)

from overture.database import make_engine, new_metadata, writing

from .batch_wire import Answered, Reply

Item = TypeVar("Item")
_CHUNK: Final = 500
_metadata = new_metadata()
_marks = Table(
    "bulk_batch_marks",
    _metadata,
    Column("run", String(200), primary_key=True),
    Column("mark", String(64), nullable=False),
)
_batches = Table(
    "bulk_batches",
    _metadata,
    Column("run", String(200), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("stage", String(16), nullable=False),  # planned, open, merged
    Column("planned", Float(53), nullable=False),
    Column("batch", String(200)),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("refused", Text, nullable=False),
)
_requests = Table(
    "bulk_batch_requests",
    _metadata,
    Column("run", String(200), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("part", Integer, nullable=False, index=True),
    Column("asks", Integer, nullable=False),
    Column("reason", String(100), nullable=False),
    Column("status", Integer),
    Column("body", Text),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBatch:
    """One batch of a run; `batch` is its id at the provider, None until that is known."""

    part: int
    planned: float
    """Seconds since 1970."""
    batch: str | None = None
    input_tokens: int = 0
    """By estimate, as are the output's."""
    output_tokens: int = 0
    refused: frozenset[str] = frozenset()
    """The parameters that were left out, since the endpoint had refused them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request so far: in which batch last, how often asked, and the answer or why there is none."""

    part: int
    is_open: bool
    """Whether that batch may bring an answer yet."""
    asks: int
    answer: Answered | None
    reason: str


class BatchStore:
    """The tables of a run's batches, beside the run's own in the same database; every method is one transaction."""

    def __init__(self, url: str, *, run: str) -> None:
        self._run = run
        self._engine = make_engine(url)
        with writing(self._engine) as connection:
            _metadata.create_all(connection)

    def mark(self) -> str:
        """What this run's batches are known by at the provider; drawn once."""
        with writing(self._engine) as connection:
            found = connection.execute(select(_marks.c.mark).where(_marks.c.run == self._run)).scalar()
            if found is None:
                found = uuid4().hex
                connection.execute(_marks.insert().values(run=self._run, mark=found))
        return cast(str, found)

    def unfinished(self) -> list[PlannedBatch]:
        """The batches that were planned and not merged, the oldest first."""
        return self._list(_batches.c.stage != "merged")

    def refused(self) -> frozenset[str]:
        """The parameters that the endpoint has refused so far, as the last batch left them out."""
        known = self._list(_batches.c.part == self.next_part() - 1)
        return known[0].refused if known else frozenset()

    def next_part(self) -> int:
        """The number of the next batch, from 0."""
        query = select(_batches.c.part).where(_batches.c.run == self._run).order_by(_batches.c.part.desc()).limit(1)
        with self._engine.connect() as connection:
            last = connection.execute(query).scalar()
        return 0 if last is None else int(last) + 1

    def asked(self, key: str) -> Asked | None:
        """One request, None where it was never asked."""
        batch = and_(_batches.c.run == _requests.c.run, _batches.c.part == _requests.c.part)
        query = (
            select(_requests, _batches.c.stage)
            .join(_batches, batch)
            .where(_requests.c.run == self._run, _requests.c.key == key)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        answer = None if row.status is None else Answered(status=row.status, body=json.loads(row.body))
        return Asked(part=row.part, is_open=row.stage != "merged", asks=row.asks, answer=answer, reason=row.reason)

    def plan(self, batch: PlannedBatch, keys: Sequence[str]) -> None:
        """Note a batch and its requests, before anything of it is submitted."""
        row = {
            "run": self._run, "part": batch.part, "stage": "planned", "planned": batch.planned, "batch": None,
            "input_tokens": batch.input_tokens, "output_tokens": batch.output_tokens,
            "refused": json.dumps(sorted(batch.refused)),
        }  # fmt: skip
        again = (
            update(_requests)
            .where(_requests.c.run == self._run, _requests.c.key == bindparam("asked"))
            .values(part=batch.part, asks=_requests.c.asks + 1, status=None, body=None, reason="lost")
        )
        with writing(self._engine) as connection:
            connection.execute(_batches.insert().values(row))
            for chunk in _chunks(keys):
                known = set(
                    connection.execute(
                        select(_requests.c.key).where(_requests.c.run == self._run, _requests.c.key.in_(chunk))
                    ).scalars()
                )
                if known:
                    connection.execute(again, [{"asked": key} for key in known])
                fresh = [
                    {"run": self._run, "key": key, "part": batch.part, "asks": 1, "reason": "lost"}
                    for key in chunk
                    if key not in known
                ]
                if fresh:
                    connection.execute(_requests.insert(), fresh)

    def opened(self, part: int, batch: str) -> None:
        """The provider has this batch."""
        row = (_batches.c.run == self._run) & (_batches.c.part == part)
        with writing(self._engine) as connection:
            connection.execute(update(_batches).where(row).values(stage="open", batch=batch))

    def merge(self, part: int, replies: Iterable[Reply]) -> int:
        """Keep what came of a batch and close it; the number of replies that belong to it. The first answer counts."""
        keep = (
            update(_requests)
            .where(
                _requests.c.run == self._run,
                _requests.c.key == bindparam("asked"),
                _requests.c.part == part,
                _requests.c.status.is_(None),
            )
            .values(
                status=bindparam("said"),
                body=bindparam("text"),
                reason=bindparam("why"),
                asks=_requests.c.asks - bindparam("unasked", type_=Integer),
            )
        )
        ours = 0
        with writing(self._engine) as connection:
            for chunk in _chunks(replies):
                said = [
                    {"asked": reply.key, "why": reply.reason[:100], "unasked": int(reply.no_way_in is not None),
                     **_columns(reply.answer)}
                    for reply in chunk
                ]  # fmt: skip
                ours += connection.execute(keep, said).rowcount
            self._close(connection, part)
        return ours

    def drop(self, part: int) -> None:
        """A batch that failed as a whole, or that never was: its requests were not asked."""
        with writing(self._engine) as connection:
            ours = (_requests.c.run == self._run) & (_requests.c.part == part)
            connection.execute(update(_requests).where(ours).values(asks=_requests.c.asks - 1))
            self._close(connection, part)

    def forget(self, keys: Sequence[str]) -> None:
        """Let go of requests whose answer is kept elsewhere."""
        with writing(self._engine) as connection:
            for chunk in _chunks(keys):
                connection.execute(delete(_requests).where(_requests.c.run == self._run, _requests.c.key.in_(chunk)))

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def _close(self, connection: Connection, part: int) -> None:
        row = (_batches.c.run == self._run) & (_batches.c.part == part)
        connection.execute(update(_batches).where(row).values(stage="merged"))

    def _list(self, which: ColumnElement[bool]) -> list[PlannedBatch]:
        query = select(_batches).where(_batches.c.run == self._run, which).order_by(_batches.c.part)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            PlannedBatch(
                part=row.part,
                planned=row.planned,
                batch=row.batch,
                input_tokens=row.input_tokens,
                output_tokens=row.output_tokens,
                refused=frozenset(json.loads(row.refused)),
            )
            for row in rows
        ]


def _columns(answer: Answered | None) -> dict[str, Any]:
    if answer is None:
        return {"said": None, "text": None}
    return {"said": answer.status, "text": json.dumps(answer.body, separators=(",", ":"))}


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
