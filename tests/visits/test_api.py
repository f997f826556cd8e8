"""The technician's API: the day, one visit, reports, the customer's number."""

from uuid import uuid4

import pytest

from app.core.policies import Role
from tests.factories import (
    bearer,
    brand_bearer,
    make_brand,
    make_technician,
    make_territory,
    make_user,
)
from tests.visits.made import make_visit


@pytest.fixture
def user(app):
    return make_user(Role.TECHNICIAN)


@pytest.fixture
def li(user):
    return make_technician(make_territory(), user_id=user.id)


@pytest.fixture
def phone(client, user):
    headers = bearer(user)

    def call(method, path, **given):
        return client.open(f"/api/v1{path}", method=method, headers=headers, **given)

    return call


REPORT = {"state": "arrived", "at": "2026-03-02T08:30:00+08:00", "device": "px", "sequence": 1}


def test_the_day_is_read_with_its_stops(phone, li):
    visit = make_visit(li)

    answer = phone("GET", "/my/day?date=2026-03-02")

    assert answer.status_code == 200
    (stop,) = answer.json["stops"]
    assert stop["visit_id"] == str(visit.id)
    assert stop["next_states"][0] == "on-the-way"
    assert stop["place"]["address"]
    assert "****" in stop["customer"]["phone"]


def test_one_visit_is_read(phone, li):
    visit = make_visit(li)

    assert phone("GET", f"/my/visits/{visit.id}").json["visit_id"] == str(visit.id)


def test_somebody_elses_visit_is_not_there(phone, li):
    other = make_visit(make_technician())

    assert phone("GET", f"/my/visits/{other.id}").status_code == 404
    assert phone("POST", f"/visits/{other.id}/reports", json=REPORT).status_code == 404
    assert phone("POST", f"/visits/{other.id}/contact").status_code == 404
    assert phone("GET", f"/visits/{uuid4()}/reports").status_code == 404


def test_a_report_is_answered_with_its_verdict(phone, li):
    visit = make_visit(li)

    answer = phone("POST", f"/visits/{visit.id}/reports", json=REPORT)

    assert answer.status_code == 201
    assert answer.json["verdict"] == "applied"
    assert answer.json["verdict_reason"] is None


def test_a_superseded_report_says_why(phone, li):
    visit = make_visit(li)
    phone("POST", f"/visits/{visit.id}/reports", json=REPORT | {"state": "started"})

    answer = phone("POST", f"/visits/{visit.id}/reports", json=REPORT | {"sequence": 2})

    assert (answer.json["verdict"], answer.json["verdict_reason"]) == (
        "superseded",
        "already-further",
    )
    assert len(phone("GET", f"/visits/{visit.id}/reports").json) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "cancelled"),
        ("at", "2026-03-02T08:30:00"),
        ("sequence", -1),
        ("sequence", "one"),
        ("device", ""),
        ("position", {"lat": 91, "lon": 0}),
        ("position", {"lat": 1}),
        ("failure", "too-tired"),
        ("surprise", 1),
    ],
)
def test_a_malformed_report_is_refused_with_the_field_named(phone, li, field, value):
    visit = make_visit(li)

    answer = phone("POST", f"/visits/{visit.id}/reports", json=REPORT | {field: value})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"].startswith(field)


def test_the_number_is_opened_on_asking(phone, li):
    visit = make_visit(li)

    assert phone("POST", f"/visits/{visit.id}/contact").json["phone"] == "+8613800138000"


def test_nobody_signed_in_reads_no_day(client):
    assert client.get("/api/v1/my/day").status_code == 401


def test_a_brands_key_reads_no_day(client, app):
    assert client.get("/api/v1/my/day", headers=brand_bearer(make_brand())).status_code == 403
