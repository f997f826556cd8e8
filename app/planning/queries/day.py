"""One territory-day as people see it: who goes where and when, what is left out, what waits."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.catalogue.models import Category
from app.core import clock
from app.core.db import db
from app.core.policies import Actor
from app.jobs import queries as jobs
from app.jobs.models import Job
from app.jobs.queries import JobView
from app.places.models import Territory
from app.places.rules import is_approximate
from app.planning.models import (
    Assignment,
    Pin,
    PlanVersion,
    Route,
    Stop,
    StopKind,
    Visit,
    VisitState,
)
from app.planning.queries import plans, visits
from app.planning.queries.people import technician_json
from app.planning.queries.seats import Seated, as_pinned
from app.planning.rules import measures
from app.planning.rules.measures import Ridden, Served
from app.planning.rules.reasons import NOT_IN_PLAN, told
from app.technicians import queries as technicians
from app.technicians.queries import Working

Json = dict[str, Any]


@dataclass
class Day:
    """All that a day's view is made of, read in a fixed number of queries."""

    territory: Territory
    day: date
    plan: PlanVersion | None
    published: bool
    working: list[Working]
    routes: dict[UUID, list[Route]] = field(default_factory=dict)
    stops: dict[UUID, list[Stop]] = field(default_factory=dict)
    seated: dict[UUID, list[Seated]] = field(default_factory=dict)
    jobs: dict[UUID, JobView] = field(default_factory=dict)
    pins: dict[UUID, list[Pin]] = field(default_factory=dict)


def day_view(
    territory: Territory, day: date, plan: PlanVersion | None = None, *, actor: Actor
) -> Json:
    """Return a territory-day: as announced, or as a plan would have it.

    Args:
        territory: One that the actor dispatches.
        day: A local day.
        plan: The plan to show; ``None``: what is announced, else the newest plan that is ready.
        actor: Whose names and language it is in.
    """
    found = read(territory, day, plan)
    rides = {one.technician.id: _ride(found, one) for one in found.working}
    left_out = _unplanned(found, actor)
    kinds = {row.code: _named(row, actor) for row in db.session.scalars(sa.select(Category))}
    ridden = [ride for ride in rides.values() if ride is not None]
    return {
        "territory": {
            "code": territory.code,
            "name": _named(territory, actor),
            "timezone": territory.timezone,
            "centre": [territory.lat, territory.lon],
        },
        "day": day.isoformat(),
        "plan": _plan(found),
        "measures": measures.of_day(
            ridden, unplanned=len(left_out), shift_seconds=sum(map(_shift_seconds, found.working))
        ),
        "technicians": [
            technician_json(one, actor, kinds)
            | {"load": measures.load(ride) if (ride := rides[one.technician.id]) else 0.0}
            | {"stops": _stops(found, one, actor)}
            for one in found.working
            if one.shifts or found.seated.get(one.technician.id)
        ],
        "unplanned": left_out,
        "waiting": dict(_waiting(territory, actor)),
    }


def read(territory: Territory, day: date, plan: PlanVersion | None) -> Day:
    """Read a territory-day; of a draft, with what was pinned by hand since it was made."""
    standing = plans.publication(territory.id, day)
    plan = plan or plans.newest_for(territory.id, day)
    published = standing is not None and plan is not None and standing.plan_id == plan.id
    found = Day(territory, day, plan, published, technicians.working(territory.id, day, day))
    if plan is not None:
        for route in plans.routes(plan.id, day):
            found.routes.setdefault(route.technician_id, []).append(route)
        found.stops = plans.stops(route.id for routes in found.routes.values() for route in routes)
    seats = _announced(found) if published or plan is None else _planned(found)
    if not published:
        seats = as_pinned(territory, day, found.working, seats)
    for technician_id, seated in seats:
        found.seated.setdefault(technician_id, []).append(seated)
    job_ids = {one.job_id for of_one in found.seated.values() for one in of_one}
    found.jobs = _views(job_ids)
    found.pins = visits.pins_of(job_ids)
    return found


def _views(job_ids: Iterable[UUID]) -> dict[UUID, JobView]:
    rows = visits.jobs_by_id(job_ids)
    return {view.job.id: view for view in jobs.views(rows)}


def _planned(found: Day) -> Iterable[tuple[UUID, Seated]]:
    for technician_id, routes in found.routes.items():
        for route in routes:
            for stop in found.stops.get(route.id, []):
                if stop.kind is StopKind.VISIT and stop.job_id is not None:
                    yield (
                        technician_id,
                        Seated(stop.job_id, stop.seat, stop.starts_at, stop.finishes_at, stop),
                    )


def _announced(found: Day) -> Iterable[tuple[UUID, Seated]]:
    known = {
        (stop.job_id, stop.seat, stop.starts_at): stop
        for stops in found.stops.values()
        for stop in stops
    }
    everybody = [one.technician.id for one in found.working]
    for assignment, visit in visits.on_days(everybody, found.day, found.day):
        yield assignment.technician_id, _seated(assignment, visit, known)


def _seated(
    assignment: Assignment, visit: Visit, known: dict[tuple[UUID | None, int, datetime], Stop]
) -> Seated:
    return Seated(
        visit.job_id,
        assignment.seat,
        assignment.starts_at,
        assignment.ends_at,
        known.get((visit.job_id, assignment.seat, assignment.starts_at)),
        visit,
        assignment.flag,
    )


def _ride(found: Day, one: Working) -> Ridden | None:
    """Return a technician's day as one ride, for the measures."""
    seated = found.seated.get(one.technician.id, [])
    if not seated:
        return None
    routes = found.routes.get(one.technician.id, [])
    begins = [route.leaves_at for route in routes] or [min(s.starts_at for s in seated)]
    ends = [route.returns_at for route in routes] or [max(s.finishes_at for s in seated)]
    return Ridden(
        leaves_at=min(begins),
        returns_at=max(ends),
        shift_starts_at=one.shifts[0].starts_at if one.shifts else min(begins),
        shift_ends_at=one.shifts[-1].ends_at if one.shifts else max(ends),
        metres=sum(route.metres for route in routes),
        per_hour=one.technician.cost_per_hour_minor,
        per_km=one.technician.cost_per_km_minor,
        served=[
            Served(
                s.starts_at,
                round((s.finishes_at - s.starts_at).total_seconds()),
                _latest(found.jobs[s.job_id].job),
                s.stop.travel_seconds if s.stop else 0,
                leads=s.seat == 0,
            )
            for s in seated
        ],
    )


def _latest(job: Job) -> datetime | None:
    return job.window_end or job.due_at


def _shift_seconds(one: Working) -> float:
    return sum((time.ends_at - time.starts_at).total_seconds() for time in one.shifts)


def _plan(found: Day) -> Json | None:
    plan = found.plan
    if plan is None:
        return None
    return {
        "id": str(plan.id),
        "number": plan.number,
        "state": plan.state.value,
        "cost_minor": plan.cost_minor,
        "currency": plan.currency,
        "created_at": plan.created_at.isoformat(),
        "published": found.published,
        "estimated_share": plan.estimated_share,
    }


def _stops(found: Day, one: Working, actor: Actor) -> list[Json]:
    seated = [_visit(found, s, actor) for s in found.seated.get(one.technician.id, [])]
    others = [
        _other(stop)
        for route in found.routes.get(one.technician.id, [])
        for stop in found.stops.get(route.id, [])
        if stop.kind is not StopKind.VISIT
    ]
    ordered = sorted([*seated, *others], key=lambda stop: str(stop["start"]))
    return [stop | {"sequence": sequence} for sequence, stop in enumerate(ordered, start=1)]


def _other(stop: Stop) -> Json:
    """Return a break or a depot stop; what only visits have is empty."""
    return {
        "kind": stop.kind.value,
        **dict.fromkeys(("visit_id", "job_id", "job_number", "brand", "job_type", "window", "at")),
        "title": stop.kind.value,
        "promised": False,
        "arrive": stop.arrives_at.isoformat(),
        "start": stop.starts_at.isoformat(),
        "finish": stop.finishes_at.isoformat(),
        "travel_seconds": stop.travel_seconds,
        "travel_estimated": stop.travel_estimated,
        "approximate": False,
        "state": "planned",
        "pinned": False,
        "late_seconds": 0,
        "seat": 0,
        "crew_size": 1,
        "at_risk": None,
        "by_hand": False,
    }


def _visit(found: Day, one: Seated, actor: Actor) -> Json:
    view = found.jobs[one.job_id]
    pinned = any(pin.seat == one.seat for pin in found.pins.get(one.job_id, []))
    stop = one.stop
    return {
        "kind": StopKind.VISIT.value,
        "visit_id": str(one.visit.id) if one.visit else None,
        **job_json(view, actor),
        "promised": view.job.window_confirmed_at is not None,
        "arrive": (stop.arrives_at if stop else one.starts_at).isoformat(),
        "start": one.starts_at.isoformat(),
        "finish": one.finishes_at.isoformat(),
        "travel_seconds": stop.travel_seconds if stop else 0,
        "travel_estimated": stop.travel_estimated if stop else True,
        "approximate": is_approximate(view.place.radius_m),
        "state": one.visit.state.value if one.visit else "planned",
        "pinned": pinned,
        "late_seconds": measures.late_seconds(one.starts_at, _latest(view.job)),
        "seat": one.seat,
        "crew_size": len(view.job.crew),
        "at_risk": one.flag,
        "by_hand": one.by_hand,
    }


def job_json(view: JobView, actor: Actor) -> Json:
    """Return what every list shows of a job."""
    job = view.job
    window = None
    if job.window_start is not None and job.window_end is not None:
        window = [job.window_start.isoformat(), job.window_end.isoformat()]
    place = view.place
    return {
        "job_id": str(job.id),
        "job_number": job.number,
        "title": _named(view.model or view.category, actor),
        "brand": _named(view.brand, actor),
        "job_type": job.job_type.value,
        "window": window,
        "at": [place.lat, place.lon] if place.lat is not None else None,
    }


def _unplanned(found: Day, actor: Actor) -> list[Json]:
    """List the day's jobs that nobody goes to, each with why and what would help."""
    zone, seated = found.territory.timezone, found.jobs
    rows = plans.unplanned(found.plan.id) if found.plan else []
    why = {row.job_id: row.reasons for row in rows if row.job_id not in seated}
    due = {job.id: job for job in jobs.plannable(found.territory.id, found.day, found.day)}
    elsewhere = _seen_elsewhere(found, due)
    for job_id in due:
        if job_id not in seated and job_id not in why and job_id not in elsewhere:
            why[job_id] = [{"code": NOT_IN_PLAN}]
    views = _views(job_id for job_id in why if job_id in due)
    return [
        {key: value for key, value in job_json(view, actor).items() if key != "job_type"}
        | {"reasons": [told(reason) for reason in why[job_id]]}
        for job_id, view in views.items()
        if view.job.window_start is None
        or clock.local_day(view.job.window_start, zone) == found.day
    ]


def _seen_elsewhere(found: Day, due: dict[UUID, Job]) -> set[UUID]:
    """Return the jobs that another day of the same plan, or of what is announced, sees to."""
    planned = plans.visits_of(found.plan.id) if found.plan else []
    current = visits.current_of(due)
    return {stop.job_id for route, stop in planned if stop.job_id and route.day != found.day} | {
        job_id for job_id, visit in current.items() if visit.state is not VisitState.OPEN
    }


def _waiting(territory: Territory, actor: Actor) -> Counter[str]:
    return Counter(
        blocker["code"]
        for job in jobs.blocked(actor)
        if job.territory_id == territory.id
        for blocker in job.blockers
    )


def _named(row: Any, actor: Actor) -> str:
    return str((row.name_zh if actor.locale == "zh" else None) or row.name)
