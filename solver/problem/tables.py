"""Whole tables of legs at once, for those who need many of them.

NumPy is imported when the first table is asked for: who only checks a plan does
not pay for it.
"""

from array import array
from collections.abc import Sequence
from typing import Any

from solver.problem.travel import EARTH_RADIUS_METRES, SLACK, speed_leg
from solver.problem.values import Location, Mode

Rows = Sequence[Sequence[int]]
FARTHEST = 2**62  # legs beyond it are cut to it: no shift is that long
NEAR_A_STEP = 1e-6  # where vectorised and single arithmetic might round apart


def free_flow_rows(mode: Mode, locations: Sequence[Location]) -> tuple[Rows, Rows | None]:
    """Seconds and metres of every leg, with a diagonal of 0; no metres: all are 0."""
    if mode.seconds is not None:
        return _clear_diagonal(mode.seconds), mode.metres and _clear_diagonal(mode.metres)
    return _by_speed(mode, locations)


def _clear_diagonal(rows: Rows) -> Rows:
    cleared = [array("q", row) for row in rows]
    for place, row in enumerate(cleared):
        row[place] = 0
    return cleared


def _by_speed(mode: Mode, locations: Sequence[Location]) -> tuple[Rows, Rows]:
    import numpy as np  # noqa: PLC0415 - see the module's text

    on_sphere = _on_sphere(locations, np)
    all_seconds, all_metres = [], []
    for i in range(len(locations)):
        apart = on_sphere - on_sphere[:, i, None]
        chord = np.einsum("ij,ij->j", apart, apart)
        arc = 2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(1.0, np.sqrt(chord) / 2))
        exact = arc * mode.detour
        metres = np.floor(exact + 0.5 + SLACK)
        timed = metres / ((mode.speed_kmh or 1.0) / 3.6) + mode.access_seconds
        metre_row, second_row = _whole(metres, np), _whole(np.floor(timed + 0.5 + SLACK), np)
        for j in np.flatnonzero(_on_a_step(exact, np) | _on_a_step(timed, np)).tolist():
            leg = speed_leg(mode, locations[i], locations[j])
            second_row[j], metre_row[j] = min(leg[0], FARTHEST), min(leg[1], FARTHEST)
        second_row[i] = metre_row[i] = 0
        all_seconds.append(second_row)
        all_metres.append(metre_row)
    return all_seconds, all_metres


def _on_sphere(locations: Sequence[Location], np: Any) -> Any:
    """Points on the unit sphere; the straight line between two, halved, is the haversine's root.

    Its rounding is under a millionth of a metre, which ``_on_a_step`` looks after.
    """
    lat = np.radians(np.array([place.lat for place in locations], dtype=float))
    lon = np.radians(np.array([place.lon for place in locations], dtype=float))
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _on_a_step(values: Any, np: Any) -> Any:
    offset = values + 0.5
    near = np.maximum(NEAR_A_STEP, np.abs(values) * 1e-12)
    return np.abs(offset - np.rint(offset)) < near


def _whole(values: Any, np: Any) -> "array[int]":
    row = array("q")
    row.frombytes(np.minimum(values, float(FARTHEST)).astype(np.int64).tobytes())
    return row
