"""Ruin and recreate, compiled: round after round, kept by simulated annealing."""

import math
from typing import Any

import numpy as np

from solver.compiled.blocks import entry, kernel
from solver.compiled.keeping import forget, level, total, undo
from solver.compiled.placing import is_alone, place
from solver.compiled.ruining import pick, ruin
from solver.compiled.spots import NARROW, chance
from solver.compiled.state import (
    ABSENT,
    BEST,
    GONE,
    LONGEST_POOLED,
    MOST_GONE,
    POOLED,
    ROW_LOG,
    State,
)
from solver.compiled.tables import (
    COUPLED,
    DURATION,
    FIRST,
    REQUIRED,
    Tables,
)

PUNISHED = 0.2  # rounds that begin with a job left out
OTHERS_NEAR = 8
OTHERS_FAR = 3
WIDELY = 0.1
BETTER = 1e-6
POOLED_WITHIN = 0.02  # of the best cost
# entries of ``heat``
HOT, COLD, MEAN_GONE, MEAN_STOPS = range(4)


@entry
def search(t: Tables, s: State, rounds: int, heat: Any) -> None:
    """So many rounds, while the heat falls from hot to cold."""
    cooling = (heat[COLD] / heat[HOT]) ** (1.0 / max(1, rounds))
    now = heat[HOT]
    for _ in range(rounds):
        now *= cooling
        one_round(t, s, now, (heat[MEAN_GONE], heat[MEAN_STOPS]))


@kernel
def one_round(t: Tables, s: State, heat: float, mean: tuple[float, float]) -> None:
    forget(s)
    start, before = level(s), total(t, s)
    seed = pick(t, s, PUNISHED)
    if seed < 0:
        return
    if not ruin(t, s, seed, mean):
        undo(t, s, start)
        return
    _add_absent(t, s, seed)
    _order(t, s)
    recreate(t, s)
    for k in range(s.count[GONE]):
        s.called[s.gone[k]] = 0
    after = total(t, s)
    if after >= before - heat * math.log(max(chance(s), 1e-300)):
        undo(t, s, start)
        return
    if after < s.cost[BEST] + abs(s.cost[BEST]) * POOLED_WITHIN:
        _pool(t, s)
    if after < s.cost[BEST] - BETTER:
        save_best(s, after)


@kernel
def recreate(t: Tables, s: State) -> None:
    """Put the gone back one by one, each behind those that it is linked after."""
    waiting = False
    for k in range(s.count[GONE]):
        if s.planned[s.gone[k]] == 0:
            placed = place(t, s, s.gone[k], (_width(t, s, s.gone[k]), 0))
            waiting = waiting or (not placed and t.job[s.gone[k], COUPLED] == 1)
    if not waiting:
        return
    for _ in range(2):
        for k in range(s.count[GONE]):
            if s.planned[s.gone[k]] == 0 and t.job[s.gone[k], COUPLED] == 1:
                place(t, s, s.gone[k], (1, 0))


@kernel
def _width(t: Tables, s: State, job: int) -> int:
    """What was left out before is mostly tried in the rows changed alone."""
    if s.called[job] == 0 or t.job[job, COUPLED] == 1 or t.job[job, REQUIRED] == 1:
        return 1
    return 1 if chance(s) < WIDELY else NARROW


@kernel
def save_best(s: State, cost: float) -> None:
    s.cost[BEST] = cost
    for row in range(len(s.length)):
        if s.active[row] == 0:
            continue
        s.best_length[row] = s.length[row]
        for p in range(s.length[row]):
            s.best_route[row, p] = s.route[row, p]
    for node in range(len(s.best_time)):
        s.best_time[node] = s.time[node, 0]


# ── what is put back, and in which order ──


@kernel
def _add_absent(t: Tables, s: State, seed: int) -> None:
    """Some of the jobs left out before: those near the seed, and a few from anywhere."""
    if s.count[ABSENT] <= s.count[GONE]:
        return
    got = 0
    for k in range(-1, t.near.shape[1]):
        job = seed if k < 0 else t.near[seed, k]
        if s.absent_at[job] >= 0:
            got += _add(s, job)
            if got >= OTHERS_NEAR:
                break
    for _ in range(OTHERS_FAR):
        _add(s, s.absent[int(chance(s) * s.count[ABSENT])])


@kernel
def _add(s: State, job: int) -> int:
    for k in range(s.count[GONE]):
        if s.gone[k] == job:
            return 0
    if s.count[GONE] >= MOST_GONE:
        return 0
    s.gone[s.count[GONE]] = job
    s.called[job] = 1
    s.count[GONE] += 1
    return 1


@kernel
def _order(t: Tables, s: State) -> None:
    """Sort what is to be put back by one of several measures, what must be planned first."""
    by = chance(s)
    for k in range(s.count[GONE]):
        s.key[k] = _key(t, s, s.gone[k], by)
        if t.job[s.gone[k], REQUIRED] == 1:
            s.key[k] -= 1e15
    for k in range(1, s.count[GONE]):
        key, job, at = s.key[k], s.gone[k], k
        while at > 0 and s.key[at - 1] > key:
            s.key[at], s.gone[at] = s.key[at - 1], s.gone[at - 1]
            at -= 1
        s.key[at], s.gone[at] = key, job


@kernel
def _key(t: Tables, s: State, job: int, by: float) -> float:
    node, noise = t.job[job, FIRST], chance(s)
    if by < 0.30:
        return noise
    if by < 0.45:
        return -t.worth[job] * (1.0 + 0.05 * noise)
    if by < 0.60:
        return t.row_first[node + 1] - t.row_first[node] + noise
    if by < 0.70:
        return -t.node[node, DURATION] + noise
    if by < 0.80:
        return t.width[job] + noise
    if by < 0.90:
        return t.opening[job] + noise
    return -t.worth[job] / (t.node[node, DURATION] + 900.0)


# ── routes met ──


@kernel
def _pool(t: Tables, s: State) -> None:
    """Remember the changed routes that nothing couples, for choosing among them later."""
    for k in range(s.count[ROW_LOG]):
        row = s.log_row[k, 0]
        count = s.length[row]
        if 0 < count <= LONGEST_POOLED and is_alone(t, s, row):
            _remember(t, s, row, count)


@kernel
def _remember(t: Tables, s: State, row: int, count: int) -> None:
    seats = t.option.shape[0]
    mixed = s.hash[len(t.node) + row]
    for p in range(count):
        if s.route[row, p] < seats:
            mixed ^= s.hash[s.route[row, p]]
    mask = np.uint64(len(s.pool_table) - 1)
    at = mixed & mask
    while s.pool_table[at] >= 0:
        entry = s.pool_table[at]
        if s.pool_hash[entry] == mixed:
            if s.cost_of[row] < s.pool_cost[entry]:
                _write(s, row, entry, count)
            return
        at = (at + np.uint64(1)) & mask
    entry = s.count[POOLED]
    if entry < len(s.pool_row):
        s.count[POOLED] += 1
        s.pool_table[at] = entry
        s.pool_hash[entry] = mixed
        _write(s, row, entry, count)


@kernel
def _write(s: State, row: int, entry: int, count: int) -> None:
    s.pool_row[entry, 0], s.pool_row[entry, 1] = row, count
    s.pool_cost[entry] = s.cost_of[row]
    for p in range(count):
        s.pool_route[entry, p] = s.route[row, p]
