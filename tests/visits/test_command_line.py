"""The technicians' day, ratings and the outbox from the command line."""

import json

import pytest
from click.testing import CliRunner

from app.cli import outbox, ratings, visits
from app.core import clock
from app.core.db import db
from app.jobs.models import JobState
from app.places.models import Territory
from app.ratings.service.rating import UNTIL_ASKED
from tests.factories import MONDAY_8AM, make_job, make_technician, make_territory, technician_actor
from tests.visits.made import make_visit, tell


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def li():
    return make_technician(make_territory(), code="GZ01")


def run(group, *arguments):
    return CliRunner().invoke(group, arguments, catch_exceptions=False)


def test_a_day_is_shown_with_time_job_and_place(li):
    make_visit(li, hour=1)

    shown = run(visits.group, "day", "GZ01", "2026-03-02").output

    assert "09:00-10:00" in shown
    assert "scheduled" in shown


def test_a_day_is_given_to_programs_as_json(li):
    visit = make_visit(li)

    told = json.loads(run(visits.group, "day", "GZ01", "2026-03-02", "--json").output)

    assert [stop["visit_id"] for stop in told["stops"]] == [str(visit.id)]


def test_an_empty_day_says_so(li):
    assert "no visits" in run(visits.group, "day", "GZ01").output


def test_a_visit_is_reported_by_its_jobs_number(li):
    territory = db.session.get_one(Territory, li.territory_id)
    job = make_job(territory=territory, number="1234-5678", state=JobState.PLANNED)
    make_visit(li, job=job)

    told = run(visits.group, "report", "1234-5678", "arrived").output

    assert told.strip() == "applied"


def test_a_technician_without_ratings_is_said_to_have_none(li):
    assert "no ratings yet" in run(ratings.group, "show", "GZ01").output


def test_the_outbox_is_listed_and_drained(li):
    tell(make_visit(li), "completed", actor=technician_actor(li))

    (message,) = json.loads(run(outbox.group, "list", "--json").output)

    assert (message["topic"], message["state"]) == ("rate-visit", "pending")
    assert run(outbox.group, "drain").output.strip() == "0 sent, 0 not delivered."
    with clock.frozen(MONDAY_8AM + UNTIL_ASKED):
        assert run(outbox.group, "drain").output.strip() == "1 sent, 0 not delivered."
    assert "rate-visit" in run(outbox.group, "list").output
