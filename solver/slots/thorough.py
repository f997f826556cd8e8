"""Slots by timing every place exactly, with all that hangs together: slow, and complete."""

from typing import Any

import numpy as np

from solver.insertion.draft import Draft, Trial
from solver.insertion.placing import Placer, Wish
from solver.insertion.timing import Timed
from solver.problem import Job
from solver.slots.chances import SAMPLES, Chances
from solver.slots.slot import Slot

Window = tuple[int, int]


class Thorough:
    """One job asked about in one draft that has it in its model and not in its routes."""

    def __init__(self, draft: Draft, job: Job) -> None:
        self.draft = draft
        self.model = draft.model
        self.placer = Placer(self.model, draft)
        self.job = self.model.job_index[job.id]
        self.chances = Chances()

    def slot(self, window: Window) -> Slot | None:
        trial = self.placer.best(self.job, Wish(window=window, thorough=True))
        return None if trial is None else self.of(trial, window, trial.delta)

    def of(self, trial: Trial, window: Window, delta: float) -> Slot:
        """The trial as a slot; ``delta`` is what it changes the cost of the plan by."""
        seats = list(self.model.nodes_of[self.job])
        places = {
            node: (route, route.nodes.index(node))
            for route in trial.timed.values()
            if route
            for node in seats
            if node in route.nodes
        }
        first, at = places[seats[0]]
        return Slot(
            window=window,
            start=first.starts[at],
            technicians=tuple(
                self.model.technicians[self.model.rows[places[node][0].row].who].id
                for node in seats
            ),
            cost=delta + self.draft.worth[self.job],
            kept=self.kept(list(places.values()), window),
        )

    def kept(self, seats: list[tuple[Timed, int]], window: Window) -> float:
        """Probability that all seats are there in time."""
        ready = np.full(SAMPLES, float(window[0]))
        for route, at in seats:
            ready = np.maximum(ready, self._ready(route, at))
        return float(np.mean(ready <= window[1]))

    def _ready(self, route: Timed, at: int) -> Any:
        """Samples of being ready for the stop at this position."""
        moment = self.chances.gaps(self.model, route)[at]
        moment = moment + self.chances.times(route.legs[at], self.chances.travel)
        taken = sum(route.gaps[:at])
        first = max(taken, route.early)
        for earliest, _, duration, _ in self.model.rows[route.row].breaks[
            first : taken + route.gaps[at]
        ]:
            moment = np.maximum(moment, earliest) + duration
        return moment
