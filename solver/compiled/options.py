"""Who may do what, and when, for every seat and technician at once."""

from collections import defaultdict
from functools import cached_property
from typing import Any

import numpy as np

from solver.insertion.model import ALWAYS, FOREVER, Intervals, Model, overlap
from solver.problem import Need

WORTH_OF_REQUIRED = 1e10


class Options:
    """The sets of starts by seat and technician, each set written down once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.pairs: dict[tuple[Intervals, Intervals], int] = {}
        self.sets: list[Intervals] = []
        self._pair(ALWAYS, ALWAYS)
        self.chosen = np.full((model.first_depot, len(model.technicians)), -1, dtype=np.int32)
        self._held: dict[tuple[Need, ...], tuple[Any, Any]] = {}
        self.who = np.array([row.who for row in model.rows], dtype=np.int64)
        big = WORTH_OF_REQUIRED + 10 * sum(abs(job.penalty) for job in model.jobs)
        self.worth = [
            job.penalty + (big if index in model.required else 0.0)
            for index, job in enumerate(model.jobs)
        ]
        for seat in range(model.first_depot):
            self._choose(seat)

    def _pair(self, slow: Intervals, quick: Intervals) -> int:
        """The number of a set with setup; the one without stands behind it."""
        key = (slow, quick)
        if key not in self.pairs:
            self.pairs[key] = len(self.sets)
            self.sets += [slow, quick]
        return self.pairs[key]

    # ── certificates ──

    @cached_property
    def _holders(self) -> dict[str, list[tuple[int, float, bool]]]:
        """By skill: (technician, level, whether it has dates)."""
        holders: dict[str, list[tuple[int, float, bool]]] = defaultdict(list)
        for who, technician in enumerate(self.model.technicians):
            for one in technician.skills:
                dated = one.valid_from is not None or one.valid_until is not None
                holders[one.skill].append((who, one.level, dated))
        return holders

    def _holds(self, needs: tuple[Need, ...]) -> tuple[Any, Any]:
        """Who holds all of it whatever the date, and who at some dates."""
        if needs not in self._held:
            count = len(self.model.technicians)
            ever, sure = np.ones(count, dtype=bool), np.ones(count, dtype=bool)
            for need in needs:
                some, all_time = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
                for who, level, dated in self._holders[need.skill]:
                    if level >= need.level:
                        some[who] = True
                        all_time[who] |= not dated
                ever &= some
                sure &= all_time
            self._held[needs] = ever, sure
        return self._held[needs]

    def _choose(self, seat: int) -> None:
        model = self.model
        job = model.jobs[model.node_job[seat]]
        ever, sure = self._holds(job.seats[model.node_seat[seat]].skills)
        if job.pinned:
            sure = np.zeros_like(sure)
        elif job.only is not None or job.never:
            ever = ever & self._allowed(seat)
        windows = overlap(ALWAYS, job.windows or ALWAYS)
        if windows:
            self.chosen[seat, ever & sure] = self._pair(windows, windows)
        for who in np.flatnonzero(ever & ~sure).tolist():
            slow = model.starts(seat, who, with_setup=True)
            quick = model.starts(seat, who, with_setup=False)
            if slow or quick:
                self.chosen[seat, who] = self._pair(slow, quick)

    def _allowed(self, seat: int) -> Any:
        job = self.model.jobs[self.model.node_job[seat]]
        index = {one.id: who for who, one in enumerate(self.model.technicians)}
        allowed = np.full(len(index), job.only is None)
        for name in job.only or ():
            if name in index:
                allowed[index[name]] = True
        for name in job.never:
            if name in index:
                allowed[index[name]] = False
        return allowed

    # ── arrays ──

    def set_first(self) -> Any:
        return np.concatenate(([0], np.cumsum([len(one) for one in self.sets]))).astype(np.int64)

    def spans(self) -> Any:
        spans = [span for one in self.sets for span in one]
        return np.clip(np.array(spans, dtype=np.int64).reshape(-1, 2), -FOREVER, FOREVER)

    def seat_costs(self) -> Any:
        """Cost by seat and technician; no lines when it is 0 for all."""
        model = self.model
        priced = [
            seat
            for seat in range(model.first_depot)
            if (job := model.jobs[model.node_job[seat]]).technician_costs
            or (job.change_cost and (job.id, model.node_seat[seat]) in model.problem.announced)
        ]
        if not priced:
            return np.zeros((0, 0))
        costs = np.zeros(self.chosen.shape)
        for seat in priced:
            for who in np.flatnonzero(self.chosen[seat] >= 0).tolist():
                costs[seat, who] = model.cost_of_seat(seat, who)
        return costs

    def rows_by_seat(self) -> tuple[Any, Any]:
        """Rows in which each seat may be by certificates and windows."""
        model = self.model
        opens = np.array([row.opens for row in model.rows], dtype=np.int64)
        latest = np.array([row.latest_back for row in model.rows], dtype=np.int64)
        open_by_set: dict[tuple[tuple[int, int], ...], Any] = {}
        found = []
        for seat in range(model.first_depot):
            windows = model.jobs[model.node_job[seat]].windows or ALWAYS
            if windows not in open_by_set:
                fits = np.zeros(len(opens), dtype=bool)
                for earliest, last in windows:
                    fits |= (last >= opens) & (earliest <= latest)
                open_by_set[windows] = fits
            may = self.chosen[seat][self.who] >= 0
            found.append(np.flatnonzero(may & open_by_set[windows]))
        first = np.concatenate(([0], np.cumsum([len(rows) for rows in found])))
        rows = np.concatenate([*found, np.zeros(0, dtype=np.int64)])
        return first.astype(np.int64), rows.astype(np.int64)
