"""A job's page over its whole life: every field is there exactly while it is the consumer's."""

from datetime import timedelta

import pytest

from app.core import clock, links
from app.core.db import db, unit_of_work
from app.core.links import Purpose
from app.customers.models import Customer
from app.jobs import service as jobs
from app.jobs.models import Job, JobState
from app.places.models import Territory
from app.ratings.models import Rating
from app.visits.service import Position
from tests.factories import (
    MONDAY_8AM,
    TEST,
    make_customer,
    make_job,
    make_technician,
    make_territory,
    technician_actor,
)
from tests.visits.made import make_visit, tell

ADDRESS = "体育西路1号"
NAME = "李明"


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def li():
    return make_technician(make_territory(), name=NAME)


@pytest.fixture
def job(li):
    return make_job(
        territory=db.session.get_one(Territory, li.territory_id),
        customer=make_customer(name="王小明"),
        state=JobState.RELEASED,
        number="7001-0001",
    )


def link_to(job):
    with unit_of_work():
        secret, _ = links.mint(Purpose.JOB, job.id)
    return f"/s/{secret}"


def promise(job, hours=(1, 3)):
    window = tuple(MONDAY_8AM + timedelta(hours=hour) for hour in hours)
    with unit_of_work():
        jobs.confirm_window(job.id, actor=TEST, window=window)


def schedule(job, technician):
    with unit_of_work():
        db.session.get_one(Job, job.id).state = JobState.PLANNED
    return make_visit(technician, job=job)


def state(client, link):
    return client.get(f"{link}/state").json


LIFE = {
    "taken in": {"stage": "waiting"},
    "promised": {"stage": "agreed"},
    "published": {"stage": "planned", "who": True},
    "on-the-way": {"stage": "coming", "who": True, "where": True},
    "arrived": {"stage": "here", "who": True},
    "started": {"stage": "here", "who": True},
    "completed": {"stage": "done", "who": True, "done": True},
}


def lead_to(moment, job, technician):
    """Take the job to a moment of its life."""
    reached = list(LIFE).index(moment)
    if reached >= 1:
        promise(job)
    if reached >= 2:
        visit = schedule(job, technician)
    for step in ("on-the-way", "arrived", "started", "completed")[: max(reached - 2, 0)]:
        report = {"position": Position(23.14, 113.27)} if step == "on-the-way" else {}
        note = {"note": "装好了，试过水"} if step == "completed" else {}
        tell(visit, step, actor=technician_actor(technician), **report, **note)


@pytest.mark.parametrize(("moment", "shown"), LIFE.items())
def test_every_field_shows_only_in_its_time(client, job, li, moment, shown):
    link = link_to(job)
    lead_to(moment, job, li)

    page, now = client.get(link), state(client, link)

    assert page.status_code == 200
    assert now["stage"] == shown["stage"]
    assert (NAME in page.text) is shown.get("who", False)
    assert (now["arrives_at"] is not None) is shown.get("where", False)
    assert ("data-eta" in page.text) is shown.get("where", False)
    assert ("装好了，试过水" in page.text) is shown.get("done", False)


@pytest.mark.parametrize("moment", list(LIFE))
def test_nothing_that_names_the_consumer_is_open_on_the_page(client, job, li, moment):
    lead_to(moment, job, li)

    page = client.get(link_to(job))

    assert "王小明" not in page.text
    assert "13800138000" not in page.text
    assert ADDRESS not in page.text


def test_the_way_of_whoever_comes_is_followed_with_a_tag(client, job, li):
    link = link_to(job)
    lead_to("on-the-way", job, li)
    first = client.get(f"{link}/state")

    again = client.get(f"{link}/state", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.data == b""


def test_lateness_is_told_before_it_is_felt(client, job, li):
    promise(job, (0.25, 0.5))
    schedule(job, li)

    assert "later than promised" in client.get(link_to(job)).text


def test_a_proposed_time_becomes_a_promise_by_the_consumers_word(client, job):
    with unit_of_work():
        row = db.session.get_one(Job, job.id)
        row.window_start = MONDAY_8AM + timedelta(hours=2)
        row.window_end = MONDAY_8AM + timedelta(hours=4)
    link = link_to(job)

    answer = client.post(f"{link}/confirm", follow_redirects=True)

    assert "The time is agreed" in answer.text
    assert state(client, link)["stage"] == "agreed"


def test_a_consumer_calls_it_off_and_is_told_what_that_costs(client, job, li):
    link = link_to(job)
    lead_to("published", job, li)
    assert "It costs nothing until somebody is on the way" in client.get(link).text

    client.post(f"{link}/cancel")

    assert state(client, link)["stage"] == "cancelled"


@pytest.mark.parametrize("moment", ["on-the-way", "started", "completed"])
def test_it_is_too_late_to_call_off_what_has_begun(client, job, li, moment):
    link = link_to(job)
    lead_to(moment, job, li)

    assert client.post(f"{link}/cancel").status_code == 409
    assert state(client, link)["stage"] != "cancelled"


def test_a_note_reaches_the_technician_beside_what_was_said_before(client, job):
    link = link_to(job)
    for said in ("门禁 12#", "钥匙在邻居 138 0000 1111"):
        client.post(f"{link}/note", data={"note": said})

    db.session.rollback()
    assert db.session.get_one(Job, job.id).notes == "门禁 12#\n钥匙在邻居 138 0000 1111"


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_an_empty_or_endless_note_is_refused(client, job, text):
    assert client.post(f"{link_to(job)}/note", data={"note": text}).status_code == 422


def test_the_visit_goes_into_a_calendar(client, job):
    promise(job)

    answer = client.get(f"{link_to(job)}/visit.ics")

    assert answer.mimetype == "text/calendar"
    assert "DTSTART:20260302T010000Z" in answer.text
    assert "王小明" not in answer.text


def test_a_link_to_rate_opens_no_job_and_the_other_way_round(client, job, li):
    visit = schedule(job, li)
    tell(visit, "completed", actor=technician_actor(li))
    with unit_of_work():
        to_rate, _ = links.mint(Purpose.RATING, visit.id)

    assert client.get(f"/s/{to_rate}/state").status_code == 404
    assert client.post(f"/s/{to_rate}/cancel").status_code == 404
    assert client.post(link_to(job)).status_code == 404


def test_a_revoked_link_and_one_that_ran_out_answer_like_none(client, job):
    link, old = link_to(job), link_to(job)
    with clock.frozen(MONDAY_8AM + timedelta(days=181)):
        ran_out = client.get(old)
    with unit_of_work():
        links.revoke(Purpose.JOB, job.id)

    answers = [client.get(link), client.get("/s/job_nonsense"), ran_out]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def test_the_page_speaks_the_consumers_language_unless_the_browser_chose(client, li):
    chinese = make_job(customer=make_customer(), number="7001-0002")
    with unit_of_work():
        db.session.get_one(Customer, chinese.customer_id).locale = "zh"
    link = link_to(chinese)

    assert 'lang="zh-CN"' in client.get(link).text
    client.set_cookie("lang", "en")
    assert 'lang="en"' in client.get(link).text


def test_whoever_holds_the_link_rates_the_visit_once_it_is_done(client, li, job):
    visit, link = schedule(job, li), link_to(job)
    assert client.post(f"{link}/rate").status_code == 404
    tell(visit, "completed", actor=technician_actor(li))

    answer = client.post(f"{link}/rate")

    stars = {f"{axis}-{li.id}": "5" for axis in ("professional", "attitude")}
    client.post(answer.location, data=stars)
    db.session.rollback()
    assert [one.visit_id for one in db.session.scalars(db.select(Rating))] == [visit.id]


def test_a_month_after_the_visit_it_can_no_longer_be_rated(client, li, job):
    visit, link = schedule(job, li), link_to(job)
    tell(visit, "completed", actor=technician_actor(li))

    with clock.frozen(MONDAY_8AM + timedelta(days=31)):
        assert "/rate" not in client.get(link).text
        assert client.post(f"{link}/rate").status_code == 404


def test_a_consumer_says_which_messages_they_want(client, job):
    link = link_to(job)

    answer = client.post(f"{link}/messages", data={"wanted": ["ratings"]}, follow_redirects=True)

    db.session.rollback()
    assert "We will keep to that" in answer.text
    assert db.session.get_one(Customer, job.customer_id).declines == ["reminders"]
