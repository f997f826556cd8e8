"""Keeping a timed route, and going back to what was before, compiled."""

from solver.compiled.blocks import kernel
from solver.compiled.state import (
    ABSENT,
    BACK,
    BEGIN,
    DEPOT,
    END,
    LEAVE,
    LOWER_LOG,
    PENALTIES,
    PLANNED_LOG,
    ROUTES,
    ROW_LOG,
    SUMS,
    WORST,
    State,
)
from solver.compiled.supplies import write_left
from solver.compiled.tables import Tables

Level = tuple[int, int, int]


@kernel
def level(s: State) -> Level:
    """This moment, for ``undo``."""
    return s.count[ROW_LOG], s.count[LOWER_LOG], s.count[PLANNED_LOG]


@kernel
def forget(s: State) -> None:
    """Nothing before this moment can be returned to any more."""
    s.count[ROW_LOG] = s.count[LOWER_LOG] = s.count[PLANNED_LOG] = 0


@kernel
def is_full(s: State) -> bool:
    """Whether the journal could overflow within one more change of every row."""
    rows, lowers = len(s.log_row) - s.count[ROW_LOG], len(s.log_lower) - s.count[LOWER_LOG]
    return rows < 2 or lowers < len(s.lower) or s.count[PLANNED_LOG] > len(s.log_planned) - 8


@kernel
def load(s: State, row: int) -> int:
    """Lay the stops of a row on the desk; how many there are."""
    count = s.length[row]
    for p in range(count):
        s.stop[p] = s.route[row, p]
    return count


@kernel
def keep(t: Tables, s: State, row: int, count: int, cost: float) -> None:
    """Put the route on the desk into its row, the one before into the journal."""
    _log(s, row)
    _take_off(s, row)
    s.length[row] = count
    s.cost[ROUTES] += cost - s.cost_of[row]
    s.cost_of[row] = cost
    for p in range(count):
        s.route[row, p] = s.stop[p]
    for p in range(count + 1):
        for k in range(4):
            s.hours[row, p, k] = s.desk[p, k]
    for k in range(SUMS):
        s.sums[row, k] = s.sum[k] if count else 0
    s.sums[row, DEPOT] = s.sum[DEPOT] if count else -1
    _settle(t, s, row)


@kernel
def _take_off(s: State, row: int) -> None:
    for p in range(s.length[row]):
        if s.where[s.route[row, p]] == row:
            s.where[s.route[row, p]] = -1


@kernel
def _settle(t: Tables, s: State, row: int) -> None:
    """Where each stop of the row is and when, and what its table of positions lacks."""
    seats = t.option.shape[0]
    for p in range(s.length[row]):
        node = s.route[row, p]
        if node < seats:
            s.where[node] = row
            s.time[node, 0], s.time[node, 1] = s.hours[row, p, BEGIN], s.hours[row, p, END]
    s.stale[row] = 1
    if s.left.shape[1] > 0:
        write_left(t, s, row)


@kernel
def _log(s: State, row: int) -> None:
    top, count = s.count[ROW_LOG], s.length[row]
    s.log_row[top, 0], s.log_row[top, 1] = row, count
    s.log_cost[top] = s.cost_of[row]
    for p in range(count):
        s.log_route[top, p] = s.route[row, p]
    for p in range(count + 1):
        for k in range(4):
            s.log_hours[top, p, k] = s.hours[row, p, k]
    for k in range(SUMS):
        s.log_sums[top, k] = s.sums[row, k]
    s.count[ROW_LOG] = top + 1


@kernel
def _put_back(t: Tables, s: State, top: int) -> None:
    row, count = s.log_row[top]
    _take_off(s, row)
    s.length[row] = count
    s.cost[ROUTES] += s.log_cost[top] - s.cost_of[row]
    s.cost_of[row] = s.log_cost[top]
    for p in range(count):
        s.route[row, p] = s.log_route[top, p]
    for p in range(count + 1):
        for k in range(4):
            s.hours[row, p, k] = s.log_hours[top, p, k]
    for k in range(SUMS):
        s.sums[row, k] = s.log_sums[top, k]
    _settle(t, s, row)


@kernel
def undo(t: Tables, s: State, before: Level) -> None:
    """Be again as at that moment."""
    while s.count[ROW_LOG] > before[0]:
        s.count[ROW_LOG] -= 1
        _put_back(t, s, s.count[ROW_LOG])
    while s.count[LOWER_LOG] > before[1]:
        s.count[LOWER_LOG] -= 1
        node, bound = s.log_lower[s.count[LOWER_LOG]]
        s.lower[node] = bound
    while s.count[PLANNED_LOG] > before[2]:
        s.count[PLANNED_LOG] -= 1
        _flip(t, s, s.log_planned[s.count[PLANNED_LOG]])


@kernel
def raise_to(s: State, node: int, bound: int) -> None:
    """Set the moment before which a node may not start."""
    top = s.count[LOWER_LOG]
    s.log_lower[top, 0], s.log_lower[top, 1] = node, s.lower[node]
    s.count[LOWER_LOG] = top + 1
    s.lower[node] = bound


@kernel
def flip(t: Tables, s: State, job: int) -> None:
    """Count a job as planned that was left out, or the other way round."""
    s.log_planned[s.count[PLANNED_LOG]] = job
    s.count[PLANNED_LOG] += 1
    _flip(t, s, job)


@kernel
def _flip(t: Tables, s: State, job: int) -> None:
    if s.planned[job]:
        s.planned[job] = 0
        s.cost[PENALTIES] += t.worth[job]
        if s.open_job[job]:
            _join_absent(s, job)
    else:
        s.planned[job] = 1
        s.cost[PENALTIES] -= t.worth[job]
        if s.absent_at[job] >= 0:
            _leave_absent(s, job)


@kernel
def _join_absent(s: State, job: int) -> None:
    s.absent[s.count[ABSENT]] = job
    s.absent_at[job] = s.count[ABSENT]
    s.count[ABSENT] += 1


@kernel
def _leave_absent(s: State, job: int) -> None:
    s.count[ABSENT] -= 1
    last = s.absent[s.count[ABSENT]]
    at = s.absent_at[job]
    s.absent[at], s.absent_at[last] = last, at
    s.absent_at[job] = -1


@kernel
def total(t: Tables, s: State) -> float:
    """What the plan costs as it stands."""
    cost = s.cost[ROUTES] + s.cost[PENALTIES]
    if t.extremes[0] != 0 or t.extremes[1] != 0:
        cost += extremes(t, s, -1)
    return cost


@kernel
def extremes(t: Tables, s: State, tried: int) -> float:
    """The terms of the whole plan, as if the desk's route were in a row."""
    late, longest = 0, 0
    for row in range(len(s.length)):
        if row == tried:
            late = max(late, s.sum[WORST])
            longest = max(longest, s.sum[BACK] - s.sum[LEAVE])
        elif s.length[row] > 0:
            late = max(late, s.sums[row, WORST])
            longest = max(longest, s.sums[row, BACK] - s.sums[row, LEAVE])
    return late * t.extremes[0] + longest * t.extremes[1]
