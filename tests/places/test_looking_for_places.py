"""A pending place is looked for in the background: geocoder, gazetteer, and else a person."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import db, is_writing, unit_of_work
from app.core.personal import Person
from app.core.tasks import MAX_ATTEMPTS, BackgroundTask
from app.places import service
from app.places.gateways import Found, GeocoderUnavailable
from app.places.models import Datum, GeocodeAnswer, GeocodeState, LandmarkKind, Place, Precision
from app.places.service import geocoding
from app.places.tasks import geocode_place
from tests.factories import MONDAY_8AM, TEST, make_territory
from tests.places.given import DOOR, make_landmark

pytestmark = pytest.mark.usefixtures("app")
ADDRESS = "广州市天河区体育西路123号"


class Geocoder:
    """Says what a test wants, and counts how often it was asked, and when."""

    id = "fake"

    def __init__(self):
        self.asked = []
        self.says = None

    def find(self, question):
        assert not is_writing()
        assert not db.session().in_transaction()
        self.asked.append(question.address)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@pytest.fixture
def geocoder(monkeypatch):
    fake = Geocoder()
    monkeypatch.setattr(geocoding, "chosen_geocoder", lambda: fake)
    return fake


@pytest.fixture
def no_geocoder(monkeypatch, geocoder):
    geocoder.id = ""


@pytest.fixture
def territory(app):
    return make_territory()


def pending(territory, address=ADDRESS, **site):
    with clock.frozen(MONDAY_8AM), unit_of_work():
        return service.find_or_create(
            Person.new(), territory=territory, actor=TEST, address=address, **site
        )


def look_for(place, *, at=MONDAY_8AM, attempts=1):
    task = BackgroundTask(id=uuid4(), payload={"place_id": str(place.id)}, attempts=attempts)
    with clock.frozen(at):
        geocode_place(task)
    return db.session.get(Place, place.id, populate_existing=True)


def answer(radius_m=50, precision=Precision.ADDRESS, point=DOOR):
    return Found(point, precision, radius_m, Datum.WGS84)


def test_what_the_geocoder_knows_is_taken(territory, geocoder):
    geocoder.says = answer()

    place = look_for(pending(territory))

    assert (place.lat, place.lon) == DOOR
    assert (place.state, place.precision) == (GeocodeState.FOUND, Precision.ADDRESS)
    assert (place.source, place.radius_m) == ("fake", 50)


def test_a_rough_answer_within_the_policys_radius_is_planned_as_approximate(territory, geocoder):
    geocoder.says = answer(3_000, Precision.DISTRICT)

    assert look_for(pending(territory)).state is GeocodeState.FOUND


def test_a_coarser_answer_waits_for_a_pin_and_keeps_the_circle(territory, geocoder):
    geocoder.says = answer(3_001, Precision.DISTRICT)

    place = look_for(pending(territory))

    assert place.state is GeocodeState.WAITING
    assert (place.lat, place.radius_m) == (DOOR[0], 3_001)


def test_an_answer_outside_the_area_is_not_believed(territory, geocoder):
    geocoder.says = answer(point=(39.9, 116.4))

    place = look_for(pending(territory))

    assert (place.state, place.lat) == (GeocodeState.WAITING, None)


def test_the_gazetteer_finds_what_the_geocoder_does_not(territory, geocoder):
    make_landmark(territory, LandmarkKind.STREET, "体育西路", radius_m=900)

    place = look_for(pending(territory))

    assert (place.state, place.precision) == (GeocodeState.FOUND, Precision.STREET)
    assert (place.source, place.radius_m) == ("gazetteer", 900)


def test_the_finer_of_geocoder_and_gazetteer_is_taken(territory, geocoder):
    make_landmark(territory, LandmarkKind.COMPOUND, "丽江花园", district="番禺区")
    geocoder.says = answer(5_000, Precision.DISTRICT, (22.95, 113.35))

    place = look_for(pending(territory, "番禺区丽江花园3栋"))

    assert (place.source, place.precision) == ("gazetteer", Precision.COMPOUND)


def test_a_compound_found_by_name_brings_its_permitted_hours(territory, no_geocoder):
    compound = make_landmark(territory, LandmarkKind.COMPOUND, "丽江花园", district="番禺区")

    assert look_for(pending(territory, "番禺区丽江花园3栋")).landmark_id == compound.id


def test_what_nothing_finds_waits_for_a_person(territory, geocoder):
    place = look_for(pending(territory))

    assert (place.state, place.lat) == (GeocodeState.WAITING, None)


def test_a_known_address_is_not_asked_about(territory, geocoder):
    first, second = pending(territory), pending(territory)
    geocoder.says = answer()
    look_for(first)

    place = look_for(second)

    assert (place.state, place.source) == (GeocodeState.FOUND, "earlier")
    assert len(geocoder.asked) == 1


def test_a_failure_is_remembered_and_not_asked_again(territory, geocoder):
    look_for(pending(territory))
    look_for(pending(territory))

    assert len(geocoder.asked) == 1


def test_a_failure_is_asked_about_again_after_a_month(territory, geocoder):
    look_for(pending(territory))
    geocoder.says = answer()

    place = look_for(pending(territory), at=MONDAY_8AM + timedelta(days=31))

    assert (len(geocoder.asked), place.state) == (2, GeocodeState.FOUND)


def test_what_is_remembered_holds_no_address(territory, geocoder):
    look_for(pending(territory))

    row = db.session.scalar(sa.select(GeocodeAnswer))

    assert ADDRESS not in str(vars(row))


def test_no_answer_is_tried_again_later(territory, geocoder):
    geocoder.says = GeocoderUnavailable(reason="busy")
    place = pending(territory)

    with pytest.raises(GeocoderUnavailable):
        look_for(place)

    assert db.session.get(Place, place.id, populate_existing=True).state is GeocodeState.PENDING


def test_at_the_last_attempt_the_place_goes_on_without_the_geocoder(territory, geocoder):
    geocoder.says = GeocoderUnavailable(reason="busy")

    place = look_for(pending(territory), attempts=MAX_ATTEMPTS)

    assert place.state is GeocodeState.WAITING
    assert db.session.scalar(sa.select(GeocodeAnswer)) is None


def test_a_place_pinned_meanwhile_is_left_alone(territory, geocoder):
    place = pending(territory)
    with unit_of_work():
        service.drop_pin(place.id, lat=23.14, lon=113.33, actor=TEST)
    geocoder.says = answer()

    again = look_for(place)

    assert (again.lat, again.source) == (23.14, "pin")
    assert geocoder.asked == []


def test_looking_twice_at_once_does_no_harm(territory, geocoder):
    place = pending(territory)
    geocoder.says = answer()
    look_for(place)

    assert look_for(place).lat == DOOR[0]


def test_a_place_that_is_gone_is_no_failure(territory, geocoder):
    task = BackgroundTask(id=uuid4(), payload={"place_id": str(uuid4())}, attempts=1)

    geocode_place(task)

    assert geocoder.asked == []


def test_a_forgotten_persons_address_is_not_sent_anywhere(territory, geocoder):
    place = pending(territory)
    with unit_of_work():
        person = db.session.get(Person, place.person_id)
        person.wrapped_key, person.forgotten_at = None, MONDAY_8AM

    look_for(place)

    assert geocoder.asked == []
