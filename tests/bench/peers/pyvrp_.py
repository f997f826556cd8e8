"""PyVRP: it has no skills, so each set of skills is a profile whose forbidden arcs cost too much.

One matrix for each profile: from 200 technicians on they do not fit into memory.
"""

import time

import numpy as np
import pyvrp
from pyvrp.stop import MaxRuntime

from tests.bench.common import FORBIDDEN, Common, Orders

MOST_BYTES = 3_000_000_000


def orders(common: Common, seconds: float, seed: int) -> Orders:
    begun = time.monotonic()
    problem = common.problem
    sets = {
        one.id: frozenset((h.skill, h.level) for h in one.skills) for one in problem.technicians
    }
    profiles = sorted(set(sets.values()), key=sorted)
    if len(profiles) * common.seconds.nbytes > MOST_BYTES:
        raise MemoryError(f"{len(profiles)} matrices of {common.seconds.nbytes} bytes")
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in problem.locations],
        clients=[
            pyvrp.Client(
                location=common.at(job.location),
                service_duration=job.duration,
                tw_early=job.windows[0][0],
                tw_late=job.windows[0][1],
                prize=round(job.penalty),
                required=False,
            )
            for job in problem.jobs
        ],
        depots=[
            pyvrp.Depot(location=common.at(technician.shifts[0].start_location))
            for technician in problem.technicians
        ],
        vehicle_types=[
            pyvrp.VehicleType(
                start_depot=number,
                end_depot=number,
                tw_early=technician.shifts[0].start,
                tw_late=technician.shifts[0].end,
                unit_distance_cost=1,
                profile=profiles.index(sets[technician.id]),
                name=technician.shifts[0].id,
            )
            for number, technician in enumerate(problem.technicians)
        ],
        distance_matrices=[_matrix(common, held) for held in profiles],
        duration_matrices=[common.seconds] * len(profiles),
    )
    stop = MaxRuntime(max(0.1, seconds - (time.monotonic() - begun)))
    best = pyvrp.solve(data, stop, seed=seed, display=False, collect_stats=False).best
    return _orders(common, best)


def _matrix(common: Common, held: frozenset[tuple[str, float]]) -> "np.ndarray":
    matrix = common.seconds.copy()
    for job in common.problem.jobs:
        if not all(any(s == n.skill and v >= n.level for s, v in held) for n in job.skills):
            at = common.at(job.location)
            matrix[:, at] = FORBIDDEN
            matrix[at, at] = 0
    return matrix


def _orders(common: Common, best: "pyvrp.Solution") -> Orders:
    found: Orders = {}
    problem = common.problem
    for route in best.routes():
        technician = problem.technicians[route.vehicle_type()]
        names = [problem.jobs[_client(stop)].id for stop in route if _is_client(stop)]
        # a client that the set of skills forbids was not really served
        names = [name for name in names if common.may(technician, problem.job[name])]
        if names:
            found[technician.shifts[0].id] = names
    return found


def _is_client(stop: object) -> bool:
    return bool(getattr(stop, "is_client", lambda: True)())


def _client(stop: object) -> int:
    return int(getattr(stop, "idx", stop))
