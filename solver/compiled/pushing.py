"""Starts that hang together across routes, compiled: crews, links, overlapping shifts.

As in ``insertion.draft``: whoever starts later pushes all that hangs on it, until nothing
moves; the least solution of the temporal network, by label correction.
"""

import numpy as np

from solver.compiled.blocks import kernel
from solver.compiled.keeping import is_full, keep, load, raise_to
from solver.compiled.state import BUSY, FREE, HELD_STOPS, QUEUED, State
from solver.compiled.tables import (
    CLASH,
    CLASH_BEFORE,
    CLASH_ROW,
    CLASHES,
    FIRST,
    HELD,
    JOB,
    LEADS,
    MAX_GAP,
    MIN_GAP,
    OF_FINISH,
    OPENS,
    OTHER,
    SEATS,
    Tables,
)
from solver.compiled.timing import time_stops
from solver.insertion.model import FOREVER

WAITING, NEXT_ROW = range(2)


@kernel
def bounds_of(t: Tables, s: State, row: int) -> tuple[int, int]:
    """From when on the technician is free for this shift."""
    opens = t.row[row, OPENS]
    for k in range(t.row[row, CLASH], t.row[row, CLASH] + t.row[row, CLASHES]):
        other = t.clash[k, CLASH_ROW]
        if t.clash[k, CLASH_BEFORE] == 1 and s.length[other] > 0:
            opens = max(opens, s.sums[other, BUSY])
    return opens, FOREVER


@kernel
def retime(t: Tables, s: State, row: int) -> bool:
    """Time a row afresh by what holds its stops now; whether that can be."""
    count = load(s, row)
    if count == 0:
        return True
    cost = time_stops(t, s, row, count, bounds_of(t, s, row))
    if cost == np.inf:
        return False
    keep(t, s, row, count, cost)
    return True


@kernel
def enqueue(s: State, row: int) -> None:
    if s.queue[row, WAITING] == 0:
        s.queue[row, WAITING] = 1
        s.queue[s.count[QUEUED], NEXT_ROW] = row
        s.count[QUEUED] += 1


@kernel
def settle(t: Tables, s: State) -> bool:
    """Time the rows that wait, and all that they push; whether it comes to rest."""
    rounds = 30 + 8 * len(s.length)
    while s.count[QUEUED] > 0:
        row = s.queue[0, NEXT_ROW]
        s.count[QUEUED] -= 1
        for k in range(s.count[QUEUED]):
            s.queue[k, NEXT_ROW] = s.queue[k + 1, NEXT_ROW]
        s.queue[row, WAITING] = 0
        rounds -= 1
        if rounds < 0 or is_full(s) or not retime(t, s, row):
            _drop_queue(s)
            return False
        push(t, s, row)
    return True


@kernel
def _drop_queue(s: State) -> None:
    for k in range(s.count[QUEUED]):
        s.queue[s.queue[k, NEXT_ROW], WAITING] = 0
    s.count[QUEUED] = 0


@kernel
def push(t: Tables, s: State, row: int) -> None:
    """Raise the bounds of all that hangs on a row, and let wait what must move for that."""
    for k in range(t.row[row, CLASH], t.row[row, CLASH] + t.row[row, CLASHES]):
        other = t.clash[k, CLASH_ROW]
        later = t.clash[k, CLASH_BEFORE] == 0 and s.length[other] > 0
        if later and s.length[row] > 0 and s.sums[other, FREE] < s.sums[row, BUSY]:
            enqueue(s, other)
    if s.sums[row, HELD_STOPS] == 0:
        return
    for p in range(s.length[row]):
        node = s.route[row, p]
        if t.node[node, HELD] == 1:
            push_node(t, s, node)


@kernel
def push_node(t: Tables, s: State, node: int) -> None:
    """Raise the bounds of all that hangs on this node's time."""
    job = t.node[node, JOB]
    start, finish = s.time[node]
    for mate in range(t.job[job, FIRST], t.job[job, FIRST] + t.job[job, SEATS]):
        if mate != node:
            _raise(s, mate, start)
    for k in range(t.link_first[job], t.link_first[job + 1]):
        other = t.link[k, OTHER]
        if t.link[k, LEADS] == 1:
            _pull(t, s, (other, node), k)
            continue
        base = finish if t.link[k, OF_FINISH] == 1 else start
        for then in range(t.job[other, FIRST], t.job[other, FIRST] + t.job[other, SEATS]):
            _raise(s, then, base + t.link[k, MIN_GAP])
            _pull(t, s, (job, then), k)


@kernel
def _raise(s: State, node: int, bound: int) -> None:
    row = s.where[node]
    if row >= 0 and bound > s.lower[node]:
        raise_to(s, node, bound)
        if s.time[node, 0] < bound:
            enqueue(s, row)


@kernel
def _pull(t: Tables, s: State, pair: tuple[int, int], k: int) -> None:
    """Raise the leader's bounds, so that its follower starts within the largest gap."""
    leader, node = pair
    if t.link[k, MAX_GAP] >= FOREVER or s.where[node] < 0:
        return
    first, length = t.job[leader, FIRST], 0
    last = first + t.job[leader, SEATS]
    if s.where[first] < 0:
        return
    if t.link[k, OF_FINISH] == 1:
        for other in range(first, last):
            length = max(length, s.time[other, 1] - s.time[other, 0])
    for other in range(first, last):
        _raise(s, other, s.time[node, 0] - t.link[k, MAX_GAP] - length)


@kernel
def bound_by(t: Tables, s: State, job: int) -> tuple[int, int]:
    """When the job may start by its planned leaders, if those stay where they are."""
    earliest, latest = -FOREVER, FOREVER
    for k in range(t.link_first[job], t.link_first[job + 1]):
        leader = t.link[k, OTHER]
        if t.link[k, LEADS] == 0 or s.planned[leader] == 0:
            continue
        base = -FOREVER
        for node in range(t.job[leader, FIRST], t.job[leader, FIRST] + t.job[leader, SEATS]):
            base = max(base, s.time[node, 1 if t.link[k, OF_FINISH] == 1 else 0])
        earliest = max(earliest, base + t.link[k, MIN_GAP])
        if t.link[k, MAX_GAP] < FOREVER:
            latest = min(latest, base + t.link[k, MAX_GAP])
    return earliest, latest
