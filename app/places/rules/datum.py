"""The coordinate systems in which positions arrive; inside the product all is WGS-84.

Maps published in mainland China are shifted: GCJ-02 by some hundred metres, BD-09 by as much
again. The shift is a published approximation of the official one (the "eviltransform"
polynomials; Krasovsky 1940 ellipsoid), good to about a metre. It does not apply in Hong Kong,
Macau, Taiwan or abroad, where all three systems are taken as equal.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.places.models import Datum
from app.places.rules.earth import LatLon, distance_m

AXIS_M = 6_378_245.0
ECCENTRICITY = 0.006_693_421_622_965_943
CLOSE_DEG = 1e-10

# Rectangles as (south, west, north, east): roughly the mainland, and what they wrongly hold.
MAINLAND = (
    (42.8899, 79.4462, 49.2204, 96.33),
    (39.3742, 109.6872, 54.1415, 135.0002),
    (29.5297, 73.1246, 42.8899, 124.1433),
    (26.7186, 82.9682, 29.5297, 97.0352),
    (20.4141, 97.0253, 29.5297, 124.3674),
    (17.8715, 107.9758, 20.4141, 111.7441),
)
ABROAD = (
    (21.785, 119.9213, 25.3986, 122.4976),
    (20.0988, 101.8652, 22.284, 106.665),
    (20.4878, 106.4525, 21.5422, 108.051),
    (50.3257, 109.0323, 55.8175, 119.127),
    (49.5574, 127.4568, 55.8175, 137.0227),
    (42.5692, 131.2662, 44.8922, 137.0227),
)
# Corners as (lat, lon), to about half a kilometre at the land border.
HONG_KONG = (
    *((22.13, 113.82), (22.40, 113.85), (22.45, 113.93), (22.49, 114.00), (22.50, 114.03)),
    *((22.515, 114.067), (22.5305, 114.113), (22.543, 114.15), (22.56, 114.165)),
    *((22.548, 114.226), (22.565, 114.30), (22.57, 114.40), (22.55, 114.46), (22.13, 114.51)),
)
MACAU = (
    *((22.2165, 113.551), (22.2145, 113.54), (22.195, 113.531), (22.17, 113.538)),
    *((22.15, 113.549), (22.11, 113.55), (22.10, 113.61), (22.2165, 113.61)),
)


def to_wgs84(point: LatLon, datum: Datum) -> LatLon:
    """Convert a position from the system it came in."""
    if datum is Datum.WGS84:
        return point
    return _inverse(point, _wgs84_to_gcj02 if datum is Datum.GCJ02 else _wgs84_to_bd09)


def convert(point: LatLon, datum: Datum) -> LatLon:
    """Convert a WGS-84 position to another system, for maps that want it."""
    if datum is Datum.WGS84:
        return point
    return _wgs84_to_gcj02(point) if datum is Datum.GCJ02 else _wgs84_to_bd09(point)


def is_shifted(point: LatLon) -> bool:
    """Tell whether maps of this place are shifted at all."""
    if not any(_within(point, box) for box in MAINLAND):
        return False
    if any(_within(point, box) for box in ABROAD):
        return False
    return not (_inside(point, HONG_KONG) or _inside(point, MACAU))


def _within(point: LatLon, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _inside(point: LatLon, corners: Sequence[LatLon]) -> bool:
    """Tell whether a polygon holds the point (ray casting)."""
    lat, lon = point
    crossings = 0
    for (lat_a, lon_a), (lat_b, lon_b) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (lat_a > lat) != (lat_b > lat):
            crossings += lon < lon_a + (lat - lat_a) * (lon_b - lon_a) / (lat_b - lat_a)
    return crossings % 2 == 1


def _wgs84_to_gcj02(point: LatLon) -> LatLon:
    if not is_shifted(point):
        return point
    lat, lon = point
    north, east = _shift_north(lon - 105, lat - 35), _shift_east(lon - 105, lat - 35)
    sine = math.sin(math.radians(lat))
    flat = 1 - ECCENTRICITY * sine * sine
    meridian = AXIS_M * (1 - ECCENTRICITY) / (flat * math.sqrt(flat))
    parallel = AXIS_M / math.sqrt(flat) * math.cos(math.radians(lat))
    return lat + math.degrees(north / meridian), lon + math.degrees(east / parallel)


def _waves(terms: Sequence[tuple[float, float]]) -> float:
    return sum(height * math.sin(angle * math.pi) for height, angle in terms) * 2 / 3


def _shift_north(x: float, y: float) -> float:
    base = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    ripples = _waves([(20, 6 * x), (20, 2 * x), (20, y), (40, y / 3), (160, y / 12)])
    return base + ripples + 320 * math.sin(y * math.pi / 30) * 2 / 3


def _shift_east(x: float, y: float) -> float:
    base = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    ripples = _waves([(20, 6 * x), (20, 2 * x), (20, x), (40, x / 3), (150, x / 12)])
    return base + ripples + 300 * math.sin(x * math.pi / 30) * 2 / 3


def _wgs84_to_bd09(point: LatLon) -> LatLon:
    """Shift once more, as Baidu does on top of GCJ-02."""
    if not is_shifted(point):
        return point
    lat, lon = _wgs84_to_gcj02(point)
    turn = math.pi * 3000 / 180
    reach = math.hypot(lon, lat) + 0.000_02 * math.sin(lat * turn)
    angle = math.atan2(lat, lon) + 0.000_003 * math.cos(lon * turn)
    return reach * math.sin(angle) + 0.006, reach * math.cos(angle) + 0.0065


def _inverse(shifted: LatLon, forward: Callable[[LatLon], LatLon]) -> LatLon:
    """Find what is shifted to here by going back by the error (fixed point), to 1e-10 degrees."""
    guess = shifted
    for _ in range(20):
        found = forward(guess)
        error = (found[0] - shifted[0], found[1] - shifted[1])
        guess = (guess[0] - error[0], guess[1] - error[1])
        if max(map(abs, error)) < CLOSE_DEG:
            break
    return guess


@dataclass(frozen=True)
class DatumGuess:
    """Which system a file's positions seem to be in.

    Attributes:
        datum: ``None``: the known places do not tell.
        offsets_m: Median metres between the known places and the file's, read in each system.
    """

    datum: Datum | None
    offsets_m: dict[Datum, float]

    def __str__(self) -> str:
        names = {Datum.WGS84: "WGS-84", Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}
        offsets = ", ".join(f"{names[d]} {metres:.0f} m" for d, metres in self.offsets_m.items())
        verdict = f"looks like {names[self.datum]}" if self.datum else "no system fits"
        return f"{verdict} ({offsets})"


def guess_datum(
    given: Sequence[LatLon], known: Sequence[LatLon], *, within_m: float = 250
) -> DatumGuess:
    """Say which system positions are in, from places whose true positions are known.

    Args:
        given: As the file has them.
        known: The same places in WGS-84.
        within_m: The best system must fit this well, and twice as well as the next.
    """
    if not given:
        return DatumGuess(None, {})
    offsets = {
        datum: float(
            np.median(
                [distance_m(to_wgs84(a, datum), b) for a, b in zip(given, known, strict=True)]
            )
        )
        for datum in Datum
    }
    best, second, *_ = sorted(offsets, key=lambda datum: offsets[datum])
    sure = offsets[best] <= within_m and offsets[best] * 2 <= offsets[second]
    return DatumGuess(best if sure else None, offsets)
