"""Laying a route on the desk and timing it with what it must fetch on the way, compiled."""

import numpy as np

from solver.compiled.blocks import kernel
from solver.compiled.keeping import load
from solver.compiled.pushing import bounds_of
from solver.compiled.state import DESK, State
from solver.compiled.supplies import first_lacking
from solver.compiled.tables import Tables
from solver.compiled.timing import time_stops


@kernel
def lay(s: State, row: int, node: int, position: int) -> None:
    """The stops of a row on the desk, with one more."""
    count = load(s, row)
    for p in range(count, position, -1):
        s.stop[p] = s.stop[p - 1]
    s.stop[position] = node
    s.count[DESK] = count + 1


@kernel
def time_desk(t: Tables, s: State, row: int) -> float:
    """Time the desk as a route of the row, with the cheapest depot stop if it needs one."""
    bounds, count = bounds_of(t, s, row), s.count[DESK]
    if t.kit.shape[1] == 0:
        return time_stops(t, s, row, count, bounds)
    has_depot = _strip(t, s, count)
    if not has_depot and first_lacking(t, s, row, count) < 0:
        return time_stops(t, s, row, count, bounds)
    return _with_depot(t, s, row, bounds)


@kernel
def _strip(t: Tables, s: State, count: int) -> bool:
    """Lay the stops of the desk without depots in ``bare``; whether there was one."""
    seats, kept = t.option.shape[0], 0
    for p in range(count):
        if s.stop[p] < seats:
            s.bare[kept] = s.stop[p]
            kept += 1
    s.count[DESK] = kept
    return kept < count


@kernel
def _with_depot(t: Tables, s: State, row: int, bounds: tuple[int, int]) -> float:
    """Try each depot at each position before the first stop that lacks something."""
    bare, seats = s.count[DESK], t.option.shape[0]
    for p in range(bare):
        s.stop[p] = s.bare[p]
    lacking = first_lacking(t, s, row, bare)
    if lacking < 0 or bare == 0:
        return time_stops(t, s, row, bare, bounds) if bare > 0 else 0.0
    best, at, chosen = np.inf, -1, -1
    for position in range(lacking, -1, -1):
        for depot in range(seats, t.node.shape[0]):
            _lay_depot(s, bare, position, depot)
            cost = time_stops(t, s, row, bare + 1, bounds)
            if cost < best:
                best, at, chosen = cost, position, depot
    if at < 0:
        return np.inf
    s.count[DESK] = bare + 1
    _lay_depot(s, bare, at, chosen)
    return time_stops(t, s, row, bare + 1, bounds)


@kernel
def _lay_depot(s: State, bare: int, position: int, depot: int) -> None:
    for p in range(bare + 1):
        if p == position:
            s.stop[p] = depot
        else:
            s.stop[p] = s.bare[p if p < position else p - 1]
