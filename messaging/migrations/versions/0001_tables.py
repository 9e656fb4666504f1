"""Every table of the first release, and the seal on the ledger: its entries are only ever appended (CR-8)."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OPEN: dict[str, Any] = {"sqlite_where": sa.text("remaining > 0"), "postgresql_where": sa.text("remaining > 0")}
_SEAL = "CR-8: entries of the ledger are never updated or deleted"


def upgrade() -> None:
    """There is no way down: it would delete the ledger."""
    op.create_table(
        "balances",
        sa.Column("owner", sa.String(400), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_balances"),
    )
    op.create_table(
        "contracts",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("zone", sa.String(64)),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contracts"),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(400), nullable=False),
        sa.Column("seat", sa.String(200)),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message", sa.String(200)),
        sa.Column("lot", sa.String(400), nullable=False),
        sa.Column("debit", sa.String(400), nullable=False),
        sa.Column("credit", sa.String(400), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("refunds", sa.String(400)),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("key", name="uq_entries_key"),
        sa.UniqueConstraint("refunds", name="uq_entries_refunds"),
    )
    op.create_index("ix_entries_contract_at", "entries", ["contract", "at"])
    op.create_index("ix_entries_lot", "entries", ["lot"])
    op.create_index("ix_entries_message", "entries", ["message"])
    op.create_table(
        "lots",
        sa.Column("id", sa.String(400), nullable=False),
        sa.Column("owner", sa.String(400), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lots"),
    )
    op.create_index("ix_lots_expires_at_owner", "lots", ["expires_at", "owner"], **_OPEN)
    op.create_index("ix_lots_owner_granted_at_id", "lots", ["owner", "granted_at", "id"], **_OPEN)
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("thread", sa.String(200)),
        sa.Column("message", sa.String(200)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
    )
    op.create_index("ix_notices_delivered_at_id", "notices", ["delivered_at", "id"])
    op.create_index("ix_notices_seat_id", "notices", ["seat", "id"])
    op.create_table(
        "seat_days",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seat", "day", name="pk_seat_days"),
    )
    op.create_table(
        "seat_months",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("charged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seat", "month", name="pk_seat_months"),
    )
    op.create_table(
        "suppressions",
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("candidate", sa.String(200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contract", "candidate", name="pk_suppressions"),
    )
    op.create_table(
        "templates",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_templates"),
        sa.UniqueConstraint("seat", "name", name="uq_templates_seat_name"),
    )
    op.create_index("ix_templates_seat", "templates", ["seat"])
    op.create_table(
        "seats",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("zone", sa.String(64)),
        sa.Column("daily_limit", sa.Integer()),
        sa.Column("monthly_limit", sa.Integer()),
        sa.Column("flagged", sa.Text()),
        sa.ForeignKeyConstraint(["contract"], ["contracts.id"], name="fk_seats_contract_contracts"),
        sa.PrimaryKeyConstraint("id", name="pk_seats"),
    )
    op.create_index("ix_seats_contract", "seats", ["contract"])
    op.create_table(
        "health",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True)),
        sa.Column("restricted_until", sa.DateTime(timezone=True)),
        sa.Column("noticed_ever", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["seat"], ["seats.id"], name="fk_health_seat_seats"),
        sa.PrimaryKeyConstraint("seat", name="pk_health"),
    )
    op.create_table(
        "threads",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("candidate", sa.String(200), nullable=False),
        sa.Column("job", sa.String(200)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disposition", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True)),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["seat"], ["seats.id"], name="fk_threads_seat_seats"),
        sa.PrimaryKeyConstraint("id", name="pk_threads"),
    )
    op.create_index("ix_threads_contract_candidate", "threads", ["contract", "candidate"])
    op.create_index("ix_threads_seat_disposition_created_at", "threads", ["seat", "disposition", "created_at"])
    op.create_table(
        "messages",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("thread", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("candidate", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("initial", sa.String(200)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("delay_hours", sa.Integer()),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("zone_source", sa.String(16), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("receipt", sa.Text()),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("bulk", sa.String(200)),
        sa.Column("template", sa.String(200)),
        sa.Column("assisted", sa.Boolean(), nullable=False),
        sa.Column("elements", sa.JSON(), nullable=False),
        sa.Column("job", sa.String(200)),
        sa.Column("ended_by", sa.String(16)),
        sa.Column("end_reason", sa.Text()),
        sa.Column("claimed_by", sa.String(200)),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name="fk_messages_thread_threads"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index("ix_messages_contract_candidate_state", "messages", ["contract", "candidate", "state"])
    op.create_index("ix_messages_initial", "messages", ["initial"])
    op.create_index("ix_messages_seat_sent_at", "messages", ["seat", "sent_at"])
    op.create_index("ix_messages_seat_state_due_at", "messages", ["seat", "state", "due_at"])
    op.create_index("ix_messages_state_due_at", "messages", ["state", "due_at"])
    op.create_index("ix_messages_thread", "messages", ["thread"])
    op.create_table(
        "replies",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("thread", sa.String(200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("smart", sa.String(16)),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("label", sa.String(16)),
        sa.Column("intent", sa.String(32)),
        sa.Column("confidence", sa.Float()),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("corrected", sa.String(16)),
        sa.Column("returns_on", sa.Date()),
        sa.Column("verdict", sa.JSON()),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name="fk_replies_thread_threads"),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
    )
    op.create_index("ix_replies_thread", "replies", ["thread"])

    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_SEAL}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        op.execute(
            "CREATE TRIGGER entries_are_sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON entries "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_entry_change()"
        )
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER entries_are_sealed_from_{change.lower()} BEFORE {change} ON entries "
                f"BEGIN SELECT RAISE(ABORT, '{_SEAL}'); END"
            )
