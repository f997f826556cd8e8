"""From the model to arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from solver.compiled import tables as c
from solver.compiled.options import Options
from solver.compiled.tables import Tables
from solver.compiled.travelling import neighbourhoods, travel_of
from solver.insertion.model import FOREVER, HOUR, Model
from solver.problem import Link

BITS = 62
TECHNICIANS = {"any": c.ANY, "same": c.SAME, "different": c.DIFFERENT}


def tables_of(model: Model) -> Tables:
    options = Options(model)
    first, rows = options.rows_by_seat()
    travel = travel_of(model)
    near, homes = neighbourhoods(model, travel, (first, rows))
    links = [_links(model, job) for job in range(len(model.jobs))]
    clashes = [_clashes(row) for row in model.rows]
    return Tables(
        node=_nodes(model),
        node_rate=_node_rates(model),
        job=_jobs(model),
        worth=np.array(options.worth, dtype=float),
        hope=np.array([_hope(model, options.worth, job) for job in range(len(model.jobs))]),
        row=_rows(model, clashes),
        rate=_rates(model),
        rest=_whole([rest[:3] for row in model.rows for rest in row.breaks], 3),
        pace=np.array([one.pace for one in model.technicians], dtype=float),
        option=options.chosen,
        set_first=options.set_first(),
        span=options.spans(),
        seat_cost=options.seat_costs(),
        row_first=first,
        row_of=rows,
        link_first=_firsts(links),
        link=_whole([line for lines in links for line in lines], 6),
        clash=_whole([line for lines in clashes for line in lines], 2),
        near=near,
        homes=homes,
        extremes=_extremes(model, clashes),
        **travel,
        **_parts(model),
        **_windows(model),
    )


def _whole(lines: Sequence[Sequence[int]], width: int) -> Any:
    return np.array(list(lines), dtype=np.int64).reshape(len(lines), width)


def _firsts(groups: Sequence[Sequence[Any]]) -> Any:
    return np.concatenate(([0], np.cumsum([len(group) for group in groups]))).astype(np.int64)


def _clip(value: int) -> int:
    return max(-FOREVER, min(FOREVER, value))


# ── nodes and jobs ──


def _nodes(model: Model) -> Any:
    node = np.zeros((len(model.node_place), 10), dtype=np.int64)
    node[:, c.PLACE], node[:, c.SETUP] = model.node_place, model.node_setup
    node[:, c.DUE] = node[:, c.TOLD] = FOREVER
    node[:, c.JOB] = -1
    seats = model.first_depot
    node[:seats, c.JOB], node[:seats, c.SEAT] = model.node_job, model.node_seat
    node[:seats, c.DUE] = [_clip(due) for due in model.node_due]
    for index, start in model.told_start.items():
        node[index, c.TOLD] = _clip(start)
    for index, (start, _) in model.told_rate.items():
        node[index, c.TOLD_AT] = _clip(start)
    for index in range(seats):
        job = model.jobs[model.node_job[index]]
        node[index, c.DURATION] = min(job.seat_duration(model.node_seat[index]), FOREVER)
        node[index, c.HELD] = model.is_coupled[model.node_job[index]]
        node[index, c.PART] = model.supplied_job(index) is not None
    for index, depot in zip(model.depot_nodes, model.problem.depots, strict=True):
        node[index, c.DURATION] = min(depot.duration, FOREVER)
    return node


def _node_rates(model: Model) -> Any:
    rate = np.zeros((len(model.node_place), 2))
    rate[: model.first_depot, c.LATE] = np.array(model.node_late_rate) / HOUR
    for index, (_, per_hour) in model.told_rate.items():
        rate[index, c.MOVED] = per_hour / HOUR
    return rate


def _jobs(model: Model) -> Any:
    job = np.zeros((len(model.jobs), 6), dtype=np.int64)
    for index, asked in enumerate(model.jobs):
        timed = any(pin.start is not None for pin in asked.pinned)
        fixed = timed and len({pin.seat for pin in asked.pinned}) == len(asked.seats)
        circular = model.is_coupled[index] and bool(model.cycle_of[index])
        job[index] = (
            model.nodes_of[index].start,
            len(model.nodes_of[index]),
            index in model.required,
            not (fixed or circular),
            model.is_coupled[index],
            bool(asked.tools or asked.parts),
        )
    return job


def _hope(model: Model, worth: Sequence[float], job: int) -> float:
    waiting, seen, hope = list(model.followers[job]), {job}, 0.0
    while waiting:
        follower = waiting.pop()
        if follower not in seen:
            seen.add(follower)
            hope += max(0.0, worth[follower])
            waiting += model.followers[follower]
    return hope


def _windows(model: Model) -> dict[str, Any]:
    width = [
        float(min(sum(max(0, b - a) for a, b in job.windows), FOREVER)) if job.windows else 1e9
        for job in model.jobs
    ]
    opening = [float(min((a for a, _ in job.windows), default=0)) for job in model.jobs]
    return {"width": np.array(width, dtype=float), "opening": np.array(opening, dtype=float)}


def _links(model: Model, job: int) -> list[tuple[int, ...]]:
    lines = [_link(leader, 1, link) for leader, link in model.links_to[job]]
    return lines + [_link(follower, 0, link) for follower, link in model.links_from[job]]


def _link(other: int, leads: int, link: Link) -> tuple[int, ...]:
    most = FOREVER if link.max_gap is None else _clip(link.max_gap)
    kind = TECHNICIANS[link.technician]
    return other, leads, _clip(link.min_gap), most, int(link.of == "finish"), kind


# ── rows ──


def _clashes(row: Any) -> list[tuple[int, int]]:
    return [(other, 1) for other in row.before] + [(other, 0) for other in row.after]


def _rows(model: Model, clashes: Sequence[Sequence[Any]]) -> Any:
    rows = np.zeros((len(model.rows), 14), dtype=np.int64)
    rest = clash = 0
    for line, row, clashing in zip(rows, model.rows, clashes, strict=True):
        shift = row.shift
        limits = (shift.max_jobs, shift.max_metres, shift.max_travel_seconds)
        line[: c.MAX_JOBS] = (
            row.who,
            row.mode,
            row.home,
            row.goal,
            _clip(row.opens),
            _clip(row.closes),
            _clip(row.latest_back),
        )
        line[c.MAX_JOBS : c.REST] = [FOREVER if limit is None else limit for limit in limits]
        line[c.REST :] = (rest, len(row.breaks), clash, len(clashing))
        rest, clash = rest + len(row.breaks), clash + len(clashing)
    return rows


def _rates(model: Model) -> Any:
    costs = [row.technician.costs for row in model.rows]
    lines = [
        (
            one.per_shift,
            one.per_hour / HOUR,
            one.per_travel_hour / HOUR,
            one.per_km / 1000,
            one.per_overtime_hour / HOUR,
        )
        for one in costs
    ]
    return np.array(lines, dtype=float).reshape(len(lines), 5)


def _extremes(model: Model, clashes: Sequence[Sequence[Any]]) -> Any:
    objective = model.problem.objective
    return np.array(
        [
            objective.max_lateness_per_hour / HOUR,
            objective.longest_shift_per_hour / HOUR,
            float(model.has_coupling or any(clashes)),
        ]
    )


# ── tools and parts ──


def _parts(model: Model) -> dict[str, Any]:
    tools = sorted({tool for job in model.jobs for tool in job.tools})
    names = sorted({part for job in model.jobs for part in job.parts})
    words = (len(tools) + BITS - 1) // BITS if tools else int(bool(names))
    seats = range(model.first_depot)
    needed = [model.supplied_job(seat) for seat in seats]
    kit = [_bits(tools, job.tools if job else frozenset(), words) for job in needed]
    bag = [_bits(tools, one.tools, words) for one in model.technicians]
    place = {name: at for at, name in enumerate(names)}
    used = [
        [(place[part], count) for part, count in job.parts.items()] if job else []
        for job in needed
    ]
    stock = [[one.stock.get(name, 0) for name in names] for one in model.technicians]
    return {
        "kit": _whole(kit, words),
        "bag": _whole(bag, words),
        "part_first": _firsts(used),
        "part": _whole([line for lines in used for line in lines], 2),
        "stock": _whole(stock, len(names)),
    }


def _bits(names: Sequence[str], held: frozenset[str], words: int) -> list[int]:
    bits = [0] * words
    for at, name in enumerate(names):
        if name in held:
            bits[at // BITS] |= 1 << (at % BITS)
    return bits
