"""Repair when a technician drops out: how long it takes, whom it disturbs, what is left out.

The absent technician's own visits do not count as touched. Beside it stands the same day solved
anew, as if nobody had been told anything.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from solver import Limits, Plan, Problem, solve
from solver.engines import load_compiled
from solver.repair import Disruption, disturbed, repair
from tests.bench.judging import judge
from tests.bench.problems import SIZES, problem

REPAIRED = ("50/350 easy", "50/350 tight")
SECONDS, ANEW = 2.0, 10.0
CHANGED, MOVED_HOUR = 3600.0, 3600.0  # what it costs to send another, or an hour later
FAR = 15 * 60


@dataclass(frozen=True)
class Mended:
    """One absence.

    Attributes:
        touched: Of what was announced, the part with another technician or start.
        penalty: Of what is left out; ``anew`` when nobody had been told anything.
    """

    seconds: float
    touched: float
    penalty: float
    anew: float
    faults: int


def mending(
    sizes: Sequence[str] = REPAIRED, absences: int = 3, anew: float = ANEW
) -> Iterator[str]:
    """A line for each size."""
    yield f"One absent at eight; {SECONDS:g} s to repair, {anew:g} s anew; {absences} absences\n"
    yield "| technicians / jobs | s | touched, mean | touched, most | penalty / anew | faults |"
    yield "| --- | --- | --- | --- | --- | --- |"
    load_compiled()
    for size in sizes:
        found = list(_absences(size, absences, anew))
        touched = [one.touched for one in found]
        ratio = sum(one.penalty for one in found) / max(1.0, sum(one.anew for one in found))
        yield (
            f"| {size} | {max(one.seconds for one in found):.2f} "
            f"| {sum(touched) / len(touched):.1%} "
            f"| {max(touched):.1%} | {ratio:.3f} | {sum(one.faults for one in found)} |"
        )


def _absences(size: str, absences: int, anew: float) -> Iterator[Mended]:
    document = problem(SIZES[size], 1)
    for job in document["jobs"]:
        job |= {"change_cost": CHANGED, "move_per_hour": MOVED_HOUR}
    told = Problem.from_dict(document)
    plan = solve(told, Limits(seconds=anew, seed=1))
    busy = sorted(plan.routes, key=lambda route: route.technician)
    step = max(1, len(busy) // absences)
    for route in busy[::step][:absences]:
        yield _absence(told, plan, route.technician, anew)


def _absence(told: Problem, plan: Plan, who: str, anew: float) -> Mended:
    now = disturbed(told, plan, Disruption(now=0, absent=frozenset({who})))
    begun = time.monotonic()
    mended = repair(now, plan, Limits(seconds=SECONDS, seed=1))
    taken = time.monotonic() - begun
    fresh = solve(replace(now, incumbent=()), Limits(seconds=anew, seed=1))
    faults = judge()[1](now.to_dict(), mended.to_dict())[0]
    return Mended(
        taken,
        _touched(plan, mended, who),
        _penalty(now, mended),
        _penalty(now, fresh),
        len(faults),
    )


def _touched(before: Plan, after: Plan, who: str) -> float:
    """The part of the others' visits that changed."""
    was, now = _seats(before), _seats(after)
    others = {job: seat for job, seat in was.items() if seat[0] != who}
    changed = [
        job
        for job, (name, start) in others.items()
        if job not in now or now[job][0] != name or abs(now[job][1] - start) > FAR
    ]
    return len(changed) / max(1, len(others))


def _seats(plan: Plan) -> dict[str, tuple[str, int]]:
    return {
        visit.job: (route.technician, visit.start)
        for route in plan.routes
        for visit in route.visits
    }


def _penalty(problem: Problem, plan: Plan) -> float:
    missing: Any = {one.job for one in plan.unassigned}
    return sum(job.penalty for job in problem.jobs if job.id in missing)
