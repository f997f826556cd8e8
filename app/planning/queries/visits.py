"""Visits and the assignments that stand."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from app.core.db import db
from app.core.errors import NotFound
from app.core.policies import Actor
from app.jobs.models import Job
from app.planning import policies
from app.planning.models import Assignment, Pin, Visit, VisitState


class VisitNotFound(NotFound):
    """There is no such visit, or you may not know of it."""

    code = "visit-not-found"


def get(visit_id: UUID) -> Visit:
    """Return a visit, whoever asks.

    Raises:
        VisitNotFound: there is none.
    """
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        raise VisitNotFound(visit_id=str(visit_id))
    return visit


def visible(visit_id: UUID, actor: Actor) -> tuple[Visit, Job, list[Assignment]]:
    """Return a visit with its job and assignments to whoever may know of it.

    Raises:
        VisitNotFound: there is none for this actor.
    """
    visit = get(visit_id)
    job = db.session.get(Job, visit.job_id)
    crew = crew_of(visit_id)
    assert job is not None  # noqa: S101  a foreign key says so
    if not policies.can_report(actor, job.territory_id, {one.technician_id for one in crew}):
        raise VisitNotFound(visit_id=str(visit_id))
    return visit, job, crew


def crew_of(visit_id: UUID) -> list[Assignment]:
    """Return a visit's assignments that stand, by seat; of an ended visit its last ones."""
    chosen = sa.select(Assignment).where(Assignment.visit_id == visit_id)
    found = list(db.session.scalars(chosen.order_by(Assignment.seat, Assignment.starts_at)))
    standing = [one for one in found if one.active]
    return standing or list({one.seat: one for one in found}.values())


def standing(visit_ids: Iterable[UUID]) -> list[Assignment]:
    """Return the active assignments of these visits, holds included."""
    chosen = sa.select(Assignment).where(
        Assignment.visit_id.in_(list(visit_ids)), Assignment.active
    )
    return list(db.session.scalars(chosen.order_by(Assignment.visit_id, Assignment.seat)))


def current_of(job_ids: Iterable[UUID]) -> dict[UUID, Visit]:
    """Return each job's newest visit that has not ended."""
    chosen = sa.select(Visit).where(
        Visit.job_id.in_(list(job_ids)),
        Visit.state.not_in([VisitState.COMPLETED, VisitState.FAILED, VisitState.CANCELLED]),
    )
    return {visit.job_id: visit for visit in db.session.scalars(chosen.order_by(Visit.ordinal))}


def on_days(
    technician_ids: Collection[UUID], first_day: date, last_day: date, *, announced: bool = False
) -> list[tuple[Assignment, Visit]]:
    """Return what technicians do or did on these days, in the order of the clock.

    Active assignments, and inactive ones of visits that ended: they were done. With
    ``announced``, without what is only held or booked and may yet go to somebody else.
    """
    chosen = (
        sa.select(Assignment, Visit)
        .join(Visit, Visit.id == Assignment.visit_id)
        .where(
            Assignment.technician_id.in_(technician_ids),
            Assignment.day.between(first_day, last_day),
            sa.or_(Assignment.active, Visit.state.in_([VisitState.COMPLETED, VisitState.FAILED])),
        )
        .order_by(Assignment.starts_at, Assignment.seat)
    )
    if announced:
        chosen = chosen.where(Visit.state != VisitState.OPEN)
    return [(assignment, visit) for assignment, visit in db.session.execute(chosen)]


def announced_on(territory_id: UUID, first_day: date, last_day: date) -> list[Job]:
    """Return a territory's jobs with a visit told or held for these days that is to come."""
    standing = (
        sa.select(Visit.job_id)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(
            Assignment.active,
            Assignment.day.between(first_day, last_day),
            Visit.state.in_([VisitState.OPEN, VisitState.SCHEDULED]),
        )
    )
    chosen = sa.select(Job).where(Job.territory_id == territory_id, Job.id.in_(standing))
    return list(db.session.scalars(chosen.order_by(Job.id)))


def overlapping(
    technician_id: UUID, period: tuple[object, object], *, except_visit: UUID | None = None
) -> list[Assignment]:
    """Return a technician's active assignments that overlap a half-open period."""
    begin, end = period
    chosen = sa.select(Assignment).where(
        Assignment.technician_id == technician_id,
        Assignment.active,
        Assignment.starts_at < end,
        Assignment.ends_at > begin,
    )
    if except_visit is not None:
        chosen = chosen.where(Assignment.visit_id != except_visit)
    return list(db.session.scalars(chosen))


def pins_of(job_ids: Iterable[UUID]) -> dict[UUID, list[Pin]]:
    """Return the pins of these jobs, by seat."""
    found: dict[UUID, list[Pin]] = {}
    chosen = sa.select(Pin).where(Pin.job_id.in_(list(job_ids))).order_by(Pin.seat)
    for pin in db.session.scalars(chosen):
        found.setdefault(pin.job_id, []).append(pin)
    return found


def jobs_by_id(job_ids: Iterable[UUID]) -> list[Job]:
    """Return jobs, whoever asks, by number."""
    chosen = sa.select(Job).where(Job.id.in_(list(job_ids)))
    return list(db.session.scalars(chosen.order_by(Job.number)))
