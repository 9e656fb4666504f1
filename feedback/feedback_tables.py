"""The tables of feedback, the same on SQLite and PostgreSQL: what was judged, what was said of it, what was erased.

Events are only ever added; a draft or a reply is kept once, however often it is spoken of. `migrations/` makes the
tables; a test compares both.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from overture.database import Instant, new_metadata

MOST_NAME: Final = 200
"""The most characters of an id."""
DIGEST: Final = 64
"""The characters of a SHA-256."""
IDS_AT_ONCE: Final = 500
"""How many ids are asked for in one statement."""

metadata = new_metadata()
_Number = BigInteger().with_variant(Integer, "sqlite")


def _name(name: str, *arguments: Any, **options: Any) -> Column[str]:
    return Column(name, String(MOST_NAME), *arguments, **options)


judged_drafts = Table(
    "feedback_drafts",
    metadata,
    _name("id", primary_key=True),
    _name("candidate", nullable=False, index=True),
    _name("seat", nullable=False, index=True),
    _name("contract", nullable=False),
    Column("made_at", Instant, nullable=False),
    _name("language", nullable=False),
    _name("writer", nullable=False),
    _name("prompt_name", nullable=False),
    Column("prompt_version", Integer, nullable=False),
    Column("prompt_fingerprint", String(DIGEST), nullable=False),
    Column("digest", String(DIGEST), nullable=False),
    Column("content", Text, nullable=False),
)
"""`content` is the whole `DraftSnapshot` as JSON; the columns are what is asked for."""

judged_replies = Table(
    "feedback_replies",
    metadata,
    _name("id", primary_key=True),
    _name("candidate", nullable=False, index=True),
    _name("seat", nullable=False, index=True),
    _name("contract", nullable=False),
    Column("received_at", Instant, nullable=False),
    _name("language", nullable=False),
    _name("label", nullable=False),
    Column("confidence", Float, nullable=False),
    _name("model", nullable=False),
    Column("digest", String(DIGEST), nullable=False),
    Column("content", Text, nullable=False),
)

events = Table(
    "feedback_events",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    _name("id", nullable=False),
    _name("kind", nullable=False),
    _name("subject", nullable=False),
    _name("seat", nullable=False, index=True),
    _name("contract", nullable=False),
    _name("candidate", nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("digest", String(DIGEST), nullable=False),
    _name("vote"),
    Column("reasons", JSON, nullable=False),
    Column("comment", Text),
    Column("final_text", Text),
    _name("label"),
    _name("intent"),
    UniqueConstraint("id"),
    sqlite_autoincrement=True,  # a number that was erased is given to nobody else
)
Index(None, events.c.kind, events.c.subject, events.c.seat, events.c.at)

erasures = Table(
    "feedback_erasures",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    _name("scope", nullable=False),
    Column("digest", String(DIGEST), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
"""That somebody was erased, by the hash of the id: enough to take them out of a set that is found later (F-3)."""
