"""Who must be told what if a plan were announced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.planning.models import Assignment, PlanVersion, VisitState
from app.planning.queries import plans, visits
from app.planning.queries.plans import Difference, Seat

SAME_TIME = timedelta(minutes=15)  # nobody is told of a smaller shift


@dataclass(frozen=True)
class Telling:
    """What a plan changes of a job that was announced, and whom that concerns.

    Attributes:
        customer: Whether the consumer must be told: another person, another time, or nobody.
        technician_ids: Those whose day it changes.
    """

    change: Difference
    customer: bool
    technician_ids: tuple[UUID, ...]


def to_tell(plan: PlanVersion) -> list[Telling]:
    """List the announced visits that a plan would change, and those that it would announce.

    What is under way, and what the plan does not decide about, stays and is not listed.
    """
    after = plans.seats(plan.id)
    concerned = {*after, *(row.job_id for row in plans.unplanned(plan.id))}
    before = _announced(concerned)
    found = []
    for job_id in sorted({*after, *before}, key=str):
        change = Difference(job_id, before.get(job_id, {}), after.get(job_id, {}))
        if change.before != change.after:
            found.append(_telling(change))
    return found


def _announced(job_ids: Iterable[UUID]) -> dict[UUID, dict[int, Seat]]:
    current = visits.current_of(job_ids)
    scheduled = {
        visit.id: job_id
        for job_id, visit in current.items()
        if visit.state is VisitState.SCHEDULED
    }
    found: dict[UUID, dict[int, Seat]] = {}
    for one in visits.standing(scheduled):
        found.setdefault(scheduled[one.visit_id], {})[one.seat] = _seat(one)
    return found


def _seat(one: Assignment) -> Seat:
    return Seat(one.technician_id, one.starts_at)


def _telling(change: Difference) -> Telling:
    before, after = change.before, change.after
    moved = any(
        abs(after[seat].starts_at - was.starts_at) > SAME_TIME
        for seat, was in before.items()
        if seat in after
    )
    people = {who.technician_id for side in (before, after) for who in side.values()}
    return Telling(
        change=change,
        customer=change.kind != "moved" or moved,
        technician_ids=tuple(sorted(people, key=str)),
    )
