"""What an insertion looks at, compiled: both segments of every position of a row.

As ``insertion.sheets``: (earliest start, duration, latest start) of the beginning and of
the rest (Vidal, Crainic, Gendreau and Prins 2013, section 4).
"""

from solver.compiled.blocks import kernel
from solver.compiled.legs import free_flow, starts_of, work_of
from solver.compiled.state import (
    BACK,
    BEGIN,
    DRIVE,
    END,
    FAR,
    GAP,
    LEAVE,
    LEG,
    NEXT,
    PAUSE,
    PRE_D,
    PRE_E,
    PRE_L,
    PREV,
    START,
    SUF_D,
    SUF_E,
    SUF_L,
    State,
)
from solver.compiled.tables import (
    DUE,
    FACTORED,
    GOAL,
    HELD,
    HOME,
    LATE,
    LATEST,
    METRED,
    MODE,
    OPENS,
    PLACE,
    REST,
    WHO,
    Tables,
)
from solver.insertion.model import DAY, FOREVER

# columns of ``late``
RATE, FACTOR = range(2)


@kernel
def refresh(t: Tables, s: State, row: int) -> None:
    """Write the positions of a row anew."""
    s.stale[row] = 0
    count = s.length[row]
    _lie(t, s, row, count)
    _ahead(t, s, row, count)
    _behind(t, s, row, count)


@kernel
def _lie(t: Tables, s: State, row: int, count: int) -> None:
    """What lies at each position now: places, breaks, the leg and when its end begins."""
    mode, rest = t.row[row, MODE], t.row[row, REST]
    here, free = t.row[row, HOME], s.sums[row, LEAVE]
    if count == 0:
        free = t.row[row, OPENS]
    for p in range(count + 1):
        there = t.node[s.route[row, p], PLACE] if p < count else t.row[row, GOAL]
        s.seg[row, p, PREV], s.seg[row, p, NEXT] = here, there
        pause = 0
        if count > 0:
            for k in range(rest, rest + s.hours[row, p, GAP]):
                pause += t.rest[k, 2]
            rest += s.hours[row, p, GAP]
        s.seg[row, p, PAUSE] = pause
        s.seg[row, p, LEG] = s.hours[row, p, DRIVE] if count > 0 else 0
        s.seg[row, p, FAR] = 0
        if t.mode[mode, METRED] == 1 and count > 0:
            s.seg[row, p, FAR] = free_flow(t, mode, here, there)[1]
        s.seg[row, p, START] = s.hours[row, p, BEGIN] if p < count else s.sums[row, BACK]
        s.late[row, p, FACTOR] = 1.0
        if t.mode[mode, FACTORED] == 1:
            s.late[row, p, FACTOR] = t.factor[mode, free % DAY]
        here, free = there, s.hours[row, p, END]
    if count == 0:
        s.seg[row, 0, START] = FOREVER


@kernel
def _stop(t: Tables, s: State, row: int, p: int) -> tuple[int, int, int]:
    """One stop as a segment."""
    node, who = s.route[row, p], t.row[row, WHO]
    start = s.hours[row, p, BEGIN]
    length = s.hours[row, p, END] - start
    setup = 1 if length > work_of(t, node, who) else 0
    chosen = starts_of(t, node, who, setup)
    earliest, latest = start, start
    found = False
    for k in range(t.set_first[chosen], t.set_first[chosen + 1]):
        if t.span[k, 0] <= start:
            earliest = max(earliest, t.span[k, 0]) if found else t.span[k, 0]
            found = True
        latest = max(latest, t.span[k, 1])
    if t.node[node, HELD] == 1:
        earliest = start
        latest = min(latest, s.upper[node])
    return earliest, length, latest


@kernel
def _join(
    first: tuple[int, int, int], second: tuple[int, int, int], between: int
) -> tuple[int, int, int]:
    """Two segments one after the other; lateness is cut off, not carried."""
    run = first[1] + between
    wait = max(0, second[0] - run - first[2])
    return (
        max(second[0] - run, first[0]) - wait,
        run + second[1] + wait,
        min(second[2] - run, first[2]),
    )


@kernel
def _ahead(t: Tables, s: State, row: int, count: int) -> None:
    now = (t.row[row, OPENS], 0, t.row[row, LATEST])
    for p in range(count + 1):
        s.seg[row, p, PRE_E], s.seg[row, p, PRE_D], s.seg[row, p, PRE_L] = now
        if p < count:
            between = s.seg[row, p, LEG] + s.seg[row, p, PAUSE]
            now = _join(now, _stop(t, s, row, p), between)


@kernel
def _behind(t: Tables, s: State, row: int, count: int) -> None:
    now, rate = (-FOREVER, 0, t.row[row, LATEST]), 0.0
    for p in range(count, -1, -1):
        if p < count:
            between = s.seg[row, p + 1, LEG] + s.seg[row, p + 1, PAUSE]
            now = _join(_stop(t, s, row, p), now, between)
            node = s.route[row, p]
            if s.hours[row, p, BEGIN] >= t.node[node, DUE]:
                rate += t.node_rate[node, LATE]
        s.seg[row, p, SUF_E], s.seg[row, p, SUF_D], s.seg[row, p, SUF_L] = now
        s.late[row, p, RATE] = rate
