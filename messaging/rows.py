"""Between frozen records and rows of tables: insert, fetch, change one guarded by what it was.

Statements of the hot paths are built once, as `Query` and `Change`, with bound parameters: building one costs more than
running it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Connection, Insert, Select, Table, bindparam, select

from overture.base import Value
from overture.database import insert_for, insert_into
from overture.errors import InputError

from .records import Contract, Message, Reply, Seat, Thread
from .tables import contracts, messages, replies, seats, threads

Record = TypeVar("Record", bound=Value)
TABLE_OF: dict[type[Value], Table] = {
    Contract: contracts,
    Message: messages,
    Reply: replies,
    Seat: seats,
    Thread: threads,
}


KEY: Final[BindParameter[str]] = bindparam("b_key")  # what `Query` and `Change` are given by this name


class Query(Generic[Record]):
    """A query of records, built once; each call gives its bound parameters by name."""

    def __init__(self, kind: type[Record], *where: ColumnElement[bool], lock: bool = False) -> None:
        """Records of which all of this holds, in the order of their ids; with `lock` nobody else changes them."""
        statement = query(kind, *where).order_by(TABLE_OF[kind].c.id)
        self._statement = statement.with_for_update() if lock else statement
        self._kind, self._names = kind, tuple(kind.model_fields)

    def first(self, connection: Connection, **values: Any) -> Record | None:
        """One of them, if there is any."""
        row = connection.execute(self._statement, values).first()
        return None if row is None else self._record(row)

    def all(self, connection: Connection, **values: Any) -> list[Record]:
        """All of them."""
        return [self._record(row) for row in connection.execute(self._statement, values)]

    def _record(self, row: Sequence[Any]) -> Record:
        return self._kind.model_validate(dict(zip(self._names, row, strict=True)))


class Change:
    """A change of columns of one row, built once; each call gives the new values, and bound parameters, by name."""

    def __init__(self, kind: type[Value], *where: ColumnElement[bool], sets: Sequence[str]) -> None:
        """Changes the row only if all of this still holds of it."""
        table = TABLE_OF[kind]
        values = {name: bindparam(f"to_{name}", type_=table.c[name].type) for name in sets}
        self._statement = table.update().where(table.c.id == KEY, *where).values(**values)

    def apply(self, connection: Connection, key: str, **values: Any) -> bool:
        """Change the row of this id; says whether it did. New values are named `to_COLUMN`."""
        return connection.execute(self._statement, {"b_key": key, **values}).rowcount == 1


def add(connection: Connection, record: Value, **more: Any) -> None:
    """Insert one record."""
    connection.execute(_insert(type(record)), {**dict(record), **more})


def add_all(connection: Connection, records: Iterable[Value]) -> None:
    """Insert many records of one kind in one statement."""
    rows = list(records)
    if rows:
        connection.execute(_insert(type(rows[0])), [dict(row) for row in rows])


def put(connection: Connection, record: Value) -> None:
    """Insert a record, or replace the one with its id."""
    table, values = TABLE_OF[type(record)], record.model_dump()
    statement = insert_into(connection, table).values(**values)
    changes = {name: value for name, value in values.items() if name != "id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes))


def query(kind: type[Value], *where: ColumnElement[bool]) -> Select[Any]:
    """The columns of a record where all of this holds."""
    table = TABLE_OF[kind]
    return select(*(table.c[name] for name in kind.model_fields)).where(*where)


def find(connection: Connection, kind: type[Record], *where: ColumnElement[bool], lock: bool = False) -> Record | None:
    """The one record of which this holds; with `lock`, nobody else changes it until this transaction ends."""
    statement = query(kind, *where)
    row = connection.execute(statement.with_for_update() if lock else statement).mappings().first()
    return None if row is None else kind.model_validate(dict(row))


def find_all(connection: Connection, kind: type[Record], *where: ColumnElement[bool]) -> list[Record]:
    """All records of which this holds, in the order of their ids."""
    statement = query(kind, *where).order_by(TABLE_OF[kind].c.id)
    return [kind.model_validate(dict(row)) for row in connection.execute(statement).mappings()]


def get(connection: Connection, kind: type[Record], key: str, *, lock: bool = False) -> Record:
    """The record of an id.

    Raises:
        InputError: there is none.
    """
    by_key: Query[Record] = _by_key(kind, lock)
    found = by_key.first(connection, b_key=key)
    if found is None:
        raise InputError("is not known here", field=f"{kind.__name__.lower()} {key!r}", expected="an id that exists")
    return found


def change(connection: Connection, kind: type[Value], key: str, *where: ColumnElement[bool], **values: Any) -> bool:
    """Change columns of one row if all of this still holds of it; says whether it did."""
    table = TABLE_OF[kind]
    changed = connection.execute(table.update().where(table.c.id == key, *where).values(**values))
    return changed.rowcount == 1


def count_up(connection: Connection, table: Table, *, at: dict[str, Any], column: str, most: int | None) -> bool:
    """Add one to a counter unless it has reached its bound: one guarded statement, so that no two writers both pass."""
    if most is not None and most < 1:
        return False
    statement = _counting(connection.dialect.name, table, tuple(at), column, most is not None)
    row = {**at, column: 1}
    return connection.execute(statement, row if most is None else {**row, "b_most": most}).rowcount == 1


@cache
def _insert(kind: type[Value]) -> Insert:
    return TABLE_OF[kind].insert()


@cache
def _by_key(kind: type[Any], lock: bool) -> Query[Any]:
    return Query(kind, TABLE_OF[kind].c.id == KEY, lock=lock)


@cache
def _counting(dialect: str, table: Table, at: tuple[str, ...], column: str, is_bounded: bool) -> Insert:
    guard = table.c[column] < bindparam("b_most", type_=table.c[column].type) if is_bounded else None
    counted = {column: table.c[column] + 1}
    return insert_for(dialect, table).on_conflict_do_update(index_elements=list(at), set_=counted, where=guard)
