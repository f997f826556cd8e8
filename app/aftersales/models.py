"""Tables of cases."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.models import Brand
from app.core.db import Model, Versioned
from app.core.personal import Personal, Sealed
from app.jobs.models import Job
from app.places.models import Territory
from app.planning.models import Visit


class CaseKind(StrEnum):
    """What a case is about."""

    NOT_FINISHED = "not-finished"
    DAMAGE = "damage"
    WORKMANSHIP = "workmanship"
    CONDUCT = "conduct"
    COST = "cost"
    OTHER = "other"


class CaseStep(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    LOOKED_AT = "looked-at"
    VISIT_ARRANGED = "visit-arranged"
    RESOLVED = "resolved"


class Resolution(StrEnum):
    """How a case ended."""

    DONE_AGAIN = "done-again"
    EXPLAINED = "explained"
    MADE_GOOD = "made-good"
    NOT_OURS = "not-ours"
    WITHDRAWN = "withdrawn"


class Case(Personal, Versioned, Model):
    """A consumer's complaint about one job, until it is resolved.

    Attributes:
        number: Short, for people; unique.
        visit_id: The visit it is about, where there was one.
        wants_visit: The consumer wants somebody to come again.
        owner: Who looks after it, as the audit names actors; ``None``: nobody yet.
        due_at: By when its consumer has an answer; after an answer, by when it is resolved.
        answered_at: When it was first answered.
    """

    __tablename__ = "cases"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey(Visit.id))
    brand_id: Mapped[UUID] = mapped_column(ForeignKey(Brand.id), index=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    kind: Mapped[CaseKind]
    step: Mapped[CaseStep] = mapped_column(default=CaseStep.RECEIVED, index=True)
    wants_visit: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str | None] = mapped_column(sa.String(120))
    opened_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[Resolution | None]

    @property
    def is_open(self) -> bool:
        return self.step is not CaseStep.RESOLVED


class CaseEntry(Personal, Model):
    """One thing said in a case, by its consumer or to them; ``internal``: among ourselves."""

    __tablename__ = "case_entries"

    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(sa.String(120))
    from_consumer: Mapped[bool]
    internal: Mapped[bool] = mapped_column(default=False)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    text = Sealed("text_sealed", "what a consumer complains of, and what they are answered")


class Rework(Model):
    """The job that does again what a case is about, under the warranty of workmanship."""

    __tablename__ = "reworks"

    job_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id), index=True)
    first_job_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), index=True)
