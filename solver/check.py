"""Judge a plan against its problem by every rule; nothing of the search is trusted."""

from collections.abc import Iterator

from solver import costs, rules
from solver.plan import Pickup, Plan, Rest, Route
from solver.problem import Problem


def check(problem: Problem, plan: Plan) -> list[str]:
    """A line for each broken rule; none when the plan is valid."""
    known = [route for route in plan.routes if not list(_unknown(problem, route))]
    faults = [fault for route in plan.routes for fault in _unknown(problem, route)]
    faults += [fault for route in known if route.work for fault in _route(problem, route)]
    judged = Plan(tuple(known), plan.unassigned, plan.cost)
    done = rules.seats_filled(judged)
    faults += [fault for rule in rules.PLAN_RULES for fault in rule(problem, judged, done)]
    return faults + list(_stated_cost(problem, judged))


def is_valid(problem: Problem, plan: Plan) -> bool:
    return not check(problem, plan)


def _unknown(problem: Problem, route: Route) -> Iterator[str]:
    """What the route names and the problem does not have."""
    if route.shift not in problem.shift:
        yield f"route {route.shift!r}: there is no such shift"
    elif problem.shift[route.shift][0].id != route.technician:
        yield f"route {route.shift!r}: it is no shift of {route.technician!r}"
    for stop in route.stops:
        if isinstance(stop, Rest):
            continue
        if isinstance(stop, Pickup):
            if stop.depot not in problem.depot:
                yield f"route {route.shift!r}: there is no depot {stop.depot!r}"
        elif stop.job not in problem.job:
            yield f"route {route.shift!r}: there is no job {stop.job!r}"


def _route(problem: Problem, route: Route) -> Iterator[str]:
    trip = rules.trip(problem, route)
    for rule in rules.ROUTE_RULES:
        for fault in rule(problem, trip):
            yield f"route {route.shift!r}: {fault}"


def _stated_cost(problem: Problem, plan: Plan) -> Iterator[str]:
    if "total" not in plan.cost:
        return
    total = costs.cost(problem, plan)["total"]
    stated = plan.cost["total"]
    if abs(stated - total) > 0.01 + 1e-6 * abs(total):
        yield f"cost: the plan says {stated}, it is {total}"
