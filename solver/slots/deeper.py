"""Opening windows by moving jobs that nobody was told of yet."""

import time
from collections.abc import Iterable

from solver.construction import insert
from solver.insertion.draft import Draft
from solver.insertion.model import HOUR
from solver.insertion.placing import Placer, Wish
from solver.problem import Job
from solver.slots.slot import Slot
from solver.slots.thorough import Thorough

NEAR = 3 * HOUR  # stops this far from a window may stand in its way
ROUTES_TRIED = 6
Window = tuple[int, int]


class Deeper:
    """One job asked about; the draft is left as it was."""

    def __init__(self, draft: Draft, job: Job, until: float) -> None:
        self.draft = draft
        self.model = draft.model
        self.until = until
        self.thorough = Thorough(draft, job)
        self.placer: Placer = self.thorough.placer
        self.job = self.thorough.job
        self.told = {one.job for one in self.model.problem.incumbent}

    def improved(self, found: dict[Window, Slot], windows: Iterable[Window]) -> dict[Window, Slot]:
        """The windows with what moving others opens, those without an offer first."""
        better = dict(found)
        for window in sorted(windows, key=lambda window: window in found):
            for jobs in self._in_the_way(window):
                if time.monotonic() > self.until:
                    return better
                slot = self._without(jobs, window)
                if slot and (window not in better or slot.cost < better[window].cost - 1e-6):
                    better[window] = slot
        return better

    def _in_the_way(self, window: Window) -> list[set[int]]:
        """Untold jobs to take out together, of the routes that could serve the window nearest."""
        node, model = self.model.nodes_of[self.job][0], self.model
        apart: list[tuple[int, int, set[int]]] = []
        for row in model.rows:
            route = self.draft.routes[row.index]
            late = row.latest_back < window[0] or row.opens > window[1]
            if route is None or late or not model.may_ever(node, row.who):
                continue
            jobs = self._movable(route.nodes, window)
            if jobs:
                seconds, place = model.legs(row.mode).seconds, model.node_place
                near = min(seconds[place[stop]][place[node]] for stop in route.nodes)
                apart.append((near, row.index, jobs))
        apart.sort(key=lambda one: one[:2])
        nearest = [jobs for _, _, jobs in apart[:ROUTES_TRIED]]
        return [{job} for jobs in nearest for job in sorted(jobs)] + nearest

    def _movable(self, nodes: tuple[int, ...], window: Window) -> set[int]:
        model = self.model
        return {
            job
            for node in nodes
            if node < model.first_depot
            and window[0] - NEAR <= self.draft.start[node] <= window[1] + NEAR
            and (job := model.node_job[node]) not in model.required
            and not model.is_coupled[job]
            and model.jobs[job].id not in self.told
        }

    def _without(self, jobs: set[int], window: Window) -> Slot | None:
        """The slot if these jobs can all be put in again, elsewhere or at another time."""
        draft, before = self.draft, self.draft.total
        draft.mark()
        try:
            if not draft.remove(jobs):
                return None
            trial = self.placer.best(self.job, Wish(window=window))
            if trial is None:
                return None
            slot = self.thorough.of(trial, window, 0.0)
            draft.apply(trial)
            insert(self.placer, sorted(jobs), lambda: False)
            if not all(draft.planned[job] for job in jobs):
                return None
            node = self.model.nodes_of[self.job][0]
            cost = draft.total - before + draft.worth[self.job]
            moved = tuple(sorted(self.model.jobs[job].id for job in jobs))
            start = draft.start[node]
            if not window[0] <= start <= window[1]:
                return None
            return Slot(window, start, slot.technicians, cost, slot.kept, moved)
        finally:
            draft.undo()
