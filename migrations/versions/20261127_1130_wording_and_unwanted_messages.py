"""How messages are worded, and which of them a customer does not want.

Safe: it adds; everybody wants every message as before.

Revision ID: 6b2f8da1c4e5
Revises: 5a1e7c90b3d4
Create Date: 2026-11-27 11:30:00

"""

from typing import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "6b2f8da1c4e5"
down_revision: str | Sequence[str] | None = "5a1e7c90b3d4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "message_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_message_templates_brand_id_brands")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_templates")),
        sa.UniqueConstraint(
            "topic",
            "locale",
            "brand_id",
            "channel",
            name=op.f("uq_message_templates_topic_locale_brand_id_channel"),
        ),
    )
    with op.batch_alter_table("message_templates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_message_templates_brand_id"), ["brand_id"], unique=False
        )
    op.add_column(
        "customers", sa.Column("declines", sa.JSON(), nullable=False, server_default="[]")
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column("customers", "declines")
    op.drop_table("message_templates")
