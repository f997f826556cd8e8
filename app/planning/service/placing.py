"""Placing a job on an announced day by hand, and taking one off it."""

from uuid import UUID

from app.core import audit, clock
from app.core.db import db
from app.core.errors import Conflict
from app.core.events import record
from app.core.policies import Actor, require
from app.jobs import queries as jobs
from app.jobs import service as jobs_service
from app.jobs.models import Job, JobState
from app.planning import policies
from app.planning.events import VisitUnscheduled
from app.planning.models import Assignment, Visit, VisitState
from app.planning.queries import plans, visits
from app.planning.service import standing
from app.planning.service.publishing import announce
from app.planning.service.refusing import Wish
from app.technicians.models import Technician

Crew = dict[int, Technician]


class VisitNotOnDay(Conflict):
    """Only a visit that is announced, and that nobody is on the way to, is taken off its day."""

    code = "visit-not-on-day"


def take_off(job_id: UUID, reason: str, actor: Actor) -> Visit:
    """Take an announced visit off its day; its job waits to be planned, with no pins.

    Records ``VisitUnscheduled``.

    Raises:
        JobNotFound: there is none for this actor.
        Forbidden: the actor does not dispatch the territory.
        VisitNotOnDay: it is not announced, or under way.
    """
    seen = jobs.get(job_id, actor=actor)
    require(policies.can_plan(actor, seen.territory_id), "take-off-job")
    job, visit = standing.lock_job(job_id)
    if job is None or visit is None or visit.state is not VisitState.SCHEDULED:
        raise VisitNotOnDay(job_id=str(job_id), state=visit.state.value if visit else None)

    standing.free(visits.standing([visit.id]), actor=actor, why="taken off by hand")
    for pin in visits.pins_of([job_id]).get(job_id, []):
        db.session.delete(pin)
    visit.state, visit.publication_id = VisitState.OPEN, None
    audit.change("unschedule-visit", visit, actor=actor, reason=reason)
    jobs_service.mark(job_id, JobState.RELEASED, actor=actor)
    record(VisitUnscheduled(at=clock.now(), visit_id=visit.id, job_id=job_id))
    db.session.flush()
    return visit


def give(wish: Wish, visit: Visit | None, crew: Crew, actor: Actor) -> None:
    """Give a job's visit its crew and time at once, where the day is announced already.

    A visit that was announced changes; another is announced when its crew is complete. On a day
    that nobody was told of, nothing happens: a plan decides it.
    """
    if visit is not None and visit.state is VisitState.SCHEDULED:
        told = [
            (one.seat, one.technician_id, one.starts_at) for one in visits.standing([visit.id])
        ]
        announce(visit, wish.job, told, _seated(wish, visit, crew, actor))
    elif _announces(wish, crew):
        visit = visit or standing.open_visit(wish.job.id, actor=actor)
        _schedule(wish, visit, _seated(wish, visit, crew, actor), actor)


def _announces(wish: Wish, crew: Crew) -> bool:
    if wish.starts_at is None or len(crew) < (1 if wish.fills_all else len(wish.job.crew)):
        return False
    return plans.publication(wish.job.territory_id, wish.day) is not None


def _schedule(wish: Wish, visit: Visit, rows: list[Assignment], actor: Actor) -> None:
    publication = plans.publication(wish.job.territory_id, wish.day)
    visit.state = VisitState.SCHEDULED
    visit.publication_id = publication.id if publication else None
    audit.change("schedule-visit", visit, actor=actor)
    if wish.job.state is not JobState.PLANNED:
        jobs_service.mark(wish.job.id, JobState.PLANNED, actor=actor)
    announce(visit, wish.job, [], rows)


def _seated(wish: Wish, visit: Visit, crew: Crew, actor: Actor) -> list[Assignment]:
    """Free what the visit took, and take its crew's time as wished."""
    old = visits.standing([visit.id])
    sequence = {one.seat: one.sequence for one in old}
    standing.free(old, actor=actor, why="moved by hand")
    rows = []
    for seat, technician in sorted(crew.items()):
        begin, end = wish.period(technician)
        rows.append(
            Assignment(
                visit_id=visit.id,
                seat=seat,
                technician_id=technician.id,
                day=wish.day,
                sequence=sequence.get(seat, 0),
                starts_at=begin,
                ends_at=end,
            )
        )
    standing.take(rows, actor=actor)
    audit.note("move-visit", "visits", visit.id, actor=actor, job=str(wish.job.id))
    return rows


def pinned_crew(job: Job, except_for: Technician) -> Crew:
    """Return who is pinned to the other seats of a job."""
    return {
        pin.seat: db.session.get_one(Technician, pin.technician_id)
        for pin in visits.pins_of([job.id]).get(job.id, [])
        if pin.technician_id != except_for.id
    }
