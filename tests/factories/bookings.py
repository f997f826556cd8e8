"""Visits with technicians booked for them."""

from datetime import timedelta

from app.core.db import db
from app.planning.models import Assignment, Visit
from app.technicians.models import Technician
from tests.factories import MONDAY_8AM, made, make_job, make_technician


def technician_with_visits(count: int) -> tuple[Technician, list[Visit]]:
    """Return a technician and visits of as many jobs."""
    visits = [made(Visit, job_id=make_job().id, ordinal=1) for _ in range(count)]
    return make_technician(), visits


def book(technician: Technician, visit: Visit, begin: int, end: int, **given) -> Assignment:
    """Assign a technician from one hour of Monday to another; inside a unit of work."""
    midnight = MONDAY_8AM - timedelta(hours=8)
    values = {
        "visit_id": visit.id,
        "seat": 0,
        "technician_id": technician.id,
        "day": MONDAY_8AM.date(),
        "sequence": 1,
        "starts_at": midnight + timedelta(hours=begin),
        "ends_at": midnight + timedelta(hours=end),
    }
    assignment = Assignment(**(values | given))
    db.session.add(assignment)
    db.session.flush()
    return assignment
