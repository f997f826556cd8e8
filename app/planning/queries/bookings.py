"""What is held for consumers, and what of it has lapsed."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.jobs.models import Job
from app.planning.models import Assignment, Visit, VisitState
from app.planning.queries import visits

Window = tuple[datetime, datetime]
GOODS = "parcels-missing"
PASSING = frozenset({GOODS, "window-passed"})
"""Blockers that keep no consumer from choosing a time: they pass, or a new time ends them."""


def held(visit: Visit) -> list[Assignment]:
    """Return what is held for a visit and has not lapsed."""
    now = clock.now()
    return [
        one
        for one in visits.standing([visit.id])
        if one.held_until is not None and one.held_until > now
    ]


def held_of(job_id: UUID) -> tuple[Window, datetime] | None:
    """Return the window that is held for a job, and until when."""
    visit = visits.current_of([job_id]).get(job_id)
    window = held_window(visit)
    if visit is None or window is None:
        return None
    return window, min(one.held_until for one in held(visit) if one.held_until)


def held_window(visit: Visit | None) -> Window | None:
    """Return the window that is held for a visit and has not lapsed."""
    if visit is None or visit.held_from is None or visit.held_to is None or not held(visit):
        return None
    return visit.held_from, visit.held_to


def has_time(job: Job, visit: Visit | None) -> bool:
    """Tell whether a job has a time that was told to its consumer or agreed with them."""
    if job.window_confirmed_at is not None:
        return True
    return visit is not None and visit.state is VisitState.SCHEDULED


def lapsed(technician_ids: Collection[UUID], day: date) -> list[Assignment]:
    """Return what is held of these technicians' day for longer than it was to be."""
    chosen = _lapsed().where(Assignment.technician_id.in_(technician_ids), Assignment.day == day)
    return list(db.session.scalars(chosen.order_by(Assignment.id)))


def jobs_lapsed() -> list[UUID]:
    """Return the jobs for which a window was held and not agreed to in time."""
    late = _lapsed().with_only_columns(Assignment.visit_id)
    chosen = sa.select(Visit.job_id).where(Visit.id.in_(late)).distinct()
    return list(db.session.scalars(chosen.order_by(Visit.job_id)))


def _lapsed() -> sa.Select[Assignment]:
    return sa.select(Assignment).where(Assignment.active, Assignment.held_until <= clock.now())
