"""Undoing by hand: what was done to a job's seats is put back as it was, under the same rules."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.policies import Actor, require
from app.jobs import queries as jobs
from app.planning import policies
from app.planning.models import VisitState
from app.planning.queries import visits
from app.planning.service import moving, placing


@dataclass(frozen=True)
class Placed:
    """Where a seat of a job stands: told to somebody, pinned to somebody, or both."""

    seat: int
    technician_id: UUID
    starts_at: datetime | None
    told: bool
    pinned: bool


def placed(job_id: UUID) -> list[Placed]:
    """Return where a job's seats stand; nothing: a plan decides. Who asks has been let in."""
    visit = visits.current_of([job_id]).get(job_id)
    announced = visit is not None and visit.state is VisitState.SCHEDULED
    told = {one.seat: one for one in visits.standing([visit.id])} if announced and visit else {}
    pins = {pin.seat: pin for pin in visits.pins_of([job_id]).get(job_id, [])}
    found = []
    for seat in sorted({*told, *pins}):
        row = told.get(seat) or pins[seat]
        found.append(Placed(seat, row.technician_id, row.starts_at, seat in told, seat in pins))
    return found


def put_back(job_id: UUID, before: list[Placed], reason: str, actor: Actor) -> None:
    """Put a job's seats where they stood, unless something else has taken the place.

    Raises:
        JobNotFound: there is none for this actor.
        Forbidden: the actor does not dispatch the territory.
        MoveRefused: it cannot be there any more; with every reason.
        VisitNotOnDay: somebody is on the way already.
    """
    seen = jobs.get(job_id, actor=actor, locked=True)
    require(policies.can_plan(actor, seen.territory_id), "move-job")
    if any(one.told for one in placed(job_id)) and not any(one.told for one in before):
        placing.take_off(job_id, reason, actor)
    for one in before:
        moving.move(job_id, one.seat, one.technician_id, one.starts_at, reason, actor)
    kept = {one.seat for one in before if one.pinned}
    for now in placed(job_id):
        if now.pinned and now.seat not in kept:
            moving.unpin(job_id, now.seat, actor)
