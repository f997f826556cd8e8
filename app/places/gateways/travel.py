"""Where travel times come from: one interface for the estimate, road graphs and routers."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from app.core.errors import Unavailable
from app.places.models import Territory
from app.places.rules import Coefficients, LatLon, coefficients_of, estimate
from app.places.rules.guards import Matrix, Quality, Snap


class RouterUnavailable(Unavailable):
    """The router did not answer."""

    code = "router-unavailable"


class TravelTimes(Protocol):
    """A source of free-flow travel times.

    Attributes:
        id: Names the source and its version; part of the cache's key.
        is_cached: Whether asking costs something, so that answers are kept.
    """

    @property
    def id(self) -> str: ...

    @property
    def is_cached(self) -> bool: ...

    def snap(self, points: Sequence[LatLon]) -> list[Snap]:
        """Bring points onto the road network, telling how far each was moved."""
        ...

    def matrix(self, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> Matrix:
        """Return driving seconds and metres for every pair; no access, no time of day.

        Raises:
            RouterUnavailable: it does not answer.
        """
        ...

    def path(self, origin: LatLon, destination: LatLon) -> list[LatLon]:
        """Return the way as points to draw."""
        ...


class EstimatedTravel:
    """The default: needs no map, costs nothing, says so in the quality."""

    id = "estimate"
    is_cached = False

    def __init__(self, city: Coefficients) -> None:
        self.city = city

    def snap(self, points: Sequence[LatLon]) -> list[Snap]:
        return [Snap(point, 0.0) for point in points]

    def matrix(self, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> Matrix:
        seconds, metres = estimate(origins, destinations, self.city)
        quality = np.full(seconds.shape, Quality.ESTIMATED, dtype=np.uint8)
        return Matrix(seconds, metres, quality)

    def path(self, origin: LatLon, destination: LatLon) -> list[LatLon]:
        return [origin, destination]


def travel_times(territory: Territory) -> TravelTimes:
    """Return the source of travel times for a territory."""
    return EstimatedTravel(coefficients_of(territory))
