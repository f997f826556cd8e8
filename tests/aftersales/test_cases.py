"""A complaint has a step, an owner and a clock, and may send somebody again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.aftersales import queries, service
from app.aftersales.models import Case, CaseKind, CaseStep, Resolution
from app.aftersales.queries import CaseNotFound
from app.aftersales.service import CaseIsResolved, CaseNotAccepted, NothingToComplainOf
from app.core import clock
from app.core.db import db, unit_of_work
from app.core.errors import Forbidden
from app.core.outbox import OutboxMessage
from app.core.policies import Actor, Role
from app.jobs import queries as jobs
from app.jobs.models import Job, JobState
from app.places.models import Territory
from app.planning.models import Pin
from tests.factories import (
    MONDAY_8AM,
    brand_key,
    dispatcher,
    make_brand,
    make_customer,
    make_job,
    make_technician,
    make_territory,
    technician_actor,
)
from tests.visits.made import make_visit, tell

DONE_AT = MONDAY_8AM + timedelta(hours=2)


@pytest.fixture
def li(app):
    with clock.frozen(MONDAY_8AM):
        yield make_technician(make_territory(), name="李明")


@pytest.fixture
def job(li):
    territory = db.session.get_one(Territory, li.territory_id)
    return make_job(territory=territory, customer=make_customer(), state=JobState.PLANNED)


@pytest.fixture
def done(job, li):
    """The job after its visit was reported completed."""
    visit = make_visit(li, job=job)
    with clock.frozen(DONE_AT):
        tell(visit, "completed", actor=technician_actor(li), at=DONE_AT)
    return job


@pytest.fixture
def office(job):
    return dispatcher(db.session.get_one(Territory, job.territory_id))


def consumer(job):
    return Actor(via="link", roles=frozenset({Role.CONSUMER}), customer_id=job.customer_id)


def complain(job, kind=CaseKind.WORKMANSHIP, text="漏水", hours=1, actor=None, **given):
    with clock.frozen(DONE_AT + timedelta(hours=hours)), unit_of_work():
        return service.open_case(job.id, kind, text, actor=actor or consumer(job), **given)


def do(work, *given, hours=2, **named):
    with clock.frozen(DONE_AT + timedelta(hours=hours)), unit_of_work():
        return work(*given, **named)


def seen(case):
    db.session.rollback()
    return queries.views([db.session.get_one(Case, case.id, populate_existing=True)])[0]


def test_a_complaint_starts_a_clock_for_the_answer(done):
    case = complain(done)

    assert (case.step, case.owner) == (CaseStep.RECEIVED, None)
    assert case.due_at == DONE_AT + timedelta(hours=1 + 24)
    assert [entry.text for entry in seen(case).told] == ["漏水"]


def test_a_case_that_waits_too_long_is_late(done, office):
    case = complain(done)

    with clock.frozen(DONE_AT + timedelta(hours=26)):
        assert seen(case).is_late
        late = db.session.scalars(queries.search(office, is_late=True)).all()
    assert [one.id for one in late] == [case.id]


def test_an_answer_stops_that_clock_starts_the_next_and_tells_the_consumer(done, office):
    case = complain(done)

    do(service.answer, case.id, "我们来看看", actor=office)

    found = seen(case).case
    assert (found.step, found.owner) == (CaseStep.LOOKED_AT, office.identity)
    assert found.answered_at == DONE_AT + timedelta(hours=2)
    assert found.due_at == found.answered_at + timedelta(days=7)
    topics = db.session.scalars(sa.select(OutboxMessage.topic)).all()
    assert topics.count("case-answered") == 1


def test_whoever_takes_a_case_looks_after_it(done, office):
    case = complain(done)

    do(service.take, case.id, actor=office)

    assert (seen(case).case.step, seen(case).case.owner) == (CaseStep.LOOKED_AT, office.identity)


def test_what_is_said_among_ourselves_is_not_the_consumers_and_answers_nothing(done, office):
    case = complain(done)

    do(service.answer, case.id, "客户很生气", internal=True, actor=office)

    assert [entry.text for entry in seen(case).told] == ["漏水"]
    assert len(seen(case).entries) == 2
    assert seen(case).case.answered_at is None


def test_the_same_complaint_again_continues_its_case(done):
    first, again = complain(done), complain(done, text="还在漏", hours=3)
    other = complain(done, CaseKind.COST, "太贵")

    assert again.id == first.id
    assert other.id != first.id
    assert [entry.text for entry in seen(first).told] == ["漏水", "还在漏"]


def test_not_finished_within_two_days_adds_a_visit_by_itself(done):
    case = complain(done, CaseKind.NOT_FINISHED, "柜门没装", hours=47)

    job = db.session.get_one(Job, done.id, populate_existing=True)
    assert case.step is CaseStep.VISIT_ARRANGED
    assert (job.state, job.priority, job.window_start) == (JobState.RELEASED, 3, None)


def test_not_finished_after_that_is_decided_by_a_person(done):
    case = complain(done, CaseKind.NOT_FINISHED, "柜门没装", hours=49)

    assert case.step is CaseStep.RECEIVED
    assert db.session.get_one(Job, done.id, populate_existing=True).state is JobState.DONE


def test_rework_is_a_linked_job_pinned_to_whoever_did_it(done, office, li):
    with unit_of_work():
        db.session.get_one(Job, done.id).needs_certificate = False
    case = complain(done, wants_visit=True)

    job = do(service.rework, case.id, same_technician=True, actor=office)

    assert (job.work_seconds, job.place_id, job.priority) == (done.work_seconds, done.place_id, 3)
    assert seen(case).case.step is CaseStep.VISIT_ARRANGED
    assert [one.id for one in seen(case).reworks] == [job.id]
    assert queries.first_of(job.id) == done.id
    assert db.session.get_one(Pin, (job.id, 0)).technician_id == li.id
    with pytest.raises(service.ReworkArranged):
        do(service.rework, case.id, same_technician=False, actor=office)


def test_a_resolved_case_takes_no_answer_and_is_opened_again_for_two_weeks(done, office):
    case = complain(done)
    do(service.resolve, case.id, Resolution.EXPLAINED, "正常现象", actor=office)

    with pytest.raises(CaseIsResolved):
        do(service.answer, case.id, "?", actor=office)
    do(service.say, case.id, "不是", job_id=done.id, actor=consumer(done), hours=24)

    assert seen(case).case.step is CaseStep.RECEIVED
    do(service.resolve, case.id, Resolution.MADE_GOOD, "已处理", actor=office, hours=30)
    with pytest.raises(NothingToComplainOf):
        do(service.say, case.id, "?", job_id=done.id, actor=consumer(done), hours=24 * 20)


def test_before_anything_was_done_there_is_nothing_to_complain_of(job):
    with pytest.raises(NothingToComplainOf):
        complain(job)


def test_after_half_a_year_neither(done):
    with pytest.raises(NothingToComplainOf):
        complain(done, hours=24 * 181)


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_case_of_no_words_or_too_many_is_refused(done, text):
    with pytest.raises(CaseNotAccepted):
        complain(done, text=text)


def test_nobody_elses_case_is_seen_or_settled(done, office):
    case = complain(done)
    stranger = consumer(make_job())

    with pytest.raises(jobs.JobNotFound):
        complain(done, actor=stranger)
    with pytest.raises(CaseNotFound):
        do(service.say, case.id, "?", job_id=make_job().id, actor=stranger)
    with pytest.raises(CaseNotFound):
        do(service.take, case.id, actor=dispatcher(make_territory()))
    with pytest.raises(CaseNotFound):
        queries.get(case.id, actor=brand_key(make_brand()))


def test_the_brand_reads_its_case_but_does_not_settle_it(done):
    case = complain(done)
    brand = Actor(via="key", roles=frozenset({Role.BRAND}), brand_ids=frozenset({done.brand_id}))

    assert queries.get(case.id, actor=brand).id == case.id
    with pytest.raises(Forbidden):
        do(service.take, case.id, actor=brand)
