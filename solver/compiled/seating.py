"""Planning a job of a crew or with links, compiled: seats that can start together."""

import numpy as np

from solver.compiled.blocks import kernel
from solver.compiled.keeping import flip, is_full, keep, level, raise_to, total, undo
from solver.compiled.laying import lay, time_desk
from solver.compiled.pushing import bound_by, push, settle
from solver.compiled.spots import ANYONE, best_spots
from solver.compiled.state import DESK, State
from solver.compiled.tables import (
    DIFFERENT,
    FIRST,
    LATE,
    LEADS,
    OTHER,
    SAME,
    SEATS,
    TECHNICIAN,
    WHO,
    Tables,
)
from solver.insertion.model import FOREVER

SUCCESSES = 3  # parties timed exactly before the cheapest is taken
TRIED = 8
CREW_SPOTS = 10
MANY_SPOTS = 48
PARTIES = 24
MOST_PARTIES = 64
CONTRADICTED = -2
TINY = 1e-7
# columns of ``party``, before its spots
START, LATEST_START, SPOTS = range(3)
Bounds = tuple[int, int, int]  # earliest, latest, who must lead
Effort = tuple[int, int]


@kernel
def place_crew(t: Tables, s: State, job: int, effort: Effort) -> bool:
    """Plan the job where it is cheapest, if that beats leaving it out."""
    if not is_ready(t, s, job):
        return False
    lead = _lead(t, s, job)
    earliest, latest = bound_by(t, s, job)
    _bar(t, s, job, 1)
    placed = _place(t, s, job, (earliest, latest, lead), effort)
    if not placed and latest < FOREVER:
        placed = _place(t, s, job, (earliest, FOREVER, lead), effort)
    _bar(t, s, job, 0)
    return placed


@kernel
def is_ready(t: Tables, s: State, job: int) -> bool:
    """Whether everything that it is linked after is planned."""
    for k in range(t.link_first[job], t.link_first[job + 1]):
        if t.link[k, LEADS] == 1 and s.planned[t.link[k, OTHER]] == 0:
            return False
    return True


@kernel
def _bar(t: Tables, s: State, job: int, barred: int) -> None:
    """Bar the technicians whom links exclude, or let them in again."""
    for k in range(t.link_first[job], t.link_first[job + 1]):
        other = t.link[k, OTHER]
        if t.link[k, TECHNICIAN] != DIFFERENT:
            continue
        for node in range(t.job[other, FIRST], t.job[other, FIRST] + t.job[other, SEATS]):
            if s.where[node] >= 0:
                s.barred[t.row[s.where[node], WHO]] = barred


@kernel
def _lead(t: Tables, s: State, job: int) -> int:
    """The technician whom links demand for the first seat."""
    lead = ANYONE
    for k in range(t.link_first[job], t.link_first[job + 1]):
        node = t.job[t.link[k, OTHER], FIRST]
        if t.link[k, TECHNICIAN] == SAME and s.where[node] >= 0:
            who = t.row[s.where[node], WHO]
            lead = who if lead in (ANYONE, who) else CONTRADICTED
    return lead


@kernel
def _place(t: Tables, s: State, job: int, bounds: Bounds, effort: Effort) -> bool:
    count = _parties(t, s, job, bounds, effort)
    best, chosen, successes = t.hope[job], -1, 0
    before, now = level(s), total(t, s)
    for k in range(min(count, MOST_PARTIES if effort[1] else TRIED)):
        if successes >= SUCCESSES or is_full(s):
            break
        if _seat(t, s, job, k, bounds[0]):
            successes += 1
            delta = total(t, s) - now - t.worth[job]
            if delta < best - TINY:
                best, chosen = delta, k
        undo(t, s, before)
    if chosen < 0:
        return False
    _seat(t, s, job, chosen, bounds[0])
    flip(t, s, job)
    return True


@kernel
def _parties(t: Tables, s: State, job: int, bounds: Bounds, effort: Effort) -> int:
    """Fill in the crews that may start together, cheapest first; how many there are.

    They end up in the first half of ``party``.
    """
    first, seats = t.job[job, FIRST], t.job[job, SEATS]
    s.party[0, 0, START], s.party[0, 0, LATEST_START] = bounds[0], FOREVER
    s.party_cost[0, 0] = 0.0
    count = 1
    rate = 1.0 / 3600 + t.node_rate[first, LATE]
    for seat in range(seats):
        spots = MANY_SPOTS if effort[1] else CREW_SPOTS
        only = bounds[2] if seat == 0 else ANYONE
        ask = (bounds[0], bounds[1], only, spots, effort[0])
        found = best_spots(t, s, first + seat, ask, seat)
        most = MOST_PARTIES if effort[1] else PARTIES
        count = _join(t, s, (seat, count, found, most), rate)
    return count


@kernel
def _join(t: Tables, s: State, given: tuple[int, int, int, int], rate: float) -> int:
    """Crews one seat larger, of different technicians who can start together."""
    seat, parties, found, most = given
    joined = 0
    for k in range(parties):
        for spot in range(found):
            start = max(s.party[0, k, START], s.spots[seat, spot, 2])
            latest = min(s.party[0, k, LATEST_START], s.spots[seat, spot, 3])
            if start > latest or _has(t, s, k, seat, t.row[s.spots[seat, spot, 0], WHO]):
                continue
            waited = start - s.spots[seat, spot, 2]
            if seat > 0:
                waited += start - s.party[0, k, START]
            cost = s.party_cost[0, k] + s.spot_cost[seat, spot] + waited * rate
            joined = _enter(s, (k, seat, spot), (start, latest), cost, (joined, most))
    for k in range(joined):
        s.party_cost[0, k] = s.party_cost[1, k]
        for c in range(SPOTS + seat + 1):
            s.party[0, k, c] = s.party[1, k, c]
    return joined


@kernel
def _has(t: Tables, s: State, k: int, seats: int, who: int) -> bool:
    """Whether the technician sits in the crew already."""
    for seat in range(seats):
        if t.row[s.spots[seat, s.party[0, k, SPOTS + seat], 0], WHO] == who:
            return True
    return False


@kernel
def _enter(
    s: State,
    crew: tuple[int, int, int],
    times: tuple[int, int],
    cost: float,
    room: tuple[int, int],
) -> int:
    """Put a crew among those joined, cheapest first; how many there are now."""
    joined, most = room
    before, seat, spot = crew
    if joined == most and cost >= s.party_cost[1, joined - 1]:
        return joined
    k = joined if joined < most else most - 1
    while k > 0 and s.party_cost[1, k - 1] > cost:
        s.party_cost[1, k] = s.party_cost[1, k - 1]
        for c in range(SPOTS + seat + 1):
            s.party[1, k, c] = s.party[1, k - 1, c]
        k -= 1
    s.party_cost[1, k] = cost
    s.party[1, k, START], s.party[1, k, LATEST_START] = times
    for c in range(seat):
        s.party[1, k, SPOTS + c] = s.party[0, before, SPOTS + c]
    s.party[1, k, SPOTS + seat] = spot
    return min(joined + 1, most)


@kernel
def _seat(t: Tables, s: State, job: int, k: int, earliest: int) -> bool:
    """Put the crew in, with all that it pushes; whether that can be."""
    first, seats = t.job[job, FIRST], t.job[job, SEATS]
    for seat in range(seats):
        spot = s.party[0, k, SPOTS + seat]
        row = s.spots[seat, spot, 0]
        raise_to(s, first + seat, earliest)
        lay(s, row, first + seat, s.spots[seat, spot, 1])
        cost = time_desk(t, s, row)
        if cost == np.inf or is_full(s):
            return False
        keep(t, s, row, s.count[DESK], cost)
    for seat in range(seats):
        push(t, s, s.spots[seat, s.party[0, k, SPOTS + seat], 0])
    return settle(t, s)
