"""One route timed exactly, compiled: as ``insertion.timing``, which tests hold it to.

The stops stand in ``stop``, what they may not start before in ``low``; their times are
left in ``desk``, what they add up to in ``sum``.
"""

import numpy as np

from solver.compiled.blocks import entry, kernel
from solver.compiled.legs import NEVER, first_start, leg, starts_of, work_of
from solver.compiled.pausing import (
    latest_free,
    ready_after,
    rest_after,
    with_rests,
)
from solver.compiled.pricing import price
from solver.compiled.state import (
    BACK,
    BEGIN,
    BUSY,
    EARLY,
    END,
    FREE,
    GAP,
    LATE_RESTS,
    LEAVE,
    State,
)
from solver.compiled.tables import (
    CLOSES,
    DUE,
    GOAL,
    HELD,
    HOME,
    LATEST,
    MODE,
    PLACE,
    REST,
    RESTS,
    SETUP,
    TIME,
    TOLD,
    WHO,
    Tables,
)
from solver.insertion.model import FOREVER

Bounds = tuple[int, int]


@entry
def time_stops(t: Tables, s: State, row: int, count: int, bounds: Bounds) -> float:
    """Time the stops on the desk; what the route costs, infinite when it cannot be."""
    told = False
    for p in range(count):
        node = s.stop[p]
        s.low[p] = s.lower[node]
        told = told or t.node[node, TOLD] < FOREVER
    early = _time_once(t, s, row, count, bounds)
    if not told:
        return early
    _aim(t, s, count, aimed=True)
    aimed = _time_once(t, s, row, count, bounds)
    if aimed < early:
        return aimed
    _aim(t, s, count, aimed=False)
    return _time_once(t, s, row, count, bounds)


@kernel
def _aim(t: Tables, s: State, count: int, aimed: bool) -> None:
    """Let announced stops start no earlier than announced, or as early as they can."""
    for p in range(count):
        node = s.stop[p]
        s.low[p] = s.lower[node]
        if aimed and t.node[node, TOLD] < FOREVER:
            s.low[p] = max(s.low[p], t.node[node, TOLD])


@kernel
def _time_once(t: Tables, s: State, row: int, count: int, bounds: Bounds) -> float:
    if t.row[row, RESTS] == 0:
        placed = _straight(t, s, row, count, bounds)
    else:
        placed = with_rests(t, s, row, count, bounds)
    if not placed:
        return np.inf
    if t.rate[row, TIME] > 0 or t.extremes[1] != 0:
        _delay(t, s, row, count)
    _leave(t, s, row, bounds[0])
    return price(t, s, row, count)


@kernel
def _straight(t: Tables, s: State, row: int, count: int, bounds: Bounds) -> bool:
    """The earliest times of a route without breaks."""
    mode, who, here, before = t.row[row, MODE], t.row[row, WHO], t.row[row, HOME], -1
    free = bounds[0]
    for p in range(count):
        node = s.stop[p]
        place = t.node[node, PLACE]
        setup = 0 if place == before else t.node[node, SETUP]
        ready = max(free + leg(t, mode, (here, place), free), s.low[p])
        start = first_start(t, starts_of(t, node, who, setup), ready)
        if start > s.upper[node]:
            return False
        free = start + work_of(t, node, who) + setup
        s.desk[p, BEGIN], s.desk[p, END], s.desk[p, GAP] = start, free, 0
        here = before = place
    back = free + leg(t, mode, (here, t.row[row, GOAL]), free)
    s.desk[count, GAP] = 0
    s.sum[BACK] = s.sum[BUSY] = back
    s.sum[LATE_RESTS] = 0
    return back <= min(t.row[row, LATEST], bounds[1])


# ── backward ──


@kernel
def _delay(t: Tables, s: State, row: int, count: int) -> None:
    """Delay what waits for a later stop, so that the route can leave later."""
    rest = t.row[row, REST]
    for p in range(count):
        rest += s.desk[p, GAP]
    for at in range(count - 2, -1, -1):
        first = rest - s.desk[at + 1, GAP]
        waits = s.desk[at + 1, BEGIN] > s.desk[at, END]
        if waits and t.node[s.stop[at], HELD] == 0:
            _delay_one(t, s, row, at, (first, rest))
        rest = first


@kernel
def _delay_one(t: Tables, s: State, row: int, at: int, rests: tuple[int, int]) -> None:
    node, target, mode = s.stop[at], s.desk[at + 1, BEGIN], t.row[row, MODE]
    place = t.node[node, PLACE]
    ends = (place, t.node[s.stop[at + 1], PLACE])
    begin, end = s.desk[at, BEGIN], s.desk[at, END]
    length = end - begin
    free = latest_free(t, (mode, ends[0], ends[1]), rests, (end, target))
    no_later = min(t.node[node, TOLD], t.node[node, DUE])
    wish = min(free - length, max(begin, no_later))
    first = at == 0 or t.node[s.stop[at - 1], PLACE] != place
    setup = t.node[node, SETUP] if first else 0
    start = _last_start(t, starts_of(t, node, t.row[row, WHO], setup), wish)
    if start <= begin:
        return
    if ready_after(t, (mode, ends[0], ends[1]), rests, start + length) <= target:
        s.desk[at, BEGIN], s.desk[at, END] = start, start + length


@kernel
def _last_start(t: Tables, chosen: int, wish: int) -> int:
    """The latest moment of the set no later than wished; the wish where there is none."""
    best = -NEVER
    for k in range(t.set_first[chosen], t.set_first[chosen + 1]):
        if t.span[k, 0] <= wish:
            best = max(best, min(t.span[k, 1], wish))
    return wish if best == -NEVER else best


@kernel
def _leave(t: Tables, s: State, row: int, opens: int) -> None:
    """Leave as late as the first stop allows, breaks before leaving where that fits."""
    nowhere = t.row[row, HOME] == _nowhere(t)
    first, before = s.desk[0, BEGIN], s.desk[0, GAP]
    rest, closes = t.row[row, REST], t.row[row, CLOSES]
    s.sum[LEAVE], s.sum[EARLY] = opens, 0
    if nowhere:
        s.sum[LEAVE], s.sum[EARLY] = first, before
    else:
        way = (t.row[row, MODE], t.row[row, HOME], t.node[s.stop[0], PLACE])
        for early in range(before, -1, -1):
            begin = rest_after(t, (rest, rest + early), opens, closes)
            behind = (rest + early, rest + before)
            if begin == NEVER or ready_after(t, way, behind, begin) > first:
                continue
            s.sum[LEAVE] = latest_free(t, way, behind, (begin, first))
            s.sum[EARLY] = early
            break
    s.sum[FREE] = s.sum[LEAVE]
    if s.sum[EARLY] > 0:
        s.sum[FREE] = max(opens, t.rest[rest, 0])


@kernel
def _nowhere(t: Tables) -> int:
    return t.point.shape[0]
