"""What is believed of a router's answer, cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from app.places.rules.earth import LatLon, great_circle
from app.places.rules.estimate import Coefficients, Ints, estimate

Bytes = NDArray[np.uint8]
NO_ROUTE = -1
SNAP_APPROXIMATE_M = 300
SNAP_LOST_M = 2_000
STANDING_M = 200


class Quality(IntEnum):
    """What a leg rests on."""

    ROAD = 0
    ESTIMATED = 1
    UNREACHABLE = 2


class Snapped(StrEnum):
    """How well a point was brought onto the road network."""

    OK = "ok"
    APPROXIMATE = "approximate"
    OFF_NETWORK = "off_network"


@dataclass(frozen=True)
class Snap:
    """Where on the road network a point was moved to, and how far."""

    point: LatLon
    moved_m: float

    @property
    def state(self) -> Snapped:
        if self.moved_m > SNAP_LOST_M:
            return Snapped.OFF_NETWORK
        return Snapped.APPROXIMATE if self.moved_m > SNAP_APPROXIMATE_M else Snapped.OK


@dataclass(frozen=True)
class Matrix:
    """Free-flow travel, rows from and columns to.

    Attributes:
        seconds: int32; ``NO_ROUTE`` where there is no way.
        metres: int32, along the road.
        quality: uint8, ``Quality`` of each cell.
    """

    seconds: Ints
    metres: Ints
    quality: Bytes


def guarded(
    answer: Matrix,
    origins: Sequence[LatLon],
    destinations: Sequence[LatLon],
    snaps: tuple[Sequence[Snap], Sequence[Snap]],
    city: Coefficients,
) -> Matrix:
    """Replace what cannot be right by the estimate, and say so in ``quality``.

    A leg to or from a point moved over 2 km, between different points moved onto the same spot,
    or of no seconds beyond 200 m, is estimated. Where there is no way: twice the estimate.
    """
    seconds, metres = estimate(origins, destinations, city)
    away = great_circle(origins, destinations)
    doubtful = _lost(*snaps) | _merged(away, *snaps)
    doubtful |= (answer.seconds == 0) & (away > STANDING_M)
    missing = (answer.seconds < 0) & ~doubtful
    believed = replace(
        answer,
        seconds=np.where(doubtful, seconds, np.where(missing, seconds * 2, answer.seconds)),
        metres=np.where(doubtful | missing, metres, answer.metres),
    )
    quality = np.where(doubtful, Quality.ESTIMATED, answer.quality)
    quality = np.where(missing, Quality.UNREACHABLE, quality).astype(np.uint8)
    return replace(believed, quality=quality)


def _lost(origins: Sequence[Snap], destinations: Sequence[Snap]) -> NDArray[np.bool_]:
    rows = np.array([snap.state is Snapped.OFF_NETWORK for snap in origins], dtype=bool)
    columns = np.array([snap.state is Snapped.OFF_NETWORK for snap in destinations], dtype=bool)
    return np.asarray(rows[:, None] | columns[None, :], dtype=np.bool_)


def _merged(
    away: NDArray[np.float64], origins: Sequence[Snap], destinations: Sequence[Snap]
) -> NDArray[np.bool_]:
    apart = great_circle([s.point for s in origins], [s.point for s in destinations])
    return np.asarray((apart < 1) & (away > STANDING_M), dtype=np.bool_)
