"""What was judged, what was said of it, and what was erased (F-1, F-3)."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_PRIVATE = {
    "feedback_drafts": ("candidate", "content"),
    "feedback_replies": ("candidate", "content"),
    "feedback_events": ("candidate", "comment", "final_text"),
}
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """There is no way down: it would delete what people said."""
    op.create_table(
        "feedback_drafts",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("candidate", sa.String(200), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(200), nullable=False),
        sa.Column("writer", sa.String(200), nullable=False),
        sa.Column("prompt_name", sa.String(200), nullable=False),
        sa.Column("prompt_version", sa.Integer(), nullable=False),
        sa.Column("prompt_fingerprint", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback_drafts"),
    )
    op.create_index("ix_feedback_drafts_candidate", "feedback_drafts", ["candidate"])
    op.create_index("ix_feedback_drafts_seat", "feedback_drafts", ["seat"])
    op.create_table(
        "feedback_replies",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("candidate", sa.String(200), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(200), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback_replies"),
    )
    op.create_index("ix_feedback_replies_candidate", "feedback_replies", ["candidate"])
    op.create_index("ix_feedback_replies_seat", "feedback_replies", ["seat"])
    op.create_table(
        "feedback_events",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("candidate", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("vote", sa.String(200)),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("final_text", sa.Text()),
        sa.Column("label", sa.String(200)),
        sa.Column("intent", sa.String(200)),
        sa.PrimaryKeyConstraint("number", name="pk_feedback_events"),
        sa.UniqueConstraint("id", name="uq_feedback_events_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_events_seat", "feedback_events", ["seat"])
    op.create_index("ix_feedback_events_candidate", "feedback_events", ["candidate"])
    op.create_index("ix_feedback_events_kind_subject_seat_at", "feedback_events", ["kind", "subject", "seat", "at"])
    op.create_table(
        "feedback_erasures",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("scope", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_feedback_erasures"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_erasures_digest", "feedback_erasures", ["digest"])
    if op.get_bind().dialect.name == "postgresql":  # its planner's statistics keep values of rows that are long gone
        for table, columns in _PRIVATE.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
