"""What planning does when something below it changes; registered in ``app.factory``."""

import sqlalchemy as sa

from app.core.db import db
from app.jobs.events import JobBlocked, JobCancelled, JobChanged
from app.planning import service
from app.planning.models import Pin, VisitState
from app.planning.queries import visits
from app.planning.service.reviewing import PLANNING
from app.technicians.events import (
    AbsenceDeclared,
    AbsenceWithdrawn,
    CertificateChanged,
    LicenceChanged,
    ShiftChanged,
    TechnicianChanged,
)

UNIMPORTANT = frozenset({"notes", "priority", "photos"})
WINDOW = frozenset({"window_start", "window_end"})


def free_visit(event: JobCancelled) -> None:
    """Give back the time of a job that was called off, and forget its pins."""
    visit = visits.current_of([event.job_id]).get(event.job_id)
    if visit is not None:
        service.transition(visit.id, VisitState.CANCELLED, event.at, PLANNING)
    db.session.execute(sa.delete(Pin).where(Pin.job_id == event.job_id))


def review_job(event: JobChanged) -> None:
    important = set(event.fields) - UNIMPORTANT
    if important:
        service.review_job(event.job_id, "job-changed", only_its_window=important <= WINDOW)


def review_blocked(event: JobBlocked) -> None:
    service.review_job(event.job_id, "job-blocked")


def review_shifts(event: ShiftChanged) -> None:
    service.review_technician(event.technician_id, "shift-changed")


def review_absence(event: AbsenceDeclared | AbsenceWithdrawn) -> None:
    service.review_technician(event.technician_id, "absence")


def review_qualification(event: CertificateChanged | LicenceChanged | TechnicianChanged) -> None:
    service.review_technician(event.technician_id, "technician-changed")
