"""The tables of messaging, the same on SQLite and PostgreSQL. `migrations/` makes them; a test compares both."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from overture.database import Instant, new_metadata

metadata = new_metadata()

_NAME = 200
_ACCOUNT = 400  # holds a name with what goes around it: owners, lots, keys


def _key(name: str, **options: Any) -> Column[str]:
    return Column(name, String(_NAME), **options)


contracts = Table(
    "contracts",
    metadata,
    _key("id", primary_key=True),
    Column("zone", String(64)),
    Column("policy", String(64), nullable=False),
)

seats = Table(
    "seats",
    metadata,
    _key("id", primary_key=True),
    Column("contract", String(_NAME), ForeignKey("contracts.id"), nullable=False, index=True),
    Column("plan", String(64), nullable=False),
    Column("zone", String(64)),
    Column("daily_limit", Integer),
    Column("monthly_limit", Integer),
    Column("flagged", Text),
)

threads = Table(
    "threads",
    metadata,
    _key("id", primary_key=True),
    Column("contract", String(_NAME), nullable=False),
    Column("seat", String(_NAME), ForeignKey("seats.id"), nullable=False),
    Column("candidate", String(_NAME), nullable=False),
    Column("job", String(_NAME)),
    Column("created_at", Instant, nullable=False),
    Column("disposition", String(16), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("responded_at", Instant),
    Column("closed", Boolean, nullable=False),
    Index(None, "seat", "disposition", "created_at"),
    Index(None, "contract", "candidate"),
)

messages = Table(
    "messages",
    metadata,
    _key("id", primary_key=True),
    Column("thread", String(_NAME), ForeignKey("threads.id"), nullable=False, index=True),
    Column("contract", String(_NAME), nullable=False),
    Column("seat", String(_NAME), nullable=False),
    Column("candidate", String(_NAME), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("initial", String(_NAME), index=True),
    Column("state", String(16), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("delay_hours", Integer),
    Column("zone", String(64), nullable=False),
    Column("zone_source", String(16), nullable=False),
    Column("note", Text),
    Column("sent_at", Instant),
    Column("receipt", Text),
    Column("free", Boolean, nullable=False),
    Column("bulk", String(_NAME)),
    Column("template", String(_NAME)),
    Column("assisted", Boolean, nullable=False),
    Column("elements", JSON, nullable=False),
    Column("job", String(_NAME)),
    Column("ended_by", String(16)),
    Column("end_reason", Text),
    Column("claimed_by", String(_NAME)),  # the worker that is sending it, and until when its claim holds
    Column("claimed_until", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("responded_at", Instant),  # when the answer that gave its credit back, or would have, came (H-1)
    Index(None, "state", "due_at"),
    Index(None, "seat", "sent_at"),
    Index(None, "seat", "state", "due_at"),
    Index(None, "contract", "candidate", "state"),
)

replies = Table(
    "replies",
    metadata,
    _key("id", primary_key=True),
    Column("thread", String(_NAME), ForeignKey("threads.id"), nullable=False, index=True),
    Column("received_at", Instant, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("smart", String(16)),
    Column("edited", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("label", String(16)),
    Column("intent", String(32)),
    Column("confidence", Float),
    Column("conflict", Boolean, nullable=False),
    Column("corrected", String(16)),
    Column("returns_on", Date),
    Column("verdict", JSON),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("contract", String(_NAME), nullable=False),
    Column("candidate", String(_NAME), nullable=False),
    Column("since", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("contract", "candidate"),
)

templates = Table(
    "templates",
    metadata,
    _key("id", primary_key=True),
    Column("seat", String(_NAME), nullable=False, index=True),
    Column("name", String(_NAME), nullable=False),
    Column("content", JSON, nullable=False),
    UniqueConstraint("seat", "name"),
)

health = Table(
    "health",
    metadata,
    Column("seat", String(_NAME), ForeignKey("seats.id"), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("changed_at", Instant),
    Column("restricted_until", Instant),
    Column("noticed_ever", Boolean, nullable=False),
)

seat_days = Table(  # S-7 without counting: what a seat has sent on a UTC day
    "seat_days",
    metadata,
    Column("seat", String(_NAME), nullable=False),
    Column("day", Date, nullable=False),
    Column("sent", Integer, nullable=False),
    PrimaryKeyConstraint("seat", "day"),
)

notices = Table(  # C-8, H-2 and what was cancelled: what people are told, delivered by a callback or read from here
    "notices",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("key", String(400), nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("contract", String(_NAME), nullable=False),
    Column("seat", String(_NAME), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("rule", String(16), nullable=False),
    Column("thread", String(_NAME)),
    Column("message", String(_NAME)),
    Column("text", Text, nullable=False),
    Column("delivered_at", Instant),
    Index(None, "seat", "id"),
    Index(None, "delivered_at", "id"),
)

_OPEN: dict[str, Any] = {"sqlite_where": text("remaining > 0"), "postgresql_where": text("remaining > 0")}

lots = Table(
    "lots",
    metadata,
    Column("id", String(_ACCOUNT), primary_key=True),
    Column("owner", String(_ACCOUNT), nullable=False),
    Column("contract", String(_NAME), nullable=False),
    Column("source", String(16), nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("remaining", Integer, nullable=False),  # projection: the sum of the lot's entries
    Index(None, "owner", "granted_at", "id", **_OPEN),
    Index(None, "expires_at", "owner", **_OPEN),
)

balances = Table(
    "balances",
    metadata,
    Column("owner", String(_ACCOUNT), primary_key=True),
    Column("available", Integer, nullable=False),  # projection: the sum of the owner's entries
)

seat_months = Table(  # CR-6 without counting: what a seat has been charged in a UTC month
    "seat_months",
    metadata,
    Column("seat", String(_NAME), nullable=False),
    Column("month", String(7), nullable=False),
    Column("charged", Integer, nullable=False),
    PrimaryKeyConstraint("seat", "month"),
)

entries = Table(  # append-only (CR-8): each moves `amount` credits from one account to another
    "entries",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("key", String(_ACCOUNT), nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("contract", String(_NAME), nullable=False),
    Column("owner", String(_ACCOUNT), nullable=False),
    Column("seat", String(_NAME)),
    Column("kind", String(16), nullable=False),
    Column("rule", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("message", String(_NAME)),
    Column("lot", String(_ACCOUNT), nullable=False),
    Column("debit", String(_ACCOUNT), nullable=False),
    Column("credit", String(_ACCOUNT), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("refunds", String(_ACCOUNT)),  # of a refund: the key of the charge that it gives back, once
    UniqueConstraint("refunds"),
    Index(None, "message"),
    Index(None, "contract", "at"),
    Index(None, "lot"),
)
