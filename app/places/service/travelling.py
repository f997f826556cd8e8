"""The travel between points: for each cell the cache, then the source, then the estimate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects import postgresql, sqlite

from app.core import settings
from app.core.db import db
from app.places import queries
from app.places.gateways import EstimatedTravel, RouterUnavailable, TravelTimes, travel_times
from app.places.models import Territory, TravelLeg, TravelPoint
from app.places.queries.travel import E5, point_ids
from app.places.rules import (
    Coefficients,
    LatLon,
    approximate_allowance,
    check_served,
    coefficients_of,
    guarded,
)
from app.places.rules.estimate import Ints
from app.places.rules.guards import Bytes, Matrix, Quality

WRITTEN_AT_ONCE = 5_000
Legs = dict[tuple[E5, E5], tuple[int, int, int]]


@dataclass(frozen=True)
class Travel:
    """Free-flow travel among points, access and allowances included; rows from, columns to.

    Attributes:
        seconds: int32; a point to itself is 0.
        metres: int32, along the road.
        quality: uint8: 0 road, 1 estimated, 2 no way known (twice the estimate).
        provider: The source that was asked.
        estimated_share: Of the legs between different points, how many rest on no road.
        is_degraded: The source did not answer, so that estimates stand in for it.
        learned: Legs that the source was asked for just now; ``keep_legs`` stores them.
    """

    seconds: Ints
    metres: Ints
    quality: Bytes
    provider: str
    estimated_share: float
    is_degraded: bool = False
    learned: Legs = field(default_factory=dict, repr=False)


def travel_between(
    territory: Territory,
    points: Sequence[LatLon],
    approximate: Sequence[bool],
    *,
    radii_m: Sequence[int | None] | None = None,
    source: TravelTimes | None = None,
) -> Travel:
    """Return the travel among points of a territory.

    Reads only: what was learned from a source that costs something is in ``learned``, for
    ``keep_legs`` in the transaction that stores what the travel was needed for.

    Args:
        territory: Whose traffic, and whose service area every point must lie in.
        points: WGS-84.
        approximate: For each point, whether it is known only roughly: the way there takes longer.
        radii_m: For each point, how roughly, to scale the allowance; all of it without.
        source: Instead of the configured one.

    Raises:
        PositionOutsideArea: a point is not served.
    """
    for point in points:
        check_served(point, territory)
    city = coefficients_of(territory)
    asked = source or travel_times(territory)
    keys = [_interned(point) for point in points]
    unique = list(dict.fromkeys(keys))
    matrix, learned, is_degraded = _chained(asked, unique, city)
    place_of = {key: i for i, key in enumerate(unique)}
    spread = np.array([place_of[key] for key in keys], dtype=np.intp)
    grid = np.ix_(spread, spread)
    apart = ~np.eye(len(points), dtype=bool)
    extra = np.array(_allowances(approximate, radii_m), dtype=np.int64) + city.access_seconds
    seconds = np.where(apart, matrix.seconds[grid] + extra[None, :], 0).astype(np.int32)
    quality = matrix.quality[grid]
    return Travel(
        seconds=seconds,
        metres=np.where(apart, matrix.metres[grid], 0).astype(np.int32),
        quality=quality,
        provider=asked.id,
        estimated_share=float((quality[apart] != Quality.ROAD).mean()) if apart.any() else 0.0,
        is_degraded=is_degraded,
        learned=learned,
    )


def _allowances(approximate: Sequence[bool], radii_m: Sequence[int | None] | None) -> list[int]:
    chosen = settings.current()
    full, limit = chosen.approximate_allowance_seconds, chosen.approximate_radius_m
    if radii_m is None:
        return [full if rough else 0 for rough in approximate]
    return [
        approximate_allowance(radius, limit_m=limit, seconds=full) if rough else 0
        for rough, radius in zip(approximate, radii_m, strict=True)
    ]


def _interned(point: LatLon) -> E5:
    return round(point[0] * 1e5), round(point[1] * 1e5)


def _chained(source: TravelTimes, keys: list[E5], city: Coefficients) -> tuple[Matrix, Legs, bool]:
    """Fill every cell from the cache, then the source, then the estimate."""
    points = [(lat / 1e5, lon / 1e5) for lat, lon in keys]
    if not source.is_cached:
        return source.matrix(points, points), {}, False
    matrix, known = _from_cache(source.id, keys)
    np.fill_diagonal(known, val=True)
    before = known.copy()
    is_degraded = False
    try:
        _ask_missing(source, points, matrix, known, city)
    except RouterUnavailable:
        is_degraded = True
        stand_in = EstimatedTravel(city).matrix(points, points)
        for ours, theirs in zip(_layers(matrix), _layers(stand_in), strict=True):
            ours[~known] = theirs[~known]
    learned = {
        (keys[i], keys[j]): (
            int(matrix.seconds[i, j]),
            int(matrix.metres[i, j]),
            int(matrix.quality[i, j]),
        )
        for i, j in zip(*np.nonzero(known & ~before), strict=True)
    }
    return matrix, learned, is_degraded


def _layers(matrix: Matrix) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    return matrix.seconds, matrix.metres, matrix.quality


def _from_cache(provider: str, keys: list[E5]) -> tuple[Matrix, NDArray[np.bool_]]:
    size = (len(keys), len(keys))
    matrix = Matrix(np.zeros(size, np.int32), np.zeros(size, np.int32), np.zeros(size, np.uint8))
    known = np.zeros(size, dtype=bool)
    place_of = {key: i for i, key in enumerate(keys)}
    for (origin, destination), leg in queries.cached_legs(provider, keys).items():
        cell = place_of[origin], place_of[destination]
        known[cell] = True
        for layer, value in zip(_layers(matrix), leg, strict=True):
            layer[cell] = value
    return matrix, known


def _ask_missing(
    source: TravelTimes,
    points: list[LatLon],
    matrix: Matrix,
    known: NDArray[np.bool_],
    city: Coefficients,
) -> None:
    """Ask for rows that miss the same columns together: new points cost two questions."""
    if known.all():
        return
    snaps = source.snap(points)
    for rows, columns in _questions(~known):
        origins, destinations = [points[i] for i in rows], [points[j] for j in columns]
        bound = ([snaps[i] for i in rows], [snaps[j] for j in columns])
        answer = source.matrix(origins, destinations)
        believed = guarded(answer, origins, destinations, bound, city)
        cells = np.ix_(rows, columns)
        for ours, theirs in zip(_layers(matrix), _layers(believed), strict=True):
            ours[cells] = theirs
        known[cells] = True


def _questions(missing: NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Group what is missing into blocks of rows and columns; never a point to itself alone."""
    new = missing.sum(axis=1) == len(missing) - 1
    wanted = missing | np.diag(new)
    patterns: dict[bytes, list[int]] = {}
    for row in np.flatnonzero(missing.any(axis=1)):
        patterns.setdefault(wanted[row].tobytes(), []).append(int(row))
    return [(rows, np.flatnonzero(wanted[rows[0]]).tolist()) for rows in patterns.values()]


def keep_legs(travel: Travel) -> int:
    """Store what was learned from a source; what is stored already stays. Returns how many."""
    if not travel.learned:
        return 0
    keys = list(dict.fromkeys(key for leg in travel.learned for key in leg))
    _insert_new(TravelPoint, [{"lat_e5": lat, "lon_e5": lon} for lat, lon in keys])
    ids = point_ids(keys)
    rows = [
        {
            "provider": travel.provider,
            "from_id": ids[origin],
            "to_id": ids[destination],
            "seconds": seconds,
            "metres": metres,
            "quality": quality,
        }
        for (origin, destination), (seconds, metres, quality) in travel.learned.items()
    ]
    _insert_new(TravelLeg, rows)
    return len(rows)


def _insert_new(kind: type[Any], rows: list[dict[str, Any]]) -> None:
    """Insert rows that are not there, whoever else inserts the same at this moment."""
    is_sqlite = db.session.connection().dialect.name == "sqlite"
    insert: Callable[..., Any] = sqlite.insert if is_sqlite else postgresql.insert
    statement: sa.Insert = insert(kind).on_conflict_do_nothing()
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        db.session.execute(statement, rows[start : start + WRITTEN_AT_ONCE])
