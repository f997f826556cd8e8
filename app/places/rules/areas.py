"""Whether a position can be right: on Earth, in the service area, in the address's district."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.errors import Invalid, problem_of
from app.places.models import Landmark, LandmarkKind, Territory
from app.places.rules.addresses import same_district
from app.places.rules.earth import LatLon, distance_m, great_circle

NEARBY_M = 3_000
NEIGHBOURS = 3


class PositionNotOnEarth(Invalid):
    """A latitude lies between -90 and 90, a longitude between -180 and 180."""

    code = "position-not-on-earth"


class PositionOutsideArea(Invalid):
    """This position lies outside the area that is served."""

    code = "position-outside-area"


def check_position(point: LatLon) -> None:
    """Refuse what is no position on Earth.

    Raises:
        PositionNotOnEarth: out of range; says so when swapping the two would help.
    """
    lat, lon = point
    if -90 <= lat <= 90 and -180 <= lon <= 180:
        return
    swapped = -90 <= lon <= 90 and -180 <= lat <= 180
    remedy = "latitude and longitude swapped?" if swapped else "give degrees in WGS-84"
    raise PositionNotOnEarth(
        errors=[problem_of("lat", "is not on Earth", value=lat, remedy=remedy)]
    )


def check_served(point: LatLon, territory: Territory) -> None:
    """Refuse a WGS-84 position that a territory does not serve.

    Raises:
        PositionNotOnEarth: it is no position.
        PositionOutsideArea: it is too far from the territory's centre.
    """
    check_position(point)
    if is_served(point, territory):
        return
    away_km = round(distance_m(point, (territory.lat, territory.lon)) / 1000)
    message = f"lies {away_km} km from the centre of {territory.name}"
    remedy = f"the area reaches {territory.radius_km:g} km"
    if abs(point[1]) <= 90 and is_served((point[1], point[0]), territory):
        remedy = "latitude and longitude swapped?"
    shown = f"{point[0]:g}, {point[1]:g}"
    raise PositionOutsideArea(errors=[problem_of("lat", message, value=shown, remedy=remedy)])


def is_served(point: LatLon, territory: Territory) -> bool:
    reach_m = territory.radius_km * 1000
    return distance_m(point, (territory.lat, territory.lon)) <= reach_m


@dataclass(frozen=True)
class Districts:
    """The districts a position may belong to, as far as the gazetteer tells.

    Attributes:
        names: Of the nearest landmarks, or else of the district circles that hold it.
        is_known: Whether the gazetteer says anything at all.
    """

    names: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        return bool(self.names)

    def holds(self, district: str) -> bool:
        return any(same_district(district, name) for name in self.names)


def districts_around(point: LatLon, landmarks: Sequence[Landmark]) -> Districts:
    """Say in which districts a position may lie.

    The nearest three landmarks within 3 km decide; border landmarks therefore allow either side.
    Without any, the circles of the districts themselves. A district goes by every name that the
    gazetteer knows of it: 天河区 is Tianhe District.
    """
    circles = [m for m in landmarks if m.kind is LandmarkKind.DISTRICT]
    small = [m for m in landmarks if m.kind is not LandmarkKind.DISTRICT and m.district]
    near = _nearest(point, small)
    if near:
        told = [mark.district for mark in near if mark.district]
        return Districts(_named(name for one in told for name in _also_named(one, circles)))
    inside = [m for m in circles if distance_m(point, (m.lat, m.lon)) <= m.radius_m]
    return Districts(_named(name for mark in inside for name in _names_of(mark)))


def _nearest(point: LatLon, landmarks: Sequence[Landmark]) -> list[Landmark]:
    if not landmarks:
        return []
    away = great_circle([point], [(mark.lat, mark.lon) for mark in landmarks])[0]
    chosen = [int(i) for i in away.argsort(kind="stable")[:NEIGHBOURS] if away[i] <= NEARBY_M]
    return [landmarks[i] for i in chosen]


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _also_named(district: str, circles: Sequence[Landmark]) -> list[str]:
    names = [_names_of(mark) for mark in circles]
    same = [known for known in names if any(same_district(district, name) for name in known)]
    return [district, *(name for known in same for name in known)]


def _names_of(mark: Landmark) -> list[str]:
    return [name for name in (mark.district, mark.name_zh, mark.name) if name]
