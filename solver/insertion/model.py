"""The problem by numbers: jobs, seats, shifts and places as indices.

A *node* is a seat of a job or a depot; nodes of one job stand side by side. A *row*
is a shift. Times are clipped to ±``FOREVER``, which leaves room to add them up.
"""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from solver.problem import Job, Link, Need, Problem, Shift, Technician, factor_at
from solver.problem.tables import free_flow_rows
from solver.rules import is_allowed, work_seconds

FOREVER = 2**54
DAY = 86_400
HOUR = 3600

Interval = tuple[int, int]
Intervals = tuple[Interval, ...]
ALWAYS: Intervals = ((-FOREVER, FOREVER),)


def overlap(first: Intervals, second: Intervals) -> Intervals:
    """The seconds in both, in order of time."""
    both = [(max(a, c), min(b, d)) for a, b in first for c, d in second]
    return tuple(sorted({(a, b) for a, b in both if a <= b}))


@dataclass(frozen=True, slots=True)
class Row:
    """A shift with its technician, as the search reads it.

    Attributes:
        home: Index of the start location; the place that is nowhere without one.
        goal: Likewise the end location.
        breaks: (earliest, latest, duration, number in the shift), by earliest.
        before: Earlier shifts of the technician that this one may collide with.
        after: Likewise later ones.
    """

    index: int
    who: int
    technician: Technician
    shift: Shift
    mode: int
    home: int
    goal: int
    opens: int
    closes: int
    latest_back: int
    breaks: tuple[tuple[int, int, int, int], ...]
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Legs:
    """One mode's table of legs, one place larger than the problem: nowhere is near all.

    Attributes:
        factor: Factor by second of the day, or none.
    """

    seconds: list["array[int]"]
    metres: list["array[int]"] | None
    factor: "array[float] | None"

    def leg(self, i: int, j: int, leaving: int) -> int:
        """Seconds of the leg when leaving then, rounded as the format says."""
        if self.factor is None:
            return self.seconds[i][j]
        return int(self.seconds[i][j] * self.factor[leaving % DAY] + 0.500000001)


class Model:
    """One problem, compiled for search. Nothing in it changes with the plan."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.jobs: tuple[Job, ...] = problem.jobs
        self.technicians = problem.technicians
        self.place = problem.legs.index
        self.nowhere = len(problem.locations)
        self._number_nodes()
        self.modes = list(problem.travel)
        self.rows = self._rows()
        self.rows_of: dict[int, list[int]] = defaultdict(list)
        for row in self.rows:
            self.rows_of[row.who].append(row.index)
        self._mark_collisions()
        self._starts: dict[tuple[int, int, bool], Intervals] = {}
        self._dated: dict[tuple[int, tuple[Need, ...]], tuple[Need, ...] | None] = {}
        self._windows: dict[Intervals, Intervals] = {}
        self._legs: dict[int, Legs] = {}
        self.arrays: dict[int, Any] = {}
        self.options: dict[int, Any] = {}
        self._works: dict[tuple[int, int], int] = {}
        self._seat_costs: dict[tuple[int, int], float] = {}
        self._link_jobs()

    # ── nodes ──

    def _number_nodes(self) -> None:
        self.node_job: list[int] = []
        self.node_seat: list[int] = []
        self.nodes_of: list[range] = []
        for index, job in enumerate(self.jobs):
            first = len(self.node_job)
            self.node_job += [index] * len(job.seats)
            self.node_seat += range(len(job.seats))
            self.nodes_of.append(range(first, len(self.node_job)))
        self.first_depot = len(self.node_job)
        places = [self.place[self.jobs[job].location] for job in self.node_job]
        self.node_place = places + [self.place[d.location] for d in self.problem.depots]
        setups = [self.jobs[job].setup for job in self.node_job]
        self.node_setup = setups + [0] * len(self.problem.depots)
        self.job_index = {job.id: index for index, job in enumerate(self.jobs)}
        leads = [
            self.jobs[job] if seat == 0 else None
            for job, seat in zip(self.node_job, self.node_seat, strict=True)
        ]
        self.node_due = [FOREVER if j is None or j.due is None else j.due for j in leads]
        self.node_late_rate = [0.0 if job is None else job.late_per_hour for job in leads]

    @property
    def depot_nodes(self) -> range:
        return range(self.first_depot, len(self.node_place))

    def is_held(self, node: int) -> bool:
        """Whether others hang on when this node starts."""
        return node < self.first_depot and self.is_coupled[self.node_job[node]]

    def no_later(self, node: int) -> int:
        """Until when a start costs nothing by lateness or by moving an announced visit."""
        return min(self.told_start.get(node, FOREVER), self._due_of(node))

    def _due_of(self, node: int) -> int:
        return FOREVER if node >= self.first_depot else self.node_due[node]

    def work_of(self, node: int, who: int) -> int:
        """Seconds of the service, or of the depot stop, without setup."""
        key = (node, who)
        if key not in self._works:
            self._works[key] = self._work(node, who)
        return self._works[key]

    def _work(self, node: int, who: int) -> int:
        if node >= self.first_depot:
            return self.problem.depots[node - self.first_depot].duration
        job = self.jobs[self.node_job[node]]
        pace = self.technicians[who].pace
        return min(work_seconds(job, self.node_seat[node], pace), FOREVER)

    # ── shifts ──

    def _rows(self) -> list[Row]:
        rows: list[Row] = []
        for who, technician in enumerate(self.technicians):
            for shift in sorted(technician.shifts, key=lambda s: (s.start, s.end)):
                rows.append(self._row(len(rows), who, technician, shift))
        return rows

    def _row(self, index: int, who: int, technician: Technician, shift: Shift) -> Row:
        breaks = sorted(
            (rest.earliest, rest.latest, rest.duration, number)
            for number, rest in enumerate(shift.breaks)
        )
        return Row(
            index=index,
            who=who,
            technician=technician,
            shift=shift,
            mode=self.modes.index(technician.mode),
            home=self._end(shift.start_location),
            goal=self._end(shift.end_location),
            opens=shift.start,
            closes=shift.end,
            latest_back=shift.end + shift.overtime,
            breaks=tuple(breaks),
        )

    def _end(self, location: str | None) -> int:
        return self.nowhere if location is None else self.place[location]

    def _mark_collisions(self) -> None:
        """Shifts of one technician that overlap in time must know of each other."""
        for rows in self.rows_of.values():
            for place, first in enumerate(rows):
                for second in rows[place + 1 :]:
                    if self.rows[second].opens < self.rows[first].latest_back:
                        self.rows[first].after.append(second)
                        self.rows[second].before.append(first)

    # ── legs ──

    def legs(self, mode: int) -> Legs:
        """The legs of a mode; the table is made when first asked for."""
        if mode not in self._legs:
            self._legs[mode] = self._make_legs(mode)
        return self._legs[mode]

    def _make_legs(self, mode: int) -> Legs:
        rule = self.problem.travel[self.modes[mode]]
        seconds, metres = free_flow_rows(rule, self.problem.locations)
        factor = self.factors(mode) if rule.factors else None
        return Legs(self._widen(seconds), self._widen(metres) if metres else None, factor)

    def factors(self, mode: int) -> "array[float]":
        """The mode's factor at every second of the day."""
        points = self.problem.travel[self.modes[mode]].factors
        return array("d", (factor_at(points, second) for second in range(DAY)))

    def _widen(self, rows: Sequence[Sequence[int]]) -> list["array[int]"]:
        wide = [array("q", row) for row in rows]
        for row in wide:
            row.append(0)
        return [*wide, array("q", bytes(8 * (self.nowhere + 1)))]

    # ── who may do what, when ──

    def starts(self, node: int, who: int, *, with_setup: bool) -> Intervals:
        """When this technician may start this service by windows, certificates and pins."""
        key = (node, who, with_setup)
        if key not in self._starts:
            self._starts[key] = self._compute_starts(node, who, with_setup=with_setup)
        return self._starts[key]

    def _compute_starts(self, node: int, who: int, *, with_setup: bool) -> Intervals:
        if node >= self.first_depot:
            return ALWAYS
        job, technician = self.jobs[self.node_job[node]], self.technicians[who]
        dated = self._dated_needs(who, self.skills_of(node))
        if dated is None or not is_allowed(job, technician.id):
            return ()
        intervals = self._windows_of(job)
        if dated:
            length = self.work_of(node, who) + (job.setup if with_setup else 0)
            for need in dated:
                intervals = overlap(intervals, _held(technician, need, length))
        for pin in job.pinned:
            if (pin.seat == self.node_seat[node]) != (pin.technician == technician.id):
                return ()
            if pin.start is not None:
                intervals = overlap(intervals, ((pin.start, pin.start),))
        return intervals

    def skills_of(self, node: int) -> tuple[Need, ...]:
        """What the seat needs."""
        job = self.jobs[self.node_job[node]]
        return job.crew[self.node_seat[node]].skills if job.crew else job.skills

    def _windows_of(self, job: Job) -> Intervals:
        if job.windows not in self._windows:
            self._windows[job.windows] = overlap(ALWAYS, job.windows or ALWAYS)
        return self._windows[job.windows]

    def _dated_needs(self, who: int, needs: tuple[Need, ...]) -> tuple[Need, ...] | None:
        """Those that the technician holds for a time only; none when one is not held at all."""
        key = (who, needs)
        if key not in self._dated:
            held = [(need, _held(self.technicians[who], need, 0)) for need in needs]
            dated = tuple(need for need, spans in held if ALWAYS[0] not in spans)
            self._dated[key] = dated if all(spans for _, spans in held) else None
        return self._dated[key]

    def may_ever(self, node: int, who: int) -> bool:
        return bool(
            self.starts(node, who, with_setup=True) or self.starts(node, who, with_setup=False)
        )

    def cost_of_seat(self, node: int, who: int) -> float:
        """Cost of this technician in this seat: preference, and change of the announced one."""
        key = (node, who)
        if key not in self._seat_costs:
            self._seat_costs[key] = self._seat_cost(node, who)
        return self._seat_costs[key]

    def _seat_cost(self, node: int, who: int) -> float:
        job = self.jobs[self.node_job[node]]
        told = self.problem.announced.get((job.id, self.node_seat[node]))
        name = self.technicians[who].id
        changed = told is not None and told.technician != name
        return job.technician_costs.get(name, 0.0) + (job.change_cost if changed else 0.0)

    @cached_property
    def told_start(self) -> dict[int, int]:
        """Announced start of every node whose move costs something."""
        return {
            node: told.start
            for (name, seat), told in self.problem.announced.items()
            if (index := self.job_index.get(name)) is not None
            and seat < len(self.nodes_of[index])
            and self.jobs[index].move_per_hour > 0
            and (node := self.nodes_of[index][seat]) >= 0
        }

    @cached_property
    def told_rate(self) -> dict[int, tuple[int, float]]:
        """(start, cost per hour) of every announced node, whatever its sign."""
        return {
            self.nodes_of[index][seat]: (told.start, self.jobs[index].move_per_hour)
            for (name, seat), told in self.problem.announced.items()
            if (index := self.job_index.get(name)) is not None
            and seat < len(self.nodes_of[index])
            and self.jobs[index].move_per_hour
        }

    # ── coupling ──

    def _link_jobs(self) -> None:
        """Which jobs hang on which: ``followers`` of a job are left out with it."""
        self.links_to: list[list[tuple[int, Link]]] = [
            [(self.job_index[link.job], link) for link in job.after] for job in self.jobs
        ]
        self.links_from: list[list[tuple[int, Link]]] = [[] for _ in self.jobs]
        for index, links in enumerate(self.links_to):
            for leader, link in links:
                self.links_from[leader].append((index, link))
        self.leaders: list[list[int]] = [[one for one, _ in links] for links in self.links_to]
        self.followers: list[list[int]] = [[one for one, _ in links] for links in self.links_from]
        self.is_coupled = [
            len(self.nodes_of[index]) > 1 or bool(self.leaders[index] or self.followers[index])
            for index in range(len(self.jobs))
        ]
        self.has_coupling = any(self.is_coupled)
        self.required = self._required()

    def _required(self) -> set[int]:
        """Pinned jobs and all they are linked after: no plan is valid without them."""
        waiting = [index for index, job in enumerate(self.jobs) if job.pinned]
        required: set[int] = set()
        while waiting:
            index = waiting.pop()
            if index not in required:
                required.add(index)
                waiting += self.leaders[index]
        return required

    @cached_property
    def cycle_of(self) -> list[frozenset[int]]:
        """For each job, the jobs that it is linked after and that are linked after it."""
        ahead = [self.all_leaders(index) for index in range(len(self.jobs))]
        return [
            frozenset(other for other in ahead[index] if index in ahead[other])
            for index in range(len(self.jobs))
        ]

    def all_leaders(self, index: int) -> set[int]:
        """Every job that this one is linked after, directly or not; itself if in a circle."""
        found: set[int] = set()
        waiting = list(self.leaders[index])
        while waiting:
            leader = waiting.pop()
            if leader not in found:
                found.add(leader)
                waiting += self.leaders[leader]
        return found

    @cached_property
    def has_supplies(self) -> bool:
        return any(job.tools or job.parts for job in self.jobs)

    def supplied_job(self, node: int) -> Job | None:
        """The job, when this node is the seat that brings its tools and parts."""
        if self.node_seat[node] != 0:
            return None
        job = self.jobs[self.node_job[node]]
        return job if job.tools or job.parts else None

    def with_job(self, index: int, job: Job) -> "Model":
        """The same problem by numbers with one job changed in place, its seats kept."""
        return self._changed(jobs=(*self.jobs[:index], job, *self.jobs[index + 1 :]))

    def with_rows(self, rows: list[Row]) -> "Model":
        """The same problem by numbers with its shifts changed in place."""
        return self._changed(rows=rows)

    def _changed(self, **parts: Any) -> "Model":
        other: Model = object.__new__(Model)
        caches = ("_starts", "_works", "_seat_costs", "options")
        fresh: dict[str, Any] = {name: {} for name in caches}
        other.__dict__.update(self.__dict__ | fresh | parts)
        return other


def _held(technician: Technician, need: Need, length: int) -> Intervals:
    """When a service of this length may start under one of the certificates."""
    return tuple(
        (
            -FOREVER if held.valid_from is None else held.valid_from,
            FOREVER if held.valid_until is None else held.valid_until - length,
        )
        for held in technician.skills
        if held.skill == need.skill and held.level >= need.level
    )
