"""Distances on the globe."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG), as the planning format uses it."""

LatLon = tuple[float, float]
"""WGS-84 degrees unless said otherwise."""

Floats = NDArray[np.float64]


def great_circle(origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> Floats:
    """Return great-circle metres (haversine), one row for each origin."""
    here = np.radians(np.asarray(origins, dtype=np.float64).reshape(-1, 2))
    there = np.radians(np.asarray(destinations, dtype=np.float64).reshape(-1, 2))
    step_lat = there[None, :, 0] - here[:, None, 0]
    step_lon = there[None, :, 1] - here[:, None, 1]
    cosines = np.cos(here[:, None, 0]) * np.cos(there[None, :, 0])
    half = np.sin(step_lat / 2) ** 2 + cosines * np.sin(step_lon / 2) ** 2
    metres: Any = 2 * RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return np.asarray(metres, dtype=np.float64)


def distance_m(a: LatLon, b: LatLon) -> float:
    """Return great-circle metres between two points."""
    return float(great_circle([a], [b])[0, 0])
