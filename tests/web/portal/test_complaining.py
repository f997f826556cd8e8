"""The page where a consumer says that something is not right."""

from datetime import timedelta

import pytest

from app.aftersales import queries, service
from app.core import clock, links
from app.core.db import db, unit_of_work
from app.core.links import Purpose
from app.jobs.models import Job, JobState
from app.places.models import Territory
from tests.factories import (
    MONDAY_8AM,
    dispatcher,
    make_job,
    make_technician,
    make_territory,
    technician_actor,
)
from tests.visits.made import make_visit, tell


@pytest.fixture
def job(app):
    with clock.frozen(MONDAY_8AM + timedelta(hours=3)):
        li = make_technician(make_territory())
        territory = db.session.get_one(Territory, li.territory_id)
        job = make_job(territory=territory, state=JobState.PLANNED)
        visit = make_visit(li, job=job)
        tell(visit, "completed", actor=technician_actor(li), at=MONDAY_8AM + timedelta(hours=2))
        yield job


def link_to(job):
    with unit_of_work():
        secret, _ = links.mint(Purpose.JOB, job.id)
    return f"/s/{secret}"


def complain(client, link, **given):
    sent = {"kind": "workmanship", "text": "漏水"} | given
    return client.post(f"{link}/cases", data=sent, follow_redirects=True)


def test_a_complaint_is_written_down_with_its_deadline(client, job):
    link = link_to(job)
    assert f"{link}/cases" in client.get(link).text

    page = complain(client, link)

    assert "It is written down" in page.text
    assert "You have an answer by 3 Mar 11:00" in page.text
    assert "漏水" in page.text


def test_an_answer_is_read_there_and_what_is_internal_is_not(client, job):
    link = link_to(job)
    complain(client, link)
    case, office = queries.of_job(job.id)[0], dispatcher(make_territory())
    office = dispatcher(db.session.get_one(Territory, job.territory_id))
    with unit_of_work():
        service.answer(case.id, "明天来看", actor=office)
        service.answer(case.id, "难缠", internal=True, actor=office)

    page = client.get(f"{link}/cases")

    assert "明天来看" in page.text
    assert "难缠" not in page.text


def test_not_finished_opens_the_job_for_another_time(client, job):
    link = link_to(job)

    complain(client, link, kind="not-finished")

    assert client.get(f"{link}/state").json["stage"] == "waiting"
    assert f"{link}/times" in client.get(link).text
    db.session.rollback()
    assert db.session.get_one(Job, job.id).state is JobState.RELEASED


def test_more_is_said_in_the_same_case(client, job):
    link = link_to(job)
    complain(client, link)
    case = queries.of_job(job.id)[0]

    page = client.post(f"{link}/cases/{case.id}", data={"text": "急"}, follow_redirects=True)

    assert "急" in page.text


@pytest.mark.parametrize("given", [{"text": ""}, {"text": "x" * 2001}])
def test_no_words_are_refused_on_the_page(client, job, given):
    assert complain(client, link_to(job), **given).status_code == 422


def test_before_a_visit_nothing_can_be_complained_of(client, app):
    with clock.frozen(MONDAY_8AM):
        job = make_job()
        link = link_to(job)
        page = complain(client, link)

    assert page.status_code == 409
    assert "Nothing has been done yet" in page.text


def test_another_jobs_case_is_not_reached_by_this_link(client, job):
    complain(client, link_to(job))
    case, other = queries.of_job(job.id)[0], link_to(make_job())

    assert client.post(f"{other}/cases/{case.id}", data={"text": "?"}).status_code == 404
    assert "漏水" not in client.get(f"{other}/cases").text
