"""Technicians over HTTP."""

from datetime import date

import pytest

from app.core import clock
from app.core.policies import Role
from tests.factories import (
    MONDAY_8AM,
    bearer,
    brand_bearer,
    make_brand,
    make_category,
    make_partner,
    make_spec,
    make_technician,
    make_territory,
    make_user,
)
from tests.technicians.people import make_certificate, make_shift

API = "/api/v1/technicians"
MONDAY = {"starts_at": "2026-03-02T08:00:00+08:00", "ends_at": "2026-03-02T18:00:00+08:00"}


@pytest.fixture
def territory(app):
    return make_territory(code="GZ")


@pytest.fixture
def dispatcher(territory):
    return bearer(make_user(Role.DISPATCHER, territory_ids=frozenset({territory.id})))


@pytest.fixture
def partner(app):
    return make_partner(code="PRF")


@pytest.fixture
def partner_staff(partner):
    return bearer(make_user(Role.PARTNER, partner_id=partner.id))


@pytest.fixture
def technician(territory, partner):
    return make_technician(territory, code="T01", partner_id=partner.id)


def tag(client, url, headers):
    return headers | {"If-Match": client.get(url, headers=headers).headers["ETag"]}


def test_a_technician_is_taken_on_and_read(client, dispatcher, territory):
    sent = {
        "code": "T07",
        "name": "陈伟",
        "phone": "139 0013 9000",
        "territory": "GZ",
        "home": {"address": "广州市天河区体育西路1号", "lat": 23.1305, "lon": 113.3218},
        "tools": ["drill"],
        "insured_until": "2027-06-30",
    }

    added = client.post(API, json=sent, headers=dispatcher)

    assert added.status_code == 201, added.text
    read = client.get(f"{API}/{added.json['id']}", headers=dispatcher)
    assert read.json == added.json
    assert (read.json["name"], read.json["phone"]) == ("陈伟", "+8613900139000")
    assert (read.json["territory"], read.json["scores"]) == ("GZ", [])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phone": "12345"}, "phone"),
        ({"territory": "SZ"}, "territory"),
        ({"partner": "NOBODY"}, "partner"),
        ({"home": {"address": "x", "lat": 230.0, "lon": 113.0}}, "home.lat"),
        ({"pace": 0}, "pace"),
        ({"user_id": "00000000-0000-0000-0000-000000000001"}, "user_id"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(client, dispatcher, territory, wrong, field):
    sent = {"code": "T07", "name": "A", "phone": "139 0013 9000", "territory": "GZ"} | wrong

    answer = client.post(API, json=sent, headers=dispatcher)

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json["errors"]] == [field]


def test_a_home_on_the_moon_is_refused(client, dispatcher, territory):
    sent = {"code": "T07", "name": "A", "phone": "139 0013 9000", "territory": "GZ"}

    answer = client.post(
        API,
        json=sent | {"home": {"address": "x", "lat": 48.1, "lon": 11.5}},
        headers=dispatcher,
    )

    assert answer.status_code == 422
    assert client.get(API, headers=dispatcher).json["items"] == []


def test_a_partner_sees_its_own_people_masked(client, partner_staff, technician, territory):
    make_technician(territory)

    [seen] = client.get(API, headers=partner_staff).json["items"]

    assert (seen["code"], seen["is_masked"]) == ("T01", True)
    assert (seen["name"], seen["phone"]) == ("陈*", "+86139****9000")
    assert "cost_per_hour_minor" not in seen


def test_revealing_shows_openly_and_needs_a_reason(client, partner_staff, technician):
    url = f"{API}/{technician.id}/reveal"

    without = client.post(url, json={}, headers=partner_staff)
    shown = client.post(url, json={"reason": "call about keys"}, headers=partner_staff)

    assert without.status_code == 422
    assert shown.json == {"name": "陈伟", "phone": "+8613900139000"}


def test_other_peoples_technicians_are_as_absent_as_those_that_are_not(
    client, partner_staff, technician, territory
):
    other = make_technician(territory)
    nobody = "00000000-0000-0000-0000-000000000009"

    for path in ("", "/certificates", "/licences", "/shifts", "/absences"):
        answers = [
            client.get(f"{API}/{one}{path}", headers=partner_staff) for one in (other.id, nobody)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert {answer.json["code"] for answer in answers} == {"technician-not-found"}


def test_a_technician_reads_themselves_and_changes_nothing(client, app, territory):
    user = make_user(Role.TECHNICIAN)
    own = make_technician(territory, user_id=user.id)
    other = make_technician(territory)
    headers = bearer(user)

    assert client.get(f"{API}/{own.id}", headers=headers).json["is_masked"] is False
    assert client.get(f"{API}/{other.id}", headers=headers).status_code == 404
    answer = client.post(f"{API}/{own.id}/shifts", json=MONDAY, headers=headers)
    assert answer.status_code == 403


def test_brands_do_not_reach_technicians(client, technician):
    assert client.get(API, headers=brand_bearer(make_brand())).status_code == 403


def test_a_change_needs_the_version_it_was_made_from(client, dispatcher, technician):
    url = f"{API}/{technician.id}"
    stale = tag(client, url, dispatcher)
    first = client.patch(url, json={"vehicle": "bike"}, headers=stale)

    second = client.patch(url, json={"vehicle": "lorry"}, headers=stale)

    assert (first.status_code, second.status_code) == (200, 412)
    assert client.patch(url, json={}, headers=dispatcher).status_code == 428


def test_shifts_are_given_moved_and_taken_away(client, dispatcher, technician):
    url = f"{API}/{technician.id}/shifts"
    added = client.post(url, json=MONDAY, headers=dispatcher)
    assert added.status_code == 201, added.text
    again = client.post(url, json=MONDAY, headers=dispatcher)
    assert (again.status_code, again.json["code"]) == (409, "shift-overlaps")
    one = f"{url}/{added.json['id']}"

    moved = client.patch(
        one, json={"ends_at": "2026-03-02T20:00:00+08:00"}, headers=tag(client, one, dispatcher)
    )
    listed = client.get(f"{url}?from=2026-03-02&to=2026-03-02", headers=dispatcher)
    gone = client.delete(one, headers=tag(client, one, dispatcher))

    assert moved.status_code == 200, moved.text
    assert [row["id"] for row in listed.json["items"]] == [added.json["id"]]
    assert (gone.status_code, client.get(one, headers=dispatcher).status_code) == (204, 404)


def test_absences_are_declared_shortened_and_withdrawn(client, dispatcher, technician):
    make_shift(technician)
    url = f"{API}/{technician.id}/absences"
    added = client.post(url, json=MONDAY | {"kind": "sick"}, headers=dispatcher)
    assert added.status_code == 201, added.text
    one = f"{url}/{added.json['id']}"

    backwards = client.patch(
        one, json={"ends_at": "2026-03-01T08:00:00+08:00"}, headers=tag(client, one, dispatcher)
    )
    gone = client.delete(one, headers=tag(client, one, dispatcher))

    assert (backwards.status_code, backwards.json["code"]) == (422, "absence-not-valid")
    assert gone.status_code == 204


def test_a_certificate_waits_for_approval_and_then_counts(
    client, dispatcher, partner_staff, technician
):
    brand, _ = make_brand(code="NORD"), make_category("flooring")
    url = f"{API}/{technician.id}/certificates"
    sent = {
        "brand": brand.code,
        "category": "flooring",
        "job_type": "install",
        "level": 2,
        "valid_from": "2026-01-01",
        "evidence": "N-1",
    }
    asked = f"{API}/{technician.id}/qualification?job_type=install&brand=NORD&category=flooring"
    added = client.post(url, json=sent, headers=partner_staff)
    assert (added.status_code, added.json["state"]) == (201, "pending"), added.text
    before = client.get(f"{asked}&on=2026-03-02", headers=partner_staff).json

    one = f"{url}/{added.json['id']}"
    approved = client.patch(
        one, json={"state": "approved", "reason": "seen"}, headers=tag(client, one, dispatcher)
    )

    assert approved.status_code == 200, approved.text
    assert [lack["code"] for lack in before["shortfalls"]] == ["not-approved"]
    after = client.get(f"{asked}&on=2026-03-02", headers=partner_staff).json
    assert after == {
        "technician": "T01",
        "on": "2026-03-02",
        "is_qualified": True,
        "shortfalls": [],
    }


def test_what_the_catalogue_asks_for_is_asked_of_the_technician(client, dispatcher, technician):
    brand, category = make_brand(code="NORD"), make_category("ac")
    make_spec(category_id=category.id, crew=[{"level": 2}], licences=["refrigeration"])
    make_certificate(technician, brand, category, valid_until=date(2026, 12, 31))

    answer = client.get(
        f"{API}/{technician.id}/qualification"
        "?job_type=install&brand=NORD&category=ac&on=2027-01-01",
        headers=dispatcher,
    ).json

    assert [lack["text"] for lack in answer["shortfalls"]] == [
        "certificate is of level 1, the job needs 2",
        "certificate expired on 2026-12-31",
        "no refrigeration licence",
    ]


def test_everybody_of_a_territory_is_answered_for_those_who_may_first(
    client, dispatcher, territory, technician
):
    brand, category = make_brand(code="NORD"), make_category("ac")
    able = make_technician(territory, code="T09")
    make_certificate(able, brand, category)

    answer = client.get(
        f"{API}/qualified?territory=GZ&job_type=install&brand=NORD&category=ac&on=2026-03-02",
        headers=dispatcher,
    ).json["items"]

    assert [(one["technician"], one["is_qualified"]) for one in answer] == [
        ("T09", True),
        ("T01", False),
    ]


def test_certificates_about_to_end_are_listed_with_whose(client, dispatcher, technician):
    make_certificate(technician, make_brand(), make_category(), valid_until=date(2026, 3, 20))

    with clock.frozen(MONDAY_8AM):
        month = client.get(f"{API}/expiring-certificates", headers=dispatcher).json["items"]
        week = client.get(f"{API}/expiring-certificates?within_days=7", headers=dispatcher).json

    assert [(row["technician"], row["valid_until"]) for row in month] == [("T01", "2026-03-20")]
    assert week["items"] == []


def test_licences_are_recorded_by_dispatchers_only(client, dispatcher, partner_staff, technician):
    url = f"{API}/{technician.id}/licences"
    sent = {"kind": "electrician", "number": "E-1", "valid_from": "2026-01-01"}

    refused = client.post(url, json=sent, headers=partner_staff)
    added = client.post(url, json=sent, headers=dispatcher)

    assert (refused.status_code, added.status_code) == (403, 201)
    [listed] = client.get(url, headers=partner_staff).json["items"]
    assert listed == added.json
