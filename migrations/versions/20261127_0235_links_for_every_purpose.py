"""Links for every purpose: one table instead of one for ratings alone.

Safe: links to rate that were sent before are taken over with their expiry, both ways.

Revision ID: 3b7c1f0e9a52
Revises: dfcaf7671e22
Create Date: 2026-11-27 02:35:00.000000

"""

from typing import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "3b7c1f0e9a52"
down_revision: str | Sequence[str] | None = "dfcaf7671e22"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "links",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("job", "rate", name="purpose", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_links")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_links_subject", ["purpose", "subject_id"], unique=False)
    op.execute(
        "INSERT INTO links (secret_hash, purpose, subject_id, created_at, expires_at, revoked_at) "
        "SELECT secret_hash, 'rate', visit_id, created_at, expires_at, revoked_at "
        "FROM rating_links"
    )
    with op.batch_alter_table("rating_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_links_visit_id"))
    op.drop_table("rating_links")


def downgrade() -> None:
    """Downgrade schema."""
    op.create_table(
        "rating_links",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_rating_links_visit_id_visits")
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_rating_links")),
    )
    with op.batch_alter_table("rating_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_links_visit_id"), ["visit_id"], unique=False)
    op.execute(
        "INSERT INTO rating_links (secret_hash, visit_id, created_at, expires_at, revoked_at) "
        "SELECT secret_hash, subject_id, created_at, expires_at, revoked_at "
        "FROM links WHERE purpose = 'rate'"
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index("ix_links_subject")
        batch_op.drop_index(batch_op.f("ix_links_expires_at"))
    op.drop_table("links")
