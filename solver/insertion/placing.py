"""Putting one job into a draft: its best place, or none.

Every position is estimated at once; the cheapest are timed exactly, with all they push,
and the cheapest that holds is taken.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.insertion.draft import Draft, Trial
from solver.insertion.model import FOREVER, HOUR, Model
from solver.insertion.table import Ask, Spot, Table


@dataclass(frozen=True, slots=True)
class Wish:
    """Limits on where a job may be put.

    Attributes:
        allowed: Technicians by index for seat 0; any when absent.
        banned: Technicians for no seat.
        window: From when to when it may start.
        thorough: Time many more positions before giving up.
    """

    allowed: frozenset[int] | None = None
    banned: frozenset[int] = frozenset()
    window: tuple[int, int] = (-FOREVER, FOREVER)
    thorough: bool = False


ANYWHERE = Wish()
THOROUGH = Wish(thorough=True)


@dataclass(frozen=True, slots=True)
class Party:
    """Spots for the first seats of a crew, with when they could start together."""

    cost: float
    start: int
    latest: int
    spots: tuple[Spot, ...]


class Placer:
    """Finds places for jobs in one draft; keeps the table of positions up with it."""

    def __init__(
        self, model: Model, draft: Draft, blink: Any = None, table: Table | None = None
    ) -> None:
        self.model = model
        self.draft = draft
        self.table = Table(model) if table is None else table
        places = [model.node_place[nodes[0]] for nodes in model.nodes_of]
        self.job_places = np.array(places, dtype=np.int64)
        self.blink = blink

    def place(self, job: int, wish: Wish = ANYWHERE) -> bool:
        """Put the job in where it is cheapest, if that beats leaving it out."""
        trial = self.best(job, wish)
        if trial is None or trial.delta >= self.hope(job):
            return False
        self.draft.apply(trial)
        return True

    def hope(self, job: int) -> float:
        """What may be lost on a job, for the sake of those that wait for it."""
        waiting, seen = list(self.model.followers[job]), {job}
        worth = 0.0
        while waiting:
            follower = waiting.pop()
            if follower not in seen and not self.draft.planned[follower]:
                seen.add(follower)
                worth += max(0.0, self.draft.worth[follower])
                waiting += self.model.followers[follower]
        return worth

    def is_ready(self, job: int) -> bool:
        """Whether everything that it is linked after is planned, or waits for it in turn."""
        planned, leaders = self.draft.planned, self.model.leaders[job]
        return all(planned[leader] for leader in leaders) or all(
            planned[leader] or leader in self.model.cycle_of[job] for leader in leaders
        )

    def best(self, job: int, wish: Wish = ANYWHERE) -> Trial | None:
        """The cheapest way to plan the job now; ``None`` when there is none."""
        if self.draft.planned[job] or not self.is_ready(job):
            return None
        self.table.refresh(self.draft)
        if not self.model.is_coupled[job]:
            return self._single(job, self._ask(self.model.nodes_of[job][0], wish), wish)
        earliest, latest = self._bounds(job)
        tight = self._coupled(job, wish, (earliest, latest))
        if tight is not None or latest >= FOREVER:
            return tight
        return self._coupled(job, wish, (earliest, FOREVER))

    # ── one seat ──

    def _ask(self, node: int, wish: Wish, bounds: tuple[int, int] = (-FOREVER, FOREVER)) -> Ask:
        return Ask(
            node,
            max(wish.window[0], bounds[0]),
            min(wish.window[1], bounds[1]),
            wish.allowed if self.model.node_seat[node] == 0 else None,
            wish.banned,
            keep=200 if wish.thorough else 8,
            blink=None if wish.thorough else self.blink,
        )

    def _single(self, job: int, ask: Ask, wish: Wish) -> Trial | None:
        best: Trial | None = None
        successes = 0
        worth = self.draft.worth[job]
        for spot in self.table.spots(ask):
            if best is not None and (successes >= 3 or spot.cost - worth > best.delta + 50):
                break
            trial = self._try(job, (spot,), (ask.node,), (ask.earliest, _worst(best)))
            if trial is not None and _inside(trial, ask.node, wish):
                successes += 1
                if best is None or trial.delta < best.delta:
                    best = trial
        return best

    def _try(
        self,
        job: int,
        spots: tuple[Spot, ...],
        nodes: tuple[int, ...],
        bounds: tuple[int, float],
    ) -> Trial | None:
        """Time the seats at these spots exactly, from a moment on and up to a cost."""
        earliest, worst = bounds
        lower: Mapping[int, int] = self.draft.lower
        if earliest > -FOREVER:
            lower = {**lower, **dict.fromkeys(nodes, earliest)}
        changes = {}
        for spot, node in zip(spots, nodes, strict=True):
            route = self.draft.routes[spot.row]
            stops = route.nodes if route else ()
            stops = (*stops[: spot.position], node, *stops[spot.position :])
            if self.model.has_supplies:
                stocked = self.draft.stocked(spot.row, stops, lower)
                if stocked is None:
                    return None
                stops = stocked
            changes[spot.row] = stops
        return self.draft.attempt(changes, lower, (job,), worst)

    # ── crews and links ──

    def _coupled(self, job: int, wish: Wish, bounds: tuple[int, int]) -> Trial | None:
        nodes = tuple(self.model.nodes_of[job])
        parties = [Party(0.0, bounds[0], FOREVER, ())]
        for node in nodes:
            ask = self._linked_ask(job, node, wish, bounds)
            parties = self._joined(job, parties, self.table.spots(ask), wide=wish.thorough)
        best: Trial | None = None
        successes = 0
        for party in parties[: 60 if wish.thorough else 10]:
            if successes >= 3:
                break
            start = max(bounds[0], wish.window[0])
            trial = self._try(job, party.spots, nodes, (start, _worst(best)))
            if trial is not None and _inside(trial, nodes[0], wish):
                successes += 1
                if best is None or trial.delta < best.delta:
                    best = trial
        return best

    def _linked_ask(self, job: int, node: int, wish: Wish, bounds: tuple[int, int]) -> Ask:
        """Ask for a seat, narrowed by the technicians that links demand or exclude."""
        allowed, banned = wish.allowed, set(wish.banned)
        for leader, follower, link in self._planned_links(job):
            other = leader if follower == job else follower
            if link.technician == "different":
                banned |= {self.draft.who(n) for n in self.model.nodes_of[other]}
            elif link.technician == "same" and self.model.node_seat[node] == 0:
                lead = frozenset({self.draft.who(self.model.nodes_of[other][0])})
                allowed = lead if allowed is None else allowed & lead
        seat = self._ask(node, wish, bounds)
        crew = len(self.model.nodes_of[job]) > 1
        return Ask(
            node,
            seat.earliest,
            seat.latest,
            allowed if self.model.node_seat[node] == 0 else None,
            frozenset(banned),
            keep=(300 if wish.thorough else 24) if crew else seat.keep,
            blink=seat.blink,
        )

    def _planned_links(self, job: int) -> Iterator[tuple[int, int, Any]]:
        """(leader, follower, link) of every link to or from a planned job."""
        for leader, link in self.model.links_to[job]:
            if self.draft.planned[leader]:
                yield leader, job, link
        for follower, link in self.model.links_from[job]:
            if self.draft.planned[follower]:
                yield job, follower, link

    def _bounds(self, job: int) -> tuple[int, int]:
        """When the job may start by its planned leaders, if those stay where they are."""
        earliest, latest = -FOREVER, FOREVER
        for leader, link in self.model.links_to[job]:
            if not self.draft.planned[leader] or leader == job:
                continue
            base = self._base(leader, link.of)
            earliest = max(earliest, base + link.min_gap)
            if link.max_gap is not None:
                latest = min(latest, base + link.max_gap)
        return earliest, latest

    def _base(self, leader: int, of: str) -> int:
        moments = []
        for node in self.model.nodes_of[leader]:
            route = self.draft.routes[self.draft.where[node]]
            if route is not None:
                at = route.nodes.index(node)
                moments.append(route.finishes[at] if of == "finish" else route.starts[at])
        return max(moments)

    def _joined(
        self, job: int, parties: list[Party], spots: list[Spot], *, wide: bool
    ) -> list[Party]:
        """Crews one seat larger, of different technicians who can start together."""
        rate = 1.0 + self.model.jobs[job].late_per_hour
        joined = [
            party
            for before in parties
            for spot in spots
            if (party := self._join(before, spot, rate / HOUR)) is not None
        ]
        joined.sort(key=lambda party: party.cost)
        return joined[: 300 if wide else 40]

    def _join(self, before: Party, spot: Spot, rate: float) -> Party | None:
        start, latest = max(before.start, spot.start), min(before.latest, spot.latest)
        rows = self.model.rows
        if start > latest or any(rows[s.row].who == rows[spot.row].who for s in before.spots):
            return None
        waited = (start - spot.start) + (start - before.start if before.spots else 0)
        return Party(before.cost + spot.cost + waited * rate, start, latest, (*before.spots, spot))


def _worst(best: Trial | None) -> float:
    """A trial that changes the cost by more than the best need not be timed to its end."""
    return math.inf if best is None else best.delta + 1e-6


def _inside(trial: Trial, node: int, wish: Wish) -> bool:
    """Whether the trial starts the seat in the wished window."""
    for route in trial.timed.values():
        if route is not None and node in route.nodes:
            start = route.starts[route.nodes.index(node)]
            return wish.window[0] <= start <= wish.window[1]
    return False
