"""Orders that come again with other content."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import unit_of_work
from app.core.imports import Outcome
from app.jobs import queries, service
from app.jobs.models import JobState
from app.jobs.rules.orders import NewCustomer, NewItem
from app.jobs.service import OrderUnderWay
from tests.factories import administrator
from tests.jobs.sent import NOW, TOMORROW, Shop, changed, codes, job, jobs_of, order, parcel, take

pytestmark = pytest.mark.usefixtures("app")
LATER = tuple(at + timedelta(days=2) for at in TOMORROW)


def again(sent):
    return take(sent, update=True)


def test_a_change_is_applied_on_demand_and_then_known():
    Shop()
    take(order())

    first = again(changed(order(), notes="the dog bites"))
    second = take(changed(order(), notes="the dog bites"))

    [found] = jobs_of(first)
    assert (first.outcome, found.notes) == (Outcome.UPDATED, "the dog bites")
    assert second.outcome is Outcome.UNCHANGED


def test_a_new_window_is_proposed_anew():
    Shop()
    [found] = jobs_of(take(order(job(is_confirmed=True))))

    again(order(job(window=LATER)))

    assert (found.window_start, found.window_confirmed_at) == (LATER[0], None)


def test_what_was_agreed_by_hand_stays_when_the_sender_changes_something_else():
    Shop()
    [found] = jobs_of(take(order()))
    with clock.frozen(NOW), unit_of_work():
        service.confirm_window(found.id, window=LATER, actor=administrator())

    again(changed(order(), notes="the dog bites"))

    assert (found.window_start, found.window_confirmed_at) == (LATER[0], NOW)


def test_more_items_change_what_the_job_takes():
    Shop()
    [found] = jobs_of(take(order()))

    again(order(job(items=(NewItem("NW-35", 2),))))

    assert found.work_seconds == 2 * 5400
    assert len(queries.view(found).items) == 2


def test_longer_work_gets_more_parts_and_shorter_work_fewer():
    Shop()
    take(order())

    longer = jobs_of(again(order(job(work_seconds=20 * 3600))))
    assert [one.work_seconds for one in longer] == [28800, 28800, 14400]

    again(order(job(work_seconds=3600)))

    assert [one.state for one in longer] == [
        JobState.RELEASED, JobState.CANCELLED, JobState.CANCELLED
    ]  # fmt: skip


def test_a_job_that_is_gone_is_cancelled_and_a_new_one_added():
    Shop()
    take(order(job(ref="a"), job(ref="b")))

    found = jobs_of(again(order(job(ref="a"), job(ref="c"))))

    assert [one.state for one in found] == [
        JobState.RELEASED, JobState.CANCELLED, JobState.RELEASED
    ]  # fmt: skip


def test_a_job_cancelled_by_hand_stays_cancelled():
    Shop()
    [found] = jobs_of(take(order()))
    with clock.frozen(NOW), unit_of_work():
        service.cancel(found.id, reason="moved house", actor=administrator())

    again(changed(order(), notes="the dog bites"))

    assert found.state is JobState.CANCELLED


def test_work_that_has_been_started_is_not_changed_and_nothing_else_of_the_order():
    Shop()
    [found] = jobs_of(take(order()))
    for state in (JobState.PLANNED, JobState.STARTED):
        with unit_of_work():
            service.mark(found.id, state, actor=administrator())

    with pytest.raises(OrderUnderWay):
        again(replace(order(job(window=LATER)), shop="another"))

    assert (found.window_start, jobs_of(take(order()))[0].state) == (TOMORROW[0], JobState.STARTED)


def test_a_corrected_phone_is_the_same_customers():
    Shop()
    [found] = jobs_of(take(order()))

    again(order(customer=NewCustomer("王小明", "13900139000")))

    assert queries.view(found).customer.phone == "+8613900139000"


def test_parcels_are_added_and_those_that_have_not_arrived_dropped():
    Shop()
    take(order(parcels=(parcel("P1", has_arrived=True), parcel("P2"), parcel("P3"))))

    taken = again(order(parcels=(parcel("P3"), parcel("P4"))))

    [shown] = queries.order_views([taken.order])
    assert [one.tracking for one in shown.parcels] == ["P1", "P3", "P4"]


def test_the_same_order_with_parcels_that_have_come_is_news_without_update():
    Shop()
    take(order(parcels=(parcel(),)))

    taken = take(order(parcels=(parcel(has_arrived=True),)))

    [found] = jobs_of(taken)
    assert (taken.outcome, codes(found)) == (Outcome.UPDATED, [])
