"""Seconds and metres from one location to another, by mode and moment of leaving.

Great-circle distance by the haversine formula (Sinnott 1984, "Virtues of the
Haversine", Sky and Telescope 68(2)) on a sphere of the Earth's mean radius.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from solver.problem.values import Location, Mode

EARTH_RADIUS_METRES = 6_371_008.8
DAY_SECONDS = 86_400
SLACK = 1e-9  # so that no rounding hangs on the order of floating-point operations


def half_up(value: float) -> int:
    return math.floor(value + 0.5 + SLACK)


def factor_at(factors: Sequence[tuple[int, float]], moment: int) -> float:
    """The factor for legs begun at the moment; 1 without factors."""
    if not factors:
        return 1.0
    second = moment % DAY_SECONDS
    after = bisect_right(factors, second, key=lambda point: point[0])
    t0, f0 = factors[after - 1]
    if after == len(factors):
        return f0
    t1, f1 = factors[after]
    return f0 + (f1 - f0) * (second - t0) / (t1 - t0)


def great_circle_metres(a: Location, b: Location) -> float:
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        raise ValueError(f"no coordinates for {a.id} or {b.id}")
    lat1, lon1, lat2, lon2 = map(math.radians, (a.lat, a.lon, b.lat, b.lon))
    chord = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(chord)))


def speed_leg(mode: Mode, a: Location, b: Location) -> tuple[int, int]:
    """Free-flow seconds and metres of a leg in a mode given by its speed."""
    metres = half_up(great_circle_metres(a, b) * mode.detour)
    return half_up(metres / ((mode.speed_kmh or 1.0) / 3.6) + mode.access_seconds), metres


class Travel:
    """Legs between the locations of one problem; single legs, computed when asked."""

    def __init__(self, locations: Sequence[Location], modes: Mapping[str, Mode]) -> None:
        self.locations = locations
        self.modes = modes
        self.index = {location.id: place for place, location in enumerate(locations)}

    def leg(self, mode_id: str, origin: str, destination: str, leaving: int) -> tuple[int, int]:
        """Seconds and metres when leaving at that second; a place to itself is (0, 0)."""
        if origin == destination:
            return 0, 0
        mode = self.modes[mode_id]
        seconds, metres = self.free_flow(mode, self.index[origin], self.index[destination])
        if mode.factors:
            seconds = half_up(seconds * factor_at(mode.factors, leaving))
        return seconds, metres

    def free_flow(self, mode: Mode, i: int, j: int) -> tuple[int, int]:
        if mode.seconds is None:
            return speed_leg(mode, self.locations[i], self.locations[j])
        return mode.seconds[i][j], 0 if mode.metres is None else mode.metres[i][j]
