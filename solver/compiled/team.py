"""Two searches at work on one plan, each on a thread of its own.

Small problems are searched whole by both, and now and then the better one's plan is taken
over by the other. From ``SPLIT_FROM`` jobs on each takes the rows of one side of the town,
along a line that turns from phase to phase; jobs that hang together across the line stand
still meanwhile.
"""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.budgets import Budget
from solver.compiled import rounds, standing
from solver.compiled.blocks import Block
from solver.compiled.filling import tables_of
from solver.compiled.making import new_state, room_for_stops
from solver.compiled.splitting import Half, freeze, halves
from solver.compiled.state import BEST, POOLED, ROUTES, State
from solver.compiled.tables import FIRST, HELD, MOVABLE, REQUIRED, SEATS
from solver.insertion.model import FOREVER, Model

WORKERS = 2
SPLIT_FROM = 250
PHASES = 24
PHASES_WHOLE = 10
SHARED_FROM = 0.6  # of the budget, from when on the better plan is taken over
BEST_FROM = 0.85  # from when on a phase begins with the best plan
CHUNK_SECONDS = 0.02
LARGEST_CHUNK = 20_000.0
TINY = 1e-6
MEAN_GONE = 10.0
MEAN_GONE_COUPLED = 6.0
MUCH_COUPLING = 0.15
HEAT = (0.5, 0.002)  # at the beginning and at the end, of the cost of a job
LAST_SEED = 2**31


@dataclass(frozen=True, slots=True)
class Routes:
    """A plan by arrays: the stops of each row and when each node starts."""

    route: Any
    length: Any
    start: Any
    cost: float


@dataclass(frozen=True, slots=True)
class _Part:
    """One phase: its threads, the budget, and the part of it after which it is over."""

    pool: ThreadPoolExecutor
    budget: Budget
    end: float

    def run(self, work: Callable[[int, Budget, float], None]) -> None:
        tasks = [self.pool.submit(work, k, self.budget, self.end) for k in range(WORKERS)]
        for task in tasks:
            task.result()


@dataclass(frozen=True, slots=True)
class Met:
    """A route that the search came by."""

    row: int
    nodes: tuple[int, ...]
    cost: float


class Team:
    """The compiled search on one model."""

    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        self.arrays = tables_of(model)
        self.tables = Block(self.arrays)
        stops = room_for_stops(self.arrays)
        self.states: list[State] = [
            new_state(self.arrays, stops, (seed * WORKERS + k) % LAST_SEED) for k in range(WORKERS)
        ]
        self.blocks = [Block(state) for state in self.states]
        self.turn = np.random.default_rng(seed)
        self.done = [0] * WORKERS
        self.chunk = [200.0] * WORKERS
        standing.begin(self.tables, self.blocks[0])
        self.best = self._taken(0)
        self.order = self._order()
        coupled = int(self.arrays.node[:, HELD].sum())
        much = coupled > MUCH_COUPLING * max(1, model.first_depot)
        self.mean_gone = MEAN_GONE_COUPLED if much else MEAN_GONE

    def _order(self) -> Any:
        """Jobs by how little choice they leave, what must be planned first."""
        t = self.arrays
        choice = np.array(
            [
                t.row_first[first + seats] - t.row_first[first]
                for first, seats in t.job[:, [FIRST, SEATS]]
            ]
        )
        seats = t.job[:, SEATS]
        keys = (t.width, choice / np.maximum(1, seats**3), -t.job[:, REQUIRED])
        return np.lexsort(keys).astype(np.int64)

    # ── one plan ──

    def construct(self, stop: Callable[[], bool], only: Any = None) -> None:
        """Plan every job in turn where it is cheapest, behind what is planned already."""
        if not self._load(0, self.best):
            return
        order = self.order
        if only is not None:
            order = order[np.isin(order, only)]
        for _ in range(2):
            for part in np.array_split(order, max(1, len(order) // 200)):
                if len(part) and not stop():
                    standing.insert(self.tables, self.blocks[0], part, 0)
        self.best = self._taken(0)

    def take_up(self, routes: Any) -> None:
        """Go on from these timed routes, if they can be driven here too."""
        best = self._taken(0)
        best.length[:] = 0
        for row, timed in enumerate(routes):
            if timed is not None and len(timed.nodes) < best.route.shape[1] - 2:
                best.route[row, : len(timed.nodes)] = timed.nodes
                best.length[row] = len(timed.nodes)
                seats = [node for node in timed.nodes if node < self.model.first_depot]
                begins = dict(zip(timed.nodes, timed.starts, strict=True))
                best.start[seats] = [begins[node] for node in seats]
        if self._load(0, best):
            self.best = self._taken(0)

    def finish(self, stop: Callable[[], bool]) -> None:
        """Leave nothing undone that a last look finds."""
        if not self._load(0, self.best):
            return
        standing.loosen(self.tables, self.blocks[0])
        if not stop():
            standing.insert(self.tables, self.blocks[0], self.order, 1)
        if not stop():
            standing.prune(self.tables, self.blocks[0])
        taken = self._taken(0)
        if taken.cost <= self.best.cost:
            self.best = taken

    @contextmanager
    def all_movable(self) -> Iterator[None]:
        """Let also jobs be taken out that could only go back where they were."""
        movable = self.arrays.job[:, MOVABLE].copy()
        circular = [
            self.model.is_coupled[k] and bool(c) for k, c in enumerate(self.model.cycle_of)
        ]
        self.arrays.job[:, MOVABLE] = ~np.array(circular, dtype=bool)
        try:
            yield
        finally:
            self.arrays.job[:, MOVABLE] = movable

    def missing(self, jobs: Any) -> list[int]:
        """Which of these jobs the best plan does not have."""
        there = set(self.planned())
        return [job for job in jobs if job not in there]

    def planned(self) -> list[int]:
        nodes = self.best.route[np.arange(self.best.route.shape[1]) < self.best.length[:, None]]
        firsts = set(nodes[nodes < self.model.first_depot].tolist())
        return [job for job, (first, *_) in enumerate(self.model.nodes_of) if first in firsts]

    def stops(self) -> dict[int, tuple[int, ...]]:
        """The best plan's stops by row."""
        return {
            int(row): tuple(self.best.route[row, : self.best.length[row]].tolist())
            for row in np.flatnonzero(self.best.length)
        }

    def _taken(self, worker: int) -> Routes:
        s = self.states[worker]
        return Routes(
            s.best_route.copy(), s.best_length.copy(), s.best_time.copy(), float(s.cost[BEST])
        )

    def _now(self, worker: int) -> Routes:
        s = self.states[worker]
        return Routes(s.route.copy(), s.length.copy(), s.time[:, 0].copy(), math.inf)

    def _load(self, worker: int, routes: Routes, half: Half | None = None) -> bool:
        """Give a worker the routes to go on from, all rows or one half of them."""
        s, t = self.states[worker], self.arrays
        s.active[:] = 1 if half is None else half.active
        s.open_job[:] = 1 if half is None else half.open_job
        for bound in (None, routes.start):
            s.lower[:], s.upper[:] = -FOREVER, FOREVER
            if half is not None:
                s.lower[half.frozen] = s.upper[half.frozen] = routes.start[half.frozen]
            if bound is not None:
                held = np.flatnonzero(t.node[:, HELD])
                s.lower[held] = bound[held]
            s.best_route[:], s.best_length[:] = routes.route, routes.length
            standing.begin(self.tables, self.blocks[worker])
            if standing.take_up(self.tables, self.blocks[worker]):
                return True
        return False

    # ── the search ──

    def search(self, budget: Budget) -> None:
        """Search until the budget is used up."""
        if not len(self.arrays.job) or not len(self.arrays.row):
            return
        split = len(self.arrays.job) >= SPLIT_FROM and len(self.arrays.row) >= 2 * WORKERS
        self.done = [0] * WORKERS
        routes = self.best
        if not all(self._load(worker, routes) for worker in range(WORKERS)):
            return
        phases = budget.phases(PHASES if split else PHASES_WHOLE)
        with ThreadPoolExecutor(WORKERS) as pool:
            for phase in range(phases):
                if budget(0) >= 1:
                    return
                part = _Part(pool, budget, (phase + 1) / phases)
                routes = self._half_phase(part, routes) if split else self._whole_phase(part)
                if phase == phases // 2:
                    self._forget_pool()

    def _whole_phase(self, part: "_Part") -> Routes:
        """Both workers search the whole; late on, the better plan is taken over."""
        part.run(self._work)
        for worker in range(WORKERS):
            if self.states[worker].cost[BEST] < self.best.cost - TINY:
                self.best = self._taken(worker)
        for worker in range(WORKERS):
            if part.end >= SHARED_FROM and self.states[worker].cost[BEST] > self.best.cost + TINY:
                self._load(worker, self.best)
        return self.best

    def _half_phase(self, part: "_Part", routes: Routes) -> Routes:
        """Each worker searches its half; the plan as both leave it."""
        rows, far = halves(self.arrays, routes.route, routes.length, self.turn)
        for worker, jobs in enumerate((~far, far)):
            half = freeze(self.arrays, routes.route, routes.length, (rows[worker], jobs))
            if not self._load(worker, routes, half):
                return self.best
        part.run(self._work)
        now = _joined(rows, [self._now(worker) for worker in range(WORKERS)])
        best = _joined(rows, [self._taken(worker) for worker in range(WORKERS)])
        for tried in (best, now):
            if self._load(0, tried) and self.states[0].cost[BEST] < self.best.cost - TINY:
                self.best = self._taken(0)
        return now if part.end < BEST_FROM else self.best

    def _work(self, worker: int, budget: Budget, end: float) -> None:
        """Rounds in chunks of some milliseconds until the phase is over."""
        s = self.states[worker]
        used = s.length > 0
        stops = float(s.length[used].mean()) if used.any() else 1.0
        job_cost = max(1e-6, abs(float(s.cost[ROUTES])) / max(1, int(s.planned.sum())))
        while (spent := budget(self.done[worker])) < min(1.0, end):
            heat = job_cost * HEAT[0] * (HEAT[1] / HEAT[0]) ** spent
            number = budget.at_most(int(self.chunk[worker]))
            begun = time.perf_counter()
            settings = np.array([heat, heat, self.mean_gone, stops])
            rounds.search(self.tables, self.blocks[worker], number, settings)
            self.done[worker] += number
            took = max(1e-5, time.perf_counter() - begun)
            change = min(2.0, max(0.3, CHUNK_SECONDS / took))
            self.chunk[worker] = min(LARGEST_CHUNK, max(1.0, self.chunk[worker] * change))

    @property
    def iterations(self) -> int:
        return sum(self.done)

    # ── routes met ──

    def pool(self) -> list[Met]:
        """The routes met lately that nothing couples."""
        met = []
        for s in self.states:
            for entry in range(int(s.count[POOLED])):
                row, count = s.pool_row[entry].tolist()
                nodes = tuple(s.pool_route[entry, :count].tolist())
                met.append(Met(row, nodes, float(s.pool_cost[entry])))
        return met

    def _forget_pool(self) -> None:
        for s in self.states:
            s.count[POOLED] = 0
            s.pool_table[:] = -1


def _joined(sides: list[Any], halves: list[Routes]) -> Routes:
    """The plan in which each row is as in its own half."""
    route, length = halves[0].route.copy(), halves[0].length.copy()
    start = halves[0].start.copy()
    for side, half in zip(sides[1:], halves[1:], strict=True):
        route[side], length[side] = half.route[side], half.length[side]
        for row in np.flatnonzero(side):
            nodes = half.route[row, : half.length[row]]
            start[nodes] = half.start[nodes]
    return Routes(route, length, start, math.inf)
