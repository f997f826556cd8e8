"""Travel times without a map, good to 20 to 33 % on cities they were not fitted to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.places.models import Territory
from app.places.rules.earth import Floats, LatLon, great_circle

Ints = NDArray[np.int32]


APPROXIMATE_FROM_M = 500
"""A position known only to a larger radius than this is planned as approximate."""


@dataclass(frozen=True)
class Coefficients:
    """How a city drives: minutes = ``minutes`` × km ^ ``power``, great-circle, free flow.

    Attributes:
        access_seconds: Parking, gate and lift at each stop.
        detour: Road metres for each metre as the crow flies; for mileage only.
    """

    minutes: float = 3.11
    power: float = 0.741
    access_seconds: int = 120
    detour: float = 1.35


def coefficients_of(territory: Territory) -> Coefficients:
    """Return how a territory drives."""
    return Coefficients(
        minutes=territory.travel_minutes,
        power=territory.travel_power,
        access_seconds=territory.access_seconds,
        detour=territory.detour,
    )


def estimate(
    origins: Sequence[LatLon], destinations: Sequence[LatLon], city: Coefficients
) -> tuple[Ints, Ints]:
    """Return driving seconds and road metres, one row for each origin; access is not in it."""
    metres = great_circle(origins, destinations)
    return driving_seconds(metres, city), np.rint(metres * city.detour).astype(np.int32)


def driving_seconds(metres: Floats, city: Coefficients) -> Ints:
    """Return the driving seconds of legs of these great-circle metres."""
    seconds = 60 * city.minutes * np.power(metres / 1000, city.power)
    return np.rint(seconds).astype(np.int32)


def longest_leg_seconds(radius_km: float, city: Coefficients) -> int:
    """Return the seconds of the longest leg across a service area, access included."""
    across = driving_seconds(np.array([radius_km * 2000]), city)[0]
    return int(across) + city.access_seconds


def is_approximate(radius_m: int | None) -> bool:
    """Tell whether a position known to this radius is planned as approximate."""
    return radius_m is None or radius_m > APPROXIMATE_FROM_M


def approximate_allowance(radius_m: int | None, *, limit_m: int, seconds: int) -> int:
    """Return extra seconds to find a place known only to a radius.

    In proportion to the radius, up to ``seconds`` at ``limit_m`` and where it is not known;
    nothing for a position that is not approximate.
    """
    if not is_approximate(radius_m):
        return 0
    if radius_m is None or radius_m >= limit_m:
        return seconds
    return round(seconds * radius_m / limit_m)
