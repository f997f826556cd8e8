"""Publishing a day: by compare-and-set against everything each stop rests on."""

from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db, unit_of_work
from app.core.events import subscribe
from app.core.outbox import OutboxMessage
from app.jobs import service as jobs
from app.jobs.models import JobLink, JobState
from app.places import service as places
from app.places.models import Datum
from app.planning import service
from app.planning.events import PlanPublished, VisitChanged, VisitScheduled, VisitUnscheduled
from app.planning.models import Assignment, Pin, PlanState, Publication, Visit, VisitState
from app.planning.queries import PlanNotFound, plans, visits
from app.planning.service import AlreadyPublished, DayNotInPlan, PlanNotReady, PlanOutdated
from app.technicians.models import CertificateState
from tests.factories import dispatcher, made
from tests.planning.world import MONDAY, SUNDAY_NOON, TUESDAY, at, reread, seats

HEARD = []
for kind in (PlanPublished, VisitScheduled, VisitChanged, VisitUnscheduled):
    subscribe(kind, HEARD.append)


@pytest.fixture(autouse=True)
def _nothing_heard():
    HEARD.clear()


def heard(kind):
    return [event for event in HEARD if isinstance(event, kind)]


def change(row, **values):
    with unit_of_work():
        row = db.session.get_one(type(row), row.id)
        for name, value in values.items():
            setattr(row, name, value)


def refused(world, plan, **given):
    with pytest.raises(PlanOutdated) as error:
        world.publish(plan, **given)
    return {one["job_number"]: one["changes"] for one in error.value.details["changed"]}


def test_a_published_job_has_a_scheduled_visit_with_its_crew(world):
    one = world.technician()
    job = world.job()
    plan = world.plan()

    world.publish(plan)

    [(_, stop)] = plans.visits_of(plan.id)
    assert seats(job) == [(one, stop.starts_at)]
    visit = visits.current_of([job.id])[job.id]
    assert (visit.state, visit.ordinal) == (VisitState.SCHEDULED, 1)
    assert reread(job).state is JobState.PLANNED


def test_publishing_is_announced_once_for_the_day_and_once_for_each_visit(world):
    one = world.technician()
    promised, proposed = world.job(9, 11), world.job(13, 15, promised=False)

    world.publish(world.plan())

    [day] = heard(PlanPublished)
    assert (day.day, day.technician_ids) == (MONDAY, (one.id,))
    assert {event.job_id: event.promised for event in heard(VisitScheduled)} == {
        promised.id: True,
        proposed.id: False,
    }


def test_publishing_leaves_its_traces(world):
    world.technician()
    world.job()

    world.publish(world.plan())

    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"publish-plan", "assign", "schedule-visit"} <= actions
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) > 0


def test_the_same_plan_is_not_published_twice(world):
    world.technician()
    job = world.job()
    plan = world.published()
    before = seats(job)

    with pytest.raises(AlreadyPublished):
        world.publish(plan)

    assert seats(job) == before


def test_a_plan_that_is_not_ready_is_not_published(world):
    world.technician()
    world.job()
    plan = world.asked()

    with pytest.raises(PlanNotReady) as error:
        world.publish(plan)

    assert error.value.details["state"] == PlanState.QUEUED.value


def test_a_day_outside_the_plan_is_not_published(world):
    world.technician()
    world.job()
    plan = world.plan()

    with pytest.raises(DayNotInPlan):
        world.publish(plan, TUESDAY)


def test_a_day_that_is_over_is_not_published(world):
    world.technician()
    world.job()
    plan = world.plan()

    with clock.frozen(at(9, TUESDAY)), pytest.raises(DayNotInPlan):
        world.publish(plan)


def test_a_dispatcher_of_elsewhere_learns_of_no_plan(world):
    world.technician()
    world.job()
    plan = world.plan()

    with pytest.raises(PlanNotFound), unit_of_work():
        service.publish(plan.id, MONDAY, dispatcher())


def test_new_orders_never_stand_in_the_way(world):
    world.technician()
    planned = world.job()
    plan = world.plan()
    late_comer = world.job(14, 16)

    world.publish(plan)

    assert seats(planned)
    assert not seats(late_comer)


def test_a_changed_job_is_listed_and_nothing_is_published(world):
    world.technician()
    job, other = world.job(9, 11), world.job(13, 15)
    plan = world.plan()
    change(job, work_seconds=7200)

    assert refused(world, plan) == {job.number: ["job"]}
    assert not seats(other)
    assert plans.publication(world.territory.id, MONDAY) is None


def test_what_has_not_changed_is_published_when_that_is_asked_for(world):
    world.technician()
    job, other = world.job(9, 11), world.job(13, 15)
    plan = world.plan()
    change(job, work_seconds=7200)

    _, left = world.publish(plan, accept_changes=True)

    assert [one["job_number"] for one in left] == [job.number]
    assert seats(other)
    assert not seats(job)
    assert reread(job).state is JobState.RELEASED


def test_a_window_confirmed_since_is_a_change(world):
    world.technician()
    job = world.job(promised=False)
    plan = world.plan()
    with unit_of_work():
        jobs.confirm_window(job.id, actor=world.actor, agreed_with="consumer")

    assert refused(world, plan) == {job.number: ["job"]}


def test_a_moved_place_is_a_change(world):
    world.technician()
    job = world.job()
    plan = world.plan()
    with unit_of_work():
        places.drop_pin(job.place_id, lat=23.2, lon=113.3, datum=Datum.WGS84, actor=world.actor)

    assert refused(world, plan) == {job.number: ["place"]}


def test_a_changed_shift_is_a_change(world):
    one = world.technician(works=False)
    shift = world.shift(one)
    job = world.job()
    plan = world.plan()
    change(shift, ends_at=at(17))

    assert refused(world, plan) == {job.number: ["shift"]}


def test_a_revoked_certificate_is_a_change(world):
    one = world.technician(certified=False)
    certificate = world.certificate(one)
    job = world.job()
    plan = world.plan()
    change(certificate, state=CertificateState.REVOKED)

    assert refused(world, plan) == {job.number: ["not-qualified"]}


def test_a_pin_set_since_is_a_change(world):
    one = world.technician()
    job = world.job()
    plan = world.plan()
    with unit_of_work():
        service.move(job.id, 0, one.id, at(10), "asked for ten", world.actor)

    assert refused(world, plan) == {job.number: ["pins"]}


def test_a_job_called_off_since_is_a_change(world):
    world.technician()
    job = world.job()
    plan = world.plan()
    with unit_of_work():
        jobs.cancel(job.id, reason="moved house", actor=world.actor)

    assert refused(world, plan) == {job.number: ["not-plannable"]}


def test_one_changed_seat_keeps_the_whole_crew_back(world):
    one, _ = world.technician(certified=False), world.technician()
    certificate = world.certificate(one)
    pair = world.job(crew=[{"level": 1}, {"level": 1}])
    plan = world.plan()
    change(certificate, state=CertificateState.REVOKED)

    world.publish(plan, accept_changes=True)

    assert not seats(pair)


def test_what_follows_a_changed_job_is_kept_back_too(world):
    world.technician()
    first, then = world.job(9, 11), world.job(13, 15)
    made(JobLink, job_id=then.id, after_id=first.id)
    plan = world.plan()
    change(first, work_seconds=7200)

    assert refused(world, plan) == {first.number: ["job"], then.number: ["linked-job-changed"]}


def test_a_later_plan_replaces_an_earlier_one(world):
    one = world.technician()
    job = world.job()
    world.published()
    shorter = world.job(13, 15)

    world.published()

    assert [who for who, _ in seats(shorter)] == [one]
    assert plans.publication(world.territory.id, MONDAY).number == 2
    assert len(seats(job)) == 1


def test_a_visit_that_stays_as_it_was_is_not_announced_again(world):
    world.technician()
    world.job()
    world.published()
    HEARD.clear()
    world.job(13, 15)

    world.published()

    assert len(heard(VisitScheduled)) == 1
    assert heard(VisitChanged) == []


def test_two_visits_may_change_places(world):
    one, two = world.technician(), world.technician()
    first, second = world.job(9, 9), world.job(9, 9)
    world.published()
    swapped = {first.id: seats(second)[0][0], second.id: seats(first)[0][0]}
    for job_id, who in swapped.items():
        made(
            Pin,
            job_id=job_id,
            seat=0,
            technician_id=who.id,
            reason="swap",
            pinned_by="test",
            pinned_at=SUNDAY_NOON,
        )
    HEARD.clear()

    world.published()

    assert {one, two} == {seats(first)[0][0], seats(second)[0][0]}
    assert seats(first)[0][0].id == swapped[first.id].id
    assert len(heard(VisitChanged)) == 2


def test_a_visit_that_the_new_plan_leaves_out_is_taken_back(world):
    one = world.technician(certified=False)
    certificate = world.certificate(one)
    able = world.job(13, 15, needs_certificate=False)
    job = world.job()
    world.published()
    change(certificate, state=CertificateState.REVOKED)
    HEARD.clear()

    world.published()

    assert not seats(job)
    assert seats(able)
    assert reread(job).state is JobState.RELEASED
    assert [event.job_id for event in heard(VisitUnscheduled)] == [job.id]


def test_a_visit_moved_to_another_day_leaves_the_first_day_free(world):
    one = world.technician()
    world.shift(one, day=TUESDAY)
    job = world.job(window_start=None, window_end=None, window_confirmed_at=None)
    world.published(MONDAY, TUESDAY)
    [(_, before)] = seats(job)
    made(
        Pin,
        job_id=job.id,
        seat=0,
        technician_id=one.id,
        starts_at=at(10, TUESDAY if before < at(0, TUESDAY) else MONDAY),
        reason="another day",
        pinned_by="test",
        pinned_at=SUNDAY_NOON,
    )
    plan = world.plan(MONDAY, TUESDAY)

    world.publish(plan, TUESDAY if before < at(0, TUESDAY) else MONDAY)

    [(_, now)] = seats(job)
    assert abs(now - before) > timedelta(hours=12)


def test_a_visit_that_has_begun_is_not_touched(world):
    world.technician()
    begun, ahead = world.job(9, 9), world.job(13, 15)
    world.published()
    before = seats(begun)
    plan = world.plan()
    visit = visits.current_of([begun.id])[begun.id]
    with clock.frozen(at(8.5)):
        with unit_of_work():
            service.transition(visit.id, VisitState.ON_THE_WAY, at(8.5), world.actor)

        assert refused(world, plan)[begun.number] == ["visit-under-way"]

        world.publish(plan, accept_changes=True)

    assert seats(begun) == before
    assert seats(ahead)
    assert reread(visit).state is VisitState.ON_THE_WAY


def test_the_database_knows_one_publication_and_no_double_booking(world):
    world.technician()
    for hour in (9, 10, 11, 13, 14):
        world.job(hour, hour + 2)

    world.published()

    rows = sorted(
        db.session.scalars(sa.select(Assignment).where(Assignment.active)),
        key=lambda row: row.starts_at,
    )
    assert len(rows) == 5
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(rows))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Publication)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Visit)) == 5
