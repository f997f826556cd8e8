"""A person says where a place is; the first arrival fixes it for good."""

import pytest

from app.core import audit, clock
from app.core.db import unit_of_work
from app.core.errors import Forbidden
from app.core.policies import Actor, Role
from app.places import queries, service
from app.places.models import Datum, GeocodeState, LandmarkKind, Place, Precision
from app.places.rules import convert, distance_m
from app.places.rules.areas import PositionOutsideArea
from app.places.service import PinInOtherDistrict
from tests.factories import MONDAY_8AM, dispatcher, make_place, make_territory
from tests.places.given import DOOR, make_landmark

pytestmark = pytest.mark.usefixtures("app")

NOWHERE = {
    "lat": None,
    "lon": None,
    "precision": Precision.NONE,
    "radius_m": None,
    "state": GeocodeState.WAITING,
    "source": "",
}


@pytest.fixture
def territory(app):
    return make_territory()


@pytest.fixture
def place(territory):
    return make_place(territory, district="天河区", address_index="same", **NOWHERE)


def pin(place, actor, *, lat=DOOR[0], lon=DOOR[1], **given):
    with unit_of_work():
        return service.drop_pin(place.id, lat=lat, lon=lon, actor=actor, **given)


def station(territory, district):
    return make_landmark(territory, LandmarkKind.STATION, f"{district}站", DOOR, district=district)


def test_a_pin_ends_the_waiting(territory, place):
    pinned = pin(place, dispatcher(territory))

    assert (pinned.lat, pinned.lon) == DOOR
    assert (pinned.state, pinned.precision) == (GeocodeState.FOUND, Precision.PIN)
    assert (pinned.radius_m, pinned.source) == (0, "pin")


def test_a_pin_from_a_chinese_map_is_converted(territory, place):
    lat, lon = convert(DOOR, Datum.GCJ02)

    pinned = pin(place, dispatcher(territory), lat=lat, lon=lon, datum=Datum.GCJ02)

    assert distance_m((pinned.lat, pinned.lon), DOOR) < 0.01


def test_everybody_waiting_at_the_address_is_found_with_it(territory, place):
    twin = make_place(territory, district="天河区", address_index="same", **NOWHERE)
    other = make_place(territory, address_index="other", **NOWHERE)

    pin(place, dispatcher(territory))

    assert queries.get(twin.id, actor=dispatcher(territory)).state is GeocodeState.FOUND
    assert queries.get(other.id, actor=dispatcher(territory)).state is GeocodeState.WAITING


def test_a_pin_in_another_district_is_refused_and_says_both(territory, place):
    station(territory, "越秀区")

    with pytest.raises(PinInOtherDistrict) as refusal:
        pin(place, dispatcher(territory))

    assert refusal.value.details["address"] == "天河区"
    assert refusal.value.details["pin"] == ["越秀区"]


def test_a_district_goes_by_each_of_its_names(territory):
    make_landmark(
        territory,
        LandmarkKind.DISTRICT,
        "Tianhe District",
        DOOR,
        district="天河区",
        name_zh="天河区",
        radius_m=6_000,
    )
    station(territory, "天河区")
    english = make_place(territory, district="Tianhe District", **NOWHERE)

    assert pin(english, dispatcher(territory)).precision == Precision.PIN


def test_a_reason_keeps_a_pin_in_another_district_and_is_recorded(territory, place):
    station(territory, "越秀区")

    pinned = pin(place, dispatcher(territory), reason="new street on the border")

    assert pinned.state is GeocodeState.FOUND
    assert audit.history("places", place.id)[-1].reason == "new street on the border"


def test_at_the_border_either_district_is_right(territory, place):
    station(territory, "越秀区")
    station(territory, "天河区")

    assert pin(place, dispatcher(territory)).state is GeocodeState.FOUND


def test_a_pin_outside_the_area_is_refused(territory, place):
    with pytest.raises(PositionOutsideArea):
        pin(place, dispatcher(territory), lat=39.9, lon=116.4)


def test_another_territorys_dispatcher_cannot_learn_that_the_place_exists(place):
    with pytest.raises(queries.PlaceNotFound):
        pin(place, dispatcher(make_territory()))


def test_a_technician_cannot_pin(place):
    with pytest.raises((queries.PlaceNotFound, Forbidden)):
        pin(place, Actor(via="session", roles=frozenset({Role.TECHNICIAN})))


def arrive(place, lat=DOOR[0], lon=DOOR[1]):
    with clock.frozen(MONDAY_8AM), unit_of_work():
        return service.confirm_position(place.id, lat, lon)


def test_the_first_arrival_fixes_the_address(territory, place):
    fixed = arrive(place)

    assert (fixed.lat, fixed.lon) == DOOR
    assert (fixed.precision, fixed.confirmed_at) == (Precision.CONFIRMED, MONDAY_8AM)


def test_the_second_arrival_changes_nothing(place):
    arrive(place)

    again = arrive(place, DOOR[0] + 0.002)

    assert (again.lat, again.lon) == DOOR


def test_other_places_of_the_address_learn_the_confirmed_position(territory, place):
    twin = make_place(territory, district="天河区", address_index="same", **NOWHERE)

    arrive(place)

    learned = queries.get(twin.id, actor=dispatcher(territory))
    assert ((learned.lat, learned.lon), learned.precision) == (DOOR, Precision.CONFIRMED)


def test_an_arrival_far_from_a_known_door_is_noted_and_fixes_nothing(territory):
    known = make_place(territory, lat=DOOR[0], lon=DOOR[1])

    arrive(known, DOOR[0] + 0.02)

    assert audit.history("places", known.id)[-1].action == "arrival-elsewhere"
    kept = queries.get(known.id, actor=dispatcher(territory))
    assert (kept.lat, kept.precision) == (DOOR[0], Precision.PIN)


def test_an_arrival_far_from_a_rough_position_does_fix_it(territory):
    rough = {"precision": Precision.DISTRICT, "radius_m": 5_000}
    known = make_place(territory, lat=DOOR[0] + 0.03, lon=DOOR[1], **rough)

    assert arrive(known).precision is Precision.CONFIRMED


def test_an_arrival_outside_the_service_area_fixes_nothing(territory, place):
    arrive(place, 0.0, 0.0)

    assert queries.get(place.id, actor=dispatcher(territory)).state is GeocodeState.WAITING


def test_reading_an_address_in_full_is_recorded(territory, place):
    with unit_of_work():
        row = service.reveal_address(
            place.id, reason="consumer on the phone", actor=dispatcher(territory)
        )

    assert row.address == "广州市天河区体育西路1号"
    assert audit.history("places", place.id)[-1].action == "reveal-address"


def test_what_is_known_on_site_is_changed_and_announced(territory):
    found: Place = make_place(territory)

    with unit_of_work():
        changed = service.change_site(
            found.id, {"floor": 8, "has_lift": False}, actor=dispatcher(territory)
        )

    assert (changed.floor, changed.has_lift) == (8, False)
