"""Windows on offer for a job, against what stands."""

from datetime import timedelta

import pytest

from app.core import clock
from app.planning import service
from app.planning.models import Assignment, Visit, VisitState
from app.planning.service import JobNotOfferable, RangeNotOffered
from tests.factories import MONDAY_8AM, made
from tests.planning.world import MONDAY, at


def windows(offers):
    return sorted(one.window for one in offers)


def unscheduled(world, **given):
    """A job without any window yet."""
    return world.job(promised=False, window_start=None, window_end=None, **given)


def test_the_windows_of_the_days_somebody_works_are_offered_cheapest_first(world):
    one = world.technician()
    job = unscheduled(world)

    offers = service.offer(job)

    assert windows(offers) == [(at(a), at(b)) for a, b in [(8, 10), (10, 12), (13, 15), (15, 17)]]
    assert [o.cost_minor for o in offers] == sorted(o.cost_minor for o in offers)
    assert {o.technician_ids for o in offers} == {(one.id,)}
    assert all(o.window[0] <= o.starts_at <= o.window[1] for o in offers)
    assert all(0 <= o.kept <= 1 for o in offers)


def test_what_was_announced_takes_its_time(world):
    world.technician()
    world.job(8, 9, work_seconds=4 * 3600)
    world.published()
    job = unscheduled(world)

    offers = service.offer(job)

    assert (at(8), at(10)) not in windows(offers)
    assert (at(13), at(15)) in windows(offers)


def test_what_is_planned_and_not_announced_yet_takes_its_time_too(world):
    world.technician()
    world.job(8, 9, work_seconds=4 * 3600)
    world.plan()
    job = unscheduled(world)

    assert (at(8), at(10)) not in windows(service.offer(job))


def test_what_is_released_and_not_planned_yet_has_its_place_before(world):
    world.technician()
    world.job(8, 9, work_seconds=4 * 3600)
    job = unscheduled(world)

    assert (at(8), at(10)) not in windows(service.offer(job))


def test_a_hold_takes_its_time_whatever_its_job_waits_for(world):
    one = world.technician()
    held = unscheduled(world, work_seconds=4 * 3600)
    visit = made(Visit, job_id=held.id, ordinal=1, state=VisitState.OPEN)
    made(
        Assignment,
        visit_id=visit.id,
        seat=0,
        technician_id=one.id,
        day=MONDAY,
        sequence=0,
        starts_at=at(8.5),
        ends_at=at(12.5),
        held_until=clock.now() + timedelta(minutes=10),
    )
    job = unscheduled(world)

    offers = service.offer(job)

    assert (at(10), at(12)) not in windows(offers)
    assert (at(15), at(17)) in windows(offers)


def test_an_announced_job_is_offered_anew_as_if_it_had_no_time(world):
    world.technician()
    job = world.job(9, 11)
    world.published()

    assert (at(8), at(10)) in windows(service.offer(job))


def test_nobody_qualified_nothing_on_offer(world):
    world.technician(certified=False)

    assert service.offer(unscheduled(world)) == []


def test_a_window_that_has_begun_is_not_offered(world):
    world.technician()
    job = unscheduled(world)

    with clock.frozen(MONDAY_8AM + timedelta(minutes=5)):
        offers = service.offer(job)

    assert windows(offers)[0] == (at(10), at(12))


def test_days_that_are_over_or_too_many_are_refused(world):
    job = unscheduled(world)

    with pytest.raises(RangeNotOffered):
        service.offer(job, MONDAY - timedelta(days=3))
    with pytest.raises(RangeNotOffered):
        service.offer(job, MONDAY, 40)


def test_a_job_of_unknown_length_is_not_offered(world):
    job = unscheduled(world, work_seconds=None)

    with pytest.raises(JobNotOfferable) as refused:
        service.offer(job)

    assert refused.value.details["why"] == "duration-unknown"
