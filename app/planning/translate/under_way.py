"""Where and from when technicians are free on a day that has begun."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.places.models import Place
from app.planning.models import Assignment, Visit, VisitState
from app.planning.rules import states
from app.planning.translate.facts import Facts
from app.technicians.rules import Break, WorkTime

BEGUN = frozenset({*states.UNDER_WAY, VisitState.COMPLETED, VisitState.FAILED})


@dataclass(frozen=True)
class Free:
    """What is left of a working time: from when, from where, after how many visits."""

    time: WorkTime
    place: Place | None
    done: int


def free(facts: Facts, technician_id: UUID, home: Place | None, time: WorkTime) -> Free | None:
    """Say what is left of a working time; ``None`` when it is over.

    What is finished stays finished; what is under way is finished first, as forecast, and the
    route goes on from there. Breaks whose time has passed are taken as rested.
    """
    begun = [
        (assignment, visit)
        for assignment, visit in facts.taken
        if assignment.technician_id == technician_id
        and visit.state in BEGUN
        and time.starts_at <= assignment.starts_at < time.ends_at
    ]
    ends = [_forecast(assignment, visit, facts.now) for assignment, visit in begun]
    since = max([time.starts_at, *ends, *([facts.now] if facts.now > time.starts_at else [])])
    if since >= time.ends_at:
        return None
    place = _place_of(begun[-1][1], facts) if begun else None
    if begun and time.max_jobs is not None and len(begun) >= time.max_jobs:
        return None
    return Free(_from(time, since, len(begun)), place or home, len(begun))


def _forecast(assignment: Assignment, visit: Visit, now: datetime) -> datetime:
    """Say when a visit that has begun is over: as planned, or later when it runs late."""
    if visit.finished_at is not None:
        return visit.finished_at
    if visit.state is VisitState.STARTED:
        return max(assignment.ends_at, now)
    return max(assignment.ends_at, now + (assignment.ends_at - assignment.starts_at))


def _place_of(visit: Visit, facts: Facts) -> Place | None:
    place = facts.places.get(facts.visit_jobs[visit.job_id].place_id)
    return place if place is not None and place.lat is not None else None


def _from(time: WorkTime, since: datetime, done: int) -> WorkTime:
    if since == time.starts_at:
        return time
    breaks = tuple(rest for rest in (_later(one, since) for one in time.breaks) if rest)
    left = None if time.max_jobs is None else time.max_jobs - done
    return replace(time, starts_at=since, breaks=breaks, max_jobs=left)


def _later(rest: Break, since: datetime) -> Break | None:
    return replace(rest, earliest=max(rest.earliest, since)) if rest.latest >= since else None
