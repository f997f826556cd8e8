"""Periodic work is queued once for each period, however many workers run."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.core.tasks import BackgroundTask
from app.worker import queues, schedule
from app.worker.schedule import Periodic
from tests.factories import MONDAY_8AM

HOURLY = (Periodic("count", timedelta(hours=1)),)


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


def test_it_is_queued_at_its_time():
    assert schedule.enqueue_due(HOURLY) == 1


def test_it_is_not_queued_twice_in_one_period():
    schedule.enqueue_due(HOURLY)

    assert schedule.enqueue_due(HOURLY) == 0


def test_it_is_queued_again_in_the_next_period():
    schedule.enqueue_due(HOURLY)
    with clock.frozen(MONDAY_8AM + timedelta(hours=1)):
        assert schedule.enqueue_due(HOURLY) == 1


def test_periods_missed_while_no_worker_ran_are_not_made_up_for():
    schedule.enqueue_due(HOURLY)
    with clock.frozen(MONDAY_8AM + timedelta(hours=9)):
        assert schedule.enqueue_due(HOURLY) == 1


def test_of_several_workers_one_queues_it(app):
    new = []

    def work():
        with app.app_context():
            new.append(schedule.enqueue_due(HOURLY))

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(new) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BackgroundTask)) == 1


def test_every_periodic_task_has_something_that_runs_it():
    assert {one.kind for one in schedule.PERIODIC} <= queues.kinds()
