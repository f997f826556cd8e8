"""An empty plan as arrays, with room for what it may become."""

from typing import Any

import numpy as np

from solver.compiled.state import LONGEST_POOLED, MOST_GONE, SUMS, State
from solver.compiled.tables import DURATION, LATEST, OPENS, RESTS, SEATS, SUPPLIED, Tables
from solver.insertion.model import FOREVER

LEAST_SLOTS = 256
MOST_STOPS = 2000
ROOM = 24_000_000  # stops of all rows together
POOL = 20_000
WHOLE: dict[str, Any] = {"dtype": np.int64}


def new_state(t: Tables, stops: int, seed: int) -> State:
    """Empty routes with room for so many stops each."""
    return State(
        **_routes(t, stops, seed), **_desk(t, stops), **_journal(t, stops), **_found(t, stops)
    )


def _supplied(t: Tables) -> int:
    return int(t.stock.shape[1]) if t.job[:, SUPPLIED].any() else 0


def _routes(t: Tables, stops: int, seed: int) -> dict[str, Any]:
    """The plan itself."""
    rows, nodes, jobs, supplied = len(t.row), len(t.node), len(t.job), _supplied(t)
    return dict(  # noqa: C408 - reads like the fields of the state
        route=np.zeros((rows, stops), **WHOLE),
        length=np.zeros(rows, **WHOLE),
        hours=np.zeros((rows, stops + 1, 4), **WHOLE),
        sums=np.zeros((rows, SUMS), **WHOLE),
        cost_of=np.zeros(rows),
        seg=np.zeros((rows, stops + 1, 12), **WHOLE),
        late=np.zeros((rows, stops + 1, 2)),
        stale=np.ones(rows, dtype=np.uint8),
        where=np.full(nodes, -1, **WHOLE),
        time=np.full((nodes, 2), -FOREVER, **WHOLE),
        lower=np.full(nodes, -FOREVER, **WHOLE),
        upper=np.full(nodes, FOREVER, **WHOLE),
        planned=np.zeros(jobs, dtype=np.uint8),
        left=np.zeros((rows, supplied), **WHOLE),
        absent=np.zeros(jobs + 1, **WHOLE),
        absent_at=np.full(jobs, -1, **WHOLE),
        active=np.ones(rows, dtype=np.uint8),
        open_job=np.ones(jobs, dtype=np.uint8),
        cost=np.zeros(3),
        count=np.zeros(16, **WHOLE),
        seed=np.array([_mixed(seed)], dtype=np.uint64),
    )


def _desk(t: Tables, stops: int) -> dict[str, Any]:
    """Where one change is worked out."""
    rows, jobs, parts = len(t.row), len(t.job), t.stock.shape[1]
    rests = int(t.row[:, RESTS].max(initial=0)) + 1
    crew = int(t.job[:, SEATS].max(initial=1))
    return dict(  # noqa: C408 - reads like the fields of the state
        stop=np.zeros(stops + 2, **WHOLE),
        bare=np.zeros(stops + 2, **WHOLE),
        low=np.zeros(stops + 2, **WHOLE),
        desk=np.zeros((stops + 2, 4), **WHOLE),
        sum=np.zeros(SUMS, **WHOLE),
        label=np.zeros((stops + 2, rests, 3), **WHOLE),
        mark=np.zeros(max(rows, jobs) + 1, **WHOLE),
        queue=np.zeros((rows + 1, 2), **WHOLE),
        members=np.zeros(rows + 1, **WHOLE),
        gone=np.zeros(MOST_GONE, **WHOLE),
        called=np.zeros(jobs, dtype=np.uint8),
        key=np.zeros(MOST_GONE),
        stock=np.zeros(parts + 1, **WHOLE),
        barred=np.zeros(len(t.pace), **WHOLE),
        spots=np.zeros((crew, 64, 4), **WHOLE),
        spot_cost=np.zeros((crew, 64)),
        party=np.zeros((2, 64, crew + 3), **WHOLE),
        party_cost=np.zeros((2, 64)),
    )


def _journal(t: Tables, stops: int) -> dict[str, Any]:
    """What was before."""
    nodes, jobs, supplied = len(t.node), len(t.job), _supplied(t)
    slots = max(LEAST_SLOTS, 3 * len(t.row))
    return dict(  # noqa: C408 - reads like the fields of the state
        log_row=np.zeros((slots, 2), **WHOLE),
        log_route=np.zeros((slots, stops), **WHOLE),
        log_hours=np.zeros((slots, stops + 1, 4), **WHOLE),
        log_sums=np.zeros((slots, SUMS), **WHOLE),
        log_cost=np.zeros(slots),
        log_left=np.zeros((slots, supplied), **WHOLE),
        log_lower=np.zeros((16 * slots + 4 * nodes, 2), **WHOLE),
        log_planned=np.zeros(4 * MOST_GONE + jobs, **WHOLE),
    )


def _found(t: Tables, stops: int) -> dict[str, Any]:
    """The best plan, and routes met."""
    rows, nodes = len(t.row), len(t.node)
    mix = np.random.default_rng(12345)
    return dict(  # noqa: C408 - reads like the fields of the state
        best_route=np.zeros((rows, stops), **WHOLE),
        best_length=np.zeros(rows, **WHOLE),
        best_time=np.zeros(nodes, **WHOLE),
        pool_route=np.zeros((POOL, LONGEST_POOLED), **WHOLE),
        pool_row=np.zeros((POOL, 2), **WHOLE),
        pool_cost=np.zeros(POOL),
        pool_table=np.full(2**16, -1, **WHOLE),
        pool_hash=np.zeros(POOL, dtype=np.uint64),
        hash=mix.integers(1, 2**63 - 1, nodes + rows, dtype=np.int64).astype(np.uint64),
    )


def _mixed(seed: int) -> int:
    return ((seed + 1) * 0x9E3779B97F4A7C15 + 88172645463325252) % 2**64 or 1


def room_for_stops(t: Tables) -> int:
    """A number of stops that no row can pass, as far as memory allows."""
    seats, rows = len(t.option), max(1, len(t.row))
    if not seats or not len(t.row):
        return 4
    longest = int((t.row[:, LATEST] - t.row[:, OPENS]).max())
    pace = min(1.0, float(t.pace.min()))
    works = np.sort(t.node[:seats, DURATION]) * pace
    fitting = int(np.searchsorted(np.cumsum(works), longest + 1, side="right")) + 1
    most = max(64, ROOM // rows // 8)
    return int(min(fitting, seats, most, MOST_STOPS)) + 3
