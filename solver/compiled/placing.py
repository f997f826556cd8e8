"""Putting one job where it is cheapest, compiled: estimate all spots, time the best exactly."""

import numpy as np

from solver.compiled.blocks import kernel
from solver.compiled.keeping import extremes, flip, is_full, keep, level, total, undo
from solver.compiled.laying import lay, time_desk
from solver.compiled.pushing import push, settle
from solver.compiled.seating import place_crew
from solver.compiled.spots import ANYONE, best_spots
from solver.compiled.state import DESK, HELD_STOPS, State
from solver.compiled.tables import CLASHES, COUPLED, FIRST, Tables
from solver.insertion.model import FOREVER

SPOTS = 4
MANY_SPOTS = 64
TINY = 1e-7
Effort = tuple[int, int]  # whether spots may blink, whether to try very many


@kernel
def place(t: Tables, s: State, job: int, effort: Effort) -> bool:
    """Plan the job where it is cheapest, if that beats leaving it out."""
    if is_full(s):
        return False
    if t.job[job, COUPLED] == 1:
        return place_crew(t, s, job, effort)
    return _place_single(t, s, job, effort)


@kernel
def _place_single(t: Tables, s: State, job: int, effort: Effort) -> bool:
    node = t.job[job, FIRST]
    ask = (-FOREVER, FOREVER, ANYONE, MANY_SPOTS if effort[1] else SPOTS, effort[0])
    found = best_spots(t, s, node, ask, 0)
    best, chosen, laid, cost = t.hope[job], -1, -1, 0.0
    for k in range(found):
        if s.spot_cost[0, k] - t.worth[job] >= best - TINY:
            break
        row, position = s.spots[0, k, 0], s.spots[0, k, 1]
        if is_alone(t, s, row):
            lay(s, row, node, position)
            tried = time_desk(t, s, row)
            delta, laid = _change(t, s, row, tried) - t.worth[job], k
        else:
            delta, tried = _try_pushing(t, s, job, k), 0.0
            laid = -1
        if delta < best - TINY:
            best, chosen, cost = delta, k, tried
    if chosen < 0:
        return False
    _take(t, s, node, chosen, (laid == chosen, cost))
    flip(t, s, job)
    return True


@kernel
def is_alone(t: Tables, s: State, row: int) -> bool:
    """Whether nothing of the row hangs together with another row."""
    return s.sums[row, HELD_STOPS] == 0 and t.row[row, CLASHES] == 0


@kernel
def _change(t: Tables, s: State, row: int, cost: float) -> float:
    """How the cost would change with the desk's route in the row."""
    change = cost - s.cost_of[row]
    if t.extremes[0] != 0 or t.extremes[1] != 0:
        change += extremes(t, s, row) - extremes(t, s, -1)
    return change


@kernel
def _put(t: Tables, s: State, node: int, k: int) -> bool:
    """Put the seat at a spot found, with all that it pushes."""
    row = s.spots[0, k, 0]
    lay(s, row, node, s.spots[0, k, 1])
    cost = time_desk(t, s, row)
    if cost == np.inf:
        return False
    keep(t, s, row, s.count[DESK], cost)
    if is_alone(t, s, row):
        return True
    push(t, s, row)
    return settle(t, s)


@kernel
def _try_pushing(t: Tables, s: State, job: int, k: int) -> float:
    """How the cost would change with the job at a spot that pushes others."""
    if is_full(s):
        return np.inf
    before, now = level(s), total(t, s)
    fits = _put(t, s, t.job[job, FIRST], k)
    delta = total(t, s) - now - t.worth[job]
    undo(t, s, before)
    return delta if fits else np.inf


@kernel
def _take(t: Tables, s: State, node: int, k: int, desk: tuple[bool, float]) -> None:
    if desk[0]:
        keep(t, s, s.spots[0, k, 0], s.count[DESK], desk[1])
    else:
        _put(t, s, node, k)
