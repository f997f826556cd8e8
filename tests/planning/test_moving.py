"""Moving by hand: a dispatcher's word holds, unless it cannot be kept."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.core import clock
from app.core.db import db, unit_of_work
from app.core.errors import Forbidden
from app.jobs.models import JobLink, JobState
from app.jobs.queries import JobNotFound
from app.planning import service
from app.planning.models import Assignment, Pin, Visit, VisitState
from app.planning.queries import plans, visits
from app.planning.service import MoveRefused, PinNotFound
from app.technicians import service as technicians
from app.technicians.models import AbsenceKind
from app.technicians.queries import TechnicianNotFound
from tests.factories import brand_key, dispatcher, made, make_place, make_technician
from tests.planning.world import MONDAY, at, reread, seats


def move(world, job, technician, hour=None, *, seat=0, actor=None):
    starts_at = None if hour is None else at(hour)
    with unit_of_work():
        return service.move(
            job.id, seat, technician.id, starts_at, "she asked for it", actor or world.actor
        )


def refused(world, job, technician, hour=None, **given):
    with pytest.raises(MoveRefused) as error:
        move(world, job, technician, hour, **given)
    return [reason["code"] for reason in error.value.details["reasons"]]


def test_a_pinned_job_stays_with_its_technician_in_the_next_plan(world):
    near, far = world.technician(), world.technician(cost_per_hour_minor=40_000)
    job = world.job()

    move(world, job, far, 10)
    world.published()

    assert seats(job) == [(far, at(10))]
    assert near.id != far.id


def test_a_pin_without_a_time_leaves_the_time_to_the_plan(world):
    world.technician()
    dear = world.technician(cost_per_hour_minor=40_000)
    job = world.job()

    move(world, job, dear)
    world.published()

    [(who, when)] = seats(job)
    assert who == dear
    assert at(9) <= when <= at(11)


def test_a_job_not_yet_announced_is_only_pinned(world):
    one = world.technician()
    job = world.job()

    pin = move(world, job, one, 10)

    assert (pin.technician_id, pin.starts_at, pin.reason) == (one.id, at(10), "she asked for it")
    assert seats(job) == []


def test_an_announced_visit_moves_at_once(world):
    one, two = world.technician(), world.technician()
    job = world.job()
    world.published()
    [(before, when)] = seats(job)
    other = two if before == one else one

    move(world, job, other)

    assert seats(job) == [(other, when)]


def test_a_crew_moves_together_when_its_time_changes(world):
    world.technician(), world.technician()
    job = world.job(crew=[{"level": 1}, {"level": 1}])
    world.published()
    [(lead, _), (second, _)] = seats(job)

    move(world, job, lead, 10.5)

    assert seats(job) == [(lead, at(10.5)), (second, at(10.5))]


def test_whoever_is_not_qualified_is_refused_with_what_is_lacking(world):
    unable = world.technician(certified=False)
    job = world.job()

    with pytest.raises(MoveRefused) as error:
        move(world, job, unable, 10)

    [reason] = error.value.details["reasons"]
    assert reason["code"] == "not-qualified"
    assert [lack["code"] for lack in reason["lacks"]] == ["no-certificate"]


def test_qualification_is_asked_for_the_day_itself(world):
    one = world.technician(certified=False)
    world.certificate(one, valid_until=MONDAY - timedelta(days=1))
    job = world.job()

    assert refused(world, job, one, 10) == ["not-qualified"]


def test_whoever_is_busy_then_is_refused(world):
    one = world.technician()
    job, other = world.job(9, 9), world.job(9, 12)
    world.published()
    first = next(job for job in (job, other) if seats(job)[0][1] == at(9))
    second = other if first is job else job

    assert refused(world, second, one, 9.5) == ["technician-busy"]


def test_two_pins_at_one_time_are_refused(world):
    one = world.technician()
    job, other = world.job(9, 11), world.job(9, 11)
    move(world, job, one, 10)

    assert refused(world, other, one, 10.5) == ["technician-busy"]


def test_a_time_outside_the_shift_is_refused(world):
    one = world.technician()
    job = world.job(17, 19)

    assert refused(world, job, one, 18.5) == ["no-shift"]


def test_a_time_in_an_absence_is_refused(world):
    one = world.technician()
    with unit_of_work():
        technicians.declare_absence(
            one.id,
            {"kind": AbsenceKind.SICK, "starts_at": at(9), "ends_at": at(12)},
            actor=world.actor,
        )
    job = world.job()

    assert refused(world, job, one, 10) == ["no-shift"]


def test_a_time_outside_a_promised_window_is_refused(world):
    one = world.technician()

    assert refused(world, world.job(9, 11), one, 14) == ["outside-window"]
    assert move(world, world.job(9, 11, promised=False), one, 14)


def test_a_time_at_which_no_work_is_permitted_is_refused(world):
    one = world.technician()
    quiet = make_place(world.territory, permitted_hours=[["08:00", "12:00"], ["14:00", "18:00"]])

    assert refused(world, world.job(9, 15, place=quiet), one, 12.5) == ["outside-permitted-hours"]


def test_a_job_is_not_moved_before_the_one_it_follows(world):
    one = world.technician()
    first, then = world.job(10, 10), world.job(9, 15, promised=False)
    made(JobLink, job_id=then.id, after_id=first.id)
    world.published()

    assert refused(world, then, one, 9) == ["linked-job"]


def test_every_reason_is_told_at_once(world):
    one = world.technician(certified=False)
    job = world.job(9, 11)

    assert refused(world, job, one, 19) == ["not-qualified", "outside-window", "no-shift"]


def test_nobody_takes_two_seats_of_a_crew(world):
    world.technician(), world.technician()
    job = world.job(crew=[{"level": 1}, {"level": 1}])
    world.published()
    lead = seats(job)[0][0]

    assert "twice-in-crew" in refused(world, job, lead, seat=1)


def test_a_seat_the_crew_does_not_have_is_refused(world):
    one = world.technician()

    assert refused(world, world.job(), one, 10, seat=1) == ["no-such-seat"]


def test_a_visit_under_way_is_not_moved(world):
    one = world.technician()
    job = world.job()
    world.published()
    visit = visits.current_of([job.id])[job.id]
    with clock.frozen(at(9)):
        with unit_of_work():
            service.transition(visit.id, VisitState.ON_THE_WAY, at(9), world.actor)

        assert refused(world, job, one, 10) == ["visit-under-way"]


def test_a_job_that_waits_is_not_moved(world):
    one = world.technician()

    assert refused(world, world.job(state=JobState.WAITING), one, 10) == ["not-plannable"]


def test_a_technician_of_another_territory_is_not_found(world):
    with pytest.raises(TechnicianNotFound):
        move(world, world.job(), make_technician(), 10)


def test_a_dispatcher_of_elsewhere_finds_no_job(world):
    one = world.technician()

    with pytest.raises(JobNotFound):
        move(world, world.job(), one, 10, actor=dispatcher())


def test_a_brand_sees_its_job_and_does_not_move_it(world):
    one = world.technician()

    with pytest.raises(Forbidden):
        move(world, world.job(), one, 10, actor=brand_key(world.brand))


def test_unpinning_leaves_the_seat_to_the_plan_again(world):
    dear, cheap = world.technician(cost_per_hour_minor=40_000), world.technician()
    job = world.job()
    move(world, job, dear, 10)

    with unit_of_work():
        service.unpin(job.id, 0, world.actor)
    world.published()

    assert db.session.get(Pin, (job.id, 0)) is None
    assert seats(job)[0][0] == cheap


def test_a_seat_that_is_not_pinned_cannot_be_unpinned(world):
    with pytest.raises(PinNotFound), unit_of_work():
        service.unpin(world.job().id, 0, world.actor)


def test_a_pin_nobody_can_keep_leaves_its_job_out_and_the_plan_whole(world):
    one, idle = world.technician(), world.technician(works=False)
    job, other = world.job(9, 11), world.job(13, 15)
    move(world, job, idle)

    plan = world.published()

    assert seats(other)[0][0] == one
    assert seats(job) == []
    [left] = plans.unplanned(plan.id)
    assert left.reasons == [{"code": "no-shift", "technicians": [str(idle.id)], "pinned": True}]


def test_a_hold_that_is_released_frees_the_technician(world):
    one = world.technician()
    job = world.job()
    visit = made(Visit, job_id=job.id, ordinal=1, state=VisitState.SCHEDULED)
    made(
        Assignment,
        visit_id=visit.id,
        seat=0,
        technician_id=one.id,
        day=MONDAY,
        sequence=0,
        starts_at=at(9),
        ends_at=at(10),
        held_until=at(8),
    )

    with unit_of_work():
        service.release_hold(visit.id, world.actor)

    assert seats(job) == []
    assert reread(visit).state is VisitState.OPEN


def test_a_hold_of_elsewhere_is_not_found(world):
    with pytest.raises(visits.VisitNotFound), unit_of_work():
        service.release_hold(uuid4(), world.actor)
