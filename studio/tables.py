"""The tables of the studio, the same on SQLite and PostgreSQL; each row belongs to one seat.

`migrations/` makes them; a test compares both. They stand beside the other rooms' in one database.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from overture.database import Instant, new_metadata

metadata = new_metadata()


def _name(name: str, *arguments: Any, **options: Any) -> Column[str]:
    return Column(name, String(200), *arguments, **options)


keys = Table(
    "studio_keys",
    metadata,
    _name("id", primary_key=True),
    _name("seat", nullable=False),
    _name("contract", nullable=False),
    _name("label", nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of 256 random bits: nothing to guess, so no slow hash
    Column("scopes", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_studio_keys_seat", "seat"),
)

sessions = Table(
    "studio_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    _name("seat", nullable=False),
    _name("contract", nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("csrf", String(64), nullable=False),
    _name("key"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_studio_sessions_expires_at", "expires_at"),
)

answers = Table(
    "studio_answers",
    metadata,
    _name("seat", nullable=False),
    _name("key", nullable=False),
    Column("request", String(64), nullable=False),
    Column("status", Integer),
    Column("headers", JSON),
    Column("body", LargeBinary),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("seat", "key"),
    Index("ix_studio_answers_created_at", "created_at"),
)

candidates = Table(
    "studio_candidates",
    metadata,
    _name("seat", nullable=False),
    _name("id", nullable=False),
    _name("name", nullable=False),
    _name("address", nullable=False),
    Column("profile", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("seat", "id"),
)

jobs = Table(
    "studio_jobs",
    metadata,
    _name("seat", nullable=False),
    _name("id", nullable=False),
    _name("title", nullable=False),
    Column("opportunity", JSON, nullable=False),  # job, project, company, team and recruiter, as in `DraftInput`
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("seat", "id"),
)

drafts = Table(
    "studio_drafts",
    metadata,
    _name("seat", nullable=False),
    _name("id", nullable=False),
    _name("contract", nullable=False),
    _name("candidate", nullable=False),
    _name("job"),
    Column("subject", Text, nullable=False),
    Column("kept", JSON, nullable=False),  # `kept_draft.py` reads and writes it
    Column("edited_subject", Text),
    Column("edited_body", Text),
    _name("message"),  # the message that it was sent as
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("seat", "id"),
    Index("ix_studio_drafts_seat_created_at", "seat", "created_at"),
    Index("ix_studio_drafts_seat_candidate", "seat", "candidate"),
)

audit = Table(
    "studio_audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    _name("contract", nullable=False),
    _name("seat", nullable=False),
    _name("by", nullable=False),
    _name("action", nullable=False),
    _name("subject"),
    Column("status", Integer, nullable=False),
    _name("request", nullable=False),
    Index("ix_studio_audit_seat_id", "seat", "id"),
    Index("ix_studio_audit_at", "at"),
)

notices_seen = Table(  # up to which notice a seat has looked
    "studio_notices_seen",
    metadata,
    _name("seat", primary_key=True),
    Column("notice", BigInteger, nullable=False),
)

reviews = Table(  # what a seat decided in Review, in this order, so that the last can be undone
    "studio_reviews",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    _name("seat", nullable=False),
    _name("kind", nullable=False),
    _name("subject", nullable=False),
    _name("decision", nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_studio_reviews_seat_number", "seat", "number"),
    Index("ix_studio_reviews_seat_kind_subject", "seat", "kind", "subject"),
)

webhooks = Table(
    "studio_webhooks",
    metadata,
    _name("seat", nullable=False),
    _name("id", nullable=False),
    _name("contract", nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),  # as it is: each post is signed with it
    Column("old_secret", Text),  # signs beside the new one until it is forgotten
    Column("old_secret_until", Instant),
    Column("events", JSON, nullable=False),
    Column("last_notice", BigInteger, nullable=False),
    Column("next_at", Instant, nullable=False),  # before it nothing is tried
    _name("claimed_by"),  # the worker that posts its events, and until when its claim holds
    Column("claimed_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    Column("disabled_because", Text),
    PrimaryKeyConstraint("seat", "id"),
)

webhook_events = Table(  # what is told is a notice of messaging; here is how far its delivery has come
    "studio_webhook_events",
    metadata,
    _name("seat", nullable=False),
    _name("webhook", nullable=False),
    _name("id", nullable=False),
    Column("notice", BigInteger, nullable=False),
    _name("kind", nullable=False),
    _name("state", nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_status", Integer),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
    Column("tried_at", Instant),
    Column("delivered_at", Instant),
    PrimaryKeyConstraint("seat", "webhook", "id"),
    ForeignKeyConstraint(["seat", "webhook"], ["studio_webhooks.seat", "studio_webhooks.id"], ondelete="CASCADE"),
    Index("ix_studio_webhook_events_seat_webhook_state_notice", "seat", "webhook", "state", "notice"),
)

bulk_jobs = Table(
    "studio_bulk_jobs",
    metadata,
    _name("id", primary_key=True),
    _name("seat", nullable=False),
    _name("contract", nullable=False),
    _name("state", nullable=False),
    Column("request", JSON, nullable=False),  # what all rows share, as in `DraftInput`
    Column("total", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Index("ix_studio_bulk_jobs_seat_created_at", "seat", "created_at"),
    Index("ix_studio_bulk_jobs_state_updated_at", "state", "updated_at"),
)

bulk_rows = Table(
    "studio_bulk_rows",
    metadata,
    _name("job", ForeignKey("studio_bulk_jobs.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    _name("candidate", nullable=False),
    Column("profile", JSON),  # as it came in the request, until the row is settled
    _name("state", nullable=False),
    _name("claimed_by"),  # the worker that drafts it, and until when its claim holds
    Column("claimed_until", Instant),
    _name("draft"),
    Column("error", Text),
    PrimaryKeyConstraint("job", "number"),
    Index("ix_studio_bulk_rows_job_state", "job", "state"),
)
