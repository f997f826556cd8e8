"""Tables of plans, routes, visits and assignments."""

import json
import zlib
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Json, JsonList, Model, Versioned
from app.jobs.models import Job
from app.places.models import Territory
from app.technicians.models import Shift, Technician


class PlanState(StrEnum):
    """Where a plan version stands."""

    QUEUED = "queued"
    SOLVING = "solving"
    READY = "ready"
    FAILED = "failed"


class PlanVersion(Model):
    """One plan of a territory over a range of days; immutable once ready.

    Attributes:
        number: Counts up in the territory.
        first_day, last_day: Local days, both included.
        problem_packed: The planning problem it was solved from, kept for replay; read only
            when it is asked for, because its matrices are large.
        measures: Served, late, travel and so on, as people are shown them.
        estimated_share: Share of legs whose travel is an estimate, 0 to 1.
        task_id: The background task that searches.
    """

    __tablename__ = "plan_versions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    number: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    state: Mapped[PlanState] = mapped_column(default=PlanState.QUEUED)
    seconds: Mapped[int]
    seed: Mapped[int]
    problem_packed: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    measures: Mapped[Json] = mapped_column(default=dict)
    cost_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.String(3))
    estimated_share: Mapped[float | None]
    error: Mapped[str | None] = mapped_column(sa.Text)
    task_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(120))
    ready_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
    )

    @property
    def problem(self) -> dict[str, Any] | None:
        """The planning problem in the planning format; ``None`` until it was translated."""
        if self.problem_packed is None:
            return None
        return dict(json.loads(zlib.decompress(self.problem_packed)))

    @problem.setter
    def problem(self, document: dict[str, Any]) -> None:
        self.problem_packed = zlib.compress(json.dumps(document).encode())


class Route(Model):
    """One shift with its stops in a plan; a shift that an absence cuts in two has two."""

    __tablename__ = "routes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey(PlanVersion.id), index=True)
    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id))
    shift_id: Mapped[UUID] = mapped_column(ForeignKey(Shift.id))
    day: Mapped[date]
    leaves_at: Mapped[datetime]
    returns_at: Mapped[datetime]
    travel_seconds: Mapped[int]
    metres: Mapped[int]

    __table_args__ = (UniqueConstraint("plan_id", "shift_id", "leaves_at"),)


class StopKind(StrEnum):
    """What happens at a stop."""

    VISIT = "visit"
    BREAK = "break"
    DEPOT = "depot"


class Stop(Model):
    """One stop of a route.

    ``fingerprint`` is of all it rested on (job, shift, certificates, pins): publishing refuses the
    stop when that has changed.
    """

    __tablename__ = "stops"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    route_id: Mapped[UUID] = mapped_column(ForeignKey(Route.id), index=True)
    sequence: Mapped[int]
    kind: Mapped[StopKind]
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey(Job.id), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    seat: Mapped[int] = mapped_column(default=0)
    arrives_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    finishes_at: Mapped[datetime]
    travel_seconds: Mapped[int] = mapped_column(default=0)
    travel_estimated: Mapped[bool] = mapped_column(default=True)
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64))

    __table_args__ = (UniqueConstraint("route_id", "sequence"),)


class Unplanned(Model):
    """A job that a plan leaves out, with reasons and remedies as the planning format has them."""

    __tablename__ = "unplanned_jobs"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey(PlanVersion.id), primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), primary_key=True)
    reasons: Mapped[JsonList]


class Publication(Model):
    """A territory-day as it was announced from a plan; the newest one stands."""

    __tablename__ = "publications"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey(PlanVersion.id), index=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id))
    day: Mapped[date]
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(sa.String(120))

    __table_args__ = (UniqueConstraint("territory_id", "day", "number"),)


class VisitState(StrEnum):
    """Where a visit stands."""

    OPEN = "open"
    SCHEDULED = "scheduled"
    ON_THE_WAY = "on-the-way"
    ARRIVED = "arrived"
    STARTED = "started"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Visit(Versioned, Model):
    """One trip for a job by a crew. Never reopened: what is not finished gets another visit.

    ``held_from``, ``held_to``: the window that is held for the consumer until its assignments'
    ``held_until``, to be agreed to.
    """

    __tablename__ = "visits"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    job_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), index=True)
    ordinal: Mapped[int]
    state: Mapped[VisitState] = mapped_column(default=VisitState.OPEN, index=True)
    publication_id: Mapped[UUID | None] = mapped_column(ForeignKey(Publication.id))
    finished_at: Mapped[datetime | None]
    held_from: Mapped[datetime | None]
    held_to: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("job_id", "ordinal"),)


class Assignment(Model):
    """One technician's part in a visit: from ``starts_at`` until ``ends_at``, half open.

    ``active``: it takes the technician's time; the database refuses two active ones that overlap.
    ``held_until``: a provisional assignment lapses then; ``None``: it stands.
    ``flag``: what has changed since that may no longer let it stand, for the dispatcher to decide:
    ``shift-changed``, ``absence``, ``technician-changed``, ``certificate-changed``,
    ``job-changed``, ``job-blocked``.
    """

    __tablename__ = "assignments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey(Visit.id), index=True)
    seat: Mapped[int]
    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id))
    day: Mapped[date]
    sequence: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    active: Mapped[bool] = mapped_column(default=True)
    held_until: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    flag: Mapped[str | None] = mapped_column(sa.String(40))

    __table_args__ = (
        sa.Index("ix_assignments_technician_day", "technician_id", "day"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
    )


class TechnicianDay(Model):
    """The lock of one technician's day; taken in key order before assignments change."""

    __tablename__ = "technician_days"

    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class Pin(Model):
    """A dispatcher's word that a seat of a job stays with a technician, and when.

    ``starts_at`` ``None``: any time of the day that the window allows.
    """

    __tablename__ = "pins"

    job_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True)
    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id))
    starts_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.String(500))
    pinned_by: Mapped[str] = mapped_column(sa.String(120))
    pinned_at: Mapped[datetime]
