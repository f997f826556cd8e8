"""Two people at once: one wins, the other learns what changed, and nobody is booked twice."""

import time

import pytest
import sqlalchemy as sa

from app.core.db import db, transact
from app.core.errors import DomainError
from app.core.failpoints import armed
from app.jobs import service as jobs
from app.jobs.models import Job, JobState
from app.planning import service
from app.planning.models import Assignment, Publication, Visit, VisitState
from app.planning.service import AlreadyPublished, days
from app.planning.service.publishing import PlanOutdated
from tests.planning.world import MONDAY, at
from tests.racing import race


def at_once(app, *works):
    """Run works in threads that begin together; return what each raised, or ``None``."""
    with armed("publish.before_commit", lambda: time.sleep(0.3)):
        ends = race(app, *(lambda work=work: transact(work) for work in works))
    return [end if isinstance(end, Exception) else None for end in ends]


def count(kind, *conditions):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind).where(*conditions))


def test_of_two_who_publish_the_same_plan_one_learns_that_it_is_done(app, world):
    world.technician()
    world.job(9, 11), world.job(13, 15)
    plan = world.plan()

    def publish():
        return service.publish(plan.id, MONDAY, world.actor)

    raised = at_once(app, publish, publish)

    assert sorted(type(error) for error in raised if error) == [AlreadyPublished]
    assert count(Publication) == 1
    assert count(Assignment, Assignment.active) == 2


def test_without_the_locks_the_second_would_not_have_been_told(app, world, monkeypatch):
    world.technician()
    world.job(9, 11), world.job(13, 15)
    plan = world.plan()

    def unlocked(kind, ids):
        rows = db.session.scalars(sa.select(kind).where(kind.id.in_(ids)))
        return {row.id: row for row in rows}

    monkeypatch.setattr(days, "lock", unlocked)
    monkeypatch.setattr(days.standing, "lock_days", lambda _: None)

    def publish():
        return service.publish(plan.id, MONDAY, world.actor)

    raised = [error for error in at_once(app, publish, publish) if error]

    if db.engine.dialect.name == "postgresql":
        assert not any(isinstance(error, AlreadyPublished) for error in raised)
    assert count(Assignment, Assignment.active) == 2  # the constraint is the backstop


def test_two_plans_published_at_once_leave_nobody_booked_twice(app, world):
    world.technician(), world.technician()
    for hour in (9, 10, 11, 13, 14, 15):
        world.job(hour, hour + 1)
    one, two = world.plan(), world.plan()

    def publish(plan):
        return lambda: service.publish(plan.id, MONDAY, world.actor, accept_changes=True)

    at_once(app, publish(one), publish(two))

    rows = list(db.session.scalars(sa.select(Assignment).where(Assignment.active)))
    assert len(rows) == 6
    assert not any(
        a.technician_id == b.technician_id and a.starts_at < b.ends_at and b.starts_at < a.ends_at
        for a in rows
        for b in rows
        if a is not b
    )


@pytest.mark.parametrize("first", ["cancel", "publish"])
def test_a_job_cancelled_while_its_day_is_published_ends_without_a_visit(app, world, first):
    world.technician()
    job_id = world.job().id
    plan = world.plan()

    def publish():
        if first == "cancel":
            time.sleep(0.05)
        return service.publish(plan.id, MONDAY, world.actor)

    def cancel():
        if first == "publish":
            time.sleep(0.05)
        return jobs.cancel(job_id, reason="moved house", actor=world.actor)

    published, cancelled = at_once(app, publish, cancel)

    assert cancelled is None
    assert published is None or isinstance(published, PlanOutdated)
    assert count(Job, Job.state == JobState.CANCELLED) == 1
    assert count(Assignment, Assignment.active) == 0
    assert count(Visit, Visit.state == VisitState.SCHEDULED) == 0


def test_two_dispatchers_who_want_the_same_hour_of_a_technician_do_not_both_get_it(app, world):
    one, other = world.technician(), world.technician()
    mine, yours = world.job(9, 9).id, world.job(9, 9).id
    world.published()
    third = world.technician()

    def move(job_id):
        return lambda: service.move(job_id, 0, third.id, at(9), "hers", world.actor)

    raised = at_once(app, move(mine), move(yours))

    assert sum(error is None for error in raised) == 1
    assert all(isinstance(error, DomainError) for error in raised if error)
    assert count(Assignment, Assignment.active, Assignment.technician_id == third.id) == 1
    assert {one.id, other.id, third.id} >= {
        row.technician_id for row in db.session.scalars(sa.select(Assignment))
    }
