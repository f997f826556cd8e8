"""Background work as rows: leases, fences and second chances."""

from datetime import timedelta

import pytest

from app.core import clock, tasks
from app.core.db import unit_of_work
from app.core.tasks import LeaseLost, TaskState
from tests.factories import MONDAY_8AM

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def task():
    with clock.frozen(MONDAY_8AM), unit_of_work():
        return tasks.enqueue("count", {"to": 3})


def claim(at=MONDAY_8AM, kinds=("count",)):
    with clock.frozen(at), unit_of_work():
        return tasks.claim(list(kinds))


def test_a_task_is_claimed_once(task):
    assert claim().id == task.id
    assert claim() is None


def test_a_task_of_a_kind_nobody_asked_for_is_left_alone(task):
    assert claim(kinds=("other",)) is None


def test_a_dead_workers_task_is_taken_over_when_its_lease_runs_out(task):
    first = claim()
    first_fence = first.fence

    second = claim(MONDAY_8AM + tasks.LEASE + timedelta(seconds=1))

    assert second.id == task.id
    assert second.fence == first_fence + 1


def test_the_result_of_a_worker_that_lost_its_lease_is_refused(task):
    old_fence = claim().fence
    later = MONDAY_8AM + tasks.LEASE + timedelta(seconds=1)
    claim(later)

    with pytest.raises(LeaseLost), clock.frozen(later), unit_of_work():
        tasks.finish(task.id, old_fence)


def test_a_heartbeat_keeps_the_lease(task):
    fence = claim().fence
    almost = MONDAY_8AM + tasks.LEASE - timedelta(seconds=1)
    with clock.frozen(almost), unit_of_work():
        assert tasks.heartbeat(task.id, fence, {"done": 1})

    assert claim(MONDAY_8AM + tasks.LEASE + timedelta(seconds=1)) is None


def test_a_failed_task_is_tried_again_later_and_then_given_up(task):
    at = MONDAY_8AM
    for _ in range(tasks.MAX_ATTEMPTS):
        at += timedelta(minutes=5)
        claimed = claim(at)
        with clock.frozen(at), unit_of_work():
            tasks.give_up(claimed.id, claimed.fence, "no luck", again=True)

    assert tasks.get(task.id).state is TaskState.FAILED
    assert tasks.get(task.id).error == "no luck"


def test_cancelling_a_waiting_task_ends_it_and_a_running_one_is_told(task):
    with unit_of_work():
        assert tasks.cancel(task.id).state is TaskState.CANCELLED

    with clock.frozen(MONDAY_8AM), unit_of_work():
        second = tasks.enqueue("count", {})
    fence = claim().fence
    with unit_of_work():
        tasks.cancel(second.id)
    with unit_of_work():
        assert not tasks.heartbeat(second.id, fence)
