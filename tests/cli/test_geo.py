"""``shifu geo``: territories, pins, the geocoder and the datum of a file."""

import json

import pytest
from click.testing import CliRunner

from app.cli.geo import group
from app.core.db import db
from app.places.gateways import Found, GeocoderUnavailable
from app.places.models import Datum, GeocodeState, LandmarkKind, Place, Precision
from app.places.rules import convert
from app.places.service import geocoding
from tests.factories import make_place, make_territory
from tests.places.given import DOOR, make_landmark

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def territory(app):
    return make_territory(code="GZ")


def geo(*words):
    return CliRunner().invoke(group, [*map(str, words)])


def waiting(territory):
    nowhere = {"lat": None, "lon": None, "precision": Precision.NONE, "radius_m": None}
    return make_place(territory, **nowhere, state=GeocodeState.WAITING)


def test_territories_are_listed_for_people_and_for_programs(territory):
    assert "GZ" in geo("territories").output
    assert json.loads(geo("territories", "--json").output)[0]["radius_km"] == 60


def test_without_territories_it_says_so():
    assert geo("territories").output == "There are no territories yet.\n"


def test_waiting_places_are_listed_with_a_masked_address(territory):
    place = waiting(territory)

    shown = json.loads(geo("waiting", "--json").output)

    assert [row["id"] for row in shown] == [str(place.id)]
    assert shown[0]["address"].endswith("****")


def test_waiting_places_of_another_territory_are_left_out(territory):
    waiting(make_territory(code="FS"))

    assert geo("waiting", "--territory", "GZ").output == "No place waits for a pin.\n"


def test_a_pin_is_dropped_in_the_datum_it_came_in(territory):
    place = waiting(territory)
    lat, lon = convert(DOOR, Datum.GCJ02)

    result = geo("pin", place.id, lat, lon, "--datum", "gcj02")

    assert "23.13530, 113.32680 (WGS-84)" in result.output
    found = db.session.get(Place, place.id, populate_existing=True)
    assert found.state is GeocodeState.FOUND


def test_a_southern_latitude_is_no_option(territory):
    south = make_territory(code="SYD", lat=-33.87, lon=151.21, country="AU")
    place = waiting(south)

    assert "-33.87000, 151.21000" in geo("pin", place.id, -33.87, 151.21).output


def choose(monkeypatch, says):
    class Geocoder:
        id = "fake"

        def find(self, _):
            if isinstance(says, Exception):
                raise says
            return says

    monkeypatch.setattr(geocoding, "chosen_geocoder", Geocoder)


def test_the_geocoder_is_tried_and_its_answer_shown(territory, monkeypatch):
    choose(monkeypatch, Found(DOOR, Precision.ADDRESS, 50, Datum.BD09))

    [answer] = json.loads(geo("test", "体育西路123号", "--territory", "GZ", "--json").output)

    assert (answer["found"], answer["lat"], answer["source_datum"]) == (True, 23.1353, "bd09")


def test_an_address_that_the_geocoder_does_not_know_is_an_answer(territory, monkeypatch):
    choose(monkeypatch, None)

    [answer] = json.loads(geo("test", "nowhere", "--territory", "GZ", "--json").output)

    assert answer["found"] is False


def test_a_refused_key_is_told(territory, monkeypatch):
    choose(monkeypatch, GeocoderUnavailable(provider="fake", reason="the key is refused"))

    result = geo("test", "体育西路123号", "--territory", "GZ")

    assert result.exception.details["reason"] == "the key is refused"


def test_a_file_of_known_places_tells_its_datum(territory, tmp_path):
    points = {"公园前": (23.1255, 113.2583), "体育西路": (23.1312, 113.3213)}
    lines = ["站名,lat,lng"]
    for name, point in points.items():
        make_landmark(territory, LandmarkKind.STATION, name, point)
        lat, lon = convert(point, Datum.BD09)
        lines.append(f"{name},{lat:.6f},{lon:.6f}")
    file = tmp_path / "stations.csv"
    file.write_text("\n".join([*lines, "月球,north,1"]), encoding="utf-8")

    result = geo("datum", file, "--territory", "GZ")

    assert result.output.startswith("2 of 3 places are known: looks like BD-09")
