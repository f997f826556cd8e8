"""What planning does when a job, a shift or a certificate changes after the day was announced."""

from datetime import timedelta

import sqlalchemy as sa

from app.core import clock
from app.core.db import db, unit_of_work
from app.jobs import service as jobs
from app.jobs.models import JobState
from app.planning import service
from app.planning.models import Assignment, Pin, VisitState
from app.planning.queries import visits
from app.technicians import service as technicians
from app.technicians.models import AbsenceKind
from tests.planning.world import at, reread, seats


def flags(job):
    db.session.rollback()
    visit = visits.current_of([job.id])[job.id]
    return [one.flag for one in visits.standing([visit.id])]


def go(world, job, *states, hour=9.5):
    visit = visits.current_of([job.id])[job.id]
    for state in states:
        with unit_of_work():
            service.transition(visit.id, state, at(hour), world.actor)
    return reread(visit)


def test_a_cancelled_job_gives_its_time_back_and_forgets_its_pins(world):
    one = world.technician()
    job = world.job()
    with unit_of_work():
        service.move(job.id, 0, one.id, at(10), "asked for ten", world.actor)
    world.published()
    visit = visits.current_of([job.id])[job.id]

    with unit_of_work():
        jobs.cancel(job.id, reason="moved house", actor=world.actor)

    assert seats(job) == []
    assert reread(visit).state is VisitState.CANCELLED
    assert db.session.get(Pin, (job.id, 0)) is None


def test_the_freed_time_can_be_given_to_another_job(world):
    one = world.technician()
    job, other = world.job(9, 9), world.job(9, 9)
    world.published()
    planned, waiting = (job, other) if seats(job) else (other, job)
    with unit_of_work():
        jobs.cancel(planned.id, reason="moved house", actor=world.actor)

    world.published()

    assert seats(waiting) == [(one, at(9))]


def test_an_absence_flags_the_visits_it_falls_into_and_no_others(world):
    one = world.technician()
    morning, afternoon = world.job(9, 10), world.job(15, 16)
    world.published()

    with unit_of_work():
        absence = technicians.declare_absence(
            one.id,
            {"kind": AbsenceKind.SICK, "starts_at": at(8), "ends_at": at(12)},
            actor=world.actor,
        )

    assert flags(morning) == ["absence"]
    assert flags(afternoon) == [None]
    assert absence.technician_id == one.id


def test_a_visit_that_fits_again_loses_its_flag(world):
    one = world.technician()
    job = world.job(9, 10)
    world.published()
    with unit_of_work():
        absence = technicians.declare_absence(
            one.id,
            {"kind": AbsenceKind.SICK, "starts_at": at(8), "ends_at": at(12)},
            actor=world.actor,
        )

    with unit_of_work():
        technicians.withdraw_absence(one.id, absence.id, actor=world.actor)

    assert flags(job) == [None]


def test_a_changed_job_is_flagged_for_the_dispatcher(world):
    world.technician()
    job = world.job()
    world.published()

    with unit_of_work():
        service.review_job(job.id, "job-changed")

    assert flags(job) == ["job-changed"]


def test_publishing_again_clears_the_flag(world):
    world.technician()
    job = world.job()
    world.published()
    with unit_of_work():
        service.review_job(job.id, "job-changed")

    world.published()

    assert flags(job) == [None]


def test_a_job_goes_where_its_visit_goes(world):
    world.technician()
    job = world.job()
    world.published()

    with clock.frozen(at(9)):
        go(world, job, VisitState.ON_THE_WAY, VisitState.ARRIVED)
        assert reread(job).state is JobState.PLANNED
        go(world, job, VisitState.STARTED)
        assert reread(job).state is JobState.STARTED
        visit = go(world, job, VisitState.COMPLETED, hour=10.5)

    assert reread(job).state is JobState.DONE
    assert visit.finished_at == at(10.5)


def test_a_visit_over_early_frees_the_rest_of_its_time(world):
    world.technician()
    job = world.job(9, 9)
    world.published()
    with clock.frozen(at(9)):
        go(world, job, VisitState.COMPLETED, hour=9.25)

    [row] = db.session.scalars(sa.select(Assignment))
    assert row.ends_at == at(9.25)


def test_a_failed_visit_sends_its_job_to_a_person(world):
    world.technician()
    job = world.job(9, 9)
    world.published()
    visit = visits.current_of([job.id])[job.id]
    with clock.frozen(at(9)), unit_of_work():
        service.transition(visit.id, VisitState.FAILED, at(9.1), world.actor, reason="nobody-home")

    assert reread(job).state is JobState.FAILED
    assert reread(visit).state is VisitState.FAILED


def test_a_job_tried_again_gets_another_visit(world):
    world.technician()
    job = world.job(9, 15)
    world.published()
    visit = visits.current_of([job.id])[job.id]
    with clock.frozen(at(8.5)):
        with unit_of_work():
            service.transition(visit.id, VisitState.FAILED, at(8.5), world.actor)
        with unit_of_work():
            jobs.try_again(job.id, actor=world.actor)

        world.published()

    assert visits.current_of([job.id])[job.id].ordinal == 2
    assert reread(visit).ordinal == 1


def test_the_day_goes_on_from_where_the_technician_is(world):
    one = world.technician()
    begun = world.job(9, 9)
    world.published()
    with clock.frozen(at(9.2)):
        go(world, begun, VisitState.STARTED, hour=9.1)
        late_comer = world.job(9.5, 12)

        world.published()

    [(who, when)] = seats(late_comer)
    assert who == one
    assert when >= at(10) + timedelta(minutes=0)
    assert seats(begun)[0][1] == at(9)
