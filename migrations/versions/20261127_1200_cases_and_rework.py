"""Cases and rework.

Safe: it adds.

Revision ID: 7c3a9eb2d5f6
Revises: 4b1f0a6c2d37
Create Date: 2026-11-27 12:00:00

"""

from typing import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "7c3a9eb2d5f6"
down_revision: str | Sequence[str] | None = "4b1f0a6c2d37"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("not-finished", "damage", "workmanship", "conduct", "cost", "other")
STEPS = ("received", "looked-at", "visit-arranged", "resolved")
ENDS = ("done-again", "explained", "made-good", "not-ours", "withdrawn")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _enum("casekind", *KINDS), nullable=False),
        sa.Column("step", _enum("casestep", *STEPS), nullable=False),
        sa.Column("wants_visit", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", _enum("resolution", *ENDS), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_cases_job_id_jobs")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_cases_visit_id_visits")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_cases_brand_id_brands")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territories.id"], name=op.f("fk_cases_territory_id_territories")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_cases_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        for column in (
            "job_id",
            "brand_id",
            "territory_id",
            "step",
            "opened_at",
            "due_at",
            "person_id",
        ):
            batch_op.create_index(batch_op.f(f"ix_cases_{column}"), [column], unique=False)
    op.create_table(
        "case_entries",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("from_consumer", sa.Boolean(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_entries_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_case_entries_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_entries")),
    )
    with op.batch_alter_table("case_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_entries_person_id"), ["person_id"], unique=False)
    op.create_table(
        "reworks",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("first_job_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reworks_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["first_job_id"], ["jobs.id"], name=op.f("fk_reworks_first_job_id_jobs")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_reworks_job_id_jobs")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_reworks")),
    )
    with op.batch_alter_table("reworks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reworks_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reworks_first_job_id"), ["first_job_id"], unique=False
        )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_table("reworks")
    op.drop_table("case_entries")
    op.drop_table("cases")
