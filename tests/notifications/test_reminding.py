"""Consumers hear of tomorrow's visit, of one that gets late, and get a lost link again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock, links
from app.core.db import db, unit_of_work
from app.core.links import LinkNotValid, Purpose
from app.core.outbox import OutboxMessage
from app.core.phones import parse
from app.customers.queries import index_of
from app.jobs.models import Job, JobState
from app.notifications import queries, service
from app.places.models import Territory
from tests.factories import MONDAY_8AM, make_customer, make_job, make_technician, make_territory
from tests.visits.made import make_visit

EVENING = MONDAY_8AM - timedelta(hours=15)  # Sunday 17:00


@pytest.fixture
def visit(app):
    li = make_technician(make_territory())
    with clock.frozen(EVENING):
        job = make_job(
            territory=db.session.get_one(Territory, li.territory_id),
            state=JobState.PLANNED,
            window_start=MONDAY_8AM + timedelta(hours=1),
            window_end=MONDAY_8AM + timedelta(hours=3),
            window_confirmed_at=EVENING,
        )
        yield make_visit(li, job=job)


def written(topic):
    db.session.rollback()
    return list(db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.topic == topic)))


def remind():
    for visit_id, start in queries.to_remind():
        with unit_of_work():
            service.remind(visit_id, start)


def test_the_evening_before_a_consumer_is_reminded_once(visit):
    remind(), remind()

    assert len(written("visit-reminder")) == 1


@pytest.mark.parametrize("hours", [-1, -24, 15])
def test_not_earlier_in_the_day_nor_days_before_nor_afterwards(visit, hours):
    with clock.frozen(EVENING + timedelta(hours=hours)):
        assert queries.to_remind() == []


def test_a_proposal_is_not_reminded_of(visit):
    with unit_of_work():
        db.session.get_one(Job, visit.job_id).window_confirmed_at = None

    assert queries.to_remind() == []


def test_of_another_time_there_is_another_reminder(visit):
    remind()
    with unit_of_work():
        job = db.session.get_one(Job, visit.job_id)
        job.window_start += timedelta(hours=2)

    remind()

    assert len(written("visit-reminder")) == 2


def test_who_will_wait_in_vain_is_told_once_and_before_the_window_ends(visit):
    with clock.frozen(MONDAY_8AM + timedelta(hours=2.7)):
        assert queries.late() == []
    with clock.frozen(MONDAY_8AM + timedelta(hours=2.8)):
        assert queries.late() == [visit.id]
        for _ in range(2):
            with unit_of_work():
                service.say_it_is_late(visit.id)

    assert len(written("visit-late")) == 1


@pytest.fixture
def lost(app):
    number = "+8613800138000"
    with clock.frozen(EVENING):
        wang = make_customer(phone=number)
        with unit_of_work():
            db.session.merge(wang).phone_index = index_of(parse(number))
        yield make_job(customer=wang, number="7001-0042")


def ask(number="7001-0042", phone="138 0013 8000"):
    with unit_of_work():
        service.send_lost_link(number, phone)


def test_a_lost_link_goes_to_the_orders_phone_and_old_ones_stop_working(lost):
    with unit_of_work():
        old, _ = links.mint(Purpose.JOB, lost.id)

    ask("70010042")

    (message,) = written("lost-link")
    assert message.recipient == f"customer:{lost.customer_id}"
    with pytest.raises(LinkNotValid):
        links.find(old)
    links.find(message.payload["link"].rsplit("/", 1)[1], Purpose.JOB)


@pytest.mark.parametrize(
    "asked", [("7001-0042", "13900000000"), ("7001-0043", "13800138000"), ("", ""), ("x", "y")]
)
def test_whoever_names_another_phone_or_job_gets_nothing_and_learns_nothing(client, lost, asked):
    right = client.post("/s/lost", data={"job": "7001-0042", "phone": "13800138000"})
    wrong = client.post("/s/lost", data={"job": asked[0], "phone": asked[1]})

    assert len(written("lost-link")) == 1
    assert (right.status_code, right.text) == (wrong.status_code, wrong.text)


def test_a_phone_is_not_flooded(lost):
    for _ in range(5):
        ask()

    assert len(written("lost-link")) == 3
    with clock.frozen(EVENING + timedelta(days=1, minutes=1)):
        ask()
    assert len(written("lost-link")) == 4
