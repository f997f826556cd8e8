"""Why a technician cannot take a job at a time, every reason at once."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.core.db import db
from app.jobs import queries as jobs
from app.jobs.models import Job
from app.places.models import Landmark, Place
from app.places.rules import permitted_windows, site_adjustments
from app.planning.models import Assignment, Pin, Visit, VisitState
from app.planning.queries import visits
from app.planning.queries.needs import needs_of, needs_of_team, path_of
from app.technicians import queries as technicians
from app.technicians.models import Technician

Reason = dict[str, Any]
TEXTS = {
    "not-plannable": "The job is not to be planned now.",
    "visit-under-way": "Somebody is on the way already, or there.",
    "no-such-seat": "The crew has no such seat.",
    "not-qualified": "The technician is not qualified for it on that day.",
    "twice-in-crew": "The technician has another seat of this crew.",
    "crew-incomplete": "The rest of the crew would be missing; a standing team had filled it.",
    "outside-window": "It is outside the window promised to the consumer.",
    "outside-permitted-hours": "Work is not permitted at the place then.",
    "linked-job": "The job that comes first is not over by then.",
    "no-shift": "The technician is not on shift for all of it.",
    "technician-busy": "The technician has another visit at that time.",
}


@dataclass(frozen=True)
class Wish:
    """A seat of a job for a technician, at a time or whenever the plan likes."""

    job: Job
    seat: int
    technician: Technician
    starts_at: datetime | None
    day: date
    zone: str

    @property
    def fills_all(self) -> bool:
        """Tell whether a standing team takes every seat of the crew."""
        return len(self.job.crew) > 1 and self.technician.team_size >= len(self.job.crew)

    def period(self, technician: Technician) -> tuple[datetime, datetime]:
        """Return when a technician would be at it."""
        assert self.starts_at is not None  # noqa: S101  asked only where a time is known
        work = math.ceil((self.job.work_seconds or 0) * technician.pace - 1e-9)
        return self.starts_at, self.starts_at + timedelta(seconds=self.job.setup_seconds + work)


def refusals(wish: Wish, visit: Visit | None, crew: dict[int, Technician]) -> list[Reason]:
    """Say why a wish cannot be granted; nothing: it can.

    Args:
        wish: The seat, the technician and the time.
        visit: The job's visit that has not ended.
        crew: Who would fill each seat that is or would be announced.
    """
    job = wish.job
    if not job.is_plannable:
        return [_reason("not-plannable", state=job.state.value)]
    if visit is not None and visit.state not in {VisitState.OPEN, VisitState.SCHEDULED}:
        return [_reason("visit-under-way", state=visit.state.value)]
    seats = 1 if wish.fills_all else len(job.crew)
    if not 0 <= wish.seat < seats:
        return [_reason("no-such-seat", seats=seats)]
    reasons = _of_qualification(wish)
    if len({one.id for one in crew.values()}) < len(crew):
        reasons.append(_reason("twice-in-crew"))
    if visit is not None and visit.state is VisitState.SCHEDULED and len(crew) < seats:
        reasons.append(_reason("crew-incomplete", seats=seats))
    if wish.starts_at is not None:
        reasons += _of_site(wish) + _of_links(wish)
        for technician in crew.values():
            reasons += _of_time(wish, technician, visit)
    return reasons


def announced_for(job_id: UUID) -> list[Assignment]:
    """Return what was announced of a job."""
    current = visits.current_of([job_id]).get(job_id)
    return visits.standing([current.id]) if current else []


def _of_qualification(wish: Wish) -> list[Reason]:
    path = path_of(wish.job.category_id)
    needs = (
        needs_of_team(wish.job, path) if wish.fills_all else needs_of(wish.job, path, wish.seat)
    )
    lacks = technicians.qualified(wish.technician.id, needs, wish.day)
    if not lacks:
        return []
    detail = [{"code": lack.code.value, "text": str(lack), **lack.detail} for lack in lacks]
    return [_reason("not-qualified", lacks=detail)]


def _of_site(wish: Wish) -> list[Reason]:
    """Hold a start against the promised window and the place's permitted hours."""
    job, starts_at = wish.job, wish.starts_at
    reasons: list[Reason] = []
    assert starts_at is not None  # noqa: S101  asked only where a time is known
    promised = job.window_confirmed_at is not None and job.window_start and job.window_end
    if promised and not job.window_start <= starts_at <= job.window_end:  # type: ignore[operator]
        window = [at.isoformat() for at in (job.window_start, job.window_end) if at]
        reasons.append(_reason("outside-window", window=window))
    place = db.session.get_one(Place, job.place_id)
    landmark = db.session.get(Landmark, place.landmark_id) if place.landmark_id else None
    hours = site_adjustments(place, landmark).permitted_hours
    work = round((wish.period(wish.technician)[1] - starts_at).total_seconds())
    if not permitted_windows([(starts_at, starts_at)], hours, zone=wish.zone, work_seconds=work):
        reasons.append(_reason("outside-permitted-hours", hours=hours))
    return reasons


def _of_links(wish: Wish) -> list[Reason]:
    """Refuse to start before the job that comes first is over, as announced."""
    before = [(link, job) for link, job in jobs.view(wish.job).after]
    reasons: list[Reason] = []
    for link, job in before:
        ends = [one.ends_at for one in announced_for(job.id)]
        earliest = max(ends) + timedelta(seconds=link.min_gap_seconds) if ends else None
        if earliest is not None and wish.starts_at is not None and wish.starts_at < earliest:
            reasons.append(_reason("linked-job", job=job.number, not_before=earliest.isoformat()))
    return reasons


def _of_time(wish: Wish, technician: Technician, visit: Visit | None) -> list[Reason]:
    begin, end = wish.period(technician)
    who = technician.code
    reasons: list[Reason] = []
    working = technicians.working(technician.territory_id, wish.day, wish.day)
    times = [time for one in working if one.technician.id == technician.id for time in one.shifts]
    if not any(
        time.starts_at <= begin and end <= time.ends_at + timedelta(minutes=time.overtime_minutes)
        for time in times
    ):
        reasons.append(_reason("no-shift", technician=who, day=wish.day.isoformat()))
    taken = visits.overlapping(
        technician.id, (begin, end), except_visit=visit.id if visit is not None else None
    )
    busy = [one.starts_at for one in taken] + _pinned(technician, wish, (begin, end))
    if busy:
        starts = sorted(at.isoformat() for at in set(busy))
        reasons.append(_reason("technician-busy", technician=who, starts=starts))
    return reasons


def _pinned(
    technician: Technician, wish: Wish, period: tuple[datetime, datetime]
) -> list[datetime]:
    """Return the starts of other jobs pinned to a technician at a time that overlaps."""
    chosen = (
        sa.select(Pin, Job)
        .join(Job, Job.id == Pin.job_id)
        .where(
            Pin.technician_id == technician.id,
            Pin.job_id != wish.job.id,
            Pin.starts_at < period[1],
            Pin.starts_at > period[0] - timedelta(days=1),
        )
    )
    found: list[datetime] = []
    for pin, job in db.session.execute(chosen):
        other = Wish(job, pin.seat, technician, pin.starts_at, wish.day, wish.zone)
        begins, ends = other.period(technician)
        if job.is_plannable and ends > period[0]:
            found.append(begins)
    return found


def _reason(code: str, **detail: Any) -> Reason:
    return {"code": code, "text": TEXTS[code], **detail}
