"""The store of a run: what was answered and what was drafted, in SQLite (the run's folder) or PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    delete,
    event,
    func,
    select,
)
from sqlalchemy.exc import DatabaseError

from overture.database import insert_into, make_engine, new_metadata, writing
from overture.errors import ConfigurationError
from overture.generation.draft import Usage

from .records import StoredAnswer, StoredRow

FORMAT: Final = 1
_LOCK: Final = 7_308_411_539
_FETCHED: Final = 500
_metadata = new_metadata()
_runs = Table(
    "bulk_runs",
    _metadata,
    Column("run", String(200), primary_key=True),
    Column("format", Integer, nullable=False),
    Column("settings", Text, nullable=False),
)
_answers = Table(
    "bulk_answers",
    _metadata,
    Column("run", String(200), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("answer", Text, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
_rows = Table(
    "bulk_rows",
    _metadata,
    Column("run", String(200), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("record", Text, nullable=False),
    Column("finished", Float(53), nullable=False),
    Column("likeness", Float(53)),
    Column("signature", LargeBinary),
    Index("ix_bulk_rows_finished", "run", "finished"),
)


class RunStore:
    """Answers by key and rows by number of one run; many runs may share a database, and many processes a run.

    Every `put` is one transaction, so that a kill at any instant loses none that was made. On SQLite the file is
    written through to the operating system, not to the disk's platter: a process may die, and after a power cut the
    last transactions may be missing, as if they had not been answered.

    Raises:
        ConfigurationError: the database cannot be opened, or the run was made by another version with another format.
    """

    def __init__(self, url: str, *, run: str = "run") -> None:
        self.url, self.run = url, run
        self._engine = make_engine(url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _without_sync)
        mark = "?" if self._engine.dialect.name == "sqlite" else "%s"
        self._one_answer = (
            "SELECT answer, requests, input_tokens, output_tokens, cached_tokens FROM bulk_answers "  # noqa: S608 - marks only
            f"WHERE run = {mark} AND key = {mark}"
        )
        try:
            _create(self._engine)
        except DatabaseError as error:
            raise ConfigurationError(f"the run's store {url!r} cannot be opened: {error.orig}") from error

    def settings(self, given: str) -> str:
        """What the run was started with; `given` where this is its start.

        Raises:
            ConfigurationError: the run has another format.
        """
        with writing(self._engine) as connection:
            found = connection.execute(select(_runs.c.format, _runs.c.settings).where(_runs.c.run == self.run)).first()
            if found is None:
                connection.execute(_runs.insert().values(run=self.run, format=FORMAT, settings=given))
                return given
        if found.format != FORMAT:
            raise ConfigurationError(
                f"the run {self.run!r} has format {found.format}, this version reads {FORMAT}: "
                "finish it with the version that began it, or start a new run"
            )
        return cast(str, found.settings)

    def answer(self, key: str) -> StoredAnswer | None:
        """The answer under a key, if it was paid for."""
        raw = self._engine.raw_connection()  # asked before every call: a tenth of what a statement through Core costs
        try:
            cursor = raw.cursor()
            cursor.execute(self._one_answer, (self.run, key))
            found = cursor.fetchone()
            cursor.close()
        finally:
            raw.close()
        if found is None:
            return None
        text, requests, given, written, cached = found
        return StoredAnswer.read(
            text, Usage(requests=requests, input_tokens=given, output_tokens=written, cached_tokens=cached)
        )

    def has_answers(self) -> bool:
        """Whether anything was answered."""
        query = select(_answers.c.key).where(_answers.c.run == self.run).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def answers(self, keys: Sequence[str]) -> dict[str, StoredAnswer]:
        """The answers under these keys, those that are there."""
        found: dict[str, StoredAnswer] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(keys), _FETCHED):
                chosen = keys[start : start + _FETCHED]
                query = select(_answers).where(_answers.c.run == self.run, _answers.c.key.in_(chosen))
                for row in connection.execute(query):
                    found[row.key] = StoredAnswer.read(row.answer, _usage(row))
        return found

    def put(self, *, answers: Iterable[tuple[str, StoredAnswer]] = (), rows: Iterable[StoredRow] = ()) -> None:
        """Keep answers and rows, all or none. A key that is there stays; a row takes the place of its number."""
        new_answers = [
            {
                "run": self.run, "key": key, "answer": answer.text(), "requests": answer.usage.requests,
                "input_tokens": answer.usage.input_tokens, "output_tokens": answer.usage.output_tokens,
                "cached_tokens": answer.usage.cached_tokens,
            }
            for key, answer in answers
        ]  # fmt: skip
        new_rows = [_row_values(self.run, row) for row in rows]
        if not new_answers and not new_rows:
            return
        with writing(self._engine) as connection:
            if new_answers:
                insert = insert_into(connection, _answers).on_conflict_do_nothing()
                connection.execute(insert, new_answers)
            if new_rows:
                insert = insert_into(connection, _rows)
                changed = {c.name: insert.excluded[c.name] for c in _rows.c if not c.primary_key}
                connection.execute(
                    insert.on_conflict_do_update(index_elements=["run", "number"], set_=changed), new_rows
                )

    def done(self, first: int, last: int) -> dict[int, str]:
        """Number and digest of the rows from `first` to `last` that are there, both included."""
        query = select(_rows.c.number, _rows.c.digest).where(
            _rows.c.run == self.run, _rows.c.number >= first, _rows.c.number <= last
        )
        with self._engine.connect() as connection:
            return {row.number: row.digest for row in connection.execute(query)}

    def drop(self, rows: Mapping[int, str]) -> None:
        """Let go of rows by their number, each only where it still has this digest."""
        gone = delete(_rows).where(
            _rows.c.run == self.run, _rows.c.number == bindparam("at"), _rows.c.digest == bindparam("was")
        )
        if rows:
            with writing(self._engine) as connection:
                connection.execute(gone, [{"at": number, "was": digest} for number, digest in rows.items()])

    def count(self, *, below: int) -> int:
        """How many rows with a lower number are there."""
        query = select(func.count()).select_from(_rows).where(_rows.c.run == self.run, _rows.c.number < below)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def last(self) -> int:
        """The highest number of a row that is there, -1 where there is none."""
        query = select(func.coalesce(func.max(_rows.c.number), -1)).where(_rows.c.run == self.run)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def rows(self, *, ordered: bool = True, below: int | None = None) -> Iterator[StoredRow]:
        """The rows by number, or by when they were finished, in constant memory; `below` is how many there are."""
        order = (_rows.c.number,) if ordered else (_rows.c.finished, _rows.c.number)
        query = select(_rows).where(_rows.c.run == self.run).order_by(*order)
        if below is not None:
            query = query.where(_rows.c.number < below)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_FETCHED).execute(query):
                yield _row_of(row)

    def signatures(self, *, most: int) -> Iterator[bytes]:
        """The signatures of the rows that were finished last, at most so many, the newest first."""
        query = (
            select(_rows.c.signature)
            .where(_rows.c.run == self.run, _rows.c.signature.is_not(None))
            .order_by(_rows.c.finished.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_FETCHED).execute(query):
                yield bytes(row.signature)

    def spent(self) -> Usage:
        """Requests and tokens of all answers of the run; prices follow from the model's rate."""
        c = _answers.c
        columns = (c.requests, c.input_tokens, c.output_tokens, c.cached_tokens)
        query = select(*(func.coalesce(func.sum(each), 0) for each in columns)).where(c.run == self.run)
        with self._engine.connect() as connection:
            sums = [int(each) for each in connection.execute(query).one()]
        return Usage(requests=sums[0], input_tokens=sums[1], output_tokens=sums[2], cached_tokens=sums[3])

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()


def _create(engine: Engine) -> None:
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        _metadata.create_all(connection)


def _without_sync(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")


def _usage(row: Any) -> Usage:
    return Usage(
        requests=row.requests,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cached_tokens=row.cached_tokens,
    )


def _row_values(run: str, row: StoredRow) -> dict[str, Any]:
    return {
        "run": run, "number": row.number, "digest": row.digest, "status": row.status,
        "record": json.dumps(row.record, ensure_ascii=False, separators=(",", ":")), "finished": row.finished,
        "likeness": row.likeness, "signature": row.signature,
    }  # fmt: skip


def _row_of(row: Any) -> StoredRow:
    return StoredRow(
        number=row.number,
        digest=row.digest,
        status=row.status,
        record=json.loads(row.record),
        finished=row.finished,
        likeness=row.likeness,
        signature=None if row.signature is None else bytes(row.signature),
    )
