"""Moving by hand: a dispatcher's word that a seat of a job is somebody's, and when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.core import audit, clock
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.policies import Actor, require
from app.jobs import queries as jobs
from app.places import queries as places
from app.planning import policies
from app.planning.models import Pin, Visit, VisitState
from app.planning.queries import visits
from app.planning.service import placing, standing
from app.planning.service.refusing import Wish, announced_for, refusals
from app.technicians.models import Technician
from app.technicians.queries import TechnicianNotFound

Reason = dict[str, Any]


class MoveRefused(Conflict):
    """This technician cannot take this job then.

    ``reasons`` lists every one with its code and a sentence.
    """

    code = "move-refused"


class PinNotFound(NotFound):
    """This seat is not pinned."""

    code = "pin-not-found"


def move(
    job_id: UUID,
    seat: int,
    technician_id: UUID,
    starts_at: datetime | None,
    reason: str,
    actor: Actor,
) -> Pin:
    """Pin a seat of a job to a technician, and to a time if one is given.

    Plans keep it from now on. A visit that was announced changes at once, with its whole crew
    when the time changes, and ``VisitChanged`` is recorded; on an announced day a job that was
    not on it is announced as soon as its crew is complete (``VisitScheduled``).

    Raises:
        JobNotFound: there is none for this actor.
        TechnicianNotFound: the territory has no such technician.
        Forbidden: the actor does not dispatch the territory.
        MoveRefused: with every reason.
        TechnicianBusy: somebody else took the time meanwhile.
    """
    seen = jobs.get(job_id, actor=actor)
    require(policies.can_plan(actor, seen.territory_id), "move-job")
    technician = db.session.get(Technician, technician_id)
    if technician is None or technician.territory_id != seen.territory_id:
        raise TechnicianNotFound(id=str(technician_id))
    zone = places.territory(seen.territory_id).timezone
    announced = announced_for(job_id)
    starts_at = starts_at or (announced[0].starts_at if announced else None)
    day = clock.local_day(starts_at or seen.window_start or clock.now(), zone)
    others = [pin.technician_id for pin in visits.pins_of([job_id]).get(job_id, [])]
    job, visit = standing.lock_job(job_id, [(one, day) for one in (technician_id, *others)])
    assert job is not None  # noqa: S101  it was read above
    wish = Wish(job, seat, technician, starts_at, day, zone)
    crew = _crew(wish, visit)
    if reasons := refusals(wish, visit, crew):
        raise MoveRefused(job_id=str(job_id), reasons=reasons)

    pin = _pin(wish, reason, actor)
    placing.give(wish, visit, crew, actor)
    db.session.flush()
    return pin


def unpin(job_id: UUID, seat: int, actor: Actor) -> None:
    """Leave a seat of a job to the plan again; what was announced stays as it is.

    Raises:
        JobNotFound: there is none for this actor.
        PinNotFound: the seat is not pinned.
    """
    job = jobs.get(job_id, actor=actor, locked=True)
    require(policies.can_plan(actor, job.territory_id), "unpin-job")
    pin = db.session.get(Pin, (job_id, seat))
    if pin is None:
        raise PinNotFound(job_id=str(job_id), seat=seat)
    audit.note("unpin-job", "jobs", job_id, actor=actor, seat=seat)
    db.session.delete(pin)
    db.session.flush()


def release_hold(visit_id: UUID, actor: Actor) -> Visit:
    """Free the time that a provisional visit holds; it stays open to be planned.

    Raises:
        VisitNotFound: there is none for this actor.
    """
    visit, job, _ = visits.visible(visit_id, actor)
    standing.lock_job(job.id)
    held = [one for one in visits.standing([visit.id]) if one.held_until is not None]
    standing.free(held, actor=actor, why="hold released")
    if held:
        visit.state, visit.held_from, visit.held_to = VisitState.OPEN, None, None
        audit.change("release-hold", visit, actor=actor)
        db.session.flush()
    return visit


def _crew(wish: Wish, visit: Visit | None) -> dict[int, Technician]:
    """Return who fills which seat after the move, as far as it is announced or pinned."""
    crew: dict[int, Technician] = {}
    if not wish.fills_all and (visit is None or visit.state is not VisitState.SCHEDULED):
        crew = placing.pinned_crew(wish.job, wish.technician)
    if visit is not None and not wish.fills_all:
        for one in visits.standing([visit.id]):
            crew[one.seat] = db.session.get_one(Technician, one.technician_id)
    crew[wish.seat] = wish.technician
    return crew


def _pin(wish: Wish, reason: str, actor: Actor) -> Pin:
    """Write the pin; a crew starts together, so its other pins get the same time."""
    pins = {one.seat: one for one in visits.pins_of([wish.job.id]).get(wish.job.id, [])}
    pin = pins.get(wish.seat) or Pin(job_id=wish.job.id, seat=wish.seat)
    pin.technician_id, pin.starts_at, pin.reason = wish.technician.id, wish.starts_at, reason
    pin.pinned_by, pin.pinned_at = actor.identity, clock.now()
    for seat, other in pins.items():
        if seat != wish.seat and (wish.fills_all or other.technician_id == wish.technician.id):
            db.session.delete(other)
        elif other.starts_at is not None:
            other.starts_at = wish.starts_at
    audit.change("pin-job", pin, actor=actor, reason=reason)
    db.session.add(pin)
    return pin
