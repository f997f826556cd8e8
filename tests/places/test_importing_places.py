"""Territories and landmarks come in by file, in either language and any datum."""

import pytest
import sqlalchemy as sa

from app.core import imports, tabular
from app.core.db import db, unit_of_work
from app.core.errors import Forbidden
from app.places.models import Datum, Landmark, Territory
from app.places.rules import convert, distance_m
from tests.factories import TEST, administrator, dispatcher, make_territory
from tests.places.given import DOOR

pytestmark = pytest.mark.usefixtures("app")

TERRITORIES = (
    "code,name,name_zh,timezone,country,lat,lon,radius_km\n"
    "GZ,Guangzhou,广州,Asia/Shanghai,CN,23.13,113.26,60\n"
)
LANDMARK_HEADER = "服务区,类型,名称,区县,纬度,经度,坐标系,半径米,允许施工时间\n"


def load(kind, text, *, actor=TEST, update=False, **options):
    context = imports.Context(actor=actor, update=update)
    with unit_of_work():
        return imports.run(kind, tabular.read(text.encode()), context, **options)


def outcomes(report):
    return [row.outcome.value for row in report.rows]


def problems(report):
    return [(fault["field"], fault["message"]) for row in report.rows for fault in row.errors]


def test_a_territory_is_opened_and_the_same_file_again_changes_nothing():
    assert outcomes(load("territories", TERRITORIES)) == ["created"]
    assert outcomes(load("territories", TERRITORIES)) == ["unchanged"]


def test_a_territory_that_differs_changes_only_when_asked():
    load("territories", TERRITORIES)
    wider = TERRITORIES.replace(",60", ",80")

    assert outcomes(load("territories", wider)) == ["conflict"]
    assert outcomes(load("territories", wider, update=True)) == ["updated"]
    assert db.session.scalar(sa.select(Territory.radius_km)) == 80


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        (",Asia/Shanghai,", "timezone", "is unknown"),
        (",CN,", "country", "is no country code"),
        (",23.13,", "lat", "is not between -90 and 90"),
        (",60", "radius_km", "is not between 1 and 500"),
    ],
)
def test_a_territory_that_cannot_be_is_refused_with_its_field(wrong, field, message):
    bad = {"timezone": ",Mars/Base,", "country": ",China,", "lat": ",123,", "radius_km": ",9000"}
    report = load("territories", TERRITORIES.replace(wrong, bad[field]))

    assert problems(report) == [(field, message)]


def test_only_administrators_open_territories():
    with pytest.raises(Forbidden):
        load("territories", TERRITORIES, actor=dispatcher())


def landmark_line(datum="", point=DOOR, name="丽江花园", hours="08:00-12:00;14:00-18:00"):
    lat, lon = point
    return f"GZ,小区,{name},天河区,{lat:.7f},{lon:.7f},{datum},300,{hours}\n"


@pytest.mark.parametrize(
    ("words", "datum"),
    [("", Datum.WGS84), ("高德", Datum.GCJ02), ("bd09", Datum.BD09), ("GCJ-02", Datum.GCJ02)],
)
def test_landmarks_of_any_datum_are_kept_in_wgs84(words, datum):
    make_territory(code="GZ")

    report = load("landmarks", LANDMARK_HEADER + landmark_line(words, convert(DOOR, datum)))

    assert outcomes(report) == ["created"]
    row = db.session.scalar(sa.select(Landmark))
    assert distance_m((row.lat, row.lon), DOOR) < 0.05
    assert row.permitted_hours == [["08:00", "12:00"], ["14:00", "18:00"]]


@pytest.mark.parametrize("words", ["", "高德", "百度"])
def test_the_same_landmarks_again_change_nothing(words):
    make_territory(code="GZ")
    text = LANDMARK_HEADER + landmark_line(words)
    load("landmarks", text)

    assert outcomes(load("landmarks", text)) == ["unchanged"]


def test_a_landmark_that_moved_is_updated_when_asked():
    make_territory(code="GZ")
    load("landmarks", LANDMARK_HEADER + landmark_line())
    moved = LANDMARK_HEADER + landmark_line(point=(23.14, 113.33))

    assert outcomes(load("landmarks", moved)) == ["conflict"]
    assert outcomes(load("landmarks", moved, update=True)) == ["updated"]
    assert db.session.scalar(sa.select(Landmark.lat)) == 23.14


def test_a_bad_landmark_is_named_and_the_good_ones_stay():
    make_territory(code="GZ")
    lines = [
        landmark_line(),
        landmark_line(name="月球", point=(0.0, 0.0)),
        landmark_line(name="半夜", hours="18:00-08:00"),
    ]

    report = load("landmarks", LANDMARK_HEADER + "".join(lines))

    assert outcomes(report) == ["created", "refused", "refused"]
    assert [field for field, _ in problems(report)] == ["lat", "permitted_hours"]


def test_a_landmark_of_an_unknown_territory_is_refused():
    report = load("landmarks", LANDMARK_HEADER + landmark_line())

    assert problems(report) == [("territory", "There is no such territory.")]


def test_a_dispatcher_imports_landmarks_of_their_own_territory_only():
    own = make_territory(code="GZ")
    text = LANDMARK_HEADER + landmark_line()

    assert outcomes(load("landmarks", text, actor=dispatcher())) == ["refused"]
    assert outcomes(load("landmarks", text, actor=dispatcher(own))) == ["created"]


def test_a_dry_run_reports_and_leaves_nothing():
    report = load("territories", TERRITORIES, actor=administrator(), dry_run=True)

    assert outcomes(report) == ["created"]
    assert db.session.scalar(sa.select(Territory)) is None


@pytest.mark.parametrize("kind", ["territories", "landmarks"])
def test_the_template_imports_as_it_is(kind):
    if kind == "landmarks":
        make_territory(code="GZ")

    report = load(kind, imports.template(kind).decode("utf-8-sig"))

    assert outcomes(report) == ["created"]
