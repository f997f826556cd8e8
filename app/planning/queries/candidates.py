"""Who could take a job on a day, and how much driving it would add to each."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

from app.core.db import db
from app.jobs.models import Job
from app.places.models import Place, Territory
from app.places.rules import Coefficients, LatLon, coefficients_of, estimate
from app.planning.models import PlanVersion
from app.planning.queries import day as days
from app.planning.queries.day import Day
from app.planning.queries.needs import needs_of, needs_of_team, path_of
from app.technicians.queries import Shortfall, Working
from app.technicians.rules import Needs, qualification


@dataclass(frozen=True)
class Candidate:
    """A technician of the day's rows for a seat of a job.

    Attributes:
        lacks: What they lack to be qualified; nothing: they are.
        works: Whether they have a shift on the day.
        added_seconds: Driving that the job adds at its best place in their day, by estimate;
            ``None`` where a position is not known.
    """

    technician_id: UUID
    lacks: tuple[Shortfall, ...]
    works: bool
    added_seconds: int | None


def candidates(job: Job, seat: int, day: date, plan: PlanVersion | None = None) -> list[Candidate]:
    """Weigh up everybody of a territory-day for one seat; who asks has been let in.

    Args:
        job: The job; where it is now does not count.
        seat: The seat of its crew.
        day: The local day.
        plan: The plan that is shown; ``None``: what is announced.
    """
    territory = db.session.get_one(Territory, job.territory_id)
    found = days.read(territory, day, plan)
    place = db.session.get_one(Place, job.place_id)
    at = None if place.lat is None or place.lon is None else (place.lat, place.lon)
    path = path_of(job.category_id)
    city = coefficients_of(territory)
    return [
        Candidate(
            one.technician.id,
            tuple(qualification(one.standing, _needs(job, path, seat, one), day)),
            bool(one.shifts),
            _added(at, _legs(found, one, job), city) if at else None,
        )
        for one in found.working
    ]


def _needs(job: Job, path: str, seat: int, one: Working) -> Needs:
    if len(job.crew) > 1 and one.technician.team_size >= len(job.crew):
        return needs_of_team(job, path)
    return needs_of(job, path, seat if seat < len(job.crew) else 0)


def _legs(found: Day, one: Working, job: Job) -> list[LatLon]:
    """Return the positions of somebody's day in order, home at both ends, without the job."""
    home = one.home
    seated = sorted(found.seated.get(one.technician.id, []), key=lambda each: each.starts_at)
    places = [found.jobs[each.job_id].place for each in seated if each.job_id != job.id]
    return [
        (place.lat, place.lon)
        for place in (home, *places, home)
        if place is not None and place.lat is not None and place.lon is not None
    ]


def _added(at: LatLon, way: list[LatLon], city: Coefficients) -> int | None:
    """Return the seconds that going there adds to a way at its best place."""
    if not way:
        return None
    to = estimate([at], way, city)[0][0] + city.access_seconds
    if len(way) == 1:
        return int(2 * to[0])
    legs = [int(estimate([a], [b], city)[0][0][0]) for a, b in pairwise(way)]
    detours = [
        int(a + b) - leg - city.access_seconds for a, b, leg in zip(to, to[1:], legs, strict=False)
    ]
    return max(0, min(detours))
