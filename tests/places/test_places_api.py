"""Territories, landmarks and places over the REST API."""

import pytest

from app.core.policies import Role
from app.places.gateways import Found
from app.places.models import Datum, GeocodeState, LandmarkKind, Precision
from app.places.service import geocoding
from tests.factories import bearer, brand_bearer, make_brand, make_place, make_territory, make_user
from tests.places.given import DOOR, make_landmark

API = "/api/v1"
GZ = {
    "code": "GZ",
    "name": "Guangzhou",
    "timezone": "Asia/Shanghai",
    "country": "CN",
    "lat": 23.13,
    "lon": 113.26,
    "radius_km": 60,
}


@pytest.fixture
def territory(app):
    return make_territory()


@pytest.fixture
def admin(app):
    return bearer(make_user(Role.ADMINISTRATOR))


@pytest.fixture
def dispatcher(territory):
    return bearer(make_user(Role.DISPATCHER, territory_ids=frozenset({territory.id})))


def waiting_place(territory, **given):
    values = {"lat": None, "lon": None, "precision": Precision.NONE, "radius_m": None}
    return make_place(territory, **values | {"state": GeocodeState.WAITING} | given)


def test_an_administrator_opens_a_territory(client, admin):
    answer = client.post(f"{API}/territories", json=GZ, headers=admin)

    assert answer.status_code == 201
    assert answer.json["code"] == "GZ"
    assert answer.json["travel_minutes"] == 3.11


def test_a_code_is_taken_once(client, admin):
    client.post(f"{API}/territories", json=GZ, headers=admin)

    answer = client.post(f"{API}/territories", json=GZ | {"code": "gz"}, headers=admin)

    assert (answer.status_code, answer.json["code"]) == (409, "territory-code-taken")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"lat": 123}, "lat"),
        ({"radius_km": 0}, "radius_km"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"country": "cn"}, "country"),
        ({"colour": "red"}, "colour"),
        ({"code": "G Z"}, "code"),
    ],
)
def test_a_territory_that_cannot_be_is_refused(client, admin, wrong, field):
    answer = client.post(f"{API}/territories", json=GZ | wrong, headers=admin)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == field


def test_a_dispatcher_opens_no_territory(client, dispatcher):
    assert client.post(f"{API}/territories", json=GZ, headers=dispatcher).status_code == 403


def test_a_dispatcher_sees_their_own_territories_and_a_brand_all(client, territory, dispatcher):
    other = make_territory()
    brand = brand_bearer(make_brand())

    own = client.get(f"{API}/territories", headers=dispatcher).json["items"]
    every = client.get(f"{API}/territories", headers=brand).json["items"]

    assert [item["code"] for item in own] == [territory.code]
    assert {item["code"] for item in every} == {territory.code, other.code}


def test_a_territory_is_changed_only_as_it_was_read(client, admin, territory):
    url = f"{API}/territories/{territory.id}"
    etag = client.get(url, headers=admin).headers["ETag"]

    without = client.patch(url, json={"radius_km": 80}, headers=admin)
    first = client.patch(url, json={"radius_km": 80}, headers=admin | {"If-Match": etag})
    stale = client.patch(url, json={"radius_km": 90}, headers=admin | {"If-Match": etag})

    assert [without.status_code, first.status_code, stale.status_code] == [428, 200, 412]
    assert first.json["radius_km"] == 80


def test_speed_profiles_are_the_products_until_one_is_set(client, admin, territory):
    url = f"{API}/territories/{territory.id}/speed-profiles"
    table = [[0, 1.0], [28800, 1.2], [61200, 1.0]]

    before = client.get(url, headers=admin).json
    answer = client.post(f"{url}/workday", json={"factors": table}, headers=admin)
    after = {profile["day_class"]: profile for profile in client.get(url, headers=admin).json}

    assert [profile["is_own"] for profile in before] == [False, False]
    assert answer.status_code == 200
    assert (after["workday"]["factors"], after["workday"]["is_own"]) == (table, True)
    assert not after["rest_day"]["is_own"]


def test_a_table_in_which_one_could_overtake_is_refused(client, admin, territory):
    url = f"{API}/territories/{territory.id}/speed-profiles/workday"

    answer = client.post(url, json={"factors": [[0, 3.0], [60, 1.0]]}, headers=admin)

    assert (answer.status_code, answer.json["code"]) == (422, "factors-not-usable")


def test_an_unknown_class_of_days_is_refused(client, admin, territory):
    url = f"{API}/territories/{territory.id}/speed-profiles/doomsday"

    assert client.post(url, json={"factors": [[0, 1.0]]}, headers=admin).status_code == 422


def test_landmarks_are_entered_and_listed(client, territory, dispatcher):
    sent = {
        "territory": territory.code, "kind": "compound", "name": "Lijiang Garden",
        "lat": DOOR[0], "lon": DOOR[1], "radius_m": 300, "permitted_hours": [["08:00", "12:00"]],
    }  # fmt: skip

    created = client.post(f"{API}/landmarks", json=sent, headers=dispatcher)
    url = f"{API}/landmarks?territory={territory.code}&kind=compound"
    listed = client.get(url, headers=dispatcher)

    assert created.status_code == 201
    assert [item["name"] for item in listed.json["items"]] == ["Lijiang Garden"]


@pytest.mark.parametrize("hours", [[["12:00", "08:00"]], [["25:00", "26:00"]], [["08:00"]]])
def test_hours_that_are_none_are_refused(client, territory, dispatcher, hours):
    place = make_place(territory)
    etag = client.get(f"{API}/places/{place.id}", headers=dispatcher).headers["ETag"]

    answer = client.patch(
        f"{API}/places/{place.id}",
        json={"permitted_hours": hours},
        headers=dispatcher | {"If-Match": etag},
    )

    assert answer.status_code == 422


def test_another_territorys_landmarks_are_as_absent_as_none(client, dispatcher):
    other = make_territory()

    hidden = client.get(f"{API}/landmarks?territory={other.code}", headers=dispatcher)
    absent = client.get(f"{API}/landmarks?territory=NOWHERE", headers=dispatcher)

    assert hidden.status_code == absent.status_code == 404
    assert set(hidden.json) == set(absent.json)


def test_a_places_address_is_masked_until_it_is_revealed(client, territory, dispatcher):
    place = make_place(territory, address="广州市天河区体育西路123号5栋1202室")
    url = f"{API}/places/{place.id}"

    read = client.get(url, headers=dispatcher)
    opened = client.post(f"{url}/reveal", json={"reason": "on the phone"}, headers=dispatcher)

    assert "1202" not in read.get_data(as_text=True)
    assert opened.json["address"] == "广州市天河区体育西路123号5栋1202室"


def test_waiting_places_are_listed_and_end_with_a_pin(client, territory, dispatcher):
    place = waiting_place(territory)

    waiting = client.get(f"{API}/places/waiting", headers=dispatcher).json["items"]
    pinned = client.post(
        f"{API}/places/{place.id}/pin", json={"lat": DOOR[0], "lon": DOOR[1]}, headers=dispatcher
    )
    left = client.get(f"{API}/places/waiting", headers=dispatcher).json["items"]

    assert [item["id"] for item in waiting] == [str(place.id)]
    assert (pinned.status_code, pinned.json["state"]) == (200, "found")
    assert left == []


def test_the_list_of_one_territory_leaves_the_others_out(client, territory, admin):
    place, _ = waiting_place(territory), waiting_place(make_territory())

    url = f"{API}/places/waiting?territory={territory.code}"

    assert [i["id"] for i in client.get(url, headers=admin).json["items"]] == [str(place.id)]


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"lat": 113.3, "lon": 23.1}, 422, "position-not-on-earth"),
        ({"lat": 39.9, "lon": 116.4}, 422, "position-outside-area"),
        ({"lat": "north", "lon": 1}, 422, "invalid"),
        ({"lat": DOOR[0]}, 422, "invalid"),
        ({"lat": DOOR[0], "lon": DOOR[1], "datum": "mars"}, 422, "invalid"),
    ],
)
def test_a_pin_that_cannot_be_is_refused(client, territory, dispatcher, sent, status, code):
    place = waiting_place(territory)

    answer = client.post(f"{API}/places/{place.id}/pin", json=sent, headers=dispatcher)

    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_pin_in_another_district_needs_a_reason(client, territory, dispatcher):
    make_landmark(territory, LandmarkKind.STATION, "公园前", district="越秀区")
    place = waiting_place(territory, district="天河区")
    url, sent = f"{API}/places/{place.id}/pin", {"lat": DOOR[0], "lon": DOOR[1]}

    refused = client.post(url, json=sent, headers=dispatcher)
    kept = client.post(url, json=sent | {"reason": "new street"}, headers=dispatcher)

    assert (refused.status_code, refused.json["code"]) == (409, "pin-in-other-district")
    assert kept.status_code == 200


def test_another_territorys_place_is_as_absent_as_none(client, dispatcher):
    place = make_place(make_territory())

    for url in (f"{API}/places/{place.id}", f"{API}/places/00000000-0000-0000-0000-000000000000"):
        assert client.get(url, headers=dispatcher).status_code == 404


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.PARTNER, Role.BRAND])
def test_places_are_the_dispatchers_alone(client, territory, role):
    place = make_place(territory)

    answer = client.get(f"{API}/places/{place.id}", headers=bearer(make_user(role)))

    assert answer.status_code == 403


def test_the_geocoder_is_tried_by_an_administrator(client, territory, admin, monkeypatch):
    class Geocoder:
        id = "fake"

        def find(self, _):
            return Found(DOOR, Precision.ADDRESS, 50, Datum.GCJ02)

    monkeypatch.setattr(geocoding, "chosen_geocoder", Geocoder)
    sent = {"territory": territory.code, "address": "天河区体育西路123号"}

    answer = client.post(f"{API}/geocoder/test", json=sent, headers=admin)

    assert answer.status_code == 200
    assert (answer.json["found"], answer.json["source_datum"]) == (True, "gcj02")
    assert answer.json["from_centre_km"] == pytest.approx(6.9, abs=0.1)


def test_without_a_geocoder_the_trial_says_what_to_set(client, territory, admin):
    sent = {"territory": territory.code, "address": "天河区体育西路123号"}

    answer = client.post(f"{API}/geocoder/test", json=sent, headers=admin)

    assert (answer.status_code, answer.json["code"]) == (503, "geocoder-unavailable")
    assert "SHIFU_GEOCODER" in answer.json["reason"]
