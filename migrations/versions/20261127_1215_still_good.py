"""Whether it is still good a month later.

Safe: it adds.

Revision ID: 8d4b0fc3e6a7
Revises: 7c3a9eb2d5f6
Create Date: 2026-11-27 12:15:00

"""

from typing import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "8d4b0fc3e6a7"
down_revision: str | Sequence[str] | None = "7c3a9eb2d5f6"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "follow_ups",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_follow_ups_visit_id_visits")
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_follow_ups")),
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_table("follow_ups")
