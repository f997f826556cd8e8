"""Making places, and fixing where they are: by what was sent, a pin, or the first arrival."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from app.core import audit, clock, tasks
from app.core.db import db, lock
from app.core.errors import Conflict
from app.core.events import record
from app.core.personal import Person
from app.core.policies import Actor, require, system
from app.core.saving import save
from app.places import policies, queries
from app.places.events import PlaceLocated
from app.places.models import Datum, GeocodeState, Place, Precision, Territory
from app.places.queries import PlaceNotFound
from app.places.rules import (
    LatLon,
    check_position,
    check_served,
    distance_m,
    district_in,
    districts_around,
    to_wgs84,
)
from app.places.rules.areas import NEARBY_M, Districts
from app.places.service.positions import Position, earlier, put, share

GIVEN_RADIUS_M = 50
FAR_ARRIVAL_M = 1_000
ON_SITE = system("visits")


class PinInOtherDistrict(Conflict):
    """The pin lies in another district than the address says."""

    code = "pin-in-other-district"


class Site(TypedDict):
    """What is known of a place when it is first named.

    Attributes:
        position: Latitude and longitude as given, in ``datum``.
        permitted_hours: Local hours, ``[["08:00", "12:00"]]``.
    """

    address: str
    district: NotRequired[str | None]
    position: NotRequired[tuple[float, float] | None]
    datum: NotRequired[Datum]
    floor: NotRequired[int | None]
    has_lift: NotRequired[bool | None]
    parking: NotRequired[str | None]
    permitted_hours: NotRequired[list[list[str]] | None]


def find_or_create(
    person: Person, *, territory: Territory, actor: Actor, **site: Unpack[Site]
) -> Place:
    """Return a person's place at an address, made if it is new; never waits for a geocoder.

    A given position is taken unless the place is confirmed already. Without one the address's
    earlier places are asked, or else the place is pending and the task ``geocode-place`` looks
    for it. A given position in another district than the address's waits for a person.

    Raises:
        PositionNotOnEarth: the given position is none.
        PositionOutsideArea: the territory does not serve it.
    """
    index = queries.address_index(territory, site["address"])
    place = queries.held_by(person.id, territory.id, index)
    is_new = place is None
    if place is None:
        place = Place(person=person, territory_id=territory.id, address_index=index)
        place.address = site["address"]
        db.session.add(place)
    save("record-place", place, _facts(place, site), actor=actor)
    given = site.get("position")
    if given is not None and place.precision is not Precision.CONFIRMED:
        position = _given(place, given, Datum(site.get("datum") or Datum.WGS84), territory)
        put(place, position, action="place-given", actor=actor)
    elif is_new:
        _look_for(place, actor=actor)
    return place


def _facts(place: Place, site: Site) -> dict[str, object]:
    """Return what the sender knows of the site; what they leave out stays as it was."""
    known = {
        "district": site.get("district") or place.district or district_in(site["address"]),
        "floor": site.get("floor"),
        "has_lift": site.get("has_lift"),
        "parking": site.get("parking"),
        "permitted_hours": site.get("permitted_hours") or None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _given(place: Place, given: LatLon, datum: Datum, territory: Territory) -> Position:
    check_position(given)
    point = to_wgs84(given, datum)
    check_served(point, territory)
    around = _districts(place, point)
    doubted = bool(place.district and around.is_known and not around.holds(place.district))
    return Position(point, Precision.PIN, GIVEN_RADIUS_M, "given", datum, is_doubted=doubted)


def _look_for(place: Place, *, actor: Actor) -> None:
    known = earlier(place)
    if known is not None:
        put(place, known, action="place-known", actor=actor)
        return
    db.session.flush()
    tasks.enqueue("geocode-place", {"place_id": str(place.id)})


def drop_pin(
    place_id: UUID,
    *,
    lat: float,
    lon: float,
    datum: Datum = Datum.WGS84,
    actor: Actor,
    reason: str | None = None,
) -> Place:
    """Say by hand where a place is; other places of the same address learn it too.

    Raises:
        PlaceNotFound: there is none for this actor.
        Forbidden: the actor may see the place but not pin it.
        PositionNotOnEarth: this is no position.
        PositionOutsideArea: the territory does not serve it.
        PinInOtherDistrict: it lies in another district than the address, and no reason is given.
    """
    place = _locked(queries.get(place_id, actor=actor).id)
    require(policies.can_pin(actor, place), "pin-place")
    check_position((lat, lon))
    point = to_wgs84((lat, lon), datum)
    check_served(point, queries.territory(place.territory_id))
    around = _districts(place, point)
    if place.district and around.is_known and not around.holds(place.district) and not reason:
        remedy = "move the pin, or give a reason to keep it"
        raise PinInOtherDistrict(address=place.district, pin=list(around.names), remedy=remedy)
    position = Position(point, Precision.PIN, 0, "pin", datum)
    put(place, position, action="drop-pin", actor=actor, reason=reason)
    share(place, actor=actor)
    return place


def change_site(place_id: UUID, facts: Mapping[str, Any], *, actor: Actor) -> Place:
    """Change what is known on site: district, permitted hours, floor, lift, parking.

    Records ``PlaceLocated``: what is planned there may have to change.

    Raises:
        PlaceNotFound: there is none for this actor.
        Forbidden: the actor may see the place but not change it.
    """
    place = queries.get(place_id, actor=actor)
    require(policies.can_pin(actor, place), "change-site")
    if save("change-site", place, facts, actor=actor) and place.state is GeocodeState.FOUND:
        record(PlaceLocated(at=clock.now(), place_id=place.id))
    return place


def confirm_position(place_id: UUID, lat: float, lon: float) -> Place:
    """Fix an address for good where a technician arrived; the first time only.

    An arrival over a kilometre from a position that a person or a geocoder knew to the door is
    noted and fixes nothing: the phone, or the report, was somewhere else.

    Args:
        place_id: Where somebody arrived.
        lat: Of the arrival, WGS-84 as phones have it.
        lon: Of the arrival.

    Raises:
        PlaceNotFound: there is none.
        PositionNotOnEarth: this is no position.
    """
    place = _locked(place_id)
    check_position((lat, lon))
    if place.precision is Precision.CONFIRMED:
        return place
    if _is_elsewhere(place, (lat, lon)):
        audit.note("arrival-elsewhere", "places", place.id, actor=ON_SITE)
        return place
    position = Position((lat, lon), Precision.CONFIRMED, 0, "arrival")
    put(place, position, action="confirm-position", actor=ON_SITE)
    share(place, actor=ON_SITE)
    return place


def _is_elsewhere(place: Place, arrival: LatLon) -> bool:
    exact = place.state is GeocodeState.FOUND and place.precision in {
        Precision.PIN,
        Precision.ADDRESS,
    }
    if not exact or place.lat is None or place.lon is None:
        territory = queries.territory(place.territory_id)
        centre = (territory.lat, territory.lon)
        return distance_m(arrival, centre) > territory.radius_km * 1000
    return distance_m(arrival, (place.lat, place.lon)) > FAR_ARRIVAL_M


def reveal_address(place_id: UUID, *, reason: str, actor: Actor) -> Place:
    """Let somebody read an address in full; that they did is recorded.

    Raises:
        PlaceNotFound: there is none for this actor.
        Forbidden: the actor may see the place but not its address.
    """
    place = queries.get(place_id, actor=actor)
    require(policies.can_reveal(actor, place), "reveal-address")
    audit.note("reveal-address", "places", place.id, actor=actor, reason=reason)
    return place


def _districts(place: Place, point: LatLon) -> Districts:
    return districts_around(point, queries.landmarks_near(place.territory_id, point, NEARBY_M))


def _locked(place_id: UUID) -> Place:
    found = lock(Place, [place_id]).get(place_id)
    if found is None:
        raise PlaceNotFound(place_id=place_id)
    return found
