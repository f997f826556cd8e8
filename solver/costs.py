"""Every term of a plan's cost, one named function each; one unit is one cost unit.

The plan must be shaped for its problem: known shifts, jobs and depots.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from solver.plan import Plan
from solver.problem import Announced, Job, Problem
from solver.rules import Done, Trip, seats_filled, trip

HOUR = 3600
KM = 1000


def unassigned(problem: Problem, done: Done) -> float:
    return sum(job.penalty for job in problem.jobs if job.id not in done)


def lateness_seconds(job: Job, start: int) -> int:
    return 0 if job.due is None else max(0, start - job.due)


def late(problem: Problem, done: Done) -> float:
    return sum(
        lateness_seconds(job, job_start(done, job)) / HOUR * job.late_per_hour
        for job in problem.jobs
        if job.id in done
    )


def job_start(done: Done, job: Job) -> int:
    return min(seated.start for seated in done[job.id].values())


def max_lateness_seconds(problem: Problem, done: Done) -> int:
    starts = ((job, job_start(done, job)) for job in problem.jobs if job.id in done)
    return max((lateness_seconds(job, start) for job, start in starts), default=0)


def max_lateness(problem: Problem, done: Done) -> float:
    rate = problem.objective.max_lateness_per_hour
    return max_lateness_seconds(problem, done) / HOUR * rate


def technician_preference(problem: Problem, done: Done) -> float:
    return sum(
        problem.job[name].technician_costs.get(seated.technician, 0.0)
        for name, seats in done.items()
        for seated in seats.values()
    )


def change(problem: Problem, done: Done) -> float:
    return sum(
        seat_change(problem.job[told.job], told, seated.technician, seated.start)
        for told in problem.announced.values()
        if (seated := done.get(told.job, {}).get(told.seat)) is not None
    )


def seat_change(job: Job, told: Announced, technician: str, start: int) -> float:
    """What it costs to seat another technician, or start at another time, than announced."""
    other = job.change_cost if technician != told.technician else 0.0
    return other + abs(told.start - start) / HOUR * job.move_per_hour


def shift(trip: Trip) -> float:
    return trip.technician.costs.per_shift


def time(trip: Trip) -> float:
    return (trip.route.back - trip.route.leave) / HOUR * trip.technician.costs.per_hour


def travel(trip: Trip) -> float:
    return trip.travel_seconds / HOUR * trip.technician.costs.per_travel_hour


def distance(trip: Trip) -> float:
    return trip.metres / KM * trip.technician.costs.per_km


def overtime_seconds(trip: Trip) -> int:
    return max(0, trip.route.back - trip.shift.end)


def overtime(trip: Trip) -> float:
    return overtime_seconds(trip) / HOUR * trip.technician.costs.per_overtime_hour


def longest_shift_seconds(trips: Sequence[Trip]) -> int:
    return max((trip.route.back - trip.route.leave for trip in trips), default=0)


def longest_shift(problem: Problem, trips: Sequence[Trip]) -> float:
    return longest_shift_seconds(trips) / HOUR * problem.objective.longest_shift_per_hour


JOB_TERMS: Mapping[str, Callable[[Problem, Done], float]] = {
    "unassigned": unassigned,
    "late": late,
    "max_lateness": max_lateness,
    "technician": technician_preference,
    "change": change,
}
ROUTE_TERMS: Mapping[str, Callable[[Trip], float]] = {
    "shift": shift,
    "time": time,
    "travel": travel,
    "distance": distance,
    "overtime": overtime,
}


def trips_of(problem: Problem, plan: Plan) -> list[Trip]:
    return [trip(problem, route) for route in plan.routes if route.work]


def cost(problem: Problem, plan: Plan) -> dict[str, float]:
    """Each term of the plan's cost that is not 0, and ``total``."""
    done, trips = seats_filled(plan), trips_of(problem, plan)
    terms = {name: term(problem, done) for name, term in JOB_TERMS.items()}
    terms |= {name: sum(map(term, trips)) for name, term in ROUTE_TERMS.items()}
    terms["longest_shift"] = longest_shift(problem, trips)
    stated = {name: round(value, 3) for name, value in terms.items() if value}
    return {"total": round(sum(terms.values()), 3), **stated}


def kpis(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Measures of the plan, in seconds and metres."""
    done, trips = seats_filled(plan), trips_of(problem, plan)
    return {
        "jobs_planned": len(done),
        "jobs_left_out": len(problem.jobs) - len(done),
        "routes": len(trips),
        "travel_seconds": sum(trip.travel_seconds for trip in trips),
        "metres": sum(trip.metres for trip in trips),
        "work_seconds": sum(s.finish - s.start for t in trips for s in t.route.visits),
        "overtime_seconds": sum(map(overtime_seconds, trips)),
        "route_seconds": sum(trip.route.back - trip.route.leave for trip in trips),
        "longest_shift_seconds": longest_shift_seconds(trips),
        "max_lateness_seconds": max_lateness_seconds(problem, done),
    }
