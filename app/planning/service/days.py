"""A territory-day under lock: what a plan wants of it, and what stands."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from app.core.db import db, lock
from app.jobs.models import Job
from app.planning.models import Assignment, PlanVersion, Route, Stop, Visit, VisitState
from app.planning.queries import plans, visits
from app.planning.service import standing
from app.technicians.models import Technician


@dataclass
class Day:
    """A territory-day about to be announced: what is planned, and what stands."""

    plan: PlanVersion
    day: date
    planned: dict[UUID, list[tuple[Route, Stop]]]
    jobs: dict[UUID, Job] = field(default_factory=dict)
    visits: dict[UUID, Visit] = field(default_factory=dict)
    taken: dict[UUID, list[Assignment]] = field(default_factory=dict)

    def taken_by(self, job_id: UUID) -> list[Assignment]:
        visit = self.visits.get(job_id)
        return self.taken.get(visit.id, []) if visit else []


def lock_day(plan: PlanVersion, day: date) -> Day:
    """Lock jobs, then technicians' days, then visits; and read them as they are now."""
    planned: dict[UUID, list[tuple[Route, Stop]]] = {}
    for route, stop in plans.visits_of(plan.id, day):
        assert stop.job_id is not None  # noqa: S101  a visit has a job
        planned.setdefault(stop.job_id, []).append((route, stop))
    found = Day(plan, day, planned)
    found.jobs = lock(Job, {*planned, *_announced_jobs(plan, day)})
    current = visits.current_of(found.jobs)
    days = [(one.technician_id, one.day) for one in _standing(current)]
    days += [(route.technician_id, day) for seats in planned.values() for route, _ in seats]
    standing.lock_days(days)
    locked = lock(Visit, {visit.id for visit in current.values()})
    found.visits = {visit.job_id: visit for visit in locked.values()}
    for assignment in _standing(found.visits):
        found.taken.setdefault(assignment.visit_id, []).append(assignment)
    return found


def _standing(current: dict[UUID, Visit]) -> list[Assignment]:
    return visits.standing(visit.id for visit in current.values())


def _announced_jobs(plan: PlanVersion, day: date) -> set[UUID]:
    """Return the jobs announced for the day that this plan has decided about otherwise."""
    considered = {row.job_id for row in plans.unplanned(plan.id)}
    considered |= {stop.job_id for _, stop in plans.visits_of(plan.id) if stop.job_id}
    chosen = (
        sa.select(Visit.job_id)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .join(Technician, Technician.id == Assignment.technician_id)
        .where(
            Assignment.day == day,
            Assignment.active,
            Visit.state == VisitState.SCHEDULED,
            Technician.territory_id == plan.territory_id,
        )
    )
    return set(db.session.scalars(chosen)) & considered
