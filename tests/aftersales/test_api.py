"""Cases on the wire."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.core.policies import Role
from app.jobs.models import JobState
from app.places.models import Territory
from tests.factories import (
    MONDAY_8AM,
    bearer,
    make_job,
    make_technician,
    make_territory,
    make_user,
    technician_actor,
)
from tests.visits.made import make_visit, tell

API = "/api/v1"


@pytest.fixture
def office(app):
    with clock.frozen(MONDAY_8AM + timedelta(hours=3)):
        yield bearer(make_user(Role.ADMINISTRATOR))


@pytest.fixture
def job(office):
    li = make_technician(make_territory())
    territory = db.session.get_one(Territory, li.territory_id)
    job = make_job(territory=territory, state=JobState.PLANNED)
    visit = make_visit(li, job=job)
    tell(visit, "completed", actor=technician_actor(li), at=MONDAY_8AM + timedelta(hours=2))
    return job


def opened(client, job, office, **given):
    sent = {"kind": "damage", "text": "地板划了"} | given
    return client.post(f"{API}/jobs/{job.id}/cases", json=sent, headers=office)


def test_a_case_is_opened_taken_answered_and_resolved(client, job, office):
    case = opened(client, job, office)
    where = f"{API}/cases/{case.json['id']}"

    client.put(f"{where}/owner", headers=office)
    client.post(f"{where}/entries", json={"text": "抱歉"}, headers=office)
    ended = client.put(
        f"{where}/resolution", json={"resolution": "made-good", "text": "赔付"}, headers=office
    )

    assert case.status_code == 201
    assert (ended.json["step"], ended.json["resolution"]) == ("resolved", "made-good")
    assert [entry["text"] for entry in ended.json["entries"]] == ["地板划了", "抱歉", "赔付"]
    listed = client.get(f"{API}/cases", query_string={"step": "resolved"}, headers=office)
    assert [one["number"] for one in listed.json["items"]] == [case.json["number"]]
    assert "entries" not in listed.json["items"][0]
    again = client.put(f"{where}/owner", headers=office)
    assert (again.status_code, again.json["code"]) == (409, "case-is-resolved")


@pytest.mark.parametrize(
    "given", [{"kind": "weather"}, {"text": ""}, {"text": "x" * 2001}, {"colour": "red"}]
)
def test_what_does_not_fit_is_refused(client, job, office, given):
    assert opened(client, job, office, **given).status_code == 422


def test_rework_is_answered_with_the_new_job(client, job, office):
    where = f"{API}/cases/{opened(client, job, office).json['id']}"

    made = client.post(f"{where}/reworks", json={"same_technician": False}, headers=office)

    assert made.status_code == 201
    assert client.get(where, headers=office).json["reworks"] == [made.json["number"]]


def test_a_dispatcher_of_elsewhere_finds_no_case(client, job, office):
    where = f"{API}/cases/{opened(client, job, office).json['id']}"
    stranger = bearer(make_user(Role.DISPATCHER))

    assert client.get(where, headers=stranger).status_code == 404
    assert client.get(f"{API}/cases", headers=stranger).json["items"] == []
