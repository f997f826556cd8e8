"""One leg, one service: how long they take, compiled."""

import math
from typing import Any

from solver.compiled.blocks import kernel
from solver.compiled.tables import (
    DURATION,
    FACTORED,
    METRED,
    TABLED,
    Tables,
)
from solver.insertion.model import DAY, FOREVER
from solver.problem.tables import FARTHEST
from solver.problem.travel import EARTH_RADIUS_METRES, SLACK

NEVER = 2**60
LAT, LON, COS = range(3)
METRES_A_SECOND, DETOUR, ACCESS = range(3)


@kernel
def free_flow(t: Tables, mode: int, i: int, j: int) -> tuple[int, int]:
    """Seconds and metres of a leg before any factor."""
    if t.mode[mode, TABLED] == 1:
        metres = int(t.metres[mode, i, j]) if t.mode[mode, METRED] == 1 else 0
        return int(t.seconds[mode, i, j]), metres
    nowhere = t.point.shape[0]
    if i == j or i == nowhere or j == nowhere:
        return 0, 0
    metres = half_up(great_circle(t.point, i, j) * t.speed[mode, DETOUR])
    exact = metres / t.speed[mode, METRES_A_SECOND] + t.speed[mode, ACCESS]
    return min(half_up(exact), FARTHEST), metres


@kernel
def seconds_from(t: Tables, mode: int, i: int, j: int) -> int:
    """Seconds of a leg before any factor, for many ends of one beginning."""
    if t.mode[mode, TABLED] == 1:
        return int(t.seconds[mode, i, j])
    return free_flow(t, mode, i, j)[0]


@kernel
def seconds_to(t: Tables, mode: int, i: int, j: int) -> int:
    """Seconds of a leg before any factor, for many beginnings of one end."""
    if t.mode[mode, TABLED] == 1:
        return int(t.back[mode, j, i])
    return free_flow(t, mode, i, j)[0]


@kernel
def half_up(value: float) -> int:
    return int(math.floor(value + 0.5 + SLACK))


@kernel
def great_circle(point: Any, i: int, j: int) -> float:
    rise = math.sin((point[j, LAT] - point[i, LAT]) / 2)
    turn = math.sin((point[j, LON] - point[i, LON]) / 2)
    chord = rise * rise + point[i, COS] * point[j, COS] * (turn * turn)
    return 2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(chord)))


@kernel
def leg(t: Tables, mode: int, ends: tuple[int, int], leaving: int) -> int:
    """Seconds of the leg when leaving then."""
    if t.mode[mode, TABLED] == 1:
        seconds = int(t.seconds[mode, ends[0], ends[1]])
    else:
        seconds = free_flow(t, mode, ends[0], ends[1])[0]
    if t.mode[mode, FACTORED] == 0:
        return seconds
    return int(seconds * t.factor[mode, leaving % DAY] + 0.500000001)


@kernel
def work_of(t: Tables, node: int, who: int) -> int:
    """Seconds of the service, or of the depot stop, without setup."""
    duration = t.node[node, DURATION]
    pace = t.pace[who]
    if node >= t.option.shape[0] or pace == 1.0:
        return duration
    return int(min(math.ceil(duration * pace - SLACK), float(FOREVER)))


@kernel
def starts_of(t: Tables, node: int, who: int, setup: int) -> int:
    """The set of moments when the service may start; the first set is always."""
    if node >= t.option.shape[0]:
        return 0
    chosen = t.option[node, who]
    return chosen if setup > 0 or chosen < 0 else chosen + 1


@kernel
def first_start(t: Tables, chosen: int, moment: int) -> int:
    """The first moment of the set from this one on; ``NEVER`` when there is none."""
    if chosen < 0:
        return NEVER
    for k in range(t.set_first[chosen], t.set_first[chosen + 1]):
        if moment <= t.span[k, 1]:
            return max(moment, t.span[k, 0])
    return NEVER
