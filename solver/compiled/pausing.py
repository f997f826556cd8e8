"""Breaks on a route, compiled: where they fall and what they delay."""

from solver.compiled.blocks import kernel
from solver.compiled.legs import NEVER, first_start, leg, starts_of, work_of
from solver.compiled.state import BACK, BEGIN, BUSY, END, GAP, LATE_RESTS, State
from solver.compiled.tables import (
    CLOSES,
    GOAL,
    HOME,
    LATEST,
    MODE,
    PLACE,
    REST,
    RESTS,
    SETUP,
    WHO,
    Tables,
)

Rests = tuple[int, int]  # the first, and the one behind the last
Way = tuple[int, int, int]  # mode, from, to
# columns of ``label``
STARTS, FREES, FROM = range(3)
ABSENT_LABEL = -(2**62)


@kernel
def with_rests(t: Tables, s: State, row: int, count: int, bounds: tuple[int, int]) -> bool:
    """The earliest times by labels, one for each number of breaks taken before a stop."""
    total = t.row[row, RESTS]
    for k in range(1, total + 1):
        s.label[0, k, STARTS] = ABSENT_LABEL
    s.label[0, 0, STARTS] = s.label[0, 0, FREES] = bounds[0]
    here, before = t.row[row, HOME], -1
    for p in range(count):
        node = s.stop[p]
        place = t.node[node, PLACE]
        setup = 0 if place == before else t.node[node, SETUP]
        if not _step(t, s, row, p, (here, place, setup, before)):
            return False
        here = before = place
    return _return(t, s, row, count, (here, bounds[1]))


@kernel
def _step(t: Tables, s: State, row: int, p: int, at: tuple[int, int, int, int]) -> bool:
    """The labels of one stop from those before it; whether there are any."""
    here, place, setup, before = at
    total, first, who = t.row[row, RESTS], t.row[row, REST], t.row[row, WHO]
    node = s.stop[p]
    chosen = starts_of(t, node, who, setup)
    length = work_of(t, node, who) + setup
    until = NEVER
    if before < 0 and here == t.point.shape[0]:
        until = t.row[row, CLOSES]
    for k in range(total + 1):
        s.label[p + 1, k, STARTS] = ABSENT_LABEL
    for taken in range(total + 1):
        if s.label[p, taken, STARTS] == ABSENT_LABEL:
            continue
        free = s.label[p, taken, FREES]
        seconds = leg(t, t.row[row, MODE], (here, place), free)
        _offer(t, s, p, (taken, taken), (free + seconds, chosen, length))
        end, paused = free, 0
        for k in range(taken, total):
            begin = max(end, t.rest[first + k, 0])
            end = begin + t.rest[first + k, 2]
            if begin > t.rest[first + k, 1] or end > until:
                break
            paused += t.rest[first + k, 2]
            ready = max(free + seconds + paused, end)
            _offer(t, s, p, (k + 1, taken), (ready, chosen, length))
    return _drop_late(t, s, p, (first, total))


@kernel
def _offer(t: Tables, s: State, p: int, taken: tuple[int, int], way: tuple[int, int, int]) -> None:
    ready, chosen, length = way
    start = first_start(t, chosen, max(ready, s.low[p]))
    if start > s.upper[s.stop[p]]:
        return
    k = taken[0]
    if s.label[p + 1, k, STARTS] == ABSENT_LABEL or start < s.label[p + 1, k, STARTS]:
        s.label[p + 1, k, STARTS] = start
        s.label[p + 1, k, FREES] = start + length
        s.label[p + 1, k, FROM] = taken[1]


@kernel
def _drop_late(t: Tables, s: State, p: int, rests: tuple[int, int]) -> bool:
    """Drop labels whose next break cannot be taken any more."""
    first, total = rests
    some = s.label[p + 1, total, STARTS] != ABSENT_LABEL
    for k in range(total):
        if s.label[p + 1, k, STARTS] == ABSENT_LABEL:
            continue
        if s.label[p + 1, k, FREES] > t.rest[first + k, 1]:
            s.label[p + 1, k, STARTS] = ABSENT_LABEL
        else:
            some = True
    return some


@kernel
def _return(t: Tables, s: State, row: int, count: int, at: tuple[int, int]) -> bool:
    """The earliest return with every break taken, on the way home or after it."""
    here, until = at
    total, first, closes = t.row[row, RESTS], t.row[row, REST], t.row[row, CLOSES]
    latest = min(t.row[row, LATEST], until)
    best = (NEVER, 0, 0, 0)
    for taken in range(total + 1):
        if s.label[count, taken, STARTS] == ABSENT_LABEL:
            continue
        free = s.label[count, taken, FREES]
        seconds = leg(t, t.row[row, MODE], (here, t.row[row, GOAL]), free)
        end, paused, back = free, 0, free + seconds
        for more in range(taken, total + 1):
            if more > taken:
                k = first + more - 1
                begin = max(end, t.rest[k, 0])
                if begin > t.rest[k, 1]:
                    break
                end = begin + t.rest[k, 2]
                paused += t.rest[k, 2]
                back = max(free + seconds + paused, end)
            if back > latest:
                break
            over = rest_after(t, (first + more, first + total), back, closes)
            if over <= until and over != NEVER:
                ending = (back, total - more, over, taken)
                if ending < best:
                    best = ending
    if best[0] == NEVER:
        return False
    _unwind(s, total, count, best)
    return True


@kernel
def _unwind(s: State, total: int, count: int, ending: tuple[int, int, int, int]) -> None:
    back, late_rests, until, taken = ending
    s.desk[count, GAP] = total - late_rests - taken
    for p in range(count - 1, -1, -1):
        before = s.label[p + 1, taken, FROM]
        s.desk[p, BEGIN] = s.label[p + 1, taken, STARTS]
        s.desk[p, END] = s.label[p + 1, taken, FREES]
        s.desk[p, GAP] = taken - before
        taken = before
    s.sum[BACK], s.sum[BUSY], s.sum[LATE_RESTS] = back, until, late_rests


@kernel
def rest_after(t: Tables, rests: Rests, back: int, closes: int) -> int:
    """When these breaks are over, taken from then on and within the shift."""
    end = back
    for k in range(rests[0], rests[1]):
        begin = max(end, t.rest[k, 0])
        end = begin + t.rest[k, 2]
        if begin > t.rest[k, 1] or end > closes:
            return NEVER
    return end


@kernel
def ready_after(t: Tables, way: Way, rests: Rests, free: int) -> int:
    """When the leg and all the breaks are over; ``NEVER`` when one is too late."""
    end, paused = free, 0
    seconds = leg(t, way[0], (way[1], way[2]), free)
    for k in range(rests[0], rests[1]):
        begin = max(end, t.rest[k, 0])
        if begin > t.rest[k, 1]:
            return NEVER
        end = begin + t.rest[k, 2]
        paused += t.rest[k, 2]
    return max(free + seconds + paused, end)


@kernel
def latest_free(t: Tables, way: Way, rests: Rests, between: tuple[int, int]) -> int:
    """The latest moment to set off and still be ready in time; at least the first given."""
    earliest, target = between
    paused = 0
    for k in range(rests[0], rests[1]):
        paused += t.rest[k, 2]
    free = target - paused - leg(t, way[0], (way[1], way[2]), earliest)
    before = 0
    for k in range(rests[0], rests[1]):
        free = min(free, t.rest[k, 1] - before)
        before += t.rest[k, 2]
    for _ in range(4):
        over = ready_after(t, way, rests, free) - target
        if over <= 0 or free <= earliest:
            return max(free, earliest)
        free -= over
    return earliest
