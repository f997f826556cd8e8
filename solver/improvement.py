"""Making a draft better for as long as there is time: ruin and recreate.

Slack Induction by String Removals (Christiaens and Vanden Berghe 2020, Transportation
Science 54(2)): take neighbouring jobs out of a few routes, put them back one by one
where they are cheapest, keep the result by simulated annealing.
"""

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from solver.construction import hardness, insert
from solver.insertion.draft import Draft
from solver.insertion.model import Model
from solver.insertion.placing import Placer
from solver.insertion.timing import Timed

NEIGHBOURS = 100
LONGEST_STRING = 10
MEAN_REMOVED = 8
MEAN_REMOVED_COUPLED = 4  # each job put back may move many routes, so fewer at a time
MUCH_COUPLING = 0.15
OTHERS_TRIED = 6
POOL = 6000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A draft's state, to return to."""

    routes: tuple[Timed | None, ...]
    lower: dict[int, int]
    planned: tuple[bool, ...]
    total: float

    def is_whole(self, jobs: Iterable[int]) -> bool:
        return all(self.planned[job] for job in jobs)


class Search:
    """Ruin and recreate on one draft, with the best state seen."""

    def __init__(
        self, model: Model, draft: Draft, seed: int, only: Iterable[int] | None = None
    ) -> None:
        """Search over all jobs that may move, or over some alone."""
        jobs = range(len(model.jobs)) if only is None else sorted(only)
        self.movable = [job for job in jobs if only is not None or self._may_move(model, job)]
        self.may_move = set(self.movable)
        self.model = model
        self.draft = draft
        self.random = random.Random(seed)  # noqa: S311 - search, not secrets
        self.placer = Placer(model, draft, np.random.default_rng(seed))
        self.hardness = [hardness(self.placer, job) for job in range(len(model.jobs))]
        self.neighbours: dict[int, list[int]] = {}
        self.rows_for: dict[int, frozenset[int]] = {}
        self.pool: dict[tuple[int, tuple[int, ...]], Timed] = {}
        coupled = sum(model.is_coupled) > MUCH_COUPLING * len(model.jobs)
        self.mean_removed = MEAN_REMOVED_COUPLED if coupled else MEAN_REMOVED
        self.iterations = 0
        self.best = self.snapshot()
        planned = max(1, sum(draft.planned))
        self.warmth = max(1e-6, abs(draft.route_cost) / planned)

    # ── states ──

    def snapshot(self) -> Snapshot:
        return snapshot(self.draft)

    def restore(self, state: Snapshot) -> None:
        restore(self.draft, state)

    # ── the loop ──

    def run(self, done: Callable[[], float]) -> None:
        """Search until ``done()``, the part of the budget that is spent, reaches 1."""
        if not self.movable:
            return
        while (spent := done()) < 1.0:
            self.iterations += 1
            heat = self.warmth * 0.3 * 0.003**spent
            self._iterate(heat)
        self.restore(self.best)

    def _may_move(self, model: Model, job: int) -> bool:
        """Whether its pins leave the job any choice."""
        asked = model.jobs[job]
        timed = any(pin.start is not None for pin in asked.pinned)
        return not timed or len({pin.seat for pin in asked.pinned}) < len(asked.seats)

    def _iterate(self, heat: float) -> None:
        draft, movable = self.draft, self.movable
        before = draft.total
        draft.mark()
        absent = [job for job in movable if not draft.planned[job]]
        gone = self._ruin(movable)
        self._recreate([*gone, *self._others(absent)])
        after = draft.total
        if after >= before - heat * math.log(max(self.random.random(), 1e-12)):
            draft.undo()
            return
        self._remember(draft)
        if after < self.best.total - 1e-6:
            self.best = self.snapshot()

    def _remember(self, draft: Draft) -> None:
        """Keep the new routes that nothing couples, for choosing among them later."""
        for row in draft.journal.rows if draft.journal else ():
            route = draft.routes[row]
            if route is not None and len(self.pool) < POOL:
                self.pool.setdefault((row, route.nodes), route)

    def _others(self, absent: list[int]) -> list[int]:
        """Some of the jobs left out before that could do on the shifts that have room now."""
        if not absent or self.draft.journal is None:
            return []
        rows = set(self.draft.journal.rows)
        fitting = [job for job in absent if not rows.isdisjoint(self._rows_for(job))]
        return self.random.sample(fitting, min(len(fitting), OTHERS_TRIED))

    def _rows_for(self, job: int) -> frozenset[int]:
        if job not in self.rows_for:
            options = self.placer.table.options(self.model.nodes_of[job][0])
            self.rows_for[job] = frozenset(int(row) for one in options for row in one.rows)
        return self.rows_for[job]

    # ── ruin ──

    def _ruin(self, movable: list[int]) -> list[int]:
        seed = self.random.choice(movable)
        whole = self.random.random() < 0.1
        chosen = self._whole_route(seed) if whole else self._strings(seed)
        gone = self.draft.with_followers(chosen & self.may_move)
        if not self.draft.remove(gone):
            return []
        return sorted(job for job in gone if not self.draft.planned[job])

    def _whole_route(self, seed: int) -> set[int]:
        row = self.draft.where[self.model.nodes_of[seed][0]]
        route = self.draft.routes[row] if row >= 0 else None
        return self._jobs(route.nodes) if route else {seed}

    def _strings(self, seed: int) -> set[int]:
        """Strings of stops next to the seed, from a few routes (section 5.1 of the paper)."""
        draft = self.draft
        used = [len(route.nodes) for route in draft.routes if route]
        longest = min(LONGEST_STRING, sum(used) / max(1, len(used)))
        strings = int(
            self.random.uniform(1, max(1.0, 4 * self.mean_removed / (1 + longest) - 1) + 1)
        )
        touched: set[int] = set()
        chosen: set[int] = set()
        for job in self._near(seed):
            if len(touched) >= strings:
                break
            for node in self.model.nodes_of[job]:
                row = draft.where[node]
                route = draft.routes[row] if row >= 0 else None
                if route is not None and row not in touched:
                    touched.add(row)
                    chosen |= self._string(route.nodes, node, longest)
        return chosen

    def _string(self, nodes: tuple[int, ...], node: int, longest: float) -> set[int]:
        length = int(self.random.uniform(1, min(len(nodes), longest) + 1))
        at = nodes.index(node)
        first = self.random.randint(max(0, at - length + 1), min(at, len(nodes) - length))
        if length > 1 and self.random.random() < 0.3:
            kept = self.random.randrange(first, first + length)
            return self._jobs((*nodes[first:kept], *nodes[kept + 1 : first + length]))
        return self._jobs(nodes[first : first + length])

    def _jobs(self, nodes: tuple[int, ...]) -> set[int]:
        return {self.model.node_job[node] for node in nodes if node < self.model.first_depot}

    def _near(self, job: int) -> list[int]:
        """The job and the jobs nearest to it, nearest first."""
        if job not in self.neighbours:
            self.neighbours[job] = _nearest(self.placer, job)
        return self.neighbours[job]

    # ── recreate ──

    def _recreate(self, jobs: list[int]) -> None:
        self.random.shuffle(jobs)
        order = self.random.random()
        if order < 0.35:
            jobs.sort(key=lambda job: self.hardness[job])
        elif order < 0.55:
            jobs.sort(key=lambda job: -self.model.jobs[job].duration)
        elif order < 0.7:
            jobs.sort(key=lambda job: self.model.jobs[job].windows[:1])
        elif order < 0.8:
            jobs.sort(key=lambda job: -self.draft.worth[job])
        required = [job for job in jobs if job in self.model.required]
        others = [job for job in jobs if job not in self.model.required]
        insert(self.placer, [*required, *others], lambda: False)


def snapshot(draft: Draft) -> Snapshot:
    return Snapshot(tuple(draft.routes), draft.lower, tuple(draft.planned), draft.total)


def restore(draft: Draft, state: Snapshot) -> None:
    """Put a draft into a state that it was in."""
    draft.journal = None
    for row, timed in enumerate(state.routes):
        if draft.routes[row] is not timed:
            draft.replace(row, timed)
    draft.settle(state.lower, state.planned)


def _nearest(placer: Placer, job: int) -> list[int]:
    model = placer.model
    seconds = placer.table.legs(0)[0]
    places = placer.job_places
    here = model.node_place[model.nodes_of[job][0]]
    apart = seconds[here][places] + seconds[places, here]
    apart[job] = -1
    keep = min(NEIGHBOURS, len(apart))
    near = np.argpartition(apart, keep - 1)[:keep] if keep < len(apart) else np.arange(keep)
    return [int(index) for index in near[np.argsort(apart[near], kind="stable")]]
