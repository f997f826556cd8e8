"""What a position does to a place: the one way in which a place becomes found, or waits."""

from dataclasses import dataclass
from typing import Any

from app.core import clock, settings
from app.core.events import record
from app.core.policies import Actor
from app.core.saving import save
from app.places import queries
from app.places.events import PlaceLocated, PlaceWaiting
from app.places.models import Datum, GeocodeState, Landmark, Place, Precision
from app.places.rules import LatLon, districts_around, same_district
from app.places.rules.areas import NEARBY_M, Districts
from app.places.rules.gazetteer import PRECISION, compound_at

BEST_FIRST = list(Precision)


@dataclass(frozen=True)
class Position:
    """A WGS-84 position, and how it is known.

    Attributes:
        source: Who or what said so: ``pin``, ``given``, ``arrival``, ``earlier``, ``gazetteer``
            or a geocoder's name.
        datum: What it came in.
        is_doubted: It waits for a person, however exact it claims to be.
    """

    point: LatLon
    precision: Precision
    radius_m: int
    source: str
    datum: Datum = Datum.WGS84
    is_doubted: bool = False

    @classmethod
    def of_place(cls, place: Place) -> "Position":
        """Take over the position of an earlier place of the same address."""
        if place.lat is None or place.lon is None:
            raise ValueError("this place has no position")
        point = (place.lat, place.lon)
        return cls(point, place.precision, place.radius_m or 0, "earlier", place.source_datum)

    @classmethod
    def of_landmark(cls, mark: Landmark) -> "Position":
        return cls((mark.lat, mark.lon), PRECISION[mark.kind], mark.radius_m, "gazetteer")

    @property
    def waits(self) -> bool:
        return self.is_doubted or self.radius_m > settings.current().approximate_radius_m


def put(
    place: Place, position: Position, *, action: str, actor: Actor, reason: str | None = None
) -> bool:
    """Give a place its position; it is found, or waits where that is not enough to plan with.

    Records ``PlaceLocated`` or ``PlaceWaiting``. Returns whether anything changed.
    """
    near = queries.landmarks_near(place.territory_id, position.point, NEARBY_M)
    compound = compound_at(place.address or "", position.point, near)
    values: dict[str, Any] = {
        "lat": position.point[0],
        "lon": position.point[1],
        "precision": position.precision,
        "radius_m": position.radius_m,
        "source": position.source,
        "source_datum": position.datum,
        "state": GeocodeState.WAITING if position.waits else GeocodeState.FOUND,
        "landmark_id": compound.id if compound else None,
        "district": place.district or _only(districts_around(position.point, near)),
    }
    if position.precision is Precision.CONFIRMED and position.source == "arrival":
        values["confirmed_at"] = clock.now()
    return _saved(place, values, action=action, actor=actor, reason=reason)


def let_wait(place: Place, *, actor: Actor) -> bool:
    """Leave a place to be found by a person. Records ``PlaceWaiting``."""
    values = {"state": GeocodeState.WAITING}
    return _saved(place, values, action="let-place-wait", actor=actor, reason=None)


def _saved(
    place: Place, values: dict[str, Any], *, action: str, actor: Actor, reason: str | None
) -> bool:
    if values["state"] is not place.state:
        values["state_since"] = clock.now()
    if not save(action, place, values, actor=actor, reason=reason):
        return False
    kind = PlaceLocated if place.state is GeocodeState.FOUND else PlaceWaiting
    record(kind(at=clock.now(), place_id=place.id))
    return True


def share(place: Place, *, actor: Actor) -> list[Place]:
    """Give this position to other people's places of the same address, where theirs is worse.

    One street name may lie in two districts: where both name one, it must be the same.
    """
    position = Position.of_place(place)
    worse = [
        twin
        for twin in queries.twins(place)
        if BEST_FIRST.index(twin.precision) > BEST_FIRST.index(position.precision)
        and _may_be_one(twin, place)
    ]
    return [twin for twin in worse if put(twin, position, action="share-position", actor=actor)]


def earlier(place: Place) -> Position | None:
    """Return what is known of the address from earlier places, the confirmed ones first."""
    known = [
        twin
        for twin in queries.twins(place)
        if twin.state is GeocodeState.FOUND and twin.lat is not None and _may_be_one(twin, place)
    ]
    best = min(known, key=lambda twin: BEST_FIRST.index(twin.precision), default=None)
    return Position.of_place(best) if best else None


def _may_be_one(one: Place, other: Place) -> bool:
    if not one.district or not other.district:
        return True
    return same_district(one.district, other.district)


def _only(districts: Districts) -> str | None:
    return districts.names[0] if len(districts.names) == 1 else None
