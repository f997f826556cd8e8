"""Windows held and booked, and what a late change costs.

Safe: it adds; every brand starts with a day's free change.

Revision ID: 5a1e7c90b3d4
Revises: 9707d20cb274
Create Date: 2026-11-27 11:00:00

"""

from typing import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "5a1e7c90b3d4"
down_revision: str | Sequence[str] | None = "9707d20cb274"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "job_charges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "refused",
                name="chargestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_job_charges_something")),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_job_charges_not_negative")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_charges_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_charges")),
    )
    with op.batch_alter_table("job_charges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_charges_job_id"), ["job_id"], unique=False)
    op.add_column("visits", sa.Column("held_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("visits", sa.Column("held_to", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "brands", sa.Column("free_change_hours", sa.Integer(), nullable=False, server_default="24")
    )
    op.add_column(
        "brands", sa.Column("last_change_hours", sa.Integer(), nullable=False, server_default="2")
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column("brands", "last_change_hours")
    op.drop_column("brands", "free_change_hours")
    op.drop_column("visits", "held_to")
    op.drop_column("visits", "held_from")
    op.drop_table("job_charges")
