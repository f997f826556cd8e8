"""Our own solver, as anybody would call it."""

from solver import Limits, solve
from solver.engines import load_compiled
from tests.bench.common import Common, Orders

load_compiled()  # as other engines are loaded when they are imported: nobody's time counts yet


def orders(common: Common, seconds: float, seed: int) -> Orders:
    plan = solve(common.problem, Limits(seconds=seconds, seed=seed))
    return {route.shift: [visit.job for visit in route.visits] for route in plan.routes}
