"""Flagging what was announced when something it rests on changes; a dispatcher decides."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from app.core import audit, clock
from app.core.db import db
from app.core.policies import system
from app.jobs.models import Job
from app.places import queries as places
from app.planning.models import Assignment, Visit, VisitState
from app.planning.queries import visits
from app.planning.queries.needs import needs_of, needs_of_team, path_of
from app.planning.service import standing
from app.technicians import queries as technicians
from app.technicians.models import Technician
from app.technicians.queries import Working
from app.technicians.rules import qualification

PLANNING = system("planning")
CERTIFICATE_CHANGED = "certificate-changed"
JOB_FLAGS = frozenset({"job-changed", "job-blocked"})


def review_technician(technician_id: UUID, code: str) -> int:
    """Compare a technician's announced visits to come with their shifts and certificates.

    What no longer fits their shifts is flagged with ``code``, what they may no longer do with
    ``certificate-changed``; what fits again loses its flag.

    Returns:
        How many are flagged.
    """
    ahead = _ahead(technician_id)
    if not ahead:
        return 0
    technician = db.session.get_one(Technician, technician_id)
    days = [assignment.day for assignment, _ in ahead]
    standing.lock_days((technician_id, day) for day in days)
    found = technicians.working(technician.territory_id, min(days), max(days))
    one = next((w for w in found if w.technician.id == technician_id), None)
    for assignment, visit in ahead:
        if assignment.flag not in JOB_FLAGS:
            _flag(assignment, _fault(one, assignment, visit, code))
    db.session.flush()
    return sum(assignment.flag is not None for assignment, _ in ahead)


def review_job(job_id: UUID, code: str, *, only_its_window: bool = False) -> None:
    """Flag a job's announced visit: what was asked for is another, or something blocks it.

    With ``only_its_window`` what starts inside the window as it is now is left alone.
    """
    job, visit = standing.lock_job(job_id)
    if job is None or visit is None or visit.state is not VisitState.SCHEDULED:
        return
    for assignment in visits.standing([visit.id]):
        if only_its_window and _inside(job, assignment):
            continue
        _flag(assignment, code)
    db.session.flush()


def _inside(job: Job, assignment: Assignment) -> bool:
    if job.window_start is None or job.window_end is None:
        return False
    return job.window_start <= assignment.starts_at <= job.window_end


def _ahead(technician_id: UUID) -> list[tuple[Assignment, Visit]]:
    chosen = (
        sa.select(Assignment, Visit)
        .join(Visit, Visit.id == Assignment.visit_id)
        .where(
            Assignment.technician_id == technician_id,
            Assignment.active,
            Assignment.ends_at > clock.now(),
            Visit.state == VisitState.SCHEDULED,
        )
        .order_by(Assignment.day)
    )
    return [(assignment, visit) for assignment, visit in db.session.execute(chosen)]


def _fault(one: Working | None, assignment: Assignment, visit: Visit, code: str) -> str | None:
    if one is None or not any(
        time.starts_at <= assignment.starts_at
        and assignment.ends_at <= time.ends_at + timedelta(minutes=time.overtime_minutes)
        for time in one.shifts
    ):
        return code
    job = db.session.get_one(Job, visit.job_id)
    path = path_of(job.category_id)
    alone = one.technician.team_size >= len(job.crew) > 1
    needs = needs_of_team(job, path) if alone else needs_of(job, path, assignment.seat)
    day = clock.local_day(assignment.starts_at, places.territory(job.territory_id).timezone)
    return CERTIFICATE_CHANGED if qualification(one.standing, needs, day) else None


def _flag(assignment: Assignment, flag: str | None) -> None:
    if assignment.flag != flag:
        assignment.flag = flag
        audit.change("flag-assignment", assignment, actor=PLANNING, reason=flag)
