"""Consumers and technicians are told what concerns them, and the newest word only."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.core import clock, events
from app.core.db import db, unit_of_work
from app.core.outbox import MessageState, OutboxMessage
from app.jobs import service as jobs
from app.jobs.models import Job, JobState
from app.notifications import tasks
from app.planning.events import PlanPublished, VisitChanged, VisitScheduled, VisitUnscheduled
from tests.factories import (
    MONDAY_8AM,
    TEST,
    make_brand,
    make_job,
    make_technician,
    make_territory,
    number,
    technician_actor,
)
from tests.visits.made import MONDAY, make_visit, tell, territory_of


class Quiet:
    def send(self, letter):
        """Take it."""


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def li():
    return make_technician(make_territory(), name="李明")


@pytest.fixture
def visit(li):
    return make_visit(li)


def happened(event):
    with unit_of_work():
        events.record(event)


def scheduled(visit):
    now = clock.now()
    return VisitScheduled(
        at=now, visit_id=visit.id, job_id=visit.job_id, starts_at=now, promised=True
    )


def changed(visit):
    return VisitChanged(
        at=clock.now(),
        visit_id=visit.id,
        job_id=visit.job_id,
        started_at=clock.now(),
        starts_at=clock.now(),
        promised=True,
    )


def unscheduled(visit):
    return VisitUnscheduled(at=clock.now(), visit_id=visit.id, job_id=visit.job_id)


def messages(state=MessageState.PENDING):
    chosen = sa.select(OutboxMessage).where(OutboxMessage.state == state)
    return {message.topic: message for message in db.session.scalars(chosen)}


def test_a_scheduled_visit_is_told_to_its_consumer(visit, li):
    happened(scheduled(visit))

    message = messages()["visit-scheduled"]
    assert message.payload["technicians"] == ["李明"]
    assert message.recipient == f"customer:{db.session.get(Job, visit.job_id).customer_id}"


def test_a_window_nobody_agreed_to_is_told_as_a_proposal(visit):
    happened(scheduled(visit))

    assert messages()["visit-scheduled"].payload["promised"] is False


def test_a_window_agreed_to_is_told_as_a_promise(li):
    start = MONDAY_8AM
    job = make_job(
        territory=territory_of(li),
        state=JobState.PLANNED,
        window_start=start,
        window_end=start,
        window_confirmed_at=start,
    )
    happened(scheduled(make_visit(li, job=job)))

    payload = messages()["visit-scheduled"].payload
    assert payload["promised"] is True
    assert payload["window_start"] == start.isoformat()


def test_a_change_replaces_a_word_that_has_not_left(visit):
    happened(scheduled(visit))
    happened(changed(visit))

    assert messages().keys() == {"visit-changed"}
    assert messages(MessageState.WITHDRAWN).keys() == {"visit-scheduled"}


def test_a_visit_called_off_before_anybody_was_told_is_not_mentioned(visit):
    happened(scheduled(visit))
    happened(unscheduled(visit))

    assert messages() == {}


def test_a_visit_called_off_after_its_consumer_was_told_is_told_too(visit):
    happened(scheduled(visit))
    tasks.deliver(Quiet())
    happened(unscheduled(visit))

    assert messages().keys() == {"visit-cancelled"}


def test_a_job_cancelled_after_its_consumer_was_told_is_told_too(visit):
    happened(scheduled(visit))
    tasks.deliver(Quiet())
    with unit_of_work():
        jobs.cancel(visit.job_id, reason="moved away", actor=TEST)

    assert messages().keys() == {"visit-cancelled"}


def test_setting_out_is_told_to_the_consumer(visit, li):
    tell(visit, "on-the-way", actor=technician_actor(li))

    assert messages().keys() == {"technician-on-the-way"}


def test_reporting_the_same_twice_tells_once(visit, li):
    for _ in range(2):
        tell(visit, "on-the-way", actor=technician_actor(li))

    assert len(list(db.session.scalars(sa.select(OutboxMessage)))) == 1


def test_a_published_day_is_told_to_each_technician_whose_day_it_is(li):
    make_visit(li, hour=1)
    make_visit(li, hour=3)
    free = make_technician(territory_of(li))
    happened(
        PlanPublished(
            at=clock.now(),
            plan_id=uuid4(),
            territory_id=li.territory_id,
            day=MONDAY,
            technician_ids=(li.id, free.id),
        )
    )

    found = {one.recipient: one.payload for one in db.session.scalars(sa.select(OutboxMessage))}
    assert found[f"technician:{li.id}"]["visits"] == 2
    assert found[f"technician:{free.id}"]["visits"] == 0


def test_publishing_again_replaces_a_word_that_has_not_left(li):
    make_visit(li)
    for _ in range(2):
        happened(
            PlanPublished(
                at=clock.now(),
                plan_id=uuid4(),
                territory_id=li.territory_id,
                day=MONDAY,
                technician_ids=(li.id,),
            )
        )

    assert messages().keys() == {"technician-day"}
    assert messages(MessageState.WITHDRAWN).keys() == {"technician-day"}


def test_every_announcement_has_words(visit, li):
    happened(scheduled(visit))
    happened(changed(visit))
    tell(visit, "on-the-way", actor=technician_actor(li))
    tell(visit, "completed", actor=technician_actor(li))

    drained = tasks.deliver(Quiet())

    assert drained.failed == 0
    assert drained.sent >= 1


def test_a_brand_without_a_chinese_name_keeps_its_own(li):
    job = make_job(
        territory=territory_of(li), state=JobState.PLANNED, brand=make_brand(name=f"B{number()}")
    )
    happened(scheduled(make_visit(li, job=job)))

    payload = messages()["visit-scheduled"].payload
    assert payload["brand_zh"] == payload["brand"]
