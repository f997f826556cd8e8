"""Where a seat might go, and at what cost by estimate, compiled; as ``insertion.table``."""

import numpy as np

from solver.compiled.blocks import kernel
from solver.compiled.legs import free_flow, seconds_from, seconds_to, work_of
from solver.compiled.pricing import seat_cost, start_cost
from solver.compiled.segments import FACTOR, RATE, refresh
from solver.compiled.state import (
    BACK,
    DEPOT,
    DRIVEN,
    FAR,
    LEAVE,
    LEG,
    METRES,
    NEXT,
    PAUSE,
    PRE_D,
    PRE_E,
    PRE_L,
    PREV,
    ROW_LOG,
    SEATED,
    START,
    SUF_D,
    SUF_E,
    SUF_L,
    TOKEN,
    State,
)
from solver.compiled.supplies import is_short
from solver.compiled.tables import (
    CLOSES,
    JOB,
    LATEST,
    MAX_JOBS,
    MAX_METRES,
    MAX_TRAVEL,
    METRE,
    METRED,
    MODE,
    OPENS,
    OVER,
    PART,
    PLACE,
    SETUP,
    SHIFT,
    TIME,
    TRAVEL,
    WHO,
    Tables,
)
from solver.insertion.model import FOREVER

FEW_ROWS = 24  # so many are all looked at; of more, those near the job
NEAR_LOOKED_AT = 40
BLINK = 0.01
NARROW = 2  # for ``BLINKS``: look only at the rows that this round has changed
# entries of an ask
EARLIEST, LATEST_START, ONLY, KEEP, BLINKS = range(5)
Ask = tuple[int, int, int, int, int]
ANYONE = -1


@kernel
def chance(s: State) -> float:
    """The next number of xorshift64* in [0, 1)."""
    x = s.seed[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    s.seed[0] = x
    mixed = x * np.uint64(2685821657736338717)
    return (mixed >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel
def best_spots(t: Tables, s: State, node: int, ask: Ask, seat: int) -> int:
    """Fill in the cheapest spots of a seat, cheapest first; how many there are."""
    first, last = t.row_first[node], t.row_first[node + 1]
    found = 0
    if ask[BLINKS] == NARROW:
        return _best_of_changed(t, s, (node, seat), ask)
    if last - first <= FEW_ROWS or ask[KEEP] > 16:
        for k in range(first, last):
            found = _scan(t, s, (t.row_of[k], node, seat), ask, found)
        return found
    s.count[TOKEN] += 1
    token, job = s.count[TOKEN], t.node[node, JOB]
    near = min(NEAR_LOOKED_AT, t.near.shape[1])
    for k in range(near + t.homes.shape[1]):
        row = s.where[t.job[t.near[job, k], 0]] if k < near else t.homes[job, k - near]
        if row >= 0 and s.mark[row] != token:
            s.mark[row] = token
            found = _scan(t, s, (row, node, seat), ask, found)
    return found


@kernel
def _best_of_changed(t: Tables, s: State, at: tuple[int, int], ask: Ask) -> int:
    s.count[TOKEN] += 1
    token, found = s.count[TOKEN], 0
    for k in range(s.count[ROW_LOG]):
        row = s.log_row[k, 0]
        if s.mark[row] != token:
            s.mark[row] = token
            found = _scan(t, s, (row, at[0], at[1]), ask, found)
    return found


@kernel
def _scan(t: Tables, s: State, at: tuple[int, int, int], ask: Ask, found: int) -> int:
    """Look at every position of a row."""
    row, node, _ = at
    who = t.row[row, WHO]
    chosen = t.option[node, who]
    if chosen < 0 or s.active[row] == 0 or s.barred[who] == 1:
        return found
    if ask[ONLY] not in (ANYONE, who) or s.sums[row, SEATED] >= t.row[row, MAX_JOBS]:
        return found
    if s.length[row] + 3 >= s.route.shape[1]:
        return found
    if s.stale[row]:
        refresh(t, s, row)
    for k in range(t.set_first[chosen + 1], t.set_first[chosen + 2]):
        low = max(max(t.span[k, 0], ask[EARLIEST]), t.row[row, OPENS])
        high = min(min(t.span[k, 1], ask[LATEST_START]), t.row[row, LATEST])
        if low <= high:
            found = _scan_span(t, s, at, (low, high), (ask[KEEP], ask[BLINKS], found))
    return found


@kernel
def _scan_span(
    t: Tables,
    s: State,
    at: tuple[int, int, int],
    span: tuple[int, int],
    given: tuple[int, int, int],
) -> int:
    row, node, seat = at
    keep, blinks, found = given
    who, mode, place = t.row[row, WHO], t.row[row, MODE], t.node[node, PLACE]
    work, setup = work_of(t, node, who), t.node[node, SETUP]
    fixed = seat_cost(t, node, who)
    count = s.length[row]
    if count == 0:
        fixed += t.rate[row, SHIFT]
    short = t.node[node, PART] == 1 and is_short(t, s, node, row)
    for p in range(count + 1):
        seg = s.seg[row, p]
        if seg[PRE_E] + seg[PRE_D] > span[1]:
            break
        if span[0] + work > seg[SUF_L]:
            continue
        factor = s.late[row, p, FACTOR]
        to = _by(seconds_to(t, mode, seg[PREV], place), factor)
        reach = seg[PRE_E] + seg[PRE_D] + to
        if reach > span[1]:
            break
        on = _by(seconds_from(t, mode, place, seg[NEXT]), factor)
        cost = fixed + (to + on - seg[LEG]) * t.rate[row, TRAVEL]
        if found == keep and cost >= s.spot_cost[seat, found - 1]:
            continue
        length = work if seg[PREV] == place and p > 0 else work + setup
        way = (to, on, length)
        cost += _beyond(t, s, (row, p, node), span, way)
        if cost == FOREVER or (found == keep and cost >= s.spot_cost[seat, found - 1]):
            continue
        if blinks and chance(s) < BLINK:
            continue
        if short and p <= max(s.sums[row, DEPOT], count * (s.sums[row, DEPOT] < 0)):
            extra = _fetching(t, s, (row, p, node))
            if extra < 0:
                continue
            cost += extra
        found = _note(s, seat, (row, p, *_times(seg, span, way)), cost, (found, keep))
    return found


@kernel
def _by(seconds: int, factor: float) -> int:
    return seconds if factor == 1.0 else int(seconds * factor + 0.5)


@kernel
def _times(seg: list[int], span: tuple[int, int], way: tuple[int, int, int]) -> tuple[int, int]:
    """From when to when the seat may start at the position."""
    start = max(seg[PRE_E] + seg[PRE_D] + way[0], span[0])
    return start, min(span[1], seg[SUF_L] - way[1] - seg[PAUSE] - way[2])


@kernel
def _beyond(
    t: Tables,
    s: State,
    at: tuple[int, int, int],
    span: tuple[int, int],
    way: tuple[int, int, int],
) -> float:
    """What a position costs beyond travel and the seat; ``FOREVER`` where it does not fit."""
    row, p, node = at
    seg = s.seg[row, p]
    run = seg[PRE_D] + way[0]
    wait = max(span[0] - run - seg[PRE_L], 0)
    begin = max(span[0] - run, seg[PRE_E]) - wait
    on = way[1] + seg[PAUSE]
    run_on = run + way[2] + wait + on
    if begin + run_on > seg[SUF_L]:
        return float(FOREVER)
    if s.sums[row, DRIVEN] + way[0] + way[1] - seg[LEG] > t.row[row, MAX_TRAVEL]:
        return float(FOREVER)
    wait_on = max(seg[SUF_E] - run_on - min(span[1] - run, seg[PRE_L]), 0)
    duration = run_on + seg[SUF_D] + wait_on
    start = max(seg[PRE_E] + run, span[0])
    cost = start_cost(t, node, start)
    cost += max(start + way[2] + on - seg[START], 0) * s.late[row, p, RATE]
    used = s.length[row] > 0
    if t.rate[row, TIME] != 0.0:
        before = s.sums[row, BACK] - s.sums[row, LEAVE] if used else 0
        cost += (duration - before) * t.rate[row, TIME]
    closes = t.row[row, CLOSES]
    back = max(seg[SUF_E] - run_on, begin) - wait_on + duration
    if back > closes:
        before = max(0, s.sums[row, BACK] - closes) if used else 0
        cost += max(0, back - closes - before) * t.rate[row, OVER]
    return cost + _farther(t, s, at)


@kernel
def _farther(t: Tables, s: State, at: tuple[int, int, int]) -> float:
    row, p, node = at
    mode, place = t.row[row, MODE], t.node[node, PLACE]
    if t.mode[mode, METRED] == 0:
        return 0.0
    seg = s.seg[row, p]
    to = free_flow(t, mode, seg[PREV], place)[1]
    farther = to + free_flow(t, mode, place, seg[NEXT])[1] - seg[FAR]
    if s.sums[row, METRES] + farther > t.row[row, MAX_METRES]:
        return float(FOREVER)
    return farther * t.rate[row, METRE]


@kernel
def _fetching(t: Tables, s: State, at: tuple[int, int, int]) -> float:
    """About what a depot stop on the way costs; negative when there is no depot."""
    row, p, node = at
    if t.option.shape[0] == t.node.shape[0]:
        return -1.0
    if s.sums[row, DEPOT] >= 0 and s.length[row] > 0:
        return 0.0
    mode, place, here = t.row[row, MODE], t.node[node, PLACE], s.seg[row, p, PREV]
    least = FOREVER
    for depot in range(t.option.shape[0], t.node.shape[0]):
        there = t.node[depot, PLACE]
        way = free_flow(t, mode, here, there)[0] + free_flow(t, mode, there, place)[0]
        least = min(least, way)
    more = max(0, least - free_flow(t, mode, here, place)[0])
    return more * (t.rate[row, TRAVEL] + t.rate[row, TIME])


@kernel
def _note(
    s: State, seat: int, spot: tuple[int, int, int, int], cost: float, room: tuple[int, int]
) -> int:
    """Put a spot among those found, cheapest first; how many there are now."""
    found, keep = room
    k = found if found < keep else keep - 1
    while k > 0 and s.spot_cost[seat, k - 1] > cost:
        s.spot_cost[seat, k] = s.spot_cost[seat, k - 1]
        for c in range(4):
            s.spots[seat, k, c] = s.spots[seat, k - 1, c]
        k -= 1
    s.spot_cost[seat, k] = cost
    for c in range(4):
        s.spots[seat, k, c] = spot[c]
    return min(found + 1, keep)
