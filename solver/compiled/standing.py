"""Entries that make, take up and finish a plan, compiled."""

from typing import Any

import numpy as np

from solver.compiled.blocks import entry, kernel
from solver.compiled.keeping import flip, forget, keep, level, total, undo
from solver.compiled.placing import place
from solver.compiled.pushing import bounds_of, push, settle
from solver.compiled.relaxing import relax
from solver.compiled.rounds import save_best
from solver.compiled.ruining import leave_out
from solver.compiled.state import ABSENT, DEPOT, MEMBERS, PENALTIES, ROUTES, State
from solver.compiled.tables import FIRST, REQUIRED, SEATS, Tables
from solver.compiled.timing import time_stops


@entry
def begin(t: Tables, s: State) -> None:
    """Nothing planned; all jobs that may be planned wait."""
    forget(s)
    s.cost[ROUTES] = s.cost[PENALTIES] = 0.0
    s.count[ABSENT] = 0
    for row in range(len(s.length)):
        s.length[row], s.cost_of[row], s.stale[row] = 0, 0.0, 1
        s.sums[row, :] = 0
        s.sums[row, DEPOT] = -1
    for node in range(len(s.where)):
        s.where[node] = -1
    for job in range(len(t.job)):
        s.planned[job], s.absent_at[job] = 0, -1
        s.cost[PENALTIES] += t.worth[job]
        if s.open_job[job] == 1:
            s.absent[s.count[ABSENT]] = job
            s.absent_at[job] = s.count[ABSENT]
            s.count[ABSENT] += 1


@entry
def take_up(t: Tables, s: State) -> bool:
    """Drive the routes in ``best_route``; false when they cannot be driven so.

    Nothing may be planned yet. Bounds of nodes in ``lower`` are kept to.
    """
    for row in range(len(s.length)):
        count = s.best_length[row]
        for p in range(count):
            s.stop[p] = s.best_route[row, p]
        if count > 0:
            cost = time_stops(t, s, row, count, bounds_of(t, s, row))
            if cost == np.inf:
                return False
            keep(t, s, row, count, cost)
            forget(s)
    for row in range(len(s.length)):
        forget(s)
        push(t, s, row)
        if not settle(t, s):
            return False
    _count_planned(t, s)
    forget(s)
    save_best(s, total(t, s))
    return True


@kernel
def _count_planned(t: Tables, s: State) -> None:
    for job in range(len(t.job)):
        whole = True
        for node in range(t.job[job, FIRST], t.job[job, FIRST] + t.job[job, SEATS]):
            whole = whole and s.where[node] >= 0
        if whole:
            flip(t, s, job)
            forget(s)


@entry
def insert(t: Tables, s: State, jobs: Any, thorough: int) -> int:
    """Plan these jobs in this order where each is cheapest; how many it could."""
    done = 0
    for k in range(len(jobs)):
        if s.planned[jobs[k]] == 0:
            forget(s)
            done += place(t, s, jobs[k], (0, thorough))
    forget(s)
    save_best(s, total(t, s))
    return done


@entry
def prune(t: Tables, s: State) -> None:
    """Leave out every job that costs more than its penalty, and what has lost its leader."""
    for job in range(len(t.job)):
        if s.planned[job] == 0 or t.job[job, REQUIRED] == 1 or s.open_job[job] == 0:
            continue
        forget(s)
        start, before = level(s), total(t, s)
        if not leave_out(t, s, job) or total(t, s) >= before - 1e-6:
            undo(t, s, start)
    forget(s)
    save_best(s, total(t, s))


@entry
def loosen(t: Tables, s: State) -> None:
    """Let starts that hang together move as early as they can, where that is no worse."""
    forget(s)
    start, before = level(s), total(t, s)
    s.count[MEMBERS] = 0
    for row in range(len(s.length)):
        if s.length[row] > 0 and s.active[row] == 1:
            s.members[s.count[MEMBERS]] = row
            s.count[MEMBERS] += 1
    if not relax(t, s, len(s.length)) or total(t, s) > before + 1e-9:
        undo(t, s, start)
    forget(s)
    save_best(s, total(t, s))
