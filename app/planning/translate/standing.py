"""What stands of a territory's days as a plan of the solver: announced, held, or planned last."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.planning.models import VisitState
from app.planning.queries import plans
from app.planning.translate import building
from app.planning.translate.building import Translation
from app.planning.translate.facts import Facts
from app.planning.translate.people import Piece
from solver import Plan, Problem
from solver.plan import Route, Unassigned, Visit

NEAR_SECONDS = 12 * 3600  # a start this far outside of what is left of a shift is still of it


@dataclass(frozen=True)
class Seated:
    """A seat as it was announced, held, or planned last."""

    job_id: UUID
    seat: int
    technician_id: UUID
    starts_at: datetime


@dataclass(frozen=True)
class Standing:
    """A territory's days as a problem, and who goes where as things stand.

    ``plan`` may break rules: it is what was told before something happened.
    """

    facts: Facts
    translation: Translation
    problem: Problem
    plan: Plan


def standing(facts: Facts, translation: Translation | None = None) -> Standing:
    """Translate the facts, unless that was done, and what stands."""
    translation = translation or building.build(facts)
    problem = Problem.from_dict(translation.problem)
    seats = [one for one in seated(facts) if str(one.job_id) in problem.job]
    return Standing(facts, translation, problem, _plan(seats, facts, translation, problem))


def seated(facts: Facts) -> list[Seated]:
    """Return who was told to go where, and of days not announced yet who is planned to."""
    wanted = {job.id for job in facts.jobs}
    told = [
        Seated(visit.job_id, one.seat, one.technician_id, one.starts_at)
        for one, visit in facts.taken
        if one.active
        and visit.job_id in wanted
        and visit.state in {VisitState.OPEN, VisitState.SCHEDULED}
    ]
    known = {one.job_id for one in told}
    for day in facts.horizon.days:
        planned = _planned(facts, day)
        told += [one for one in planned if one.job_id in wanted and one.job_id not in known]
        known |= {one.job_id for one in told}
    return told


def _planned(facts: Facts, day: date) -> list[Seated]:
    if plans.publication(facts.territory.id, day) is not None:
        return []
    plan = plans.newest_for(facts.territory.id, day)
    return [
        Seated(stop.job_id, stop.seat, route.technician_id, stop.starts_at)
        for route, stop in (plans.visits_of(plan.id, day) if plan else ())
        if stop.job_id is not None
    ]


def _plan(seats: list[Seated], facts: Facts, made: Translation, problem: Problem) -> Plan:
    stops: dict[str, list[Visit]] = {}
    for one in sorted(seats, key=lambda one: (one.starts_at, str(one.job_id), one.seat)):
        name = _piece(one, made.pieces)
        if name is not None and name in problem.shift:
            start = facts.horizon.second(one.starts_at)
            stops.setdefault(name, []).append(
                Visit(str(one.job_id), one.seat, start, start, start)
            )
    routes = tuple(
        Route(problem.shift[name][0].id, name, visits[0].start, visits[-1].finish, tuple(visits))
        for name, visits in stops.items()
    )
    there = {visit.job for visits in stops.values() for visit in visits}
    left_out = tuple(Unassigned(job.id) for job in problem.jobs if job.id not in there)
    return Plan(routes, left_out)


def _piece(one: Seated, pieces: dict[str, Piece]) -> str | None:
    """Return the working time that a start belongs to: it may have begun to run late."""
    apart = {
        name: max(
            (piece.time.starts_at - one.starts_at).total_seconds(),
            (one.starts_at - piece.time.ends_at).total_seconds(),
        )
        for name, piece in pieces.items()
        if piece.technician_id == one.technician_id
    }
    near = {name: value for name, value in apart.items() if value < NEAR_SECONDS}
    return min(near, key=near.__getitem__) if near else None
