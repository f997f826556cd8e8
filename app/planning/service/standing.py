"""Taking and freeing technicians' time, under the locks that keep it from being sold twice."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.db import db, lock
from app.core.errors import Conflict
from app.core.policies import Actor
from app.jobs.models import Job
from app.planning.models import Assignment, TechnicianDay, Visit
from app.planning.queries import visits

DayKey = tuple[UUID, date]


class TechnicianBusy(Conflict):
    """The technician has another visit at that time."""

    code = "technician-busy"


def lock_days(keys: Iterable[DayKey]) -> None:
    """Lock technicians' days in key order, so that whoever plans the same day waits here."""
    wanted = sorted(set(keys), key=lambda key: (str(key[0]), key[1]))
    if not wanted:
        return
    rows = [{"technician_id": technician, "day": day} for technician, day in wanted]
    dialect: Any = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    db.session.execute(dialect.insert(TechnicianDay).values(rows).on_conflict_do_nothing())
    key = sa.tuple_(TechnicianDay.technician_id, TechnicianDay.day)
    chosen = sa.select(TechnicianDay).where(key.in_(wanted))
    ordered = chosen.order_by(TechnicianDay.technician_id, TechnicianDay.day)
    db.session.execute(ordered.with_for_update())


def lock_job(job_id: UUID, extra: Iterable[DayKey] = ()) -> tuple[Job | None, Visit | None]:
    """Lock a job, the technician-days its visit takes (and ``extra``), then that visit."""
    job = lock(Job, {job_id}).get(job_id)
    visit = visits.current_of([job_id]).get(job_id)
    taken = visits.standing([visit.id]) if visit else []
    lock_days([*((one.technician_id, one.day) for one in taken), *extra])
    if visit is None:
        return job, None
    return job, lock(Visit, {visit.id}).get(visit.id)


def free(assignments: Iterable[Assignment], *, actor: Actor, why: str) -> None:
    """Give technicians their time back; the rows stay as what had been announced."""
    for assignment in assignments:
        assignment.active = False
        audit.change("free-assignment", assignment, actor=actor, reason=why)
    db.session.flush()


def take(assignments: Iterable[Assignment], *, actor: Actor) -> None:
    """Take technicians' time.

    Raises:
        TechnicianBusy: the database knows of another visit at that time.
    """
    assignments = list(assignments)
    for assignment in assignments:
        audit.change("assign", assignment, actor=actor)
        db.session.add(assignment)
    try:
        db.session.flush()
    except IntegrityError as clash:
        raise TechnicianBusy from clash


def open_visit(job_id: UUID, *, actor: Actor) -> Visit:
    """Return the job's visit that has not ended, or add the next one."""
    standing = visits.current_of([job_id]).get(job_id)
    if standing is not None:
        return standing
    last = db.session.scalar(sa.select(sa.func.max(Visit.ordinal)).where(Visit.job_id == job_id))
    visit = Visit(job_id=job_id, ordinal=(last or 0) + 1)
    audit.change("open-visit", visit, actor=actor)
    db.session.add(visit)
    db.session.flush()
    return visit


def trim(assignments: Iterable[Assignment], at: datetime) -> None:
    """End a finished visit's hold on time: nobody is busy with what is over."""
    for assignment in assignments:
        if at <= assignment.starts_at:
            assignment.active = False
        elif at < assignment.ends_at:
            assignment.ends_at = at
