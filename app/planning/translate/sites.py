"""Places as the solver's locations: one for each door, its position and how well it is known."""

from dataclasses import dataclass, field
from uuid import UUID

from app.core import settings
from app.core.errors import Invalid
from app.places.models import Place, Territory
from app.places.rules import check_served, is_approximate


def is_usable(place: Place, territory: Territory) -> bool:
    """Tell whether a place is known well enough, and near enough, to be planned at all."""
    if place.lat is None or place.lon is None:
        return False
    if (place.radius_m or 0) > settings.current().approximate_radius_m:
        return False
    try:
        check_served((place.lat, place.lon), territory)
    except Invalid:
        return False
    return True


@dataclass
class Sites:
    """Locations in the order in which they were met.

    Doors at the same position share a location, so that the second job there needs no setup;
    places known only coarsely never share one, because they are hardly at the same door.
    """

    points: list[tuple[float, float]] = field(default_factory=list)
    approximate: list[bool] = field(default_factory=list)
    radii_m: list[int | None] = field(default_factory=list)
    _known: dict[object, int] = field(default_factory=dict)

    def of(self, place: Place) -> str:
        """Return the location id of a place that has a position."""
        assert place.lat is not None  # noqa: S101  whoever asks has looked
        assert place.lon is not None  # noqa: S101
        coarse = is_approximate(place.radius_m)
        point = (round(place.lat, 5), round(place.lon, 5))
        key: UUID | tuple[float, float] = place.id if coarse else point
        if key not in self._known:
            self._known[key] = len(self.points)
            self.points.append(point)
            self.approximate.append(coarse)
            self.radii_m.append(place.radius_m)
        return name_of(self._known[key])

    def locations(self) -> list[dict[str, object]]:
        """Return ``locations`` of the planning format."""
        return [
            {"id": name_of(at), "lat": lat, "lon": lon}
            for at, (lat, lon) in enumerate(self.points)
        ]


def name_of(index: int) -> str:
    return f"site-{index + 1}"


def index_of(name: str) -> int:
    return int(name.removeprefix("site-")) - 1
