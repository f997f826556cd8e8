"""Visits as they stand after publishing, and reports as phones send them."""

from datetime import timedelta
from itertools import count

from app.core.db import db, unit_of_work
from app.jobs.models import JobState
from app.places.models import Territory
from app.planning.models import Assignment, Visit, VisitState
from app.visits import service
from app.visits.events import FailureReason
from app.visits.service import Evidence, Position
from tests.factories import MONDAY_8AM, made, make_job, make_technician, make_territory

MONDAY = (MONDAY_8AM + timedelta(hours=8)).date()
_sequences = count(1)


def make_visit(technician=None, *, job=None, state=VisitState.SCHEDULED, hour=1, ordinal=1):
    """Publish a visit of one technician at 08:00 plus ``hour`` on Monday, for an hour."""
    territory = None if technician is None else territory_of(technician)
    if job is None:
        job = make_job(state=JobState.PLANNED, **({"territory": territory} if territory else {}))
    visit = made(Visit, job_id=job.id, ordinal=ordinal, state=state)
    if technician is not None:
        assign(visit, technician, hour=hour)
    return visit


def assign(visit, technician, *, seat=0, hour=1, active=True):
    start = MONDAY_8AM + timedelta(hours=hour)
    return made(
        Assignment,
        visit_id=visit.id,
        seat=seat,
        technician_id=technician.id,
        day=MONDAY,
        sequence=hour,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        active=active,
    )


def territory_of(technician):
    return db.session.get_one(Territory, technician.territory_id)


def make_crew():
    """Make two technicians of one territory."""
    territory = make_territory()
    return make_technician(territory), make_technician(territory)


def evidence(at=MONDAY_8AM, **given):
    values = {"device": "phone", "sequence": next(_sequences)}
    return Evidence(at=at, **(values | given))


def tell(visit, state, *, actor, **given):
    """Report a state of a visit."""
    state = VisitState(state)
    if state is VisitState.FAILED:
        given.setdefault("failure", FailureReason.NOBODY_HOME)
    with unit_of_work():
        return service.report(visit.id, state, evidence(**given), actor=actor)


def at(lat, lon, accuracy_m=10):
    return Position(lat, lon, accuracy_m)
