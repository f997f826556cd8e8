"""Taking strings of neighbouring stops out of a few routes, compiled.

Slack Induction by String Removals (Christiaens and Vanden Berghe 2020, Transportation
Science 54(2), section 5.1).
"""

import numpy as np

from solver.compiled.blocks import kernel
from solver.compiled.keeping import flip, is_full, keep, raise_to
from solver.compiled.laying import time_desk
from solver.compiled.relaxing import MOST_RELAXED, relax
from solver.compiled.spots import chance
from solver.compiled.state import (
    ABSENT,
    DESK,
    GONE,
    MEMBERS,
    MOST_GONE,
    TOKEN,
    State,
)
from solver.compiled.tables import (
    FIRST,
    JOB,
    LEADS,
    MOVABLE,
    OTHER,
    SEATS,
    Tables,
)
from solver.insertion.model import FOREVER

LONGEST_STRING = 10
MOST_STRINGS = 20
WHOLE_ROUTE = 0.03
SPLIT_STRING = 0.3
ROOM_LEFT = 60


@kernel
def pick(t: Tables, s: State, punished: float) -> int:
    """A job to begin with: one left out now and then, or any that may move; -1 when none."""
    if s.count[ABSENT] > 0 and chance(s) < punished:
        return s.absent[int(chance(s) * s.count[ABSENT])]
    for _ in range(100):
        job = int(chance(s) * len(t.job))
        if s.open_job[job] == 1 and t.job[job, MOVABLE] == 1:
            return job
    return -1


@kernel
def ruin(t: Tables, s: State, seed: int, mean: tuple[float, float]) -> bool:
    """Take out jobs near the seed; false when a route cannot do without its stop.

    Args:
        mean: Jobs to take out on average, and stops of a route in the mean.
    """
    s.count[GONE] = s.count[MEMBERS] = 0
    longest = min(float(LONGEST_STRING), max(1.0, mean[1]))
    strings = int(chance(s) * max(0.0, 4.0 * mean[0] / (1.0 + longest) - 1.0) + 1.0)
    if chance(s) < WHOLE_ROUTE:
        longest, strings = float(ROOM_LEFT), 1
    _mark_strings(t, s, seed, min(strings, MOST_STRINGS), longest)
    return _take_out(t, s)


@kernel
def leave_out(t: Tables, s: State, job: int) -> bool:
    """Take out one job, with all that is left out with it; whether that can be."""
    s.count[GONE] = s.count[MEMBERS] = 0
    _let_go(t, s, job)
    return s.count[GONE] > 0 and _take_out(t, s)


@kernel
def _mark_strings(t: Tables, s: State, seed: int, strings: int, longest: float) -> None:
    s.count[TOKEN] += 1
    token, done = s.count[TOKEN], 0
    for k in range(-1, t.near.shape[1]):
        job = seed if k < 0 else t.near[seed, k]
        first = t.job[job, FIRST]
        for node in range(first, first + t.job[job, SEATS]):
            row = s.where[node]
            if row < 0 or s.active[row] == 0 or s.mark[row] == token:
                continue
            if s.count[GONE] + longest + ROOM_LEFT > MOST_GONE:
                return
            s.mark[row] = token
            _mark_string(t, s, row, node, longest)
            done += 1
            if done >= strings:
                return


@kernel
def _mark_string(t: Tables, s: State, row: int, node: int, longest: float) -> None:
    count = s.length[row]
    length = min(count, int(chance(s) * min(longest, float(count)) + 1.0))
    at = 0
    while s.route[row, at] != node:
        at += 1
    kept = 0
    if 1 < length < count and chance(s) < SPLIT_STRING:
        kept = 1
        while length + kept < count and chance(s) < 0.5:
            kept += 1
    wide = length + kept
    low, high = max(0, at - wide + 1), min(at, count - wide)
    first = low + int(chance(s) * (high - low + 1))
    hole = first + 1 + int(chance(s) * (length - 1)) if kept > 0 else -1
    for p in range(first, first + wide):
        if kept > 0 and hole <= p < hole + kept:
            continue
        if s.route[row, p] < t.option.shape[0]:
            _let_go(t, s, t.node[s.route[row, p], JOB])


@kernel
def _let_go(t: Tables, s: State, job: int) -> None:
    """Count a job among the gone, and all that is left out with it, if all of it may."""
    start = s.count[GONE]
    if s.planned[job] == 0 or not _go(t, s, job):
        return
    at = start
    while at < s.count[GONE]:
        leader = s.gone[at]
        at += 1
        for k in range(t.link_first[leader], t.link_first[leader + 1]):
            follower = t.link[k, OTHER]
            if t.link[k, LEADS] == 1 or s.planned[follower] == 0:
                continue
            if not _go(t, s, follower):
                _stay(t, s, start)
                return


@kernel
def _go(t: Tables, s: State, job: int) -> bool:
    may = t.job[job, MOVABLE] == 1 and s.open_job[job] == 1
    if not may or s.count[GONE] >= MOST_GONE:
        return False
    flip(t, s, job)
    s.gone[s.count[GONE]] = job
    s.count[GONE] += 1
    return True


@kernel
def _stay(t: Tables, s: State, start: int) -> None:
    """Count the last of the gone as planned again."""
    while s.count[GONE] > start:
        s.count[GONE] -= 1
        flip(t, s, s.gone[s.count[GONE]])


@kernel
def _take_out(t: Tables, s: State) -> bool:
    """Time the routes without what is gone, and let what hung on it start earlier."""
    s.count[TOKEN] += 1
    token = s.count[TOKEN]
    for k in range(s.count[GONE]):
        job = s.gone[k]
        for node in range(t.job[job, FIRST], t.job[job, FIRST] + t.job[job, SEATS]):
            row = s.where[node]
            if s.lower[node] > -FOREVER:
                raise_to(s, node, -FOREVER)
            if row >= 0 and s.mark[row] != token:
                s.mark[row] = token
                s.members[s.count[MEMBERS]] = row
                s.count[MEMBERS] += 1
    for k in range(s.count[MEMBERS]):
        if is_full(s) or not _without(t, s, s.members[k]):
            return False
    return _hang_together(t, s)


@kernel
def _without(t: Tables, s: State, row: int) -> bool:
    """Time the row without the stops of jobs that are gone."""
    left, seats = 0, 0
    for p in range(s.length[row]):
        node = s.route[row, p]
        if node >= t.option.shape[0] or s.planned[t.node[node, JOB]] == 1:
            s.stop[left] = node
            left += 1
            seats += 1 if node < t.option.shape[0] else 0
    s.count[DESK] = left if seats > 0 else 0
    cost = time_desk(t, s, row) if seats > 0 else 0.0
    if cost == np.inf:
        return False
    keep(t, s, row, s.count[DESK], cost)
    return True


@kernel
def _hang_together(t: Tables, s: State) -> bool:
    return t.extremes[2] == 0 or relax(t, s, MOST_RELAXED)
