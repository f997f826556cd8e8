"""A technician sees their own day with what is needed; the phone number only on asking."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import audit, clock
from app.core.db import db, unit_of_work
from app.jobs.models import JobState
from app.planning.models import VisitState
from app.planning.queries.visits import VisitNotFound
from app.technicians.queries import TechnicianNotFound
from app.visits import queries, service
from app.visits.queries import NoDayOfYourOwn
from tests.factories import (
    MONDAY_8AM,
    administrator,
    dispatcher,
    make_customer,
    make_job,
    make_technician,
    make_territory,
    technician_actor,
)
from tests.visits.made import MONDAY, assign, make_crew, make_visit, tell, territory_of


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def li():
    return make_technician()


def planned_job(technician, customer):
    territory = territory_of(technician)
    return make_job(territory=territory, customer=customer, state=JobState.PLANNED)


def day_of(technician, day=MONDAY):
    return queries.my_day(technician_actor(technician), day)


def test_the_visits_come_in_the_order_of_the_clock(li):
    late, early = make_visit(li, hour=5), make_visit(li, hour=1)

    assert [stop.visit.id for stop in day_of(li)] == [early.id, late.id]


def test_another_days_visits_are_not_in_it(li):
    make_visit(li)

    assert day_of(li, MONDAY + timedelta(days=1)) == []


def test_somebody_elses_visits_are_not_in_it():
    li, chen = make_crew()
    make_visit(chen)

    assert day_of(li) == []


def test_a_visit_taken_away_is_not_in_it():
    li, chen = make_crew()
    visit = make_visit(chen)
    assign(visit, li, active=False)

    assert day_of(li) == []


def test_what_was_done_stays_in_it(li):
    visit = make_visit(li)
    tell(visit, "completed", at=MONDAY_8AM, actor=technician_actor(li))

    assert [stop.visit.state for stop in day_of(li)] == [VisitState.COMPLETED]


def test_name_and_address_are_open_and_the_number_masked_while_the_visit_lasts(li):
    customer = make_customer(name="王小明", phone="+8613800138000")
    make_visit(li, job=planned_job(li, customer))

    (stop,) = day_of(li)

    assert stop.customer_name == "王小明"
    assert stop.address == "广州市天河区体育西路1号"
    assert "00138000" not in stop.phone


def test_everything_personal_is_masked_once_the_visit_has_ended(li):
    customer = make_customer(name="王小明")
    visit = make_visit(li, job=planned_job(li, customer))
    tell(visit, "completed", actor=technician_actor(li))

    (stop,) = day_of(li)

    assert stop.customer_name == "王**"
    assert stop.address.endswith("****")


def test_a_crew_is_named_by_seat():
    li, chen = make_crew()
    visit = make_visit(li)
    assign(visit, chen, seat=1)

    (stop,) = day_of(chen)

    assert [one.technician_id for one in stop.crew] == [li.id, chen.id]


def test_a_day_takes_the_same_number_of_queries_however_full_it_is(li, count_queries):
    make_visit(li, hour=1)
    few = count_queries(lambda: day_of(li))
    for hour in (3, 5, 7):
        make_visit(li, hour=hour)

    assert count_queries(lambda: day_of(li)) == few


def test_who_is_no_technician_has_no_day_of_their_own():
    with pytest.raises(NoDayOfYourOwn):
        queries.my_day(administrator(), MONDAY)


def test_a_dispatcher_sees_the_days_of_their_territory_and_no_others(li):
    make_visit(li)

    assert len(queries.day_of(li.id, MONDAY, actor=dispatcher(territory_of(li)))) == 1
    with pytest.raises(TechnicianNotFound):
        queries.day_of(li.id, MONDAY, actor=dispatcher(make_territory()))


def test_the_crew_may_open_the_number_and_that_is_written_down(li):
    customer = make_customer(phone="+8613800138000")
    visit = make_visit(li, job=planned_job(li, customer))

    with unit_of_work():
        contact = service.reveal_contact(visit.id, actor=technician_actor(li))

    assert contact.phone == "+8613800138000"
    (entry,) = audit.history("customers", customer.id)
    assert entry.action == "reveal-contact"
    assert entry.after == {"visit": str(visit.id)}


def test_who_lost_the_visit_may_not_open_the_number():
    li, chen = make_crew()
    visit = make_visit(chen)
    assign(visit, li, active=False)

    with pytest.raises(VisitNotFound), unit_of_work():
        service.reveal_contact(visit.id, actor=technician_actor(li))


def test_after_the_visit_the_number_is_closed_to_the_crew(li):
    visit = make_visit(li)
    tell(visit, "completed", actor=technician_actor(li))

    with pytest.raises(service.ContactClosed), unit_of_work():
        service.reveal_contact(visit.id, actor=technician_actor(li))


@pytest.fixture
def count_queries(app):
    def count(work):
        seen = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731  a listener to be removed
        sa.event.listen(db.engine, "before_cursor_execute", listener)
        db.session.expire_all()
        try:
            work()
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    return count
