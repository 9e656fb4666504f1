"""What is kept of a candidate or a seat: given out whole, or forgotten to the last byte that can be reached (F-3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from pydantic import AwareDatetime, ConfigDict, Field
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from overture.base import Value
from overture.classification.labels import Intent, Label
from overture.database import Store
from overture.errors import ConfigurationError, InputError

from .erasure_rows import Person, Scope, delete_person, digest_of_person, events_of, subjects_of
from .event_rows import one_writer
from .events import Reason, Thumb
from .feedback_tables import events, judged_drafts, judged_replies
from .snapshots import DraftSnapshot, ReplySnapshot

EXPORTED: Final = "files that were exported before: their owners delete them"


class EventRecord(Value):
    """An event as it is kept."""

    model_config = ConfigDict(str_strip_whitespace=False)

    number: int
    id: str
    kind: str
    subject: str
    candidate: str
    seat: str
    contract: str
    at: AwareDatetime
    received_at: AwareDatetime
    vote: Thumb | None = None
    reasons: tuple[Reason, ...] = ()
    comment: str | None = Field(default=None, repr=False)
    final_text: str | None = Field(default=None, repr=False)
    label: Label | None = None
    intent: Intent | None = None


class FeedbackExport(Value):
    """Everything that is kept of a person: what `erase` would delete (F-3); `model_dump_json()` is for handing over."""

    scope: Scope
    id: str
    exported_at: AwareDatetime
    drafts: tuple[DraftSnapshot, ...]
    replies: tuple[ReplySnapshot, ...]
    events: tuple[EventRecord, ...]


class Erasure(Value):
    """What was erased of a person, and what no statement reaches (F-3)."""

    scope: Scope
    id: str
    erased_at: AwareDatetime
    events: int
    drafts: int
    replies: int
    cases: dict[str, int] = Field(default_factory=dict)
    """Cases that were taken out of an evaluation set, by its folder."""
    models: tuple[str, ...] = ()
    """Versions in the registry whose lineage holds the person: trained, so not undone."""
    left: tuple[str, ...] = ()


class SetEraser(Protocol):
    """What takes out of a set the cases of candidates and of seats, by the digests of their ids; gives how many."""

    def __call__(self, folder: Path, *, candidates: Iterable[str] = (), seats: Iterable[str] = ()) -> int: ...


def person_of(*, candidate: str | None, seat: str | None) -> Person:
    """Who is meant.

    Raises:
        ConfigurationError: not exactly one of them is.
    """
    if candidate is not None and seat is None:
        return ("candidate", candidate)
    if seat is not None and candidate is None:
        return ("seat", seat)
    raise ConfigurationError("F-3: name a candidate or a seat, and not both")


def export_person(connection: Connection, person: Person, *, now: datetime) -> FeedbackExport:
    """Everything of a person, in the order in which it came."""
    return FeedbackExport(
        scope=person[0],
        id=person[1],
        exported_at=now,
        drafts=tuple(
            DraftSnapshot.model_validate_json(row.content)
            for row in connection.execute(subjects_of(judged_drafts, person))
        ),
        replies=tuple(
            ReplySnapshot.model_validate_json(row.content)
            for row in connection.execute(subjects_of(judged_replies, person))
        ),
        events=tuple(
            EventRecord.model_validate({name: row[name] for name in EventRecord.model_fields})
            for row in connection.execute(select(events).where(events_of(person)).order_by(events.c.number)).mappings()
        ),
    )


def erase_person(
    database: Store,
    person: Person,
    *,
    now: datetime,
    sets: Iterable[Path] = (),
    registry: Path | None = None,
    set_eraser: SetEraser | None = None,
    vacuum: bool = True,
) -> Erasure:
    """Erase a person from sets and store; broken off at any instant and started again, it ends the same."""
    folders = tuple(Path(folder) for folder in sets)
    for folder in (*folders, *([registry] if registry else [])):
        if not Path(folder).is_dir():
            raise InputError("there is no such folder", path=str(folder), expected="one that exists")
    digest = digest_of_person(person[1])
    models: tuple[str, ...] = ()
    if registry is not None:
        from .registry import Registry

        models = Registry(registry).versions_with(digest)
    with database.write() as connection:
        one_writer(connection)
        deleted = delete_person(connection, person, now=now)
    whose = {"candidates" if person[0] == "candidate" else "seats": (digest,)}
    if folders and set_eraser is None:
        from .eval_sets import erase_from_set as set_eraser
    cases = {str(folder): set_eraser(folder, **whose) for folder in folders} if set_eraser else {}
    return Erasure(
        scope=person[0],
        id=person[1],
        erased_at=now,
        events=deleted.events,
        drafts=deleted.drafts,
        replies=deleted.replies,
        cases=cases,
        models=models,
        left=(
            *forget_deleted(database, vacuum=vacuum),
            *(f"model {model} learned from them or was tested on them: train it anew without" for model in models),
            EXPORTED,
        ),
    )


def forget_deleted(database: Store, *, vacuum: bool = True) -> tuple[str, ...]:
    """Overwrite what deleted rows leave behind; gives what may still hold them."""
    if not database.is_sqlite:
        return _vacuum_postgres(database, vacuum=vacuum)
    left = ["copies and backups of the database's file"]
    if vacuum:
        _checkpoint(database)  # else the file packed would be read together with a log that is still full
        if problem := _run_alone(database, "VACUUM"):
            left.append(f"the file's unused bytes: it could not be packed ({problem})")
    else:
        left.append("the file's unused bytes, until VACUUM")
    if not _checkpoint(database):
        left.append("the file's -wal, until its last reader is done")
    return tuple(left)


def _vacuum_postgres(database: Store, *, vacuum: bool) -> tuple[str, ...]:
    left = ["PostgreSQL's write-ahead log, replicas and backups, as long as those are kept"]
    tables = ", ".join(table.name for table in (events, judged_drafts, judged_replies))
    problem = _run_alone(database, f"VACUUM (ANALYZE) {tables}") if vacuum else "it was not asked for"
    if problem:
        left.append(f"dead rows, until VACUUM: {problem}")
    else:
        left.append("the unused space of PostgreSQL's pages, until it is written over or VACUUM FULL is run")
    return tuple(left)


def _run_alone(database: Store, statement: str) -> str:
    """Run what may stand in no transaction; gives what went wrong."""
    autocommit = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    try:
        if database.is_sqlite:  # whose transactions our engine begins itself
            raw = database.engine.raw_connection()
            try:
                raw.cursor().execute(statement)
            finally:
                raw.close()
        else:
            with autocommit.connect() as connection:
                connection.exec_driver_sql(statement)
    except database.engine.dialect.loaded_dbapi.Error as error:
        return _first_line(error)
    except DBAPIError as error:
        return _first_line(error.orig)
    return ""


def _checkpoint(database: Store) -> bool:
    with database.engine.connect() as connection:
        return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]


def _first_line(error: object) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
