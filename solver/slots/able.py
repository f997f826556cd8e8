"""Who may do a job that is asked about, what their routes have left, and what it would cost."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from solver.insertion.draft import Draft
from solver.insertion.model import FOREVER, HOUR, Intervals, Model, overlap
from solver.problem import Job, Need
from solver.rules import SLACK

ALWAYS: Intervals = ((-FOREVER, FOREVER),)


class Able:
    """One draft's technicians and routes, by arrays over them."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.model: Model = draft.model
        model = self.model
        self.number = {one.id: who for who, one in enumerate(model.technicians)}
        self.paces = np.array([one.pace for one in model.technicians])
        self.who = np.array([row.who for row in model.rows], dtype=np.int64)
        self.horizon = (
            min((row.opens for row in model.rows), default=0),
            max((row.latest_back for row in model.rows), default=0),
        )
        self.known: dict[tuple[Need, ...], list[tuple[Any, Any]]] = {}
        self._measure_routes()
        self._price_routes()

    # ── who, when ──

    def starts(self, job: Job) -> Iterator[tuple[Any, Any, Any]]:
        """Earliest start, latest finish and work by technician, once for each span of validity."""
        work = np.ceil(job.seat_duration(0) * self.paces - SLACK).astype(np.int64)
        barred = np.zeros(len(self.number), dtype=bool)
        barred[[self.number[name] for name in self.number.keys() & job.never]] = True
        if job.only is not None:
            allowed = [self.number[name] for name in job.only & self.number.keys()]
            barred[[who for who in self.number.values() if who not in set(allowed)]] = True
        for earliest, latest in self._edges(job.skills):
            yield np.where(barred, FOREVER, earliest), np.where(barred, -FOREVER, latest), work

    def _edges(self, needs: tuple[Need, ...]) -> list[tuple[Any, Any]]:
        """Edges of each technician's spans of holding all that is needed; asked again for free."""
        if needs not in self.known:
            spans = [ALWAYS] * len(self.number)
            for need in needs:
                pairs = zip(spans, self._certified(need), strict=True)
                spans = [mine if held is ALWAYS else overlap(mine, held) for mine, held in pairs]
            none = (FOREVER, -FOREVER)
            turns = [
                np.array([mine[turn] if turn < len(mine) else none for mine in spans])
                for turn in range(max(map(len, spans), default=0))
            ]
            self.known[needs] = [(edges[:, 0], edges[:, 1]) for edges in turns]
        return self.known[needs]

    def _certified(self, need: Need) -> list[Intervals]:
        """When each technician holds what is needed, from the first to the last second."""
        return [_spans(one.skills, need) for one in self.model.technicians]

    def rows(self, job: Job, earliest: Any) -> Any:
        """By shift: whether its technician may come, with the tools, parts and room for it."""
        may = (earliest < FOREVER)[self.who] & self.has_room
        for tool in job.tools:
            may &= self.tools.get(tool, self.nothing)
        for part, count in job.parts.items():
            may &= self.spare.get(part, self.none_left) >= count
        return may

    # ── what routes have left ──

    def _measure_routes(self) -> None:
        model, rows = self.model, self.model.rows
        routes = self.draft.routes
        seats = [_seats(model, route.nodes) if route else 0 for route in routes]
        limits = [row.shift.max_jobs for row in rows]
        self.has_room = np.array(
            [most is None or used < most for most, used in zip(limits, seats, strict=True)],
            dtype=bool,
        )
        self.seconds_left = _left(
            [row.shift.max_travel_seconds for row in rows],
            [sum(route.legs) if route else 0 for route in routes],
        )
        self.metres_left = _left(
            [row.shift.max_metres for row in rows],
            [route.metres if route else 0 for route in routes],
        )
        self.nothing = np.zeros(len(rows), dtype=bool)
        self.none_left = np.zeros(len(rows), dtype=np.int64)
        self.tools: dict[str, Any] = {}
        self.spare: dict[str, Any] = {}
        for row in rows:
            for tool in row.technician.tools:
                self.tools.setdefault(tool, self.nothing.copy())[row.index] = True
            for part, count in self._carried(row.index).items():
                self.spare.setdefault(part, self.none_left.copy())[row.index] = count

    def _carried(self, row: int) -> dict[str, int]:
        """The stock that nothing on the route uses up."""
        left = dict(self.model.rows[row].technician.stock)
        route = self.draft.routes[row]
        for node in route.nodes if route else ():
            job = self.model.supplied_job(node) if node < self.model.first_depot else None
            for part, count in job.parts.items() if job else ():
                left[part] = left.get(part, 0) - count
        return left

    def within_limits(self, rows: Any, detour: tuple[Any, Any]) -> Any:
        return (detour[0] <= self.seconds_left[rows]) & (detour[1] <= self.metres_left[rows])

    # ── what it costs ──

    def _price_routes(self) -> None:
        model, rows = self.model, self.model.rows
        costs = [row.technician.costs for row in rows]
        used = [route is not None for route in self.draft.routes]
        self.per_second = np.array([one.per_travel_hour / HOUR for one in costs])
        self.per_metre = np.array([one.per_km / 1000 for one in costs])
        self.per_busy = np.array([one.per_hour / HOUR for one in costs])
        shift = [0.0 if on else one.per_shift for on, one in zip(used, costs, strict=True)]
        self.to_begin = np.array(shift, dtype=float)
        objective = model.problem.objective
        extremes = bool(objective.max_lateness_per_hour or objective.longest_shift_per_hour)
        self.is_plain = [not extremes and self._is_plain(row.index) for row in rows]

    def _is_plain(self, row: int) -> bool:
        """Whether a stop more costs its way and seat, whatever it does to the times of others."""
        model, rule = self.model, self.model.rows[row]
        if rule.technician.costs.per_hour or rule.latest_back > rule.closes:
            return False
        if model.legs(rule.mode).factor is not None or rule.before or rule.after:
            return False
        route = self.draft.routes[row]
        return not any(
            node in model.told_rate or model.node_due[node] < FOREVER or model.is_held(node)
            for node in (route.nodes if route else ())
            if node < model.first_depot
        )

    def cost(self, job: Job, gap: Any, detour: tuple[Any, Any], length: Any) -> Any:
        """What the stop costs without lateness: exact on plain routes, else an estimate."""
        rows = gap["row"]
        preference = np.zeros(len(self.number))
        for name, value in job.technician_costs.items():
            if name in self.number:
                preference[self.number[name]] = value
        return (
            detour[0] * (self.per_second + self.per_busy)[rows]
            + length * self.per_busy[rows]
            + detour[1] * self.per_metre[rows]
            + self.to_begin[rows]
            + preference[gap["who"]]
        )

    def lateness(self, job: Job, start: Any) -> Any:
        if job.due is None:
            return 0.0
        return np.maximum(0, start - job.due) / HOUR * job.late_per_hour

    def seated(self, spare: int, job: Job) -> Model:
        """The model with this job in the spare seat."""
        model = self.model.with_job(spare, job)
        node = model.nodes_of[spare][0]
        model.node_place = _with(model.node_place, node, model.place[job.location])
        model.node_setup = _with(model.node_setup, node, job.setup)
        model.node_due = _with(model.node_due, node, FOREVER if job.due is None else job.due)
        model.node_late_rate = _with(model.node_late_rate, node, job.late_per_hour)
        return model


def _with(values: list[Any], at: int, value: Any) -> list[Any]:
    changed = list(values)
    changed[at] = value
    return changed


def _spans(skills: Any, need: Need) -> Intervals:
    """From when to when one certificate or another covers the need."""
    spans = sorted(
        (
            -FOREVER if held.valid_from is None else held.valid_from,
            FOREVER if held.valid_until is None else held.valid_until,
        )
        for held in skills
        if held.skill == need.skill and held.level >= need.level
    )
    return ALWAYS if ALWAYS[0] in spans else tuple(spans)


def _seats(model: Model, nodes: tuple[int, ...]) -> int:
    return sum(node < model.first_depot for node in nodes)


def _left(limits: list[int | None], used: list[int]) -> Any:
    left = [
        FOREVER if most is None else most - so_far
        for most, so_far in zip(limits, used, strict=True)
    ]
    return np.array(left, dtype=np.int64)
