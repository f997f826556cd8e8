"""What a timed route costs, compiled, and whether it keeps the limits of its shift."""

import numpy as np

from solver.compiled.blocks import kernel
from solver.compiled.legs import free_flow, leg
from solver.compiled.state import (
    BACK,
    BEGIN,
    DEPOT,
    DRIVE,
    DRIVEN,
    END,
    HELD_STOPS,
    LEAVE,
    METRES,
    SEATED,
    WORST,
    State,
)
from solver.compiled.tables import (
    CLOSES,
    DUE,
    GOAL,
    HELD,
    HOME,
    LATE,
    MAX_JOBS,
    MAX_METRES,
    MAX_TRAVEL,
    METRE,
    METRED,
    MODE,
    MOVED,
    OVER,
    PLACE,
    SHIFT,
    TIME,
    TOLD_AT,
    TRAVEL,
    WHO,
    Tables,
)


@kernel
def price(t: Tables, s: State, row: int, count: int) -> float:
    """Fill in legs and sums of the route on the desk; infinite when a limit is passed."""
    _drive(t, s, row, count)
    s.sum[SEATED], s.sum[DEPOT], s.sum[HELD_STOPS] = count, -1, 0
    for p in range(count):
        node = s.stop[p]
        if node >= t.option.shape[0]:
            s.sum[SEATED] -= 1
            s.sum[DEPOT] = p
        s.sum[HELD_STOPS] += t.node[node, HELD]
    if s.sum[SEATED] > t.row[row, MAX_JOBS] or s.sum[DRIVEN] > t.row[row, MAX_TRAVEL]:
        return np.inf
    if s.sum[METRES] > t.row[row, MAX_METRES]:
        return np.inf
    over = max(0, s.sum[BACK] - t.row[row, CLOSES])
    return (
        t.rate[row, SHIFT]
        + (s.sum[BACK] - s.sum[LEAVE]) * t.rate[row, TIME]
        + s.sum[DRIVEN] * t.rate[row, TRAVEL]
        + s.sum[METRES] * t.rate[row, METRE]
        + over * t.rate[row, OVER]
        + _seats(t, s, row, count)
    )


@kernel
def _drive(t: Tables, s: State, row: int, count: int) -> None:
    mode, here, free = t.row[row, MODE], t.row[row, HOME], s.sum[LEAVE]
    metred = t.mode[mode, METRED] == 1
    driven, metres = 0, 0
    for p in range(count + 1):
        place = t.node[s.stop[p], PLACE] if p < count else t.row[row, GOAL]
        s.desk[p, DRIVE] = leg(t, mode, (here, place), free)
        driven += s.desk[p, DRIVE]
        if metred:
            metres += free_flow(t, mode, here, place)[1]
        here, free = place, s.desk[p, END]
    s.sum[DRIVEN], s.sum[METRES] = driven, metres


@kernel
def _seats(t: Tables, s: State, row: int, count: int) -> float:
    cost, worst, who = 0.0, 0, t.row[row, WHO]
    for p in range(count):
        node, start = s.stop[p], s.desk[p, BEGIN]
        if node >= t.option.shape[0]:
            continue
        late = start - t.node[node, DUE]
        if late > 0:
            worst = max(worst, late)
        cost += seat_cost(t, node, who) + start_cost(t, node, start)
    s.sum[WORST] = worst
    return cost


@kernel
def seat_cost(t: Tables, node: int, who: int) -> float:
    """Cost of this technician in this seat: preference, and change of the announced one."""
    return float(t.seat_cost[node, who]) if t.seat_cost.shape[0] > 0 else 0.0


@kernel
def start_cost(t: Tables, node: int, start: int) -> float:
    """Cost of this moment: lateness, and moving what was announced."""
    late = max(0, start - t.node[node, DUE]) * t.node_rate[node, LATE]
    if t.node_rate[node, MOVED] == 0.0:
        return late
    return late + abs(start - t.node[node, TOLD_AT]) * t.node_rate[node, MOVED]
