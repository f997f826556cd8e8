"""Finding an address, roughly, by the landmarks it names."""

from collections.abc import Sequence

from app.places.models import Landmark, LandmarkKind, Precision
from app.places.rules.addresses import district_in, mentions, normalise_address, same_district
from app.places.rules.earth import LatLon, distance_m

FINEST_FIRST = (
    LandmarkKind.COMPOUND,
    LandmarkKind.STATION,
    LandmarkKind.STREET,
    LandmarkKind.DISTRICT,
)
PRECISION = {
    LandmarkKind.COMPOUND: Precision.COMPOUND,
    LandmarkKind.STATION: Precision.STREET,
    LandmarkKind.STREET: Precision.STREET,
    LandmarkKind.DISTRICT: Precision.DISTRICT,
}


def best_landmark(
    address: str, district: str | None, landmarks: Sequence[Landmark]
) -> Landmark | None:
    """Return the finest landmark that an address names, in its own district; the longest name.

    A district counts where the address begins with it or the order says so: 天河路 is no reason
    to look in 天河区's middle for more than the district.
    """
    named = district or district_in(address)
    text = normalise_address(address)
    rest = text.removeprefix(normalise_address(named)) if named else text
    fitting = [mark for mark in landmarks if _fits(mark, rest, named)]
    return min(
        fitting,
        key=lambda mark: (FINEST_FIRST.index(mark.kind), -_length(rest, mark), mark.name),
        default=None,
    )


def compound_at(address: str, point: LatLon, landmarks: Sequence[Landmark]) -> Landmark | None:
    """Find the compound a position lies in, one that the address names before all others."""
    compounds = [mark for mark in landmarks if mark.kind is LandmarkKind.COMPOUND]
    around = [m for m in compounds if distance_m(point, (m.lat, m.lon)) <= m.radius_m]
    text = normalise_address(address)
    named = [mark for mark in around if _length(text, mark)]
    return min(named or around, key=lambda m: distance_m(point, (m.lat, m.lon)), default=None)


def _fits(mark: Landmark, text: str, district: str | None) -> bool:
    if mark.kind is LandmarkKind.DISTRICT:
        return district is not None and any(same_district(district, n) for n in _names(mark))
    elsewhere = district and mark.district and not same_district(district, mark.district)
    return not elsewhere and _length(text, mark) > 0


def _length(text: str, mark: Landmark) -> int:
    return max((len(name) for name in _names(mark) if mentions(text, name)), default=0)


def _names(mark: Landmark) -> list[str]:
    return [name for name in (mark.name_zh, mark.name) if name]
