"""Whoever plans the same hour at the same moment: one wins, the others are told what changed."""

import pytest
import sqlalchemy as sa

from app.core.db import db, transact, unit_of_work
from app.core.policies import Actor, Role
from app.jobs import service as jobs
from app.jobs.models import Job, JobState
from app.planning import service
from app.planning.models import Assignment, Pin, Publication, Visit, VisitState
from app.planning.service import AlreadyPublished, WindowTaken, standing
from app.planning.service.publishing import PlanOutdated
from tests.planning.world import MONDAY, at, make_world, sunday
from tests.proofs.scale import scaled
from tests.proofs.test_races import without_refusal
from tests.racing import race

pytestmark = pytest.mark.proof
RACERS = 8


@pytest.fixture
def world(app):
    with sunday():
        yield make_world()


def run(app, *works):
    return race(app, *[lambda work=work: transact(work) for work in works])


def won(ends):
    return [end for end in ends if not isinstance(end, Exception)]


def lost(ends):
    return [end for end in ends if isinstance(end, Exception)]


def count(kind, *conditions):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind).where(*conditions))


def rows_of(kind):
    return [dict(row) for row in db.session.execute(sa.select(kind.__table__)).mappings()]


def moved_in_races(app, world, rounds):
    """Let eight dispatchers move eight visits to one technician's hour; give how each ended."""
    work = [(world.technician(), world.job(9, 9).id)[1] for _ in range(RACERS)]
    world.published()
    wanted = world.technician()
    before = rows_of(Assignment)
    for _ in range(rounds):
        ends = run(
            app,
            *[
                lambda job=job: service.move(job, 0, wanted.id, at(9), "theirs", world.actor).seat
                for job in work
            ],
        )
        theirs = (Assignment.active, Assignment.technician_id == wanted.id)
        yield ends, count(Assignment, *theirs)
        with unit_of_work():
            db.session.execute(sa.delete(Pin))
            db.session.execute(sa.delete(Assignment))
            db.session.execute(sa.insert(Assignment.__table__), before)


def test_of_eight_who_move_visits_to_one_hour_one_does(app, world):
    for ends, booked in moved_in_races(app, world, scaled(60)):
        assert (len(won(ends)), booked) == (1, 1)
        assert {type(end) for end in lost(ends)} <= {service.MoveRefused, service.TechnicianBusy}


def test_without_locks_and_refusal_the_hour_is_sold_twice(app, world, monkeypatch):
    """The red control, on PostgreSQL: SQLite has one writer at a time."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    monkeypatch.setattr(standing, "lock_days", lambda _: None)
    with unit_of_work():
        taken_away = without_refusal()
    try:
        assert any(booked > 1 for _, booked in moved_in_races(app, world, 10))
    finally:
        with unit_of_work():
            db.session.execute(sa.delete(Pin))
            db.session.execute(sa.delete(Assignment))
            for statement in taken_away:
                db.session.execute(sa.text(statement))


def test_of_eight_consumers_who_hold_one_place_one_does(app, world):
    world.technician()
    empty = {"promised": False, "window_start": None, "window_end": None, "work_seconds": 9000}
    made = [world.job(**empty) for _ in range(RACERS)]
    rivals = [
        (job.id, Actor(via="link", roles=frozenset({Role.CONSUMER}), customer_id=job.customer_id))
        for job in made
    ]
    for _ in range(scaled(12)):
        ends = run(
            app,
            *[
                lambda one=one: service.hold(one[0], (at(8), at(10)), actor=one[1]).id
                for one in rivals
            ],
        )
        assert len(won(ends)) == 1
        assert {type(end) for end in lost(ends)} == {WindowTaken}
        assert count(Assignment, Assignment.active) == 1
        with unit_of_work():
            db.session.execute(sa.delete(Assignment))
            db.session.execute(sa.delete(Visit))


def planned(world):
    """Add a job and a plan for it, in a session that a race has emptied."""
    for name in ("territory", "brand", "category"):
        row = getattr(world, name)
        setattr(world, name, db.session.get(type(row), sa.inspect(row).identity[0]))
    return world.job(9, 11).id, world.plan().id


def publishing(plan_id, actor):
    return lambda: service.publish(plan_id, MONDAY, actor) and 1


def test_of_four_who_publish_one_plan_one_does(app, world):
    world.technician()
    for number in range(1, scaled(30) + 1):
        job_id, plan_id = planned(world)
        ends = run(app, *[publishing(plan_id, world.actor)] * 4)
        assert len(won(ends)) == 1
        assert {type(end) for end in lost(ends)} == {AlreadyPublished}
        assert count(Publication) == number
        assert count(Assignment, Assignment.active) == 1
        with unit_of_work():
            jobs.cancel(job_id, reason="the next round", actor=world.actor)


def test_a_job_cancelled_while_its_day_is_published_never_keeps_a_visit(app, world):
    world.technician()
    for _ in range(scaled(40)):
        job_id, plan_id = planned(world)

        published, cancelled = run(
            app,
            publishing(plan_id, world.actor),
            lambda job_id=job_id: jobs.cancel(job_id, reason="moved", actor=world.actor) and 1,
        )

        assert cancelled == 1
        assert published == 1 or isinstance(published, PlanOutdated)
        assert count(Job, Job.state != JobState.CANCELLED) == 0
        assert count(Assignment, Assignment.active) == 0
        assert count(Visit, Visit.state == VisitState.SCHEDULED) == 0
