"""The chunks of a run that many machines share: what is in them, which are done, what they cost, and who is alive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, String, Table, Text, func, select, update

from overture.database import new_metadata, writing
from overture.generation.draft import Usage

_metadata = new_metadata()
_LOCK: Final = 7_308_411_540
_chunks = Table(
    "bulk_chunks",
    _metadata,
    Column("run", String(200), primary_key=True),
    Column("chunk", String(64), primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("starts", Integer, nullable=False),  # how often it was queued: 1, and once more for each run after a failure
    Column("rows", Text),  # None once they are done
    Column("error", Text, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
)
_workers = Table(
    "bulk_workers",
    _metadata,
    Column("run", String(200), primary_key=True),
    Column("worker", String(64), primary_key=True),
    Column("beats", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkCounts:
    """How many chunks of a run are where."""

    open: int = 0
    done: int = 0
    failed: int = 0


class ChunkStore:
    """The chunks of one run, in the database that its workers share; every method is one transaction or part of one."""

    def __init__(self, engine: Engine, *, run: str) -> None:
        self._engine, self._run = engine, run
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            _metadata.create_all(connection)

    def put(self, chunk: str, rows: str, *, is_there: bool = True, connection: Connection) -> int:
        """Note a chunk that is new, or that failed before: how often it was queued, this time included; else 0.

        One that is done, but whose rows are not there any more (`is_there`), counts as failed.
        """
        ours = (_chunks.c.run == self._run) & (_chunks.c.chunk == chunk)
        found = connection.execute(select(_chunks.c.state, _chunks.c.starts).where(ours).with_for_update()).first()
        if found is None:
            spent = dict.fromkeys(("requests", "input_tokens", "output_tokens", "cached_tokens"), 0)
            new = {"run": self._run, "chunk": chunk, "state": "open", "starts": 1, "rows": rows, "error": "", **spent}
            connection.execute(_chunks.insert().values(new))
            return 1
        if found.state == "open" or (found.state == "done" and is_there):
            return 0
        starts = int(found.starts) + 1
        connection.execute(update(_chunks).where(ours).values(state="open", starts=starts, rows=rows, error=""))
        return starts

    def rows(self, chunk: str) -> str | None:
        """The rows of a chunk that is open, None where there is nothing to do."""
        query = select(_chunks.c.rows).where(
            _chunks.c.run == self._run, _chunks.c.chunk == chunk, _chunks.c.state == "open"
        )
        with self._engine.connect() as connection:
            rows: str | None = connection.execute(query).scalar()
        return rows

    def finish(self, chunk: str, *, spent: Usage, error: str = "") -> None:
        """A chunk is done and its rows are let go of; with an error it has failed and keeps them."""
        ended = {"state": "failed", "error": error} if error else {"state": "done", "rows": None}
        cost = {
            name: _chunks.c[name] + getattr(spent, name)
            for name in ("requests", "input_tokens", "output_tokens", "cached_tokens")
        }
        ours = (_chunks.c.run == self._run) & (_chunks.c.chunk == chunk)
        with writing(self._engine) as connection:
            connection.execute(update(_chunks).where(ours).values(**ended, **cost))

    def counts(self) -> ChunkCounts:
        """How many are open, done and failed."""
        query = select(_chunks.c.state, func.count()).where(_chunks.c.run == self._run).group_by(_chunks.c.state)
        with self._engine.connect() as connection:
            found = {str(row[0]): int(row[1]) for row in connection.execute(query)}
        return ChunkCounts(open=found.get("open", 0), done=found.get("done", 0), failed=found.get("failed", 0))

    def error(self) -> str:
        """Why a chunk failed, the first of those that did."""
        query = select(_chunks.c.error).where(_chunks.c.run == self._run, _chunks.c.state == "failed")
        with self._engine.connect() as connection:
            return str(connection.execute(query.order_by(_chunks.c.chunk).limit(1)).scalar() or "")

    def spent(self) -> Usage:
        """What the chunks that have ended cost."""
        c = _chunks.c
        sums = [
            func.coalesce(func.sum(each), 0) for each in (c.requests, c.input_tokens, c.output_tokens, c.cached_tokens)
        ]
        with self._engine.connect() as connection:
            requests, given, written, cached = map(
                int, connection.execute(select(*sums).where(c.run == self._run)).one()
            )
        return Usage(requests=requests, input_tokens=given, output_tokens=written, cached_tokens=cached)

    def beat(self, worker: str) -> None:
        """This worker is alive."""
        ours = (_workers.c.run == self._run) & (_workers.c.worker == worker)
        with writing(self._engine) as connection:
            if not connection.execute(update(_workers).where(ours).values(beats=_workers.c.beats + 1)).rowcount:
                connection.execute(_workers.insert().values(run=self._run, worker=worker, beats=1))

    def beats(self) -> dict[str, int]:
        """How often each worker has said that it is alive: one whose number stands still is dead or cut off."""
        query = select(_workers.c.worker, _workers.c.beats).where(_workers.c.run == self._run)
        with self._engine.connect() as connection:
            return {str(row[0]): int(row[1]) for row in connection.execute(query)}

    def leave(self, worker: str) -> None:
        """This worker has ended, or was found dead and what it had begun was given to others."""
        with writing(self._engine) as connection:
            connection.execute(_workers.delete().where(_workers.c.run == self._run, _workers.c.worker == worker))
