"""Changing, confirming, cancelling and marking one job."""

from datetime import timedelta

import pytest

from app.core import audit, clock
from app.core.db import unit_of_work
from app.core.errors import Forbidden
from app.core.events import collected
from app.jobs import queries, service
from app.jobs.events import JobBlocked, JobCancelled, JobChanged, WindowConfirmed
from app.jobs.models import JobState
from app.jobs.queries import JobNotFound
from app.jobs.rules.orders import NewLink
from app.jobs.service import (
    JobChange,
    JobMoveRefused,
    JobNotCancellable,
    JobNotChangeable,
    WindowNotValid,
)
from tests.factories import brand_key, dispatcher, make_brand, make_territory
from tests.jobs.sent import NOW, TOMORROW, Shop, codes, job, jobs_of, order, place, take

pytestmark = pytest.mark.usefixtures("app")
LATER = tuple(at + timedelta(days=2) for at in TOMORROW)


@pytest.fixture
def shop(app):
    return Shop()


@pytest.fixture
def boss(shop):
    return dispatcher(shop.territory)


@pytest.fixture
def found(shop):
    [found] = jobs_of(take(order(job(is_confirmed=True))))
    return found


def do(change, *arguments, **options):
    """Do something to a job at NOW; return what it announced."""
    with clock.frozen(NOW), unit_of_work(), collected() as recorded:
        change(*arguments, **options)
        return list(recorded)


def mark(found, *states, **options):
    for state in states:
        do(service.mark, found.id, state, actor=dispatcher(), **options)


def test_a_dispatcher_changes_what_a_job_asks_for(found, boss):
    change = JobChange({"work_seconds": 1800, "notes": "ring twice", "priority": 3})

    announced = do(service.edit, found.id, change, actor=boss)

    assert (found.work_seconds, found.notes, found.priority) == (1800, "ring twice", 3)
    assert [e.fields for e in announced if isinstance(e, JobChanged)] == [
        ("notes", "priority", "work_seconds")
    ]


def test_a_changed_window_is_a_proposal_again(found, boss):
    do(service.edit, found.id, JobChange(window=LATER, sets_window=True), actor=boss)

    assert (found.window_start, found.window_confirmed_at) == (LATER[0], None)


def test_a_window_may_be_taken_away(found, boss):
    do(service.edit, found.id, JobChange(sets_window=True), actor=boss)

    assert found.window_start is None


def test_another_place_counts_its_own_stairs(found, boss):
    elsewhere = place(address="广州市海珠区江南大道28号", floor=3, has_lift=False)

    do(service.edit, found.id, JobChange(place=elsewhere), actor=boss)

    assert found.setup_seconds == 600 + 2 * 120
    assert queries.view(found).place.address == "广州市海珠区江南大道28号"


def test_a_privacy_number_may_be_replaced(found, boss):
    contact = {"phone": "17012345678转99", "phone_expires_at": NOW + timedelta(days=3)}

    do(service.edit, found.id, JobChange(contact=contact), actor=boss)

    assert queries.view(found).customer.phone == "+8617012345678,99"


@pytest.mark.parametrize(
    "window",
    [
        pytest.param(LATER[::-1], id="backwards"),
        pytest.param((NOW - timedelta(hours=3), NOW), id="over"),
    ],
)
def test_a_window_that_cannot_be_kept_is_refused(found, boss, window):
    with pytest.raises(WindowNotValid):
        do(service.edit, found.id, JobChange(window=window, sets_window=True), actor=boss)


def test_a_job_under_way_is_not_changed(found, boss):
    mark(found, JobState.PLANNED, JobState.STARTED)

    with pytest.raises(JobNotChangeable):
        do(service.edit, found.id, JobChange({"priority": 2}), actor=boss)


def test_a_brand_sends_its_order_again_instead_of_changing_the_job(found, shop):
    with pytest.raises(Forbidden):
        do(service.edit, found.id, JobChange({"priority": 2}), actor=brand_key(shop.brand))


def test_a_proposed_window_becomes_a_promise_with_who_and_when(shop, boss):
    [proposed] = jobs_of(take(order()))

    announced = do(service.confirm_window, proposed.id, actor=boss)

    assert proposed.window_confirmed_at == NOW
    assert boss.identity in proposed.window_confirmed_by
    assert WindowConfirmed in {type(event) for event in announced}


def test_a_dispatcher_may_agree_on_another_window(found, boss):
    do(service.confirm_window, found.id, window=LATER, actor=boss)

    assert (found.window_start, found.window_confirmed_at) == (LATER[0], NOW)


def test_nothing_can_be_promised_without_a_window(shop, boss):
    [proposed] = jobs_of(take(order(job(window=None))))

    with pytest.raises(WindowNotValid):
        do(service.confirm_window, proposed.id, actor=boss)


def test_a_brand_does_not_agree_on_the_consumers_behalf(found, shop):
    with pytest.raises(Forbidden):
        do(service.confirm_window, found.id, actor=brand_key(shop.brand))


@pytest.mark.parametrize("state", [None, JobState.PLANNED])
def test_a_job_nobody_has_started_is_cancelled_and_that_is_announced(found, boss, state):
    if state:
        mark(found, state)

    announced = do(service.cancel, found.id, reason="moved house", actor=boss)

    [event] = [event for event in announced if isinstance(event, JobCancelled)]
    assert (found.state, event.reason) == (JobState.CANCELLED, "moved house")
    assert "cancel-job" in {entry.action for entry in audit.history("jobs", found.id)}


@pytest.mark.parametrize("state", [JobState.STARTED, JobState.DONE])
def test_a_job_beyond_its_start_cannot_be_cancelled(found, boss, state):
    mark(found, JobState.PLANNED, state)

    with pytest.raises(JobNotCancellable):
        do(service.cancel, found.id, reason="moved house", actor=boss)


def test_the_later_parts_of_long_work_are_cancelled_with_the_first(shop, boss):
    parts = jobs_of(take(order(job(work_seconds=20 * 3600))))

    do(service.cancel, parts[1].id, reason="moved house", actor=boss)

    states = [part.state for part in parts]
    assert states == [JobState.RELEASED, JobState.CANCELLED, JobState.CANCELLED]


def test_what_follows_a_cancelled_job_waits(shop, boss):
    first, second = jobs_of(take(order(job(ref="1"), job(ref="2", after=(NewLink("1"),)))))

    do(service.cancel, first.id, reason="moved house", actor=boss)

    assert codes(second) == ["waiting-for-job"]


@pytest.mark.parametrize("stranger", [make_territory, None])
def test_a_stranger_cannot_even_learn_that_the_job_exists(found, stranger):
    actor = dispatcher(make_territory()) if stranger else brand_key(make_brand())

    for change, options in ((service.cancel, {"reason": "no"}), (service.reveal, {})):
        with pytest.raises(JobNotFound):
            do(change, found.id, actor=actor, **options)


def test_a_failed_visit_waits_for_a_decision(found, boss):
    mark(found, JobState.PLANNED, JobState.STARTED)

    announced = do(service.mark, found.id, JobState.FAILED, reason="nobody-home", actor=boss)

    assert found.blockers == [{"code": "visit-failed", "reason": "nobody-home"}]
    assert JobBlocked in {type(event) for event in announced}
    assert [one.id for one in queries.blocked(boss)] == [found.id]


def test_somebody_goes_again_when_a_dispatcher_says_so(found, boss):
    mark(found, JobState.PLANNED, JobState.FAILED)

    do(service.try_again, found.id, actor=boss)

    assert (found.state, found.blockers) == (JobState.RELEASED, [])


def test_only_what_failed_is_tried_again(found, boss):
    with pytest.raises(JobMoveRefused):
        do(service.try_again, found.id, actor=boss)


def test_what_is_done_stays_done(found, boss):
    mark(found, JobState.PLANNED, JobState.STARTED, JobState.DONE)

    with pytest.raises(JobMoveRefused):
        mark(found, JobState.PLANNED)


def test_opening_personal_data_is_recorded(found, boss):
    do(service.reveal, found.id, reason="the consumer called", actor=boss)

    kept = {(entry.action, entry.reason) for entry in audit.history("jobs", found.id)}
    assert ("reveal", "the consumer called") in kept
