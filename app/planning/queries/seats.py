"""Who is where on a day: the seats of visits, as told, as planned, or as pinned by hand since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.jobs.models import Job, JobState
from app.places.models import Territory
from app.planning.models import Pin, Stop, Visit
from app.planning.queries import visits
from app.technicians.queries import Working


@dataclass
class Seated:
    """One seat of a visit on this day, from a plan or as announced.

    ``by_hand``: a dispatcher put it there after the plan was made.
    """

    job_id: UUID
    seat: int
    starts_at: datetime
    finishes_at: datetime
    stop: Stop | None
    visit: Visit | None = None
    flag: str | None = None
    by_hand: bool = False


OfTechnician = tuple[UUID, Seated]


def as_pinned(
    territory: Territory, day: date, working: list[Working], planned: Iterable[OfTechnician]
) -> Iterator[OfTechnician]:
    """Return a draft's seats where they are to be: pins count more than the plan.

    What is pinned to another day is not on this one; what only a pin puts here is.
    """
    planned = list(planned)
    here = {one.technician.id: one for one in working}
    pins = {
        (pin.job_id, pin.seat): pin
        for of_job in visits.pins_of({one.job_id for _, one in planned}).values()
        for pin in of_job
    }
    for technician_id, one in planned:
        pin = pins.get((one.job_id, one.seat))
        if pin is None or pin.technician_id not in here:
            yield technician_id, one
        elif pin.starts_at is None or clock.local_day(pin.starts_at, territory.timezone) == day:
            yield pin.technician_id, _moved(technician_id, one, pin)
    known = {(one.job_id, one.seat) for _, one in planned}
    for pin, job in _pinned_on(territory, day):
        if (pin.job_id, pin.seat) not in known and pin.technician_id in here:
            yield pin.technician_id, _added(pin, job, here[pin.technician_id])


def _moved(technician_id: UUID, one: Seated, pin: Pin) -> Seated:
    starts_at = pin.starts_at or one.starts_at
    if (pin.technician_id, starts_at) == (technician_id, one.starts_at):
        return one
    lasts = one.finishes_at - one.starts_at
    return replace(
        one, starts_at=starts_at, finishes_at=starts_at + lasts, stop=None, by_hand=True
    )


def _added(pin: Pin, job: Job, who: Working) -> Seated:
    assert pin.starts_at is not None  # noqa: S101  only those were read
    work = job.setup_seconds + (job.work_seconds or 0) * who.technician.pace
    finishes_at = pin.starts_at + timedelta(seconds=round(work))
    return Seated(job.id, pin.seat, pin.starts_at, finishes_at, stop=None, by_hand=True)


def _pinned_on(territory: Territory, day: date) -> list[tuple[Pin, Job]]:
    begin, end = clock.day_bounds(day, territory.timezone)
    chosen = (
        sa.select(Pin, Job)
        .join(Job, Job.id == Pin.job_id)
        .where(
            Job.territory_id == territory.id,
            Job.state.in_([JobState.RELEASED, JobState.PLANNED]),
            Pin.starts_at >= begin,
            Pin.starts_at < end,
        )
        .order_by(Pin.starts_at, Pin.job_id, Pin.seat)
    )
    return [(pin, job) for pin, job in db.session.execute(chosen)]
