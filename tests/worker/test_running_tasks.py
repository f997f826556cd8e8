"""A task is run once, tried again where that may help, and stored only by who holds it."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from app.core import audit, clock, sealing, settings, tasks
from app.core.db import db, unit_of_work
from app.core.errors import Invalid, Unavailable
from app.core.tasks import TaskState
from app.worker import engine
from app.worker.engine import Worker
from app.worker.queues import Lane
from tests.factories import MONDAY_8AM, TEST


@pytest.fixture
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield app


def queued(kind="greet", **payload):
    with unit_of_work():
        return tasks.enqueue(kind, payload)


def claimed(kind="greet"):
    return engine.take([kind])


def state_of(task):
    db.session.rollback()  # what another thread has written since is seen
    return tasks.get(task.id).state


def test_a_task_that_runs_through_is_done(at_eight):
    task, seen = queued(name="Li"), []

    engine.run_one(claimed(), lambda running: seen.append(running.payload["name"]))

    assert seen == ["Li"]
    assert state_of(task) is TaskState.DONE


def test_an_unforeseen_failure_is_tried_again_later(at_eight):
    task = queued()

    engine.run_one(claimed(), lambda _: 1 / 0)

    assert state_of(task) is TaskState.QUEUED
    assert tasks.get(task.id).error == "ZeroDivisionError"
    assert tasks.get(task.id).not_before > clock.now()


def test_a_service_that_does_not_answer_is_tried_again_later(at_eight):
    task = queued()

    def handler(_):
        raise Unavailable

    engine.run_one(claimed(), handler)

    assert state_of(task) is TaskState.QUEUED


def test_what_is_refused_is_not_tried_again(at_eight):
    task = queued()

    def handler(_):
        raise Invalid

    engine.run_one(claimed(), handler)

    assert state_of(task) is TaskState.FAILED
    assert tasks.get(task.id).error == Invalid.title()


def test_a_task_that_keeps_failing_is_given_up_after_five_attempts(at_eight):
    task, tried = queued(), []
    for hours in range(tasks.MAX_ATTEMPTS + 2):
        with clock.frozen(MONDAY_8AM + timedelta(hours=hours)):
            if running := claimed():
                engine.run_one(running, lambda _: tried.append(1) or 1 / 0)

    assert len(tried) == tasks.MAX_ATTEMPTS
    assert state_of(task) is TaskState.FAILED


def test_the_task_of_a_worker_that_died_is_run_by_another_within_a_minute(at_eight):
    task, seen = queued(), []
    claimed()
    with clock.frozen(MONDAY_8AM + timedelta(seconds=60)):
        engine.run_one(claimed(), lambda running: seen.append(running.fence))

    assert seen == [2]
    assert state_of(task) is TaskState.DONE


@pytest.mark.parametrize(
    ("is_fenced", "what_is_stored"), [(True, ["in time"]), (False, ["late", "in time"])]
)
def test_only_the_fence_keeps_a_worker_that_lost_its_lease_from_storing(
    at_eight, is_fenced, what_is_stored
):
    task, stored = queued(), []
    first = claimed()
    with clock.frozen(MONDAY_8AM + timedelta(seconds=31)):
        second = claimed()

        def late(running):
            with unit_of_work():
                if is_fenced:
                    tasks.require_lease(running.id, running.fence)
                stored.append("late")

        engine.run_one(first, late)
        assert state_of(task) is TaskState.RUNNING
        engine.run_one(second, lambda _: stored.append("in time"))

    assert stored == what_is_stored
    assert state_of(task) is TaskState.DONE


def test_a_worker_fills_a_lane_up_to_its_width_and_no_further(app):
    release, seen = threading.Event(), []

    def slow(task):
        seen.append(task.payload["n"])
        release.wait(20)

    for n in range(3):
        queued("slow", n=n)
    worker = Worker(app, [Lane("narrow", lambda: 2, {"slow": slow})])

    worker.turn()
    worker.turn()

    assert len(worker.running) == 2
    release.set()
    finish(worker)
    assert sorted(seen) == [0, 1]


def test_a_held_task_keeps_its_lease_while_it_runs(app, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(engine, "BEAT_SECONDS", 0.0)
    task = queued("slow")
    worker = Worker(app, [Lane("one", lambda: 1, {"slow": lambda _: release.wait(20)})])
    worker.turn()
    with clock.frozen(clock.now() + timedelta(seconds=25)):
        worker.turn()
        extended = tasks.get(task.id).lease_until
        assert extended == clock.now() + tasks.LEASE
    release.set()
    finish(worker)


def test_a_worker_told_to_stop_gives_back_what_it_cannot_end(app, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(engine, "GRACE_SECONDS", 0.1)
    task = queued("slow")
    worker = Worker(app, [Lane("one", lambda: 1, {"slow": lambda _: release.wait(20)})])
    worker.turn()

    worker.give_back()

    assert state_of(task) is TaskState.QUEUED
    release.set()
    finish(worker)
    assert state_of(task) is TaskState.QUEUED


def finish(worker):
    for held in list(worker.running.values()):
        held.thread.join(20)


def test_a_checkpoint_that_cannot_be_written_holds_up_no_other_work(at_eight, tmp_path):
    """Sealing comes first in every turn; its failure is told once, and again when it changes."""
    (tmp_path / "audit").write_text("a file where a folder should be")
    chosen = settings.current()
    settings.use(replace(chosen, audit_checkpoint_file=str(tmp_path / "audit" / "end.json")))
    with unit_of_work():
        audit.note("look", "things", 1, actor=TEST)
    task, done = queued(), threading.Event()
    worker = Worker(at_eight, [Lane("short", lambda: 1, {"greet": lambda _: done.set()})])

    with capture_logs() as logs:
        worker.turn()
        worker.turn()

    assert done.wait(10)
    worker.give_back()
    assert state_of(task) is TaskState.DONE
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["audit-not-sealed"]

    (tmp_path / "audit").unlink()
    worker.turn()

    assert sealing.verify().faults == ()
    assert sealing.verify().waiting == 0
