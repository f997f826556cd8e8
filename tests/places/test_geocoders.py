"""Geocoders behind one interface: what each says becomes a WGS-84 position with its exactness."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from app.core import egress, settings
from app.core.egress import Answer, NoAnswer
from app.places.gateways import GeocoderUnavailable, NullGeocoder, Question, chosen_geocoder
from app.places.models import Datum, Precision
from app.places.rules import convert, distance_m

DOOR = (23.1353, 113.3268)
KEY_REFUSED = "the key is refused"
USED_UP = "the quota is used up, or requests come too fast"
QUESTION = Question("天河区体育西路123号", "广州市", "CN", (23.13, 113.26))


@pytest.fixture
def outside(monkeypatch):
    """The world beyond the gate: gives one answer and notes what it was asked."""

    class Outside:
        asked = []
        answer = Answer(200, {}, b"[]")

        def says(self, page, status=200):
            self.answer = Answer(status, {}, json.dumps(page).encode())

    world = Outside()
    world.asked = []

    def request(_, url, **__):
        world.asked.append(urlsplit(url))
        if isinstance(world.answer, Exception):
            raise world.answer
        return world.answer

    monkeypatch.setattr(egress, "request", request)
    return world


def geocoder(monkeypatch, name, **given):
    chosen = replace(settings.Settings(), geocoder=name, geocoder_per_second=1_000.0, **given)
    monkeypatch.setattr(settings, "_current", chosen)
    return chosen_geocoder()


def query_of(asked):
    return {name: values[0] for name, values in parse_qs(asked.query).items()}


NOMINATIM = {
    "lat": str(DOOR[0]),
    "lon": str(DOOR[1]),
    "display_name": "123",
    "place_rank": 30,
    "boundingbox": ["23.1352", "23.1354", "113.3267", "113.3269"],
}


def test_nominatim_answers_in_wgs84_with_the_size_of_what_it_found(monkeypatch, outside):
    outside.says([NOMINATIM])

    found = geocoder(monkeypatch, "nominatim").find(QUESTION)

    assert (found.point, found.precision, found.radius_m) == (DOOR, Precision.ADDRESS, 30)
    assert outside.asked[0].netloc == "nominatim.openstreetmap.org"
    assert query_of(outside.asked[0])["countrycodes"] == "cn"


@pytest.mark.parametrize(
    ("rank", "precision"),
    [(27, Precision.STREET), (22, Precision.COMPOUND), (16, Precision.DISTRICT)],
)
def test_nominatims_rank_says_what_was_found(monkeypatch, outside, rank, precision):
    outside.says([NOMINATIM | {"place_rank": rank}])

    assert geocoder(monkeypatch, "nominatim").find(QUESTION).precision is precision


def test_an_own_nominatim_is_asked_where_it_lives(monkeypatch, outside):
    own = geocoder(monkeypatch, "nominatim", geocoder_url="http://localhost:8080/maps")

    own.find(QUESTION)

    asked = outside.asked[0]
    assert (asked.scheme, asked.netloc, asked.path) == ("http", "localhost:8080", "/maps/search")


def photon_page(kind, **properties):
    feature = {
        "geometry": {"coordinates": [DOOR[1], DOOR[0]]},
        "properties": {"type": kind, **properties},
    }
    return {"features": [feature]}


@pytest.mark.parametrize(
    ("kind", "precision", "radius_m"),
    [
        ("house", Precision.ADDRESS, 50),
        ("street", Precision.STREET, 500),
        ("district", Precision.DISTRICT, 4_000),
        ("city", Precision.DISTRICT, 15_000),
        ("surprise", Precision.DISTRICT, 15_000),
    ],
)
def test_photon_says_what_kind_of_thing_it_found(monkeypatch, outside, kind, precision, radius_m):
    outside.says(photon_page(kind))

    found = geocoder(monkeypatch, "photon").find(QUESTION)

    assert (found.point, found.precision, found.radius_m) == (DOOR, precision, radius_m)


@pytest.mark.parametrize(
    ("confidence", "precise", "precision", "radius_m"),
    [
        (100, 1, Precision.ADDRESS, 50),
        (80, 1, Precision.ADDRESS, 100),
        (60, 0, Precision.STREET, 500),
        (25, 0, Precision.DISTRICT, 15_000),
    ],
)
def test_baidu_is_converted_from_bd09_and_read_by_its_confidence(
    monkeypatch, outside, confidence, precise, precision, radius_m
):
    lat, lon = convert(DOOR, Datum.BD09)
    result = {"location": {"lat": lat, "lng": lon}, "confidence": confidence, "precise": precise}
    outside.says({"status": 0, "result": result | {"level": "门址"}})

    found = geocoder(monkeypatch, "baidu", geocoder_key="k").find(QUESTION)

    assert distance_m(found.point, DOOR) < 0.01
    assert (found.precision, found.radius_m, found.datum) == (precision, radius_m, Datum.BD09)


@pytest.mark.parametrize(
    ("level", "precision", "radius_m"),
    [
        ("门牌号", Precision.ADDRESS, 50),
        ("兴趣点", Precision.ADDRESS, 100),
        ("住宅区", Precision.COMPOUND, 300),
        ("道路", Precision.STREET, 1_000),
        ("区县", Precision.DISTRICT, 5_000),
        ("市", Precision.DISTRICT, 15_000),
    ],
)
def test_amap_is_converted_from_gcj02_and_read_by_its_level(
    monkeypatch, outside, level, precision, radius_m
):
    lat, lon = convert(DOOR, Datum.GCJ02)
    record = {"location": f"{lon},{lat}", "level": level, "formatted_address": []}
    outside.says({"status": "1", "geocodes": [record]})

    found = geocoder(monkeypatch, "amap", geocoder_key="k").find(QUESTION)

    assert distance_m(found.point, DOOR) < 0.01
    assert (found.precision, found.radius_m) == (precision, radius_m)
    assert query_of(outside.asked[0]) == {
        "key": "k",
        "address": "广州市天河区体育西路123号",
        "output": "JSON",
        "city": "广州市",
    }


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("nominatim", []),
        ("photon", {"features": []}),
        ("baidu", {"status": 0, "result": []}),
        ("amap", {"status": "1", "geocodes": []}),
    ],
)
def test_not_known_there_is_an_answer(monkeypatch, outside, name, page):
    outside.says(page)

    assert geocoder(monkeypatch, name, geocoder_key="k").find(QUESTION) is None


@pytest.mark.parametrize(
    ("name", "page", "reason"),
    [
        ("baidu", {"status": 200}, KEY_REFUSED),
        ("baidu", {"status": 302}, USED_UP),
        ("amap", {"status": "0", "infocode": "10001", "info": "INVALID_USER_KEY"}, KEY_REFUSED),
        ("amap", {"status": "0", "infocode": "10003", "info": "DAILY_LIMIT"}, USED_UP),
        ("amap", {"status": "0", "infocode": "20001", "info": "MISSING_PARAMS"}, "MISSING_PARAMS"),
        ("amap", {"status": "0", "infocode": "30001", "info": "ENGINE"}, "ENGINE"),
    ],
)
def test_a_refusal_says_what_an_operator_can_mend(monkeypatch, outside, name, page, reason):
    outside.says(page)

    with pytest.raises(GeocoderUnavailable) as error:
        geocoder(monkeypatch, name, geocoder_key="k").find(QUESTION)

    assert error.value.details == {"provider": name, "reason": reason}


@pytest.mark.parametrize("status", [301, 403, 429, 500, 503])
def test_a_bad_status_is_no_answer_and_repeats_no_address(monkeypatch, outside, status):
    outside.says({"q": QUESTION.address}, status)

    with pytest.raises(GeocoderUnavailable) as error:
        geocoder(monkeypatch, "nominatim").find(QUESTION)

    assert QUESTION.address not in str(error.value.details)


@pytest.mark.parametrize(
    "body",
    [b"<html>", b'{"features": 7}', b'[{"lat": "abc"}]', b"[{}]", b'[{"lat": "91", "lon": "5"}]'],
)
def test_nonsense_is_no_answer(monkeypatch, outside, body):
    outside.answer = Answer(200, {}, body)

    with pytest.raises(GeocoderUnavailable):
        geocoder(monkeypatch, "nominatim").find(QUESTION)


def test_a_geocoder_that_is_away_is_no_answer(monkeypatch, outside):
    outside.answer = NoAnswer(purpose="geocode")

    with pytest.raises(GeocoderUnavailable):
        geocoder(monkeypatch, "photon").find(QUESTION)


def test_without_a_geocoder_nothing_is_asked_and_nothing_found(monkeypatch, outside):
    none = geocoder(monkeypatch, "none")

    assert isinstance(none, NullGeocoder)
    assert none.find(QUESTION) is None
    assert outside.asked == []


def test_questions_keep_the_pace_that_the_service_allows(monkeypatch, outside):
    slow = replace(settings.Settings(), geocoder="photon", geocoder_per_second=20.0)
    monkeypatch.setattr(settings, "_current", slow)
    outside.says({"features": []})
    slept = []
    monkeypatch.setattr("geopy.extra.rate_limiter.sleep", slept.append)
    monkeypatch.setattr("geopy.extra.rate_limiter.default_timer", lambda: 100.0 + sum(slept))

    for _ in range(3):
        chosen_geocoder().find(QUESTION)

    assert sum(slept) == pytest.approx(0.1)
