"""Between drafts and plans: write a draft down, take up a plan that stands."""

from solver.costs import cost, kpis
from solver.insertion.draft import Draft
from solver.insertion.model import Model
from solver.insertion.timing import Breaks, Timed
from solver.plan import Pickup, Plan, Rest, Route, Stop, Unassigned, Visit


def to_plan(draft: Draft) -> Plan:
    """The draft as a plan with its cost; jobs left out have no reasons yet."""
    problem = draft.model.problem
    routes = tuple(_route(draft.model, timed) for timed in draft.routes if timed)
    left_out = tuple(
        Unassigned(job.id)
        for job, planned in zip(problem.jobs, draft.planned, strict=True)
        if not planned
    )
    plan = Plan(routes, left_out)
    return Plan(routes, left_out, cost(problem, plan), kpis(problem, plan))


def _route(model: Model, timed: Timed) -> Route:
    row = model.rows[timed.row]
    early, rest = row.breaks[: timed.early], row.breaks[timed.early :]
    stops: list[Stop] = list(_rests(early, timed.span[0]))
    free = timed.leave
    gaps = [timed.gaps[0] - timed.early, *timed.gaps[1:]]
    for at, node in enumerate(timed.nodes):
        breaks, rest = rest[: gaps[at]], rest[gaps[at] :]
        rests, arrive = along(breaks, free, timed.legs[at])
        stops += rests
        stops.append(_stop(model, node, (arrive, timed.starts[at], timed.finishes[at])))
        free = timed.finishes[at]
    breaks, rest = rest[: gaps[-1]], rest[gaps[-1] :]
    stops += along(breaks, free, timed.legs[-1])[0]
    stops += _rests(rest, timed.back)
    return Route(row.technician.id, row.shift.id, timed.leave, timed.back, tuple(stops))


def _stop(model: Model, node: int, times: tuple[int, int, int]) -> Stop:
    if node >= model.first_depot:
        return Pickup(model.problem.depots[node - model.first_depot].id, *times)
    return Visit(model.jobs[model.node_job[node]].id, model.node_seat[node], *times)


def _rests(breaks: Breaks, moment: int) -> list[Rest]:
    rests = []
    for earliest, _, duration, number in breaks:
        begin = max(moment, earliest)
        rests.append(Rest(number, begin, begin + duration))
        moment = begin + duration
    return rests


def along(breaks: Breaks, free: int, seconds: int) -> tuple[list[Rest], int]:
    """Breaks as early as they may be on a leg or after it, and the arrival."""
    rests: list[Rest] = []
    moment, left, arrived = free, seconds, None
    for rest in breaks:
        begin = max(moment, rest[0])
        if arrived is None and begin >= moment + left:
            arrived = moment + left
        elif arrived is None:
            left -= begin - moment
        rests.append(Rest(rest[3], begin, begin + rest[2]))
        moment = begin + rest[2]
    return rests, moment + left if arrived is None else arrived


def take_up(model: Model, plan: Plan) -> Draft | None:
    """The plan's routes as a draft; ``None`` when they cannot be driven in that order.

    Times are the draft's own: as early as they can be, or else those of the plan.
    """
    draft = Draft(model)
    rows = {row.shift.id: row for row in model.rows}
    changes = {
        rows[route.shift].index: _nodes(model, route)
        for route in plan.routes
        if route.work and route.shift in rows
    }
    jobs = tuple(sorted({model.job_index[v.job] for r in plan.routes for v in r.visits}))
    trial = draft.attempt(changes, {}, jobs)
    if trial is None:
        starts = {
            model.nodes_of[model.job_index[visit.job]][visit.seat]: visit.start
            for route in plan.routes
            for visit in route.visits
        }
        trial = draft.attempt(changes, starts, jobs)
    if trial is None:
        return None
    draft.apply(trial)
    return draft


def _nodes(model: Model, route: Route) -> tuple[int, ...]:
    depots = {
        depot.id: node for depot, node in zip(model.problem.depots, model.depot_nodes, strict=True)
    }
    return tuple(
        depots[stop.depot]
        if isinstance(stop, Pickup)
        else model.nodes_of[model.job_index[stop.job]][stop.seat]
        for stop in route.work
    )
