"""A small territory in which to plan Monday 2 March 2026: one brand, one category."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.catalogue.models import Brand, Category, JobType
from app.core import clock, tasks
from app.core.db import db, transact, unit_of_work
from app.core.policies import Actor
from app.jobs.models import Job
from app.places.models import Territory
from app.planning import service
from app.planning import tasks as planning_tasks
from app.planning.gateways import SearchHere
from app.planning.models import PlanVersion
from app.planning.queries import visits
from app.technicians.models import Certificate, Shift, Technician
from tests.factories import (
    MONDAY_8AM,
    dispatcher,
    made,
    make_brand,
    make_category,
    make_job,
    make_place,
    make_technician,
    make_territory,
    number,
)

SUNDAY_NOON = MONDAY_8AM - timedelta(hours=20)
MONDAY = date(2026, 3, 2)
TUESDAY = date(2026, 3, 3)


def at(hour: float, day: date = MONDAY) -> datetime:
    """Return a wall-clock hour in Guangzhou."""
    return MONDAY_8AM + timedelta(days=(day - MONDAY).days, hours=hour - 8)


@dataclass
class World:
    """A territory with its brand, its category and whoever dispatches it."""

    territory: Territory
    brand: Brand
    category: Category
    actor: Actor
    technicians: list[Technician] = field(default_factory=list)

    def technician(self, *, certified=True, works=True, **given) -> Technician:
        """Add somebody who starts and ends at home, works Monday 8 to 18 and is certified."""
        home = make_place(self.territory, lat=23.13, lon=113.26)
        one = make_technician(self.territory, home_id=home.id, **given)
        if works:
            self.shift(one)
        if certified:
            self.certificate(one)
        self.technicians.append(one)
        return one

    def shift(self, one: Technician, *, day=MONDAY, start=8, end=18, **given) -> Shift:
        values = {"starts_at": at(start, day), "ends_at": at(end, day)}
        return made(Shift, technician_id=one.id, **(values | given))

    def certificate(self, one: Technician, **given) -> Certificate:
        values = {
            "brand_id": self.brand.id,
            "category_id": self.category.id,
            "job_type": JobType.INSTALL,
            "level": 1,
            "valid_from": date(2025, 1, 1),
            "valid_until": date(2026, 12, 31),
            "evidence": "C-1",
        }
        return made(Certificate, technician_id=one.id, **(values | given))

    def job(self, start=9.0, end=11.0, *, promised=True, place=None, **given) -> Job:
        """Add a released job of an hour, to be started inside a window on Monday."""
        values = {
            "window_start": at(start),
            "window_end": at(end),
            "window_confirmed_at": SUNDAY_NOON if promised else None,
            "number": f"7001-{number():04d}",
        }
        return make_job(
            territory=self.territory,
            brand=self.brand,
            category=self.category,
            place=place or make_place(self.territory, lat=23.135, lon=113.27),
            **(values | given),
        )

    def plan(self, first=MONDAY, last=MONDAY, *, search=None) -> PlanVersion:
        """Ask for a plan and let it be searched here and now."""
        plan = self.asked(first, last)
        run(plan, search or SearchHere())
        return db.session.get_one(PlanVersion, plan.id)

    def asked(self, first=MONDAY, last=MONDAY) -> PlanVersion:
        with unit_of_work():
            return service.request_plan(self.territory.id, first, last, 1, self.actor)

    def publish(self, plan: PlanVersion, day=MONDAY, **given):
        with unit_of_work():
            return service.publish(plan.id, day, self.actor, **given)

    def published(self, first=MONDAY, last=MONDAY) -> PlanVersion:
        plan = self.plan(first, last)
        self.publish(plan, first)
        return plan


def make_world() -> World:
    territory = make_territory()
    return World(territory, make_brand(), make_category(), dispatcher(territory))


def run(plan: PlanVersion, search) -> None:
    """Do what a worker does with the plan's task."""
    task = transact(lambda: tasks.claim([service.requesting.SOLVE]))
    assert task is not None
    assert task.id == plan.task_id
    planning_tasks.solve(task, search)
    transact(lambda: tasks.finish(task.id, task.fence))


def seats(job: Job) -> list[tuple[Technician, datetime]]:
    """Return who is announced for a job, and when."""
    db.session.rollback()
    visit = visits.current_of([job.id]).get(job.id)
    found = visits.standing([visit.id]) if visit else []
    return [(db.session.get_one(Technician, one.technician_id), one.starts_at) for one in found]


def reread(row):
    db.session.rollback()
    db.session.refresh(row)
    return row


def sunday():
    """Stop the clock on the Sunday before, at noon."""
    return clock.frozen(SUNDAY_NOON)
