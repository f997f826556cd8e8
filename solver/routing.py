"""Routes that nothing couples, improved by OR-Tools' CP-SAT.

``recombine`` chooses among all routes met during the search the set that covers the
jobs most cheaply (set partitioning; Rochat and Taillard 1995, Journal of Heuristics
1(1)). ``reorder`` looks for a better order of the stops of one route (a circuit with
times). Both only propose: the exact timing decides, and what is dearer is dropped.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from ortools.sat.python import cp_model

from solver.engines import Way
from solver.insertion.draft import Draft, Trial
from solver.insertion.model import FOREVER, Model
from solver.insertion.timing import Timed, time_route

SCALE = 100  # cost units are counted in hundredths
LONGEST_REORDERED = 12
SHORTEST_REORDERED = 4


def is_free(model: Model, row: int, nodes: Iterable[int]) -> bool:
    """Whether the route hangs together with no other route in time."""
    rule = model.rows[row]
    return not (rule.before or rule.after or any(model.is_held(node) for node in nodes))


def recombine(draft: Draft, met: Iterable[Way], seconds: float) -> float:
    """Choose routes from the pool; what the draft gained by it, 0 when nothing."""
    model = draft.model
    open_rows = {
        row
        for row, route in enumerate(draft.routes)
        if is_free(model, row, route.nodes if route else ())
    }
    fixed = {
        model.node_job[node]
        for row, route in enumerate(draft.routes)
        if route and row not in open_rows
        for node in route.nodes
        if node < model.first_depot
    }
    standing = [route for row, route in enumerate(draft.routes) if route and row in open_rows]
    routes = _usable(model, [*standing, *met], open_rows, fixed)
    chosen = _choose(draft, routes, fixed, seconds)
    if chosen is None:
        return 0.0
    timed = [_timed(draft, route) for route in chosen]
    return _take(draft, [route for route in timed if route], open_rows)


def _timed(draft: Draft, route: Way) -> Timed | None:
    standing = draft.routes[route.row]
    if standing is not None and standing.nodes == route.nodes:
        return standing
    rule = draft.model.rows[route.row]
    return time_route(draft.model, rule, route.nodes, {}, (rule.opens, FOREVER))


def _usable(
    model: Model, routes: Iterable[Way], open_rows: set[int], fixed: set[int]
) -> list[Way]:
    """The cheapest route of the pool for each shift and set of jobs."""
    best: dict[tuple[int, frozenset[int]], Way] = {}
    for route in routes:
        jobs = frozenset(_jobs(model, route))
        if (
            route.row not in open_rows
            or jobs & fixed
            or not is_free(model, route.row, route.nodes)
        ):
            continue
        key = (route.row, jobs)
        if key not in best or route.cost < best[key].cost:
            best[key] = route
    return list(best.values())


def _jobs(model: Model, route: Way) -> list[int]:
    return [model.node_job[node] for node in route.nodes if node < model.first_depot]


def _choose(draft: Draft, routes: list[Way], fixed: set[int], seconds: float) -> list[Way] | None:
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in routes]
    by_row, by_job = defaultdict(list), defaultdict(list)
    for route, variable in zip(routes, taken, strict=True):
        by_row[route.row].append(variable)
        for job in _jobs(draft.model, route):
            by_job[job].append(variable)
        model.add_hint(variable, draft.routes[route.row] is route)
    for variables in by_row.values():
        model.add_at_most_one(variables)
    terms = [round(r.cost * SCALE) * v for r, v in zip(routes, taken, strict=True)]
    for job, variables in by_job.items():
        if job in fixed:
            continue
        missing = model.new_bool_var("")
        model.add_exactly_one([*variables, missing])
        terms.append(round(min(draft.worth[job], 1e13) * SCALE) * missing)
    model.minimize(sum(terms))
    solver = _solver(seconds)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [r for r, v in zip(routes, taken, strict=True) if solver.boolean_value(v)]


def _solver(seconds: float) -> cp_model.CpSolver:
    """One thread and work counted, not time, so that the answer can be had again."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = max(0.01, seconds)
    solver.parameters.max_time_in_seconds = max(0.05, 3 * seconds)
    return solver


def _take(draft: Draft, chosen: list[Timed], open_rows: set[int]) -> float:
    """Change the draft to the chosen routes if that is cheaper."""
    before = draft.total
    routes = {route.row: route for route in chosen}
    timed = {row: routes.get(row) for row in open_rows if draft.routes[row] is not routes.get(row)}
    gone = {
        job for row in timed if (route := draft.routes[row]) for job in _jobs(draft.model, route)
    }
    come = {job for route in timed.values() if route for job in _jobs(draft.model, route)}
    draft.mark()
    draft.apply(Trial(timed, dict(draft.lower), tuple(sorted(come))))
    for job in gone - come:
        draft.leave_out(job)
    gained = before - draft.total
    if gained <= 1e-6:
        draft.undo()
        return 0.0
    return gained


def reorder(draft: Draft, seconds: float, is_over: Callable[[], bool]) -> float:
    """Look for a better order of every free route; what the draft gained by it."""
    gained = 0.0
    for row, route in enumerate(draft.routes):
        if route is None or is_over() or not is_free(draft.model, row, route.nodes):
            continue
        if SHORTEST_REORDERED <= len(route.nodes) <= LONGEST_REORDERED:
            order = _order(draft.model, route, seconds)
            trial = draft.attempt({row: order}) if order and order != route.nodes else None
            if trial is not None and trial.delta < -1e-6 and _stocked(draft, row, order):
                draft.apply(trial)
                gained -= trial.delta
    return gained


def _stocked(draft: Draft, row: int, order: tuple[int, ...]) -> bool:
    return draft.stocked(row, order, draft.lower) == order


def _order(model: Model, route: Timed, seconds: float) -> tuple[int, ...]:
    """The cheapest order by travel, time on the road and lateness; breaks left aside."""
    rule, cp = model.rows[route.row], cp_model.CpModel()
    costs = rule.technician.costs
    starts = [_start_variable(cp, model, rule.who, node) for node in route.nodes]
    back = cp.new_int_var(rule.opens, max(rule.opens, rule.latest_back), "")
    arcs, terms = [], [round(costs.per_overtime_hour) * _above(cp, back, rule.closes)]
    lengths = [f - s for s, f in zip(route.starts, route.finishes, strict=True)]
    places = [model.node_place[node] for node in route.nodes]
    legs = model.legs(rule.mode)
    per_second = round(costs.per_travel_hour + costs.per_hour)
    for i, here in enumerate([*places, rule.home]):
        for j, there in enumerate([*places, rule.goal]):
            if i == j:
                continue
            first, last = i == len(places), j == len(places)
            seconds_on = legs.leg(here, there, route.leave if first else route.finishes[i])
            arc = cp.new_bool_var("")
            arcs.append((i, j, arc))
            metres = legs.metres[here][there] if legs.metres else 0
            terms.append((per_second * seconds_on + round(3.6 * metres * costs.per_km)) * arc)
            free = rule.opens if first else starts[i] + lengths[i]
            then = back if last else starts[j]
            cp.add(then >= free + seconds_on).only_enforce_if(arc)
    cp.add_circuit(arcs)
    terms.append(round(costs.per_hour) * back)
    terms += _lateness(cp, model, route, starts)
    cp.minimize(sum(terms))
    solver = _solver(seconds)
    if solver.solve(cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return ()
    ranked = sorted(range(len(starts)), key=lambda at: solver.value(starts[at]))
    return tuple(route.nodes[at] for at in ranked)


def _start_variable(cp: cp_model.CpModel, model: Model, who: int, node: int) -> cp_model.IntVar:
    intervals = [list(pair) for pair in model.starts(node, who, with_setup=False)]
    domain = cp_model.Domain.from_intervals(intervals or [[-FOREVER, FOREVER]])
    return cp.new_int_var_from_domain(
        domain.intersection_with(cp_model.Domain(-(2**40), 2**40)), ""
    )


def _above(cp: cp_model.CpModel, moment: cp_model.IntVar, limit: int) -> cp_model.IntVar:
    above = cp.new_int_var(0, 2**41, "")
    cp.add(above >= moment - limit)
    return above


def _lateness(
    cp: cp_model.CpModel, model: Model, route: Timed, starts: list[cp_model.IntVar]
) -> list[cp_model.LinearExpr]:
    return [
        round(model.node_late_rate[node]) * _above(cp, start, model.node_due[node])
        for node, start in zip(route.nodes, starts, strict=True)
        if node < model.first_depot and model.node_due[node] < FOREVER
    ]
