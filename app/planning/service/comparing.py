"""Whether the stops of a day still rest on what they were planned on."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from app.jobs.models import Job
from app.places.models import Territory
from app.planning.models import Assignment, Route, Stop, Visit, VisitState
from app.planning.queries import visits
from app.planning.queries.needs import needs_of, needs_of_team
from app.planning.rules.fingerprints import changed, fingerprint
from app.planning.service.days import Day
from app.planning.translate import facts, prints
from app.planning.translate.facts import Facts
from app.planning.translate.horizon import Horizon
from app.technicians.queries import Working
from app.technicians.rules import qualification

GONE = "-" * 16
NOT_PLANNABLE, UNDER_WAY = "not-plannable", "visit-under-way"
NOT_QUALIFIED, BUSY, LINK = "not-qualified", "technician-busy", "linked-job-changed"


def changes(territory: Territory, day: Day) -> list[dict[str, Any]]:
    """List the jobs of a day whose grounds have changed, with what changed.

    One seat's change is the whole crew's, and a job that follows a changed one is changed too.
    """
    horizon = Horizon(day.day, day.day, territory.timezone)
    planned = [job for job_id, job in day.jobs.items() if job_id in day.planned]
    now = facts.around(territory, horizon, planned)
    found: dict[UUID, set[str]] = {}
    for job in planned:
        seats = day.planned[job.id]
        why = set(_of_job(job, day.visits.get(job.id)))
        for route, stop in seats:
            why |= set(_of_stop(job, route, stop, now, len(seats)))
        if why:
            found[job.id] = why
    _follow(found, now)
    _busy(found, day)
    return [
        {"job_id": str(job_id), "job_number": day.jobs[job_id].number, "changes": sorted(why)}
        for job_id, why in found.items()
    ]


def _of_job(job: Job, visit: Visit | None) -> Iterable[str]:
    if not job.is_plannable:
        yield NOT_PLANNABLE
    if visit is not None and visit.state not in {VisitState.OPEN, VisitState.SCHEDULED}:
        yield UNDER_WAY


def _of_stop(job: Job, route: Route, stop: Stop, now: Facts, crew: int) -> Iterable[str]:
    one = next((w for w in now.working if w.technician.id == route.technician_id), None)
    current = fingerprint(
        job=prints.of_job(job),
        place=prints.of_place(now.places.get(job.place_id), now),
        shift=_shift(one, route),
        pins=prints.of_pins(now.pins.get(job.id, [])),
    )
    yield from changed(stop.fingerprint or "", current)
    if one is not None and not _may(one, job, now, route.day, stop.seat, crew):
        yield NOT_QUALIFIED


def _may(one: Working, job: Job, now: Facts, day: date, seat: int, crew: int) -> bool:
    """Ask the one function again: a certificate may have been revoked since."""
    path = now.path_of(job)
    alone = crew < len(job.crew)
    needs = needs_of_team(job, path) if alone else needs_of(job, path, seat)
    return not qualification(one.standing, needs, day)


def _shift(one: Working | None, route: Route) -> str:
    if one is None:
        return GONE
    return next(
        (
            prints.of_shift(one, time)
            for time in one.shifts
            if time.shift_id == route.shift_id
            and time.starts_at <= route.leaves_at <= time.ends_at
        ),
        GONE,
    )


def _follow(found: dict[UUID, set[str]], now: Facts) -> None:
    """Refuse what follows a refused job on the same day, down the chain."""
    pending = True
    while pending:
        pending = False
        for link in now.links:
            if link.after_id in found and link.job_id not in found:
                found[link.job_id] = {LINK}
                pending = True


def _busy(found: dict[UUID, set[str]], day: Day) -> None:
    """Refuse what would overlap a visit that stays: one under way, moved by hand or refused."""
    pending = True
    while pending:
        pending = False
        staying = _staying(found, day)
        for job_id, seats in day.planned.items():
            if job_id not in found and any(
                _overlaps(route, stop, staying) for route, stop in seats
            ):
                found[job_id] = {BUSY}
                pending = True


def _staying(found: dict[UUID, set[str]], day: Day) -> list[Assignment]:
    """Return the assignments of the day that this publication does not free."""
    technicians = {route.technician_id for seats in day.planned.values() for route, _ in seats}
    freed = {one.id for job_id in day.jobs if job_id not in found for one in day.taken_by(job_id)}
    taken = visits.on_days(technicians, day.day, day.day)
    return [one for one, _ in taken if one.active and one.id not in freed]


def _overlaps(route: Route, stop: Stop, staying: list[Assignment]) -> bool:
    return any(
        one.technician_id == route.technician_id
        and one.starts_at < stop.finishes_at
        and stop.starts_at < one.ends_at
        for one in staying
    )
