"""A plan of the solver as routes, stops and jobs left out."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from app.planning.models import Route, Stop, StopKind, Unplanned
from app.planning.rules.fingerprints import fingerprint
from app.planning.rules.measures import Ridden, Served, of_day
from app.planning.translate.building import Translation
from app.planning.translate.horizon import Horizon
from app.planning.translate.people import MODE, Piece
from app.planning.translate.sites import index_of
from solver import Plan, Problem
from solver.plan import Pickup, Rest, Visit
from solver.plan import Route as Trip


@dataclass
class Rows:
    """What a plan is stored as, not yet in any session."""

    routes: list[Route] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    unplanned: list[Unplanned] = field(default_factory=list)
    measures: dict[str, Any] = field(default_factory=dict)


def rows_of(
    plan_id: UUID, plan: Plan, problem: Problem, translation: Translation, horizon: Horizon
) -> Rows:
    """Turn a checked plan into rows with fingerprints, travel and measures by day."""
    rows = Rows()
    rides: dict[date, list[Ridden]] = defaultdict(list)
    for trip in plan.routes:
        if trip.work:
            route, stops, ride = _route(plan_id, trip, problem, translation, horizon)
            rows.routes.append(route)
            rows.stops += stops
            rides[route.day].append(ride)
    reasons = {one.job: [dict(reason) for reason in one.reasons] for one in plan.unassigned}
    reasons |= translation.left_out
    rows.unplanned = [
        Unplanned(plan_id=plan_id, job_id=UUID(name), reasons=why) for name, why in reasons.items()
    ]
    rows.measures = _measures(rides, set(reasons), translation, horizon)
    return rows


@dataclass
class _Way:
    """Where a route is while its stops are read, and how far it has come."""

    problem: Problem
    translation: Translation
    at: str | None
    since: int
    seconds: int = 0
    metres: int = 0

    def go(self, location: str | None) -> tuple[int, bool]:
        """Travel on; return seconds and whether they are an estimate."""
        if self.at is None or location is None or location == self.at:
            self.at = location or self.at
            return 0, False
        seconds, metres = self.problem.legs.leg(MODE, self.at, location, self.since)
        quality = self.translation.travel.quality[index_of(self.at)][index_of(location)]
        self.seconds, self.metres, self.at = self.seconds + seconds, self.metres + metres, location
        return seconds, bool(quality)


def _route(
    plan_id: UUID, trip: Trip, problem: Problem, translation: Translation, horizon: Horizon
) -> tuple[Route, list[Stop], Ridden]:
    piece = translation.pieces[trip.shift]
    shift = problem.shift[trip.shift][1]
    way = _Way(problem, translation, shift.start_location, trip.leave)
    stops, served = _stops(trip, way, horizon)
    way.go(shift.end_location)
    route = Route(
        id=uuid4(),
        plan_id=plan_id,
        technician_id=piece.technician_id,
        shift_id=piece.shift_id,
        day=horizon.day_of(shift.start),
        leaves_at=horizon.instant(trip.leave),
        returns_at=horizon.instant(trip.back),
        travel_seconds=way.seconds,
        metres=way.metres,
    )
    for stop in stops:
        stop.route_id = route.id
    return route, stops, _ride(route, piece, served, translation.rates[piece.technician_id])


def _ride(route: Route, piece: Piece, served: list[Served], rate: tuple[int, int]) -> Ridden:
    return Ridden(
        leaves_at=route.leaves_at,
        returns_at=route.returns_at,
        shift_starts_at=piece.time.starts_at,
        shift_ends_at=piece.time.ends_at,
        metres=route.metres,
        per_hour=rate[0],
        per_km=rate[1],
        served=served,
    )


def _stops(trip: Trip, way: _Way, horizon: Horizon) -> tuple[list[Stop], list[Served]]:
    stops, served = [], []
    for sequence, one in enumerate(trip.stops):
        stop = _stop(one, way, horizon)
        stop.sequence = sequence
        if isinstance(one, Visit):
            known = way.translation.job_prints[one.job]
            stop.fingerprint = fingerprint(
                job=known.job,
                place=known.place,
                shift=way.translation.shift_prints[trip.shift],
                pins=known.pins,
            )
            worked, travelled = one.finish - one.start, stop.travel_seconds
            lead = one.seat == 0
            served.append(Served(stop.starts_at, worked, known.latest, travelled, leads=lead))
        stops.append(stop)
    return stops, served


def _stop(one: Visit | Pickup | Rest, way: _Way, horizon: Horizon) -> Stop:
    if isinstance(one, Rest):
        times = (one.start, one.start, one.finish)
        return Stop(kind=StopKind.BREAK, seat=0, travel_seconds=0, **_times(times, horizon))
    times = (one.arrive, one.start, one.finish)
    if isinstance(one, Visit):
        travelled, estimated = way.go(way.problem.job[one.job].location)
        found = Stop(kind=StopKind.VISIT, job_id=UUID(one.job), seat=one.seat)
    else:
        travelled, estimated = way.go(way.problem.depot[one.depot].location)
        found = Stop(kind=StopKind.DEPOT, seat=0)
    for name, value in _times(times, horizon).items():
        setattr(found, name, value)
    found.travel_seconds, found.travel_estimated = travelled, estimated
    way.since = one.finish
    return found


def _times(times: tuple[int, int, int], horizon: Horizon) -> dict[str, Any]:
    names = ("arrives_at", "starts_at", "finishes_at")
    return {name: horizon.instant(at) for name, at in zip(names, times, strict=True)}


def _measures(
    rides: dict[date, list[Ridden]], left_out: set[str], translation: Translation, horizon: Horizon
) -> dict[str, Any]:
    by_day = {
        day.isoformat(): of_day(
            rides[day],
            unplanned=sum(day in translation.job_prints[name].days for name in left_out),
            shift_seconds=translation.shift_seconds.get(day, 0.0),
        )
        for day in horizon.days
    }
    whole = of_day(
        [ride for one in rides.values() for ride in one],
        unplanned=len(left_out),
        shift_seconds=sum(translation.shift_seconds.values()),
    )
    return {"whole": whole, "days": by_day}
