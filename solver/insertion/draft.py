"""A plan being made: timed routes, the jobs waiting, and what it all costs.

Starts that hang together across routes (crews, links) are kept by pushing: whoever
starts later pushes crew mates, followers, and leaders that a largest gap ties to it,
until nothing moves. That is the least fixpoint of the temporal network, reached from
below as in Bellman and Ford's label correction.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from solver.insertion.model import FOREVER, HOUR, Model
from solver.insertion.supplies import first_lacking, trimmed, with_pickup
from solver.insertion.timing import Timed, time_route
from solver.problem import Link

Changes = Mapping[int, tuple[int, ...]]


@dataclass(slots=True)
class Trial:
    """Routes as they would be, and how the cost would change with them."""

    timed: dict[int, Timed | None] = field(default_factory=dict)
    lower: dict[int, int] = field(default_factory=dict)
    jobs: tuple[int, ...] = ()
    delta: float = 0.0


@dataclass(slots=True)
class Journal:
    """What a draft was like, to go back to."""

    rows: dict[int, Timed | None]
    lower: dict[int, int]
    planned: dict[int, bool]
    totals: tuple[float, float]


class Draft:
    """Timed routes for one model; changed only by applying trials that were timed."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.routes: list[Timed | None] = [None] * len(model.rows)
        self.where = [-1] * len(model.node_place)
        self.start = [0] * len(model.node_place)
        self.planned = [False] * len(model.jobs)
        self.lower: dict[int, int] = {}
        self.dirty: set[int] = set()
        self.journal: Journal | None = None
        big = 1e12 + 10 * sum(abs(job.penalty) for job in model.jobs)
        self.worth = [
            job.penalty + (big if index in model.required else 0.0)
            for index, job in enumerate(model.jobs)
        ]
        self.route_cost = 0.0
        self.penalties = sum(self.worth)

    # ── cost ──

    @property
    def total(self) -> float:
        return self.route_cost + self.penalties + self._extremes({})

    def _extremes(self, timed: Mapping[int, Timed | None]) -> float:
        """The terms of the whole plan, as if those routes were changed."""
        objective = self.model.problem.objective
        cost = 0.0
        if not (objective.max_lateness_per_hour or objective.longest_shift_per_hour):
            return cost
        routes = [timed.get(row, route) for row, route in enumerate(self.routes)]
        if objective.max_lateness_per_hour:
            worst = max((route.worst for route in routes if route), default=0)
            cost += worst / HOUR * objective.max_lateness_per_hour
        if objective.longest_shift_per_hour:
            longest = max((route.duration for route in routes if route), default=0)
            cost += longest / HOUR * objective.longest_shift_per_hour
        return cost

    # ── trying ──

    def attempt(
        self,
        changes: Changes,
        lower: Mapping[int, int] | None = None,
        jobs: tuple[int, ...] = (),
        worst: float = math.inf,
    ) -> Trial | None:
        """Time these routes with new stops, and all that they push; ``None`` if impossible.

        Args:
            changes: New stops by row.
            lower: What may not start before when; the draft's own by default.
            jobs: Whole jobs that the change plans, for the trial's cost.
            worst: Give up as soon as the cost changes by more; pushing makes it dearer.
        """
        trial = Trial(lower=dict(self.lower if lower is None else lower), jobs=jobs)
        rows = {node: row for row, nodes in changes.items() for node in nodes}
        waiting = dict.fromkeys(changes, -FOREVER)
        rounds = 30 + 8 * len(self.routes)
        while waiting:
            row = min(waiting, key=waiting.__getitem__)
            del waiting[row]
            rounds -= 1
            if rounds < 0 or not self._time(row, changes, trial) or self._sum(trial) > worst:
                return None
            for other, moment in self._pushed(row, trial, rows):
                waiting[other] = min(moment, waiting.get(other, moment))
        trial.delta = self._delta(trial)
        return trial

    def _time(self, row: int, changes: Changes, trial: Trial) -> bool:
        standing = self.routes[row]
        nodes = changes.get(row, standing.nodes if standing else ())
        if not nodes:
            trial.timed[row] = None
            return True
        rule = self.model.rows[row]
        opens = rule.opens
        for earlier in rule.before:
            route = trial.timed.get(earlier, self.routes[earlier])
            opens = max(opens, route.span[1]) if route else opens
        timed = time_route(self.model, rule, nodes, trial.lower, (opens, FOREVER))
        trial.timed[row] = timed
        return timed is not None

    def _pushed(
        self, row: int, trial: Trial, rows: Mapping[int, int]
    ) -> Iterator[tuple[int, int]]:
        """Rows to be timed again after this one, and from when on; lower bounds are raised."""
        timed = trial.timed[row]
        if timed is None:
            return
        for later in self.model.rows[row].after:
            route = trial.timed.get(later, self.routes[later])
            if route and route.span[0] < timed.span[1]:
                yield later, timed.span[1]
        if self.model.has_coupling:
            for node in filter(self.model.is_held, timed.nodes):
                for other, bound in self._implied(node, trial, rows):
                    yield from self._raise(other, bound, trial, rows)

    def _raise(
        self, node: int, bound: int, trial: Trial, rows: Mapping[int, int]
    ) -> Iterator[tuple[int, int]]:
        """Raise a node's lower bound, and give its row when it must move for that."""
        row = rows.get(node, self.where[node])
        if row >= 0 and bound > trial.lower.get(node, -FOREVER):
            trial.lower[node] = bound
            if self._times(node, trial, rows)[0] < bound:
                yield row, bound

    def _implied(
        self, node: int, trial: Trial, rows: Mapping[int, int]
    ) -> Iterator[tuple[int, int]]:
        """(node, earliest start) for all that hangs on this node's time."""
        model = self.model
        job = model.node_job[node]
        start, finish = self._times(node, trial, rows)
        for mate in model.nodes_of[job]:
            if mate != node:
                yield mate, start
        for follower, link in model.links_from[job]:
            base = finish if link.of == "finish" else start
            for other in model.nodes_of[follower]:
                yield other, base + link.min_gap
                yield from self._pulled(job, link, other, (trial, rows))
        for leader, link in model.links_to[job]:
            yield from self._pulled(leader, link, node, (trial, rows))

    def _pulled(
        self, leader: int, link: Link, node: int, view: tuple[Trial, Mapping[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """The leader's earliest start, so that its follower starts within the largest gap."""
        if link.max_gap is None or view[1].get(node, self.where[node]) < 0:
            return
        nodes = self.model.nodes_of[leader]
        times = [self._times(other, *view) for other in nodes]
        if any(start == -FOREVER for start, _ in times):
            return  # its turn comes once it is timed itself
        length = max(finish - start for start, finish in times) if link.of == "finish" else 0
        for other in nodes:
            yield other, self._times(node, *view)[0] - link.max_gap - length

    def _times(self, node: int, trial: Trial, rows: Mapping[int, int]) -> tuple[int, int]:
        """Start and finish in the trial, or else as planned; (-FOREVER, -FOREVER) if nowhere."""
        row = rows.get(node, self.where[node])
        route = trial.timed.get(row, self.routes[row]) if row >= 0 else None
        if route is None or node not in route.nodes:
            return -FOREVER, -FOREVER
        at = route.nodes.index(node)
        return route.starts[at], route.finishes[at]

    def _delta(self, trial: Trial) -> float:
        return self._sum(trial) + self._extremes(trial.timed) - self._extremes({})

    def _sum(self, trial: Trial) -> float:
        delta = -sum(self.worth[job] for job in trial.jobs)
        for row, timed in trial.timed.items():
            before = self.routes[row]
            delta += (timed.cost if timed else 0.0) - (before.cost if before else 0.0)
        return delta

    # ── changing ──

    def apply(self, trial: Trial) -> None:
        for row, timed in trial.timed.items():
            self._set(row, timed)
        for timed in trial.timed.values():
            if timed:
                for node in timed.nodes:
                    self.where[node] = timed.row
        for timed in trial.timed.values():
            for node, start in zip(timed.nodes, timed.starts, strict=True) if timed else ():
                self.start[node] = start
        self.lower = trial.lower
        for job in trial.jobs:
            self._plan(job, planned=True)

    def _set(self, row: int, timed: Timed | None) -> None:
        before = self.routes[row]
        if self.journal is not None:
            self.journal.rows.setdefault(row, before)
        if before:
            self.route_cost -= before.cost
            for node in before.nodes:
                self.where[node] = -1
        if timed:
            self.route_cost += timed.cost
        self.routes[row] = timed
        self.dirty.add(row)

    def _plan(self, job: int, *, planned: bool) -> None:
        if self.journal is not None:
            self.journal.planned.setdefault(job, self.planned[job])
        if planned != self.planned[job]:
            self.penalties += -self.worth[job] if planned else self.worth[job]
        self.planned[job] = planned

    def remove(self, jobs: Iterable[int]) -> bool:
        """Take out these jobs and all that is linked after them; the others may start earlier.

        Returns:
            Whether it could be done; a route may become impossible without a stop
            when travel does not keep the triangle inequality, and then nothing changes.
        """
        gone = self.with_followers(jobs)
        nodes = {node for job in gone for node in self.model.nodes_of[job]}
        rows = {self.where[node] for node in nodes} - {-1}
        changes = {row: self._left(row, nodes) for row in rows}
        lower = {node: bound for node, bound in self.lower.items() if node not in nodes}
        trial = self._earlier(changes, lower) or self.attempt(changes, lower)
        if trial is None:
            return False
        self.apply(trial)
        for job in gone:
            self._plan(job, planned=False)
        return True

    def _left(self, row: int, nodes: set[int]) -> tuple[int, ...]:
        route = self.routes[row]
        left = tuple(node for node in route.nodes if node not in nodes) if route else ()
        if not self.model.has_supplies:
            return left
        return trimmed(self.model, self.model.rows[row], left)

    def with_followers(self, jobs: Iterable[int]) -> set[int]:
        """These jobs, as far as planned, and all planned ones that are left out with them."""
        waiting, gone = list(jobs), set[int]()
        while waiting:
            job = waiting.pop()
            if job not in gone and self.planned[job]:
                gone.add(job)
                waiting += self.model.followers[job]
        return gone

    def _earlier(self, changes: Changes, lower: Mapping[int, int]) -> Trial | None:
        """The changes, with all routes that hang together with them timed afresh."""
        if not self.model.has_coupling:
            return None
        rows = self._hanging_together(changes)
        routes = {row: route.nodes for row in rows if (route := self.routes[row])}
        kept = {node: bound for node, bound in lower.items() if self.where[node] not in rows}
        return self.attempt({**routes, **changes}, kept)

    def _hanging_together(self, rows: Iterable[int]) -> set[int]:
        """These rows and all whose starts hang on theirs by crews and links."""
        model, found, waiting = self.model, set[int](), list(rows)
        while waiting:
            row = waiting.pop()
            route = self.routes[row]
            if row in found or route is None:
                continue
            found.add(row)
            for node in filter(model.is_held, route.nodes):
                job = model.node_job[node]
                for other in (job, *model.leaders[job], *model.followers[job]):
                    waiting += (self.where[mate] for mate in model.nodes_of[other])
            waiting = [row for row in waiting if row >= 0]
        return found

    def relax(self) -> None:
        """Let starts that hang together move as early as they can, where that is no worse."""
        if not self.model.has_coupling:
            return
        routes = {row: route.nodes for row, route in enumerate(self.routes) if route}
        trial = self._earlier(routes, self.lower)
        if trial is not None and trial.delta <= 1e-9:
            self.apply(trial)

    # ── going back ──

    def mark(self) -> None:
        """Remember this moment for ``undo``."""
        self.journal = Journal({}, self.lower, {}, (self.route_cost, self.penalties))

    def undo(self) -> None:
        """Be again as at the last ``mark``."""
        journal, self.journal = self.journal, None
        if journal is None:
            return
        for row, timed in journal.rows.items():
            self._set(row, timed)
        for timed in journal.rows.values():
            for node, start in zip(timed.nodes, timed.starts, strict=True) if timed else ():
                self.where[node], self.start[node] = timed.row, start  # type: ignore[union-attr]
        self.lower = journal.lower
        for job, planned in journal.planned.items():
            self.planned[job] = planned
        self.route_cost, self.penalties = journal.totals

    def leave_out(self, job: int) -> None:
        """Count a job as left out whose visits are in no route any more."""
        self._plan(job, planned=False)

    def replace(self, row: int, timed: Timed | None) -> None:
        """Put in a route timed before; ``settle`` must follow the last one."""
        self._set(row, timed)

    def settle(self, lower: dict[int, int], planned: Sequence[bool]) -> None:
        """Take stock after replacing routes: who sits where, and what it all costs."""
        self.lower = lower
        self.where = [-1] * len(self.where)
        for timed in self.routes:
            for node, start in zip(timed.nodes, timed.starts, strict=True) if timed else ():
                self.where[node], self.start[node] = timed.row, start  # type: ignore[union-attr]
        self.planned = list(planned)
        self.route_cost = sum(timed.cost for timed in self.routes if timed)
        self.penalties = sum(
            worth for worth, planned in zip(self.worth, self.planned, strict=True) if not planned
        )

    def copied(self, model: Model) -> "Draft":
        """The same routes under a model that allows them too."""
        other = Draft(model)
        other.routes = list(self.routes)
        other.dirty = set(range(len(self.routes)))
        other.settle(dict(self.lower), self.planned)
        return other

    # ── questions ──

    def stocked(
        self, row: int, nodes: tuple[int, ...], lower: Mapping[int, int]
    ) -> tuple[int, ...] | None:
        """The stops with the cheapest depot stop, if they need one; ``None`` if none will do."""
        rule = self.model.rows[row]
        if first_lacking(self.model, rule, nodes) is None:
            return nodes
        best: Timed | None = None
        for tried in with_pickup(self.model, rule, nodes):
            timed = time_route(self.model, rule, tried, lower, (rule.opens, FOREVER))
            if timed and (best is None or timed.cost < best.cost):
                best = timed
        return best.nodes if best else None

    def technicians(self, job: int) -> list[str]:
        """Who does the job, seat by seat; nobody when it is not planned."""
        nodes = self.model.nodes_of[job] if self.planned[job] else ()
        return [self.model.technicians[self.who(node)].id for node in nodes]

    def who(self, node: int) -> int:
        """Index of the technician in a planned seat."""
        return self.model.rows[self.where[node]].who
