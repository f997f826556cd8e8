"""Coordinates that arrive in GCJ-02 or BD-09 become WGS-84, exactly and only where they should."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.models import Datum
from app.places.rules import convert, distance_m, guess_datum, to_wgs84

STATIONS = Path(__file__).parents[3] / "shared/data/gz_metro_stations_osm_wgs84.csv"

# Published pairs: googollee/eviltransform, python/test.py, and wandergis/coordtransform,
# test/app.js.
WGS84_GCJ02 = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ((39.915, 116.404), (39.91640428150164, 116.41024449916938)),
]
GCJ02_BD09 = [
    ((39.915, 116.404), (39.92133699351021, 116.41036949371029)),
]
ABROAD = {
    "Hong Kong": (22.2819, 114.1588),
    "Lo Wu": (22.5286, 114.113),
    "Sha Tin": (22.38, 114.19),
    "Macau": (22.19, 113.545),
    "Taipei": (25.04, 121.56),
    "Tokyo": (35.68, 139.76),
    "Seoul": (37.5, 127.0),
    "Hanoi": (21.03, 105.85),
    "Columbus": (39.96, -83.0),
}
MAINLAND = {
    "Guangzhou": (23.13, 113.26),
    "Shenzhen Futian": (22.5431, 114.0579),
    "Yantian": (22.58, 114.27),
    "Zhuhai Gongbei": (22.222, 113.55),
    "Urumqi": (43.8, 87.6),
    "Harbin": (45.8, 126.5),
    "Haikou": (20.04, 110.3),
}

mainland_points = st.tuples(st.floats(22.7, 42), st.floats(105, 118))
datums = st.sampled_from([Datum.GCJ02, Datum.BD09])


@pytest.mark.parametrize(("wgs84", "gcj02"), WGS84_GCJ02)
def test_gcj02_is_converted_as_published(wgs84, gcj02):
    assert convert(wgs84, Datum.GCJ02) == pytest.approx(gcj02, abs=1e-9)
    assert to_wgs84(gcj02, Datum.GCJ02) == pytest.approx(wgs84, abs=1e-8)


@pytest.mark.parametrize(("gcj02", "bd09"), GCJ02_BD09)
def test_bd09_is_gcj02_shifted_again_as_published(gcj02, bd09):
    assert convert(to_wgs84(gcj02, Datum.GCJ02), Datum.BD09) == pytest.approx(bd09, abs=1e-7)


@given(mainland_points, datums)
def test_there_and_back_ends_within_a_millimetre(point, datum):
    assert distance_m(to_wgs84(convert(point, datum), datum), point) < 0.001


@given(st.tuples(st.floats(-60, 10), st.floats(-170, 60)), st.sampled_from(Datum))
def test_abroad_nothing_is_shifted(point, datum):
    assert to_wgs84(point, datum) == point


@pytest.mark.parametrize("point", ABROAD.values(), ids=ABROAD)
def test_places_outside_the_mainland_are_left_alone(point):
    assert convert(point, Datum.GCJ02) == convert(point, Datum.BD09) == point


@pytest.mark.parametrize("point", MAINLAND.values(), ids=MAINLAND)
def test_places_on_the_mainland_are_shifted(point):
    assert 100 < distance_m(convert(point, Datum.GCJ02), point) < 1_000


def test_wgs84_stays_what_it_is():
    assert to_wgs84((23.13, 113.26), Datum.WGS84) == (23.13, 113.26)


def stations():
    if not STATIONS.exists():
        pytest.skip(f"{STATIONS.name} is not there")
    with STATIONS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    points = [(float(row["lat"]), float(row["lon"])) for row in rows]
    return [p for p in points if distance_m(p, (23.13, 113.26)) < 30_000]


def test_guangzhous_stations_are_shifted_by_the_known_amounts():
    points = stations()

    gcj02 = [distance_m(convert(p, Datum.GCJ02), p) for p in points]
    bd09 = [distance_m(convert(p, Datum.BD09), p) for p in points]

    assert min(gcj02) > 585
    assert max(gcj02) < 640
    assert sum(bd09) / len(bd09) == pytest.approx(1_270, abs=20)


@pytest.mark.parametrize("datum", Datum)
def test_a_file_of_known_stations_tells_its_datum(datum):
    points = stations()

    guess = guess_datum([convert(p, datum) for p in points], points)

    assert guess.datum is datum


KNOWN = [(23.13, 113.26), (23.10, 113.32), (23.02, 113.33)]


@pytest.mark.parametrize(
    ("datum", "words"),
    [
        (Datum.WGS84, "looks like WGS-84"),
        (Datum.GCJ02, "looks like GCJ-02"),
        (Datum.BD09, "looks like BD-09"),
    ],
)
def test_the_guess_says_what_the_file_looks_like(datum, words):
    assert str(guess_datum([convert(p, datum) for p in KNOWN], KNOWN)).startswith(words)


def test_positions_that_fit_no_system_are_not_guessed():
    elsewhere = [(lat + 0.02, lon) for lat, lon in KNOWN]

    guess = guess_datum(elsewhere, KNOWN)

    assert guess.datum is None
    assert str(guess).startswith("no system fits")


def test_without_known_places_nothing_is_guessed():
    assert guess_datum([], []).datum is None


def test_abroad_where_all_systems_are_one_it_is_read_as_wgs84():
    columbus = [(39.96, -83.0), (40.0, -83.02)]

    assert guess_datum(columbus, columbus).datum is Datum.WGS84
