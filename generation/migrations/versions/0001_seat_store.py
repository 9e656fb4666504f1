"""What a seat keeps for drafting: custom content (D-7), presets (D-6), whether drafts are made unasked (D-9)."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There is no way down: it would delete what people wrote."""
    op.create_table(
        "drafting_contracts",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("auto_draft", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafting_contracts"),
    )
    op.create_table(
        "drafting_seats",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("contract", sa.String(200), nullable=False),
        sa.Column("auto_draft", sa.Boolean()),
        sa.Column("default_preset", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_drafting_seats"),
    )
    op.create_table(
        "custom_contents",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seat", "id", name="pk_custom_contents"),
        sa.ForeignKeyConstraint(["seat"], ["drafting_seats.id"], name="fk_custom_contents_seat_drafting_seats"),
    )
    op.create_table(
        "presets",
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seat", "name", name="pk_presets"),
        sa.ForeignKeyConstraint(["seat"], ["drafting_seats.id"], name="fk_presets_seat_drafting_seats"),
    )
