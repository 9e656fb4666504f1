"""`SeatStore`: what each seat keeps for drafting, and nobody else sees (D-6, D-7, D-9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from pydantic import AwareDatetime
from sqlalchemy import Engine, delete, event

from overture.base import Value
from overture.database import DEFAULT_URL, Store
from overture.database import migrate as migrate_room

from .auto_draft import AutoDraftDecision, decide_auto_draft
from .custom_content import (
    CustomContent,
    NewContent,
    add_content,
    delete_content,
    edit_content,
    get_content,
    list_contents,
)
from .personalization import Personalization
from .presets import (
    Preset,
    choose_default,
    default_preset,
    delete_preset,
    get_preset,
    list_presets,
    rename_preset,
    save_preset,
)
from .seat_rows import (
    contract_auto_draft,
    default_auto_draft,
    find_seat,
    find_seats,
    override_auto_draft,
    take_seat,
)
from .seat_tables import custom_contents, drafting_seats, presets
from .seat_texts import check_name, check_text

Clock = Callable[[], datetime]
_MIGRATION_LOCK: Final = 7_308_411_522
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_VERSION_TABLE: Final = "drafting_version"


class SeatExport(Value):
    """Everything that the store keeps of a seat (F-3); `auto_draft` is the seat's own word, None where it has none."""

    seat: str
    contract: str | None
    exported_at: AwareDatetime
    auto_draft: bool | None
    contents: tuple[CustomContent, ...]
    presets: tuple[Preset, ...]


class SeatErasure(Value):
    """What was erased of a seat (F-3), and what no statement can reach."""

    seat: str
    contents: int
    presets: int
    settings: bool
    left: tuple[str, ...]


class SeatStore:
    """What seats keep for drafting: custom content (D-7), presets (D-6), auto-draft (D-9); SQLite or PostgreSQL by URL.

    A seat's id is unique in a database and belongs to one contract for good, which its first call names. Whatever a
    seat does not keep itself answers as what does not exist. All times come from `clock`. Every method is safe to call
    from many threads, processes and machines at once.
    """

    def __init__(self, url: str = DEFAULT_URL, *, clock: Clock = lambda: datetime.now(UTC)) -> None:
        """Connects, and makes or migrates its tables; those of other rooms stay as they are.

        Raises:
            ConfigurationError: the URL is none, its driver is missing, or the database cannot be reached.
        """
        self._store = _Database(url)
        self._clock = clock

    def close(self) -> None:
        """Give back every connection."""
        self._store.close()

    def __enter__(self) -> SeatStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Custom content (D-7)

    def add_content(
        self,
        seat: str,
        *,
        label: str,
        text: str,
        contract: str | None = None,
        id: str | None = None,  # noqa: A002 - the field's name
    ) -> CustomContent:
        """Keep a text under a label; with an `id` of the caller's the same call again gives what it made (D-7).

        Raises:
            InputError: a value is too long or cannot be kept, the seat keeps something else under the id, or it is
                another contract's.
        """
        given = NewContent(
            id=uuid4().hex if id is None else check_name(id, field="id"),
            label=check_name(label, field="label"),
            text=check_text(text, field="text"),
        )
        with self._store.write() as connection:
            return add_content(connection, _seat(seat), contract=_contract(contract), given=given, now=self._clock())

    def edit_content(
        self,
        seat: str,
        id: str,  # noqa: A002 - the field's name
        *,
        label: str | None = None,
        text: str | None = None,
        revision: int | None = None,
    ) -> CustomContent:
        """Change a label, a text, or both; with `revision` only if it has had no edit since (D-7).

        Raises:
            InputError: a value is too long or cannot be kept, the seat keeps nothing under the id, or it has another
                revision by now.
        """
        changes: dict[str, str] = {}
        if label is not None:
            changes["label"] = check_name(label, field="label")
        if text is not None:
            changes["text"] = check_text(text, field="text")
        key = check_name(id, field="id")
        with self._store.write() as connection:
            return edit_content(connection, _seat(seat), id=key, changes=changes, revision=revision, now=self._clock())

    def delete_content(self, seat: str, id: str) -> bool:  # noqa: A002 - the field's name
        """Forget a text; whether the seat kept it (D-7)."""
        with self._store.write() as connection:
            return delete_content(connection, _seat(seat), id=check_name(id, field="id"))

    def content(self, seat: str, id: str) -> CustomContent:  # noqa: A002 - the field's name
        """One text of a seat (D-7).

        Raises:
            InputError: the seat keeps nothing under this id, whoever else may.
        """
        with self._store.read() as connection:
            return get_content(connection, _seat(seat), id=check_name(id, field="id"))

    def contents(self, seat: str, *, search: str = "") -> tuple[CustomContent, ...]:
        """A seat's texts by label; those whose label holds every word of `search`, whatever its case (D-7)."""
        with self._store.read() as connection:
            return list_contents(connection, _seat(seat), words=search)

    # Presets (D-6)

    def save_preset(
        self,
        seat: str,
        name: str,
        personalization: Personalization,
        *,
        contract: str | None = None,
        is_default: bool | None = None,
    ) -> Preset:
        """Keep a choice under a name, or replace the one there; `is_default` makes it the seat's default or not (D-6).

        Raises:
            InputError: the name is too long or cannot be kept, or the seat is another contract's.
        """
        key = check_name(name, field="name")
        with self._store.write() as connection:
            return save_preset(
                connection, _seat(seat), contract=_contract(contract), name=key, personalization=personalization,
                is_default=is_default, now=self._clock(),
            )  # fmt: skip

    def rename_preset(self, seat: str, name: str, to: str) -> Preset:
        """Another name for the same choice, which stays the default if it is (D-6).

        Raises:
            InputError: the seat has no preset of this name, or has one of the other.
        """
        given = {"name": check_name(name, field="name"), "to": check_name(to, field="to")}
        with self._store.write() as connection:
            return rename_preset(connection, _seat(seat), now=self._clock(), **given)

    def delete_preset(self, seat: str, name: str) -> bool:
        """Forget a preset; whether the seat had it (D-6)."""
        with self._store.write() as connection:
            return delete_preset(connection, _seat(seat), name=check_name(name, field="name"))

    def preset(self, seat: str, name: str) -> Preset:
        """One preset of a seat; what this release does not know of it is passed over and noted (D-6).

        Raises:
            InputError: the seat has none of this name, whoever else may.
        """
        with self._store.read() as connection:
            return get_preset(connection, _seat(seat), name=check_name(name, field="name"))

    def presets(self, seat: str) -> tuple[Preset, ...]:
        """Every preset of a seat, by name (D-6)."""
        with self._store.read() as connection:
            return list_presets(connection, _seat(seat))

    def default_preset(self, seat: str) -> Preset | None:
        """The preset that a seat has made its default, if any (D-6)."""
        with self._store.read() as connection:
            return default_preset(connection, _seat(seat))

    def set_default_preset(self, seat: str, name: str | None) -> None:
        """Make a preset the seat's default in place of the one before; with None there is none (D-6).

        Raises:
            InputError: the seat has no preset of this name.
        """
        with self._store.write() as connection:
            choose_default(connection, _seat(seat), name=None if name is None else check_name(name, field="name"))

    # Auto-draft (D-9)

    def auto_draft(self, seat: str, *, contract: str | None = None) -> AutoDraftDecision:
        """Whether auto-draft is on for a seat, and who decided; a seat that keeps nothing yet needs its contract (D-9).

        Raises:
            InputError: the seat is another contract's.
        """
        with self._store.read() as connection:
            row = find_seat(connection, _seat(seat))
            if row is not None and contract not in (None, row.contract):
                take_seat(connection, seat, contract=contract)  # says that it is another's
            where = _contract(contract) if row is None else row.contract
            default = None if where is None else contract_auto_draft(connection, where)
        return decide_auto_draft(default, None if row is None else row.auto_draft)

    def set_auto_draft(self, seat: str, on: bool | None, *, contract: str | None = None) -> AutoDraftDecision:
        """A seat decides for itself; None follows its contract again. Gives what holds now (D-9).

        Raises:
            InputError: the seat is another contract's, or new and its contract was not given.
        """
        with self._store.write() as connection:
            row = take_seat(connection, _seat(seat), contract=_contract(contract))
            override_auto_draft(connection, seat, on=on)
            return decide_auto_draft(contract_auto_draft(connection, row.contract), on)

    def auto_draft_default(self, contract: str) -> bool | None:
        """What an admin has decided for a contract, if anything (D-9)."""
        with self._store.read() as connection:
            return contract_auto_draft(connection, check_name(contract, field="contract"))

    def set_auto_draft_default(self, contract: str, on: bool | None) -> None:
        """An admin decides for the seats of a contract that have not decided for themselves; None takes it back (D-9).

        Who is an admin is the caller's to know.
        """
        with self._store.write() as connection:
            default_auto_draft(connection, check_name(contract, field="contract"), on=on)

    # A seat as a whole (F-3)

    def seats(self) -> dict[str, str]:
        """Every seat that keeps something here, with its contract."""
        with self._store.read() as connection:
            return dict(find_seats(connection))

    def export(self, seat: str) -> SeatExport:
        """Everything that is kept of a seat, its texts included (F-3)."""
        with self._store.read() as connection:
            row = find_seat(connection, _seat(seat))
            return SeatExport(
                seat=seat,
                contract=row.contract if row else None,
                exported_at=self._clock(),
                auto_draft=row.auto_draft if row else None,
                contents=list_contents(connection, seat),
                presets=list_presets(connection, seat),
            )

    def erase(self, seat: str) -> SeatErasure:
        """Forget everything of a seat (F-3). In a file of SQLite the bytes are overwritten too."""
        with self._store.write() as connection:
            find_seat(connection, _seat(seat), lock=True)
            counts = [
                connection.execute(delete(table).where(column == seat)).rowcount
                for table, column in (
                    (custom_contents, custom_contents.c.seat),
                    (presets, presets.c.seat),
                    (drafting_seats, drafting_seats.c.id),
                )
            ]
        return SeatErasure(
            seat=seat, contents=counts[0], presets=counts[1], settings=counts[2] == 1, left=self._store.forget()
        )


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Bring the tables of the seat store to a migration; nothing happens where they are there already."""
    migrate_room(engine, scripts=_MIGRATIONS, version_table=_VERSION_TABLE, lock=_MIGRATION_LOCK, to=to)


class _Database(Store):
    """The store of our tables, which overwrites what is deleted."""

    def __init__(self, url: str) -> None:
        super().__init__(url, migrate=_prepare)

    def forget(self) -> tuple[str, ...]:
        """Empty SQLite's log of changes; gives what still holds a deleted row."""
        if not self.is_sqlite:
            return (
                "PostgreSQL keeps deleted rows until VACUUM, and in its write-ahead log and backups as long as those",
            )
        with self.engine.connect() as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        copies = "copies and backups of the file"
        return (copies, "the file's -wal, until its last reader is done") if busy else (copies,)


def _prepare(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _overwrite_what_is_deleted)
    migrate(engine)


def _overwrite_what_is_deleted(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA secure_delete=ON")


def _seat(seat: str) -> str:
    return check_name(seat, field="seat")


def _contract(contract: str | None) -> str | None:
    return None if contract is None else check_name(contract, field="contract")
