"""A window is held, then promised; changed late it costs what the brand says."""

from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from app.catalogue.models import Price, PriceKind
from app.core import clock
from app.core.db import db, unit_of_work
from app.core.outbox import OutboxMessage
from app.core.policies import Actor, Role
from app.jobs import queries as jobs
from app.jobs.models import ChargeState, Job, JobState
from app.planning import service
from app.planning.models import Assignment, Visit, VisitState
from app.planning.queries import bookings, visits
from app.planning.service import (
    ChangeTooLate,
    HoldLapsed,
    JobNotBookable,
    TimeAgreed,
    WindowTaken,
)
from tests.factories import made
from tests.planning.world import MONDAY, TUESDAY, at, reread, seats

EIGHT, TEN, THREE = (at(8), at(10)), (at(10), at(12)), (at(15), at(17))


def unscheduled(world, **given):
    return world.job(promised=False, window_start=None, window_end=None, **given)


def consumer(job):
    return Actor(via="link", roles=frozenset({Role.CONSUMER}), customer_id=job.customer_id)


def hold(job, window=EIGHT):
    with unit_of_work():
        return service.hold(job.id, window, actor=consumer(job))


def book(job):
    with unit_of_work():
        return service.book(job.id, actor=consumer(job))


def rebook(job, window):
    with unit_of_work():
        return service.rebook(job.id, window, actor=consumer(job))


def topics():
    db.session.rollback()
    return list(db.session.scalars(sa.select(OutboxMessage.topic)))


def late_fee(amount_minor=5000):
    fee = Price(kind=PriceKind.EXTRA, code="late-change", name="Late change", unit="piece")
    fee.amount_minor, fee.currency = amount_minor, "CNY"
    fee.valid_from = MONDAY - timedelta(days=100)
    with unit_of_work():
        db.session.add(fee)


def test_a_held_window_is_nobody_elses_and_no_promise_yet(world):
    world.technician()
    one, other = unscheduled(world, work_seconds=9000), unscheduled(world, work_seconds=9000)

    hold(one)

    assert reread(one).window_confirmed_at is None
    window, until = bookings.held_of(one.id)
    assert (window, until) == (EIGHT, clock.now() + timedelta(minutes=10))
    assert EIGHT not in [offer.window for offer in service.windows(other)]


def test_what_is_held_becomes_a_promise_when_the_consumer_agrees(world):
    technician = world.technician()
    job = unscheduled(world)
    hold(job)

    book(job)

    job = reread(job)
    assert (job.window_start, job.window_end) == EIGHT
    assert job.window_confirmed_at is not None
    assert [who.id for who, _ in seats(job)] == [technician.id]
    assert bookings.held_of(job.id) is None
    assert topics() == ["visit-booked"]


def test_a_hold_lapses_and_its_time_is_on_offer_again(world):
    world.technician()
    one, other = unscheduled(world, work_seconds=9000), unscheduled(world, work_seconds=9000)
    hold(one)

    with clock.frozen(clock.now() + timedelta(minutes=11)):
        with pytest.raises(HoldLapsed):
            book(one)
        assert bookings.jobs_lapsed() == [one.id]
        with unit_of_work():
            service.lapse(one.id)

        assert bookings.jobs_lapsed() == []
        assert EIGHT in [offer.window for offer in service.windows(other)]
        hold(other)
        book(other)


def test_a_lapsed_hold_gives_way_at_once_to_whoever_wants_its_time(world):
    world.technician()
    one, other = unscheduled(world, work_seconds=9000), unscheduled(world, work_seconds=9000)
    hold(one)

    with clock.frozen(clock.now() + timedelta(minutes=11)):
        hold(other)

        with pytest.raises(HoldLapsed):
            book(one)
        book(other)


def test_lapsing_leaves_alone_what_was_agreed_to_or_held_anew(world):
    world.technician()
    one, other = unscheduled(world), unscheduled(world)
    hold(one), book(one)
    hold(other)

    with unit_of_work():
        service.lapse(one.id)
        service.lapse(other.id)

    assert len(seats(one)) == 1
    assert bookings.held_of(other.id) is not None


def test_choosing_again_moves_the_hold(world):
    world.technician()
    job = unscheduled(world)
    hold(job)

    hold(job, THREE)

    assert bookings.held_of(job.id)[0] == THREE
    assert len(seats(job)) == 1


def test_what_is_let_go_is_on_offer_again(world):
    world.technician()
    job = unscheduled(world)
    hold(job)

    with unit_of_work():
        service.let_go(job.id, actor=consumer(job))

    assert bookings.held_of(job.id) is None
    assert seats(job) == []


def test_nothing_is_agreed_twice(world):
    world.technician()
    job = unscheduled(world)
    hold(job), book(job)

    with pytest.raises(HoldLapsed):
        book(job)
    with pytest.raises(TimeAgreed):
        hold(job, THREE)


def test_a_window_that_is_gone_is_refused_with_the_next(world):
    world.technician()
    one, other = unscheduled(world, work_seconds=9000), unscheduled(world, work_seconds=9000)
    hold(one)

    with pytest.raises(WindowTaken) as refused:
        hold(other)

    assert refused.value.details["next"] == [moment.isoformat() for moment in TEN]


def test_what_nobody_offered_is_refused(world):
    world.technician()
    job = unscheduled(world)

    for window in ((at(9), at(11)), (at(8) - timedelta(days=3), at(10) - timedelta(days=3))):
        with pytest.raises(WindowTaken):
            hold(job, window)


def test_an_agreed_time_is_exchanged_whole(world):
    world.technician()
    job = unscheduled(world)
    hold(job), book(job)

    rebook(job, THREE)

    assert (reread(job).window_start, job.window_end) == THREE
    assert [THREE[0] <= start <= THREE[1] for _, start in seats(job)] == [True]
    assert job.window_confirmed_at is not None


def test_the_old_time_stays_when_the_new_one_is_gone(world):
    world.technician()
    job, other = unscheduled(world), unscheduled(world, work_seconds=9000)
    hold(job), book(job)
    hold(other, THREE)

    with pytest.raises(WindowTaken):
        rebook(job, THREE)

    assert (reread(job).window_start, job.window_end) == EIGHT
    assert len(seats(job)) == 1


def test_an_announced_visit_moved_to_a_day_not_announced_waits_for_its_plan(world):
    one = world.technician()
    world.shift(one, day=TUESDAY)
    job = world.job(8, 10)
    world.published()

    rebook(job, (at(8, TUESDAY), at(10, TUESDAY)))

    visit = visits.current_of([job.id])[job.id]
    assert (visit.state, reread(job).state) == (VisitState.OPEN, JobState.RELEASED)
    assert len(seats(job)) == 1
    assert topics().count("visit-booked") == 1
    assert "visit-cancelled" not in topics()


def test_a_visit_booked_into_an_announced_day_is_announced_at_once(world):
    world.technician()
    world.job(13, 15)
    world.published()
    job = unscheduled(world)
    hold(job, TEN)

    book(job)

    visit = visits.current_of([job.id])[job.id]
    assert (visit.state, reread(job).state) == (VisitState.SCHEDULED, JobState.PLANNED)
    row = db.session.scalars(sa.select(Assignment).where(Assignment.visit_id == visit.id)).one()
    assert row.flag is None
    assert "visit-scheduled" in topics()


def test_a_plan_keeps_what_was_booked_and_announces_it(world):
    technician = world.technician()
    job = unscheduled(world)
    hold(job), book(job)

    world.published()

    assert [who.id for who, _ in seats(job)] == [technician.id]
    assert EIGHT[0] <= seats(job)[0][1] <= EIGHT[1]
    assert visits.current_of([job.id])[job.id].state is VisitState.SCHEDULED
    assert "visit-scheduled" in topics()


def test_a_late_change_costs_what_the_brand_says_and_an_early_one_nothing(world):
    world.technician(), world.technician()
    late_fee()
    early, late = unscheduled(world), unscheduled(world)
    with clock.frozen(at(8) - timedelta(days=2)):
        hold(early), book(early)
        rebook(early, THREE)
    hold(late, TEN), book(late)

    rebook(late, (at(13), at(15)))

    assert jobs.charges(early.id) == []
    charge = jobs.charges(late.id)[0]
    assert (charge.amount_minor, charge.state) == (5000, ChargeState.AGREED)


def test_shortly_before_a_visit_its_consumer_moves_it_no_more(world):
    world.technician()
    job = unscheduled(world)
    hold(job), book(job)

    with clock.frozen(at(6.5)), pytest.raises(ChangeTooLate):
        rebook(job, THREE)


def test_goods_on_their_way_open_the_times_after_they_arrive(world):
    world.technician()
    expected = {"code": "parcels-missing", "tracking": ["1"], "expected_at": at(12).isoformat()}
    job = unscheduled(world, state=JobState.WAITING, blockers=[expected])

    assert min(offer.window for offer in service.windows(job)) == (at(13), at(15))
    with pytest.raises(WindowTaken):
        hold(job)


@pytest.mark.parametrize(
    "blocker", [{"code": "parcels-missing", "expected_at": None}, {"code": "no-place"}]
)
def test_what_cannot_be_done_yet_is_not_booked(world, blocker):
    world.technician()
    job = unscheduled(world, state=JobState.WAITING, blockers=[blocker])

    with pytest.raises(JobNotBookable):
        service.windows(job)
    with pytest.raises(JobNotBookable):
        hold(job)


def test_what_is_under_way_or_over_is_not_booked(world):
    world.technician()
    over = unscheduled(world, state=JobState.DONE)
    coming = unscheduled(world)
    made(Visit, job_id=coming.id, ordinal=1, state=VisitState.ON_THE_WAY)

    for job in (over, coming):
        with pytest.raises(JobNotBookable):
            hold(job)


def test_nobody_books_for_another_consumer(world):
    world.technician()
    job, stranger = unscheduled(world), unscheduled(world)

    for act in (service.hold, service.rebook):
        with pytest.raises(jobs.JobNotFound), unit_of_work():
            act(job.id, EIGHT, actor=consumer(stranger))
    with pytest.raises(jobs.JobNotFound), unit_of_work():
        service.book(job.id, actor=consumer(stranger))


def test_what_was_told_to_others_is_left_alone(world):
    world.technician()
    world.job(8, 10)
    world.published()
    before = db.session.scalars(sa.select(Assignment.starts_at)).all()
    job = unscheduled(world)

    hold(job, TEN)

    rows = db.session.scalars(sa.select(Assignment).order_by(Assignment.starts_at)).all()
    assert set(before) <= {row.starts_at for row in rows}
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(rows))
    assert db.session.get_one(Job, job.id).window_start is None
