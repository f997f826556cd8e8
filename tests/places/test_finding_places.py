"""A place is found by what was sent, by what is known of its address, or it is looked for."""

import pytest
import sqlalchemy as sa

from app.core import audit, clock
from app.core.db import db, unit_of_work
from app.core.events import collected
from app.core.personal import Person
from app.core.tasks import BackgroundTask
from app.places import queries, service
from app.places.events import PlaceLocated, PlaceWaiting
from app.places.models import Datum, GeocodeState, LandmarkKind, Place, Precision
from app.places.rules import convert, distance_m
from app.places.rules.areas import PositionNotOnEarth, PositionOutsideArea
from tests.factories import MONDAY_8AM, TEST, dispatcher, make_territory
from tests.places.given import DOOR, make_landmark

pytestmark = pytest.mark.usefixtures("app")

ADDRESS = "广州市天河区体育西路123号5栋1202室"


@pytest.fixture(autouse=True)
def _fixed_clock():
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def territory(app):
    return make_territory(code="GZ")


def found(territory, *, person=None, address=ADDRESS, **site):
    with unit_of_work():
        person = person or Person.new()
        db.session.add(person)
        return service.find_or_create(
            person, territory=territory, actor=TEST, address=address, **site
        )


def queued():
    return list(db.session.scalars(sa.select(BackgroundTask.kind)))


def test_a_given_position_is_taken_as_it_is(territory):
    place = found(territory, position=DOOR)

    assert (place.lat, place.lon) == DOOR
    assert (place.state, place.precision) == (GeocodeState.FOUND, Precision.PIN)
    assert queued() == []


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_position_in_another_datum_is_kept_in_wgs84_with_its_source(territory, datum):
    place = found(territory, position=convert(DOOR, datum), datum=datum)

    assert distance_m((place.lat, place.lon), DOOR) < 0.01
    assert place.source_datum is datum


def test_the_address_is_sealed_and_its_district_read(territory):
    place = found(territory, position=DOOR)

    assert place.address == ADDRESS
    assert "体育西路".encode() not in place.address_sealed
    assert place.district == "天河区"


def test_without_a_position_the_place_is_pending_and_looked_for_in_the_background(territory):
    place = found(territory)

    assert place.state is GeocodeState.PENDING
    assert place.lat is None
    assert queued() == ["geocode-place"]


def test_the_same_person_at_the_same_address_has_one_place(territory):
    person = Person.new()
    first = found(territory, person=person, position=DOOR, floor=12)

    again = found(territory, person=person, address="天河区体育西路123号5幢1202房", parking="P2")

    assert again.id == first.id
    assert (again.floor, again.parking) == (12, "P2")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Place)) == 1


def test_the_same_again_changes_nothing_and_leaves_no_trace(territory):
    person = Person.new()
    place = found(territory, person=person, position=DOOR, floor=12)
    before = len(audit.history("places", place.id))

    found(territory, person=person, position=DOOR, floor=12)

    assert len(audit.history("places", place.id)) == before


def test_an_earlier_place_of_the_same_address_is_taken_over(territory):
    found(territory, position=DOOR)

    neighbour = found(territory, address="广东省广州市天河区体育西路123号5栋1202房")

    assert (neighbour.lat, neighbour.lon) == DOOR
    assert (neighbour.state, neighbour.source) == (GeocodeState.FOUND, "earlier")
    assert queued() == []


def test_a_confirmed_earlier_place_comes_before_a_given_one(territory):
    given = found(territory, position=DOOR)
    arrived = (DOOR[0] + 0.0004, DOOR[1])
    with unit_of_work():
        service.confirm_position(given.id, *arrived)
    found(territory, position=DOOR)

    neighbour = found(territory)

    assert (neighbour.lat, neighbour.lon) == arrived
    assert neighbour.precision is Precision.CONFIRMED


def test_the_same_street_in_another_district_is_not_the_same_address(territory):
    found(territory, address="解放路1号", district="天河区", position=DOOR)

    other = found(territory, address="解放路1号", district="越秀区")

    assert other.state is GeocodeState.PENDING


def test_the_same_address_in_another_territory_is_another_place(territory):
    found(territory, position=DOOR)

    assert found(make_territory(code="FS")).state is GeocodeState.PENDING


def test_a_confirmed_position_is_not_moved_by_what_an_order_says(territory):
    person = Person.new()
    place = found(territory, person=person, position=DOOR)
    with unit_of_work():
        service.confirm_position(place.id, *DOOR)

    again = found(territory, person=person, position=(23.1400, 113.3300))

    assert (again.lat, again.lon) == DOOR


@pytest.mark.parametrize(
    ("position", "error", "hint"),
    [
        ((91.0, 113.3), PositionNotOnEarth, "degrees"),
        ((113.32, 23.13), PositionNotOnEarth, "swapped"),
        ((39.9, 116.4), PositionOutsideArea, "reaches 60 km"),
        ((0.0, 0.0), PositionOutsideArea, "reaches 60 km"),
        ((float("nan"), 113.0), PositionNotOnEarth, "degrees"),
    ],
)
def test_coordinates_on_the_moon_are_refused_with_a_hint(territory, position, error, hint):
    with pytest.raises(error) as refusal:
        found(territory, position=position)

    assert hint in refusal.value.details["errors"][0]["remedy"]


def test_swapped_coordinates_that_would_lie_inside_are_recognised():
    columbus = make_territory(lat=39.96, lon=-83.0, country="US")

    with pytest.raises(PositionOutsideArea) as refusal:
        found(columbus, position=(-83.0, 39.96))

    assert refusal.value.details["errors"][0]["remedy"] == "latitude and longitude swapped?"


def test_a_given_position_in_another_district_waits_for_a_person(territory):
    make_landmark(territory, LandmarkKind.STATION, "公园前", DOOR, district="越秀区")

    place = found(territory, position=DOOR)

    assert place.state is GeocodeState.WAITING
    assert (place.lat, place.lon) == DOOR


def test_a_position_inside_a_compound_belongs_to_it(territory):
    compound = make_landmark(
        territory, LandmarkKind.COMPOUND, "Lijiang", DOOR, permitted_hours=[["09:00", "12:00"]]
    )

    place = found(territory, position=(DOOR[0] + 0.001, DOOR[1]))

    assert place.landmark_id == compound.id


def test_a_position_beyond_the_compound_does_not(territory):
    make_landmark(territory, LandmarkKind.COMPOUND, "Lijiang", DOOR)

    assert found(territory, position=(DOOR[0] + 0.01, DOOR[1])).landmark_id is None


def test_of_two_compounds_the_one_that_the_address_names_is_taken(territory):
    make_landmark(territory, LandmarkKind.COMPOUND, "近花园", DOOR)
    named = make_landmark(territory, LandmarkKind.COMPOUND, "远花园", (DOOR[0] + 0.002, DOOR[1]))

    place = found(territory, address="天河区远花园3栋", position=DOOR)

    assert place.landmark_id == named.id


def test_a_place_that_is_found_or_waits_is_announced(territory):
    make_landmark(territory, LandmarkKind.STATION, "公园前", DOOR, district="越秀区")

    with unit_of_work(), collected() as announced:
        stays = service.find_or_create(
            Person.new(), territory=territory, actor=TEST, address="解放路1号", position=DOOR
        )
        waits = service.find_or_create(
            Person.new(), territory=territory, actor=TEST, address=ADDRESS, position=DOOR
        )

    assert [(type(event), event.place_id) for event in announced] == [
        (PlaceLocated, stays.id),
        (PlaceWaiting, waits.id),
    ]


def test_the_waiting_list_is_scoped_to_the_dispatchers_territories(territory):
    make_landmark(territory, LandmarkKind.STATION, "公园前", DOOR, district="越秀区")
    place = found(territory, position=DOOR)

    assert [row.id for row in queries.waiting(dispatcher(territory))] == [place.id]
    assert queries.waiting(dispatcher(make_territory())) == []
