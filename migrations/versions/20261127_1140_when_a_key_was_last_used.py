"""When a key was last used.

Safe: it adds an empty column.

Revision ID: 4b1f0a6c2d37
Revises: 6b2f8da1c4e5
Create Date: 2026-11-27 11:15:02.114201

"""

from typing import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "4b1f0a6c2d37"
down_revision: str | Sequence[str] | None = "6b2f8da1c4e5"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    with op.batch_alter_table("api_keys") as batch:
        batch.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Downgrade schema."""
    with op.batch_alter_table("api_keys") as batch:
        batch.drop_column("last_used_at")
