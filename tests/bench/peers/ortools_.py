"""OR-Tools' routing library: penalties for what is left out, guided local search."""

import time

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from tests.bench.common import Common, Orders


def orders(common: Common, seconds: float, seed: int) -> Orders:
    begun = time.monotonic()
    problem = common.problem
    jobs, count = len(problem.jobs), len(problem.technicians)
    homes = [common.at(one.shifts[0].start_location) for one in problem.technicians]
    places = [common.at(job.location) for job in problem.jobs] + homes
    depots = list(range(jobs, jobs + count))
    manager = pywrapcp.RoutingIndexManager(jobs + count, count, depots, depots)
    routing = pywrapcp.RoutingModel(manager)
    travel = common.seconds[places][:, places]
    _arcs(common, routing, travel)
    _choices(common, manager, routing)
    return _solved(common, manager, routing, seconds - (time.monotonic() - begun))


def _arcs(common: Common, routing: "pywrapcp.RoutingModel", travel: "np.ndarray") -> None:
    problem = common.problem
    cost = routing.RegisterTransitMatrix(travel.tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(cost)
    work = np.zeros(len(travel), dtype=np.int64)
    work[: len(problem.jobs)] = [job.duration for job in problem.jobs]
    timed = (travel + work[:, None]).tolist()
    time_index = routing.RegisterTransitMatrix(timed)
    latest = max(one.shifts[0].end for one in problem.technicians)
    routing.AddDimension(time_index, latest, latest, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for number, technician in enumerate(problem.technicians):
        (shift,) = technician.shifts
        clock.CumulVar(routing.Start(number)).SetRange(shift.start, shift.end)
        clock.CumulVar(routing.End(number)).SetRange(shift.start, shift.end)


def _choices(
    common: Common, manager: "pywrapcp.RoutingIndexManager", routing: "pywrapcp.RoutingModel"
) -> None:
    """When each job may start, who may do it, and what leaving it out costs."""
    problem, clock = common.problem, routing.GetDimensionOrDie("time")
    for number, job in enumerate(problem.jobs):
        node = manager.NodeToIndex(number)
        clock.CumulVar(node).SetRange(*job.windows[0])
        able = [v for v, one in enumerate(problem.technicians) if common.may(one, job)]
        if able:
            # 9.15's SetAllowedVehiclesForIndex takes no list from Python; -1: left out
            routing.VehicleVar(node).SetValues([-1, *able])
            routing.AddDisjunction([node], round(job.penalty))
        else:
            routing.AddDisjunction([node], 0)
            routing.ActiveVar(node).SetValue(0)


def _solved(
    common: Common,
    manager: "pywrapcp.RoutingIndexManager",
    routing: "pywrapcp.RoutingModel",
    seconds: float,
) -> Orders:
    search = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    search.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION
    guided = routing_enums_pb2.LocalSearchMetaheuristic
    search.local_search_metaheuristic = guided.GUIDED_LOCAL_SEARCH
    search.time_limit.FromMilliseconds(max(100, round(1000 * seconds)))
    found = routing.SolveWithParameters(search)
    orders: Orders = {}
    for number, technician in enumerate(common.problem.technicians if found else ()):
        index, names = routing.Start(number), []
        while not routing.IsEnd(index := found.Value(routing.NextVar(index))):
            names.append(common.problem.jobs[manager.IndexToNode(index)].id)
        orders[technician.shifts[0].id] = names
    return orders
