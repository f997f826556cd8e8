"""What every peer is told, and how its answer is judged.

A peer answers with the order of jobs on each shift. ``planned`` gives them the earliest times,
and an independent judge says what the plan costs: the referee beside this checkout, or the
product's own check, which trusts nothing of any search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from solver.problem import Job, Problem, Technician
from solver.problem.tables import free_flow_rows

Orders = dict[str, list[str]]  # jobs by shift, in order
FORBIDDEN = 10_000_000  # seconds: an arc that nobody would take


@dataclass(frozen=True)
class Common:
    """A benchmark problem as the peers can take it: one mode, one shift each, no coupling."""

    problem: Problem

    @cached_property
    def seconds(self) -> Any:
        """Travel seconds between all locations."""
        (mode,) = self.problem.travel.values()
        rows, _ = free_flow_rows(mode, self.problem.locations)
        return np.array([list(row) for row in rows], dtype=np.int64)

    def at(self, location: str | None) -> int:
        return self.problem.legs.index[str(location)]

    def may(self, technician: Technician, job: Job) -> bool:
        """Whether the technician holds what the job needs."""
        return all(
            any(
                held.skill == need.skill and held.level >= need.level for held in technician.skills
            )
            for need in job.skills
        )

    def priority(self, job: Job, unit: int = 20_000) -> int:
        return round(job.penalty / unit)


def planned(common: Common, orders: Orders) -> dict[str, Any]:
    """The orders as a plan, each stop as early as it can be and leaving as late as that allows."""
    problem = common.problem
    routes, done = [], set()
    for technician in problem.technicians:
        for shift in technician.shifts:
            jobs = [problem.job[name] for name in orders.get(shift.id, [])]
            if jobs:
                routes.append(_route(common, technician, shift, jobs))
                done |= {job.id for job in jobs}
    left_out = [{"job": job.id, "reasons": []} for job in problem.jobs if job.id not in done]
    return {"format": "plan/1", "routes": routes, "unassigned": left_out}


def _route(common: Common, technician: Technician, shift: Any, jobs: Sequence[Job]) -> Any:
    here, free, stops = common.at(shift.start_location), shift.start, []
    for job in jobs:
        place = common.at(job.location)
        arrive = free + int(common.seconds[here, place])
        start = max([arrive, *(a for a, _ in job.windows)])
        free, here = start + job.duration, place
        stops.append({"job": job.id, "seat": 0, "arrive": arrive, "start": start, "finish": free})
    back = free + int(common.seconds[here, common.at(shift.end_location)])
    ends = {"leave": shift.start, "return": back}
    return {"technician": technician.id, "shift": shift.id, **ends, "stops": stops}
