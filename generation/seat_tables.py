"""The tables of what a seat keeps for drafting (D-6, D-7, D-9), the same on SQLite and PostgreSQL.

`migrations/` makes them; a test compares both. They stand beside messaging's in one database, so their names differ.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, Text

from overture.database import Instant, new_metadata

MOST_NAME: Final = 200
"""The most characters of an id, a name or a label."""

metadata = new_metadata()


def _name(name: str, *arguments: Any, **options: Any) -> Column[str]:
    return Column(name, String(MOST_NAME), *arguments, **options)


drafting_contracts = Table(
    "drafting_contracts",
    metadata,
    _name("id", primary_key=True),
    Column("auto_draft", Boolean, nullable=False),
)

drafting_seats = Table(
    "drafting_seats",
    metadata,
    _name("id", primary_key=True),
    _name("contract", nullable=False),
    Column("auto_draft", Boolean),
    _name("default_preset"),
)

# A seat's ids are its own: that another seat has the same one is nothing that anybody learns (D-7).
custom_contents = Table(
    "custom_contents",
    metadata,
    _name("seat", ForeignKey(drafting_seats.c.id), nullable=False),
    _name("id", nullable=False),
    _name("label", nullable=False),
    Column("text", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("seat", "id"),
)

presets = Table(
    "presets",
    metadata,
    _name("seat", ForeignKey(drafting_seats.c.id), nullable=False),
    _name("name", nullable=False),
    Column("choice", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("seat", "name"),
)
