"""Taking up what still holds of a plan, valid or not any more."""

from dataclasses import replace

from solver.check import check
from solver.construction import hardness, insert, left
from solver.insertion.draft import Draft
from solver.insertion.model import Model
from solver.insertion.placing import Placer
from solver.insertion.standing import take_up, to_plan
from solver.plan import Pickup, Plan, Rest, Route
from solver.problem import Problem

Seats = dict[int, tuple[int, int]]  # row and start by node


def resume(model: Model, plan: Plan) -> Draft:
    """The plan's visits in their own order, as far as every rule lets them stand.

    What the problem does not know any more is passed over. Where a route cannot be driven
    as it was, its visits are taken up one by one in the order of their starts, and those
    that do not fit any more are left out.
    """
    jobs = _whole(model, plan)
    draft = take_up(model, _only(model, plan, jobs))
    if draft is not None and not check(model.problem, to_plan(draft)):
        return draft
    draft = Draft(model)
    in_time = sorted(jobs, key=lambda job: (min(start for _, start in jobs[job].values()), job))
    for job in [*filter(model.required.__contains__, in_time), *in_time]:
        if not draft.planned[job]:
            _add(draft, job, jobs)
    return draft


def taken_up(
    problem: Problem,
    plan: Plan,
    aside: frozenset[str] = frozenset(),
) -> Plan:
    """The plan as far as it holds, with whatever else fits put in; nothing is moved for that.

    Jobs ``aside`` stay where they are, but are not put in. Jobs left out have no reasons, and
    not every pinned job need be in it.
    """
    draft = resume(Model(problem), plan)
    if aside.issuperset(problem.job):
        return to_plan(draft)
    placer = Placer(draft.model, draft)
    asides = {draft.model.job_index[name] for name in aside}
    waiting = [job for job in left(placer, range(len(problem.jobs))) if job not in asides]
    insert(placer, sorted(waiting, key=lambda job: hardness(placer, job)), lambda: False)
    return to_plan(draft)


def _whole(model: Model, plan: Plan) -> dict[int, Seats]:
    """Jobs whose every seat is filled, with all that they are linked after."""
    rows = {row.shift.id: row for row in model.rows}
    found: dict[int, Seats] = {}
    for route in plan.routes:
        row = rows.get(route.shift)
        for visit in route.visits if row and row.technician.id == route.technician else ():
            job = model.job_index.get(visit.job)
            if row is not None and job is not None and visit.seat < len(model.nodes_of[job]):
                node = model.nodes_of[job][visit.seat]
                found.setdefault(job, {})[node] = (row.index, visit.start)
    found = {job: seats for job, seats in found.items() if len(seats) == len(model.nodes_of[job])}
    while lonely := [job for job in found if not found.keys() >= set(model.leaders[job])]:
        for job in lonely:
            del found[job]
    return found


def _only(model: Model, plan: Plan, jobs: dict[int, Seats]) -> Plan:
    """The plan without the visits of other jobs, and without stops that nobody knows."""
    kept = {model.jobs[job].id for job in jobs}
    depots = model.problem.depot
    rows = {row.shift.id: row.technician.id for row in model.rows}
    routes = []
    for route in plan.routes:
        stops = tuple(
            stop
            for stop in route.stops
            if not isinstance(stop, Rest)
            and (stop.depot in depots if isinstance(stop, Pickup) else stop.job in kept)
        )
        if stops and rows.get(route.shift) == route.technician:
            routes.append(Route(route.technician, route.shift, route.leave, route.back, stops))
    return replace(plan, routes=tuple(routes))


def _add(draft: Draft, job: int, jobs: dict[int, Seats]) -> None:
    """Put the job where it was, by its start, if that still holds."""
    model = draft.model
    if not all(draft.planned[leader] for leader in model.leaders[job]):
        return
    changes: dict[int, tuple[int, ...]] = {}
    for node, (row, start) in jobs[job].items():
        route = draft.routes[row]
        standing = route.nodes if route else ()
        at = sum(_start(draft, other, jobs) <= start for other in standing)
        stops = (*standing[:at], node, *standing[at:])
        stocked = draft.stocked(row, stops, draft.lower) if model.has_supplies else stops
        if stocked is None or row in changes:
            return
        changes[row] = stocked
    trial = draft.attempt(changes, draft.lower, (job,))
    if trial is not None and _keeps_links(draft, job, jobs):
        draft.apply(trial)


def _start(draft: Draft, node: int, jobs: dict[int, Seats]) -> int:
    """When the stop started in the plan; a depot stop as it is timed now."""
    if node >= draft.model.first_depot:
        return draft.start[node]
    return jobs[draft.model.node_job[node]][node][1]


def _keeps_links(draft: Draft, job: int, jobs: dict[int, Seats]) -> bool:
    """Whether the technicians are those that its links and its crew ask for."""
    model = draft.model
    crew = [model.rows[row].who for row, _ in jobs[job].values()]
    if len(set(crew)) < len(crew):
        return False
    first = model.rows[jobs[job][model.nodes_of[job][0]][0]].who
    for leader, link in model.links_to[job]:
        lead = [draft.who(node) for node in model.nodes_of[leader]]
        if link.technician == "same" and lead[0] != first:
            return False
        if link.technician == "different" and set(lead) & set(crew):
            return False
    return True
