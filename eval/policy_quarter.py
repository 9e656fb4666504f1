"""Plays the quarter in a database of its own and reads back all that messaging says of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, select

from overture.messaging import Message, Policy, Reply, Store, Thread
from overture.messaging.postings import lines
from overture.messaging.records import Folder
from overture.messaging.tables import entries, messages, notices, replies, threads

from .policy_journal import Quarter
from .policy_world import CONTRACT, START, World

_ALL: Final = 1_000_000
_FOLDERS: Final[tuple[Folder, ...]] = ("scheduled", "awaiting_reply", "accepted", "declined")
_EXPLAINED: Final = 200


def play_quarter(
    *,
    seats: int = 50,
    messages: int = 800,
    seed: int = 1,
    policy: Policy | None = None,
    around: Callable[[World], None] | None = None,
) -> Quarter:
    """The quarter of so many seats; `around` may change the world before it is played, as tests of the suite do."""
    with tempfile.TemporaryDirectory(prefix="overture-quarter-") as folder:
        store = quick_store(Path(folder) / "quarter.db")
        try:
            world = World(store, seats=seats, messages=messages, seed=seed, policy=policy or Policy.default())
            if around is not None:
                around(world)
            world.play()
            return _read(world, store)
        finally:
            store.close()


def quick_store(path: Path) -> Store:
    """A store that does not wait for the disk: nothing of it is to outlive the machine."""
    store = Store(f"sqlite:///{path}")
    event.listen(store.engine, "connect", _be_quick)
    store.engine.dispose()
    return store


def _be_quick(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _read(world: World, store: Store) -> Quarter:
    outreach = world.outreach
    with store.read() as connection:
        rows: dict[str, dict[str, Any]] = {}
        for name, table, value in (("m", messages, Message), ("t", threads, Thread), ("r", replies, Reply)):
            columns = [table.c[column] for column in value.model_fields]
            found = connection.execute(select(*columns)).mappings()
            rows[name] = {row["id"]: value.model_validate(dict(row)) for row in found}
        listed = tuple(lines(connection.execute(select(entries).order_by(entries.c.id))))
        told = connection.execute(select(notices.c.seat).distinct()).scalars().all()
    paid = [key for key, message in rows["m"].items() if not message.free]
    every = max(1, len(paid) // _EXPLAINED)
    return Quarter(
        start=START, end=world.now, policy=world.policy, contract_zone=CONTRACT.zone, seats=dict(world.roster),
        steps=tuple(world.steps), messages=rows["m"], threads=rows["t"], replies=rows["r"], entries=listed,
        notices=tuple(notice for seat in sorted(told) for notice in outreach.notices(seat, limit=_ALL)),
        folders={
            seat: {name: outreach.folder(seat, name, limit=_ALL).lines for name in _FOLDERS} for seat in world.roster
        },
        balances={seat: outreach.balance(seat) for seat in world.roster},
        statements=tuple(outreach.statement(CONTRACT.id, month=date(2026, month, 1)) for month in range(1, 8)),
        explained={key: outreach.explain(key) for key in paid[::every]},
        report=outreach.verify(), templates=tuple(world.templates),
    )  # fmt: skip
