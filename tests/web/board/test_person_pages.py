"""Administrators answer from a page what persons ask of their data."""

import json

import pytest

from app.core import erasures
from app.core.db import db, unit_of_work
from app.core.personal import Person
from app.core.policies import Role
from app.customers import service as customers
from app.jobs.models import JobState
from tests.factories import TEST, make_customer, make_job
from tests.web.signed_in import browser

PHONE = "+8613800138000"


@pytest.fixture
def desk(app):
    yield browser(app, Role.ADMINISTRATOR)
    erasures.path().unlink(missing_ok=True)


@pytest.fixture
def job(app):
    with unit_of_work():
        customer = customers.find_or_create("王芳", PHONE, actor=TEST)
    return make_job(customer=customer, state=JobState.DONE)


def test_somebody_is_found_by_number_or_job_and_nothing_is_opened(desk, job):
    for wanted in ("13800138000", job.number):
        answer = desk.post("/persons", data={"wanted": wanted}, follow_redirects=True)
        assert "Nobody opened it." in answer.text
        assert "王芳" not in answer.text
    assert "Nobody is reached" in desk.post("/persons", data={"wanted": "13900139000"}).text
    assert desk.post("/persons", data={"wanted": "no number"}).status_code == 422


def test_a_copy_needs_a_reason_and_is_seen_afterwards(desk, job):
    page = f"/persons/{job.person_id}"

    assert desk.post(f"{page}/export", data={}).status_code == 422
    answer = desk.post(f"{page}/export", data={"export_reason": "asked by letter"})

    assert json.loads(answer.text)["data"]["customers"][0]["name"] == "王芳"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "asked by letter" in desk.get(page).text


def test_forgetting_needs_a_reason_and_certainty(desk, job):
    page, person_id = f"/persons/{job.person_id}", job.person_id

    assert desk.post(f"{page}/forget", data={"sure": "1"}).status_code == 422
    assert desk.post(f"{page}/forget", data={"forget_reason": "letter"}).status_code == 422
    assert db.session.get(Person, person_id).forgotten_at is None
    sent = {"forget_reason": "letter", "sure": "1"}
    assert "Forgotten" in desk.post(f"{page}/forget", data=sent, follow_redirects=True).text
    db.session.expire_all()
    assert db.session.get(Person, person_id).forgotten_at


def test_whom_we_still_owe_a_visit_is_not_forgotten(desk):
    waiting = make_job(customer=make_customer(phone=PHONE), state=JobState.RELEASED)
    sent = {"forget_reason": "letter", "sure": "1"}

    answer = desk.post(f"/persons/{waiting.person_id}/forget", data=sent)

    assert answer.status_code == 409
    assert "wait for us" in answer.text


def test_dispatchers_have_no_such_page(app, job):
    assert browser(app, Role.DISPATCHER).get("/persons").status_code == 403
