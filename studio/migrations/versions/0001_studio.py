"""The studio's own tables: keys, sessions, what a seat works with, its audit log, webhooks and bulk jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There is no way down: it would delete what people wrote."""
    op.create_table(
        "studio_answers",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", sa.JSON()),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seat", "key", name="pk_studio_answers"),
    )
    op.create_index("ix_studio_answers_created_at", "studio_answers", ["created_at"])
    op.create_table(
        "studio_audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("action", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200)),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_studio_audit"),
    )
    op.create_index("ix_studio_audit_seat_id", "studio_audit", ["seat", "id"])
    op.create_index("ix_studio_audit_at", "studio_audit", ["at"])
    op.create_table(
        "studio_bulk_jobs",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("state", sa.String(200), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_studio_bulk_jobs"),
    )
    op.create_index("ix_studio_bulk_jobs_seat_created_at", "studio_bulk_jobs", ["seat", "created_at"])
    op.create_index("ix_studio_bulk_jobs_state_updated_at", "studio_bulk_jobs", ["state", "updated_at"])
    op.create_table(
        "studio_candidates",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seat", "id", name="pk_studio_candidates"),
    )
    op.create_table(
        "studio_drafts",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("candidate", sa.String(200), nullable=False),
        sa.Column("job", sa.String(200)),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("edited_subject", sa.Text()),
        sa.Column("edited_body", sa.Text()),
        sa.Column("message", sa.String(200)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seat", "id", name="pk_studio_drafts"),
    )
    op.create_index("ix_studio_drafts_seat_candidate", "studio_drafts", ["seat", "candidate"])
    op.create_index("ix_studio_drafts_seat_created_at", "studio_drafts", ["seat", "created_at"])
    op.create_table(
        "studio_jobs",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("opportunity", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seat", "id", name="pk_studio_jobs"),
    )
    op.create_table(
        "studio_keys",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_studio_keys"),
    )
    op.create_index("ix_studio_keys_seat", "studio_keys", ["seat"])
    op.create_table(
        "studio_notices_seen",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("notice", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seat", name="pk_studio_notices_seen"),
    )
    op.create_table(
        "studio_reviews",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("decision", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_studio_reviews"),
    )
    op.create_index("ix_studio_reviews_seat_kind_subject", "studio_reviews", ["seat", "kind", "subject"])
    op.create_index("ix_studio_reviews_seat_number", "studio_reviews", ["seat", "number"])
    op.create_table(
        "studio_sessions",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("key", sa.String(200)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_studio_sessions"),
    )
    op.create_index("ix_studio_sessions_expires_at", "studio_sessions", ["expires_at"])
    op.create_table(
        "studio_webhooks",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text()),
        sa.Column("old_secret_until", sa.DateTime(timezone=True)),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("last_notice", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(200)),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True)),
        sa.Column("disabled_because", sa.Text()),
        sa.PrimaryKeyConstraint("seat", "id", name="pk_studio_webhooks"),
    )
    op.create_table(
        "studio_bulk_rows",
        sa.Column("job", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("candidate", sa.String(200), nullable=False),
        sa.Column("profile", sa.JSON()),
        sa.Column("state", sa.String(200), nullable=False),
        sa.Column("claimed_by", sa.String(200)),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("draft", sa.String(200)),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("job", "number", name="pk_studio_bulk_rows"),
        sa.ForeignKeyConstraint(
            ["job"], ["studio_bulk_jobs.id"], name="fk_studio_bulk_rows_job_studio_bulk_jobs", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_studio_bulk_rows_job_state", "studio_bulk_rows", ["job", "state"])
    op.create_table(
        "studio_webhook_events",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("webhook", sa.String(200), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("notice", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(200), nullable=False),
        sa.Column("state", sa.String(200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer()),
        sa.Column("last_error", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True)),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("seat", "webhook", "id", name="pk_studio_webhook_events"),
        sa.ForeignKeyConstraint(
            ["seat", "webhook"],
            ["studio_webhooks.seat", "studio_webhooks.id"],
            name="fk_studio_webhook_events_seat_webhook_studio_webhooks",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "ix_studio_webhook_events_seat_webhook_state_notice",
        "studio_webhook_events",
        ["seat", "webhook", "state", "notice"],
    )
