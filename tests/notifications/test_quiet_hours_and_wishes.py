"""At night only what cannot wait leaves, and what somebody declines never does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core import clock, outbox, settings
from app.core.db import db, unit_of_work
from app.core.outbox import MessageState, OutboxMessage
from app.customers import service as customers
from app.customers.models import Customer
from app.customers.service import MessageKindNotKnown
from app.notifications import rules, tasks
from app.notifications.tasks import Drained
from tests.factories import MONDAY_8AM, TEST, make_customer

NIGHT = MONDAY_8AM + timedelta(hours=14)  # 22:00
MORNING = MONDAY_8AM + timedelta(days=1)


class Recorded:
    def __init__(self):
        self.letters = []

    def send(self, letter):
        self.letters.append(letter)


@pytest.fixture
def wang(app):
    with clock.frozen(NIGHT):
        yield make_customer(name="王芳")


def enqueue(customer, topic, **payload):
    with unit_of_work():
        return outbox.enqueue(
            topic,
            about="visit:1",
            recipient=f"customer:{customer.id}",
            payload=dict(rules.EXAMPLE) | payload,
        )


def fresh(message):
    return db.session.get(OutboxMessage, message.id, populate_existing=True)


def test_what_can_wait_leaves_when_the_night_is_over(wang):
    message, way = enqueue(wang, "rate-visit"), Recorded()

    assert tasks.deliver(way) == Drained(left=1)
    assert fresh(message).not_before == MORNING
    assert fresh(message).attempts == 0
    with clock.frozen(MORNING):
        assert tasks.deliver(way) == Drained(sent=1)


@pytest.mark.parametrize("topic", sorted(rules.PRESSING))
def test_what_cannot_wait_leaves_at_night(wang, topic):
    enqueue(wang, topic)

    assert tasks.deliver(Recorded()) == Drained(sent=1)


@pytest.mark.parametrize(("hours", "waits"), [(10, False), (30, True)])
def test_a_new_time_waits_unless_the_visit_is_near(wang, hours, waits):
    start = (NIGHT + timedelta(hours=hours)).isoformat()
    enqueue(wang, "visit-changed", window_start=start)

    assert tasks.deliver(Recorded()) == (Drained(left=1) if waits else Drained(sent=1))


def test_without_quiet_hours_everything_leaves(wang):
    settings.use(replace(settings.current(), quiet_hours=""))
    enqueue(wang, "rate-visit")

    assert tasks.deliver(Recorded()) == Drained(sent=1)


@pytest.mark.parametrize(
    ("hours", "local", "until"),
    [
        ("21:00-08:00", 20.99, None),
        ("21:00-08:00", 21, 32),
        ("21:00-08:00", 31.99, 32),
        ("21:00-08:00", 32, None),
        ("12:00-14:00", 13, 14),
        ("12:00-14:00", 14, None),
    ],
)
def test_quiet_hours_are_those_of_the_place(hours, local, until):
    midnight = MONDAY_8AM - timedelta(hours=8)
    now = midnight + timedelta(hours=local)

    found = rules.quiet_until(hours, "Asia/Shanghai", now)

    assert found == (None if until is None else midnight + timedelta(hours=until))


def test_a_declined_kind_is_taken_back_and_the_log_says_why(wang):
    with unit_of_work():
        customer = db.session.get_one(Customer, wang.id)
        customers.choose_messages(customer, declines=["ratings"], actor=TEST)
    message, way = enqueue(wang, "rate-visit"), Recorded()

    assert tasks.deliver(way) == Drained(left=1)
    assert way.letters == []
    assert fresh(message).state is MessageState.WITHDRAWN
    assert "wants no such" in fresh(message).error
    assert "link" not in fresh(message).payload


def test_what_is_needed_to_be_at_home_cannot_be_declined(wang):
    with pytest.raises(MessageKindNotKnown), unit_of_work():
        customers.choose_messages(wang, declines=["visit-late"], actor=TEST)
