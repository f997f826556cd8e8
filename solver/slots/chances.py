"""How likely a slot is kept: work and travel as lognormal times about their planned means.

Coefficients of variation are 0.3 for work and 0.2 for travel, and nobody starts before a
window opens. Times of being free are kept as samples for every gap between two stops, drawn by
Latin hypercube (McKay, Beckman and Conover 1979, Technometrics 21(2)), so that a question draws
one leg only.
"""

import math
from statistics import NormalDist
from typing import Any

import numpy as np

from solver.insertion.model import FOREVER, Model
from solver.insertion.timing import Timed

WORK_VARIATION = 0.3
TRAVEL_VARIATION = 0.2
SAMPLES = 512


def _quantiles(variation: float) -> Any:
    """Lognormal factors of mean 1 in equally likely steps."""
    spread = math.sqrt(math.log(1 + variation**2))
    normal = NormalDist()
    steps = [normal.inv_cdf((step + 0.5) / SAMPLES) for step in range(SAMPLES)]
    factors = np.exp(np.array(steps) * spread - spread**2 / 2)
    return factors / factors.mean()


class Chances:
    """Draws of work and travel; the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.draws = np.random.default_rng(seed)
        self.work = _quantiles(WORK_VARIATION)
        self.travel = _quantiles(TRAVEL_VARIATION)
        self.way = self.draws.permutation(self.travel).astype(np.float32)

    def times(self, mean: int, factors: Any) -> Any:
        return mean * self.draws.permutation(factors) if mean > 0 else 0.0

    def gaps(self, model: Model, route: Timed) -> list[Any]:
        """Samples of being free before the first stop and after each."""
        row = model.rows[route.row]
        moment = np.full(SAMPLES, float(route.leave))
        breaks = list(row.breaks[route.early :])
        found = [moment]
        for at in range(len(route.nodes)):
            moment = moment + self.times(route.legs[at], self.travel)
            count = route.gaps[at] - (route.early if at == 0 else 0)
            for _ in range(count):
                earliest, _, duration, _ = breaks.pop(0)
                moment = np.maximum(moment, earliest) + duration
            moment = np.maximum(moment, _opening(model, route, at))
            moment = moment + self.times(route.finishes[at] - route.starts[at], self.work)
            found.append(moment)
        return found

    def kept(self, free: Any, seconds: Any, latest: Any) -> Any:
        """Of each row of samples, the share that is there in time after the way."""
        in_time = free + seconds[:, None] * self.way <= latest[:, None]
        return np.count_nonzero(in_time, axis=1) / SAMPLES


def _opening(model: Model, route: Timed, at: int) -> float:
    """When the stop's window opens; those that others hang on start as planned."""
    node, start = route.nodes[at], route.starts[at]
    if model.is_held(node):
        return float(start)
    starts = model.starts(node, model.rows[route.row].who, with_setup=False)
    return float(max((a for a, _ in starts if a <= start), default=-FOREVER))
