"""After stops were taken out: what hung on them may start earlier again, compiled."""

from solver.compiled.blocks import kernel
from solver.compiled.keeping import raise_to
from solver.compiled.pushing import enqueue, push, settle
from solver.compiled.state import HELD_STOPS, MEMBERS, TOKEN, State
from solver.compiled.tables import (
    CLASH,
    CLASH_ROW,
    CLASHES,
    FIRST,
    HELD,
    JOB,
    OTHER,
    SEATS,
    Tables,
)
from solver.insertion.model import FOREVER

MOST_RELAXED = 64  # rows timed afresh together


@kernel
def relax(t: Tables, s: State, most: int) -> bool:
    """Let the member rows, and those that hang on them, start as early as they can.

    The first rows stand in ``members``; at most so many are timed afresh, and what hangs
    on rows beyond keeps its bounds.
    """
    _gather(t, s, most)
    token = s.count[TOKEN]
    for k in range(s.count[MEMBERS]):
        row = s.members[k]
        for p in range(s.length[row]):
            node = s.route[row, p]
            if t.node[node, HELD] == 1 and s.lower[node] > -FOREVER:
                raise_to(s, node, -FOREVER)
        enqueue(s, row)
    for k in range(s.count[MEMBERS]):
        _bound_from_outside(t, s, s.members[k], token)
    return settle(t, s)


@kernel
def _gather(t: Tables, s: State, most: int) -> None:
    """Add to the members all rows that hang together with them."""
    s.count[TOKEN] += 1
    token = s.count[TOKEN]
    for k in range(s.count[MEMBERS]):
        s.mark[s.members[k]] = token
    at = 0
    while at < s.count[MEMBERS] and s.count[MEMBERS] < most:
        row = s.members[at]
        at += 1
        for k in range(t.row[row, CLASH], t.row[row, CLASH] + t.row[row, CLASHES]):
            _add(s, t.clash[k, CLASH_ROW], token)
        if s.sums[row, HELD_STOPS] == 0:
            continue
        for p in range(s.length[row]):
            node = s.route[row, p]
            if t.node[node, HELD] == 1:
                _gather_from(t, s, t.node[node, JOB], token)


@kernel
def _gather_from(t: Tables, s: State, job: int, token: int) -> None:
    _add_job(t, s, job, token)
    for k in range(t.link_first[job], t.link_first[job + 1]):
        _add_job(t, s, t.link[k, OTHER], token)


@kernel
def _add_job(t: Tables, s: State, job: int, token: int) -> None:
    for node in range(t.job[job, FIRST], t.job[job, FIRST] + t.job[job, SEATS]):
        if s.where[node] >= 0:
            _add(s, s.where[node], token)


@kernel
def _add(s: State, row: int, token: int) -> None:
    if s.mark[row] != token and s.length[row] > 0 and s.active[row] == 1:
        s.mark[row] = token
        s.members[s.count[MEMBERS]] = row
        s.count[MEMBERS] += 1


@kernel
def _bound_from_outside(t: Tables, s: State, row: int, token: int) -> None:
    """Let rows that are not members push this one."""
    if s.sums[row, HELD_STOPS] == 0:
        return
    for p in range(s.length[row]):
        node = s.route[row, p]
        if t.node[node, HELD] == 0:
            continue
        job = t.node[node, JOB]
        _push_if_outside(t, s, job, token)
        for k in range(t.link_first[job], t.link_first[job + 1]):
            _push_if_outside(t, s, t.link[k, OTHER], token)


@kernel
def _push_if_outside(t: Tables, s: State, job: int, token: int) -> None:
    from_job, to_job = t.job[job, FIRST], t.job[job, FIRST] + t.job[job, SEATS]
    for node in range(from_job, to_job):
        row = s.where[node]
        if row >= 0 and s.mark[row] != token:
            push(t, s, row)
