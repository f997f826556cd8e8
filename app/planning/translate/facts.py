"""Everything a plan rests on, read in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.catalogue.models import Brand, Category
from app.core import clock
from app.core.db import db
from app.jobs import queries as jobs
from app.jobs.models import Job, JobLink
from app.places.models import Landmark, Place, Territory
from app.planning.models import Assignment, Pin, Visit, VisitState
from app.planning.queries import visits
from app.planning.rules import states
from app.planning.translate.horizon import Horizon
from app.technicians import queries as technicians
from app.technicians.queries import Working


@dataclass
class Facts:
    """What a territory's plan over some days rests on, as it is at ``now``.

    Attributes:
        jobs: What is to be planned; nothing that is under way.
        linked: Jobs that some of these follow, wherever they stand.
        linked_work: The assignments that stand or stood for those.
        taken: What these technicians have done, do, or were told to do on these days.
        asked: A job for which a window is looked for: the one it has does not count.
    """

    territory: Territory
    horizon: Horizon
    now: datetime
    jobs: list[Job]
    working: list[Working]
    places: dict[UUID, Place] = field(default_factory=dict)
    landmarks: dict[UUID, Landmark] = field(default_factory=dict)
    categories: dict[UUID, Category] = field(default_factory=dict)
    brands: dict[UUID, Brand] = field(default_factory=dict)
    links: list[JobLink] = field(default_factory=list)
    linked: dict[UUID, Job] = field(default_factory=dict)
    linked_work: dict[UUID, list[Assignment]] = field(default_factory=dict)
    pins: dict[UUID, list[Pin]] = field(default_factory=dict)
    taken: list[tuple[Assignment, Visit]] = field(default_factory=list)
    visit_jobs: dict[UUID, Job] = field(default_factory=dict)
    asked: UUID | None = None

    def window_of(self, job: Job) -> tuple[datetime, datetime] | None:
        """Return when a job's visit may start, if that is known and not what is asked for."""
        if job.id == self.asked or job.window_start is None or job.window_end is None:
            return None
        return job.window_start, job.window_end

    def path_of(self, job: Job) -> str:
        return self.categories[job.category_id].path

    def links_of(self, job: Job) -> list[JobLink]:
        return [link for link in self.links if link.job_id == job.id]


def gather(territory: Territory, first_day: date, last_day: date) -> Facts:
    """Read what a plan of these days rests on.

    Raises:
        ClockChangeInRange: the clocks change inside the range.
    """
    horizon = Horizon(first_day, last_day, territory.timezone)
    return around(territory, horizon, to_plan(territory, horizon))


def around(territory: Territory, horizon: Horizon, chosen: list[Job]) -> Facts:
    """Read what these jobs and the days' technicians rest on."""
    first, last = horizon.first_day, horizon.last_day
    working = technicians.working(territory.id, first, last)
    facts = Facts(territory, horizon, clock.now(), chosen, working)
    ids = [job.id for job in chosen]
    facts.taken = visits.on_days([one.technician.id for one in working], first, last)
    facts.visit_jobs = _by_id(Job, {visit.job_id for _, visit in facts.taken})
    facts.links = _some(JobLink, JobLink.job_id, ids)
    facts.linked = _by_id(Job, {link.after_id for link in facts.links})
    facts.linked_work = _work_of(facts.linked)
    facts.pins = visits.pins_of(ids)
    wanted = {job.place_id for job in (*chosen, *facts.visit_jobs.values())}
    facts.places = _by_id(Place, wanted)
    facts.landmarks = _by_id(
        Landmark, {place.landmark_id for place in facts.places.values() if place.landmark_id}
    )
    facts.categories = _by_id(Category, None)
    facts.brands = _by_id(Brand, None)
    return facts


def to_plan(territory: Territory, horizon: Horizon) -> list[Job]:
    """Return the jobs that a plan of these days decides about.

    Not what is under way, and not what was announced for a day outside of them.
    """
    plannable = jobs.plannable(territory.id, horizon.first_day, horizon.last_day)
    current = visits.current_of([job.id for job in plannable])
    announced = {one.visit_id: one.day for one in visits.standing(v.id for v in current.values())}
    return [job for job in plannable if _is_open(job, current.get(job.id), announced, horizon)]


def _is_open(job: Job, visit: Visit | None, announced: dict[UUID, date], horizon: Horizon) -> bool:
    if visit is None or visit.state is VisitState.OPEN:
        return True
    if visit.state in states.UNDER_WAY:
        return False
    day = announced.get(visit.id)
    return job.window_start is not None or day is None or day in horizon.days


def _work_of(linked: dict[UUID, Job]) -> dict[UUID, list[Assignment]]:
    chosen = (
        sa.select(Visit.job_id, Assignment)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(
            Visit.job_id.in_(list(linked)),
            sa.or_(Assignment.active, Visit.state == VisitState.COMPLETED),
        )
        .order_by(Assignment.seat)
    )
    found: dict[UUID, list[Assignment]] = {}
    for job_id, assignment in db.session.execute(chosen):
        found.setdefault(job_id, []).append(assignment)
    return found


def _some(kind: type[Any], column: Any, values: Iterable[UUID]) -> list[Any]:
    return list(db.session.scalars(sa.select(kind).where(column.in_(list(values)))))


def _by_id(kind: type[Any], ids: "set[UUID] | None") -> dict[UUID, Any]:
    key: Any = sa.inspect(kind).primary_key[0]
    chosen = sa.select(kind)
    if ids is not None:
        chosen = chosen.where(key.in_(ids))
    return {row.id: row for row in db.session.scalars(chosen)}
