"""What the table of positions holds of one route: a column for each position."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from solver.insertion.model import DAY, FOREVER, Model
from solver.insertion.timing import Timed

PRE_E, PRE_D, PRE_L, SUF_E, SUF_D, SUF_L, PREV, NEXT, PAUSE, LEG, METRES, START = range(12)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the table holds of one route: a column for each position."""

    columns: Any
    late_rate: list[float]
    factor: list[float]


Segment = tuple[int, int, int]  # earliest start, duration, latest start


def join(first: Segment, second: Segment, between: int) -> Segment:
    """Two segments driven one after the other; lateness is cut off, not carried."""
    run = first[1] + between
    wait = max(0, second[0] - run - first[2])
    return (
        max(second[0] - run, first[0]) - wait,
        run + second[1] + wait,
        min(second[2] - run, first[2]),
    )


def _positions(model: Model, row: int, route: Timed | None) -> Any:
    """All fields of one row, a column for each position."""
    rule = model.rows[row]
    leaving: Segment = (rule.opens, 0, rule.latest_back)
    ending: Segment = (-FOREVER, 0, rule.latest_back)
    if route is None:
        column = (*leaving, *ending, rule.home, rule.goal, 0, 0, 0, FOREVER)
        return [[value] for value in column]
    stops = [_segment(model, rule.who, route, at) for at in range(len(route.nodes))]
    pauses = _pauses(model, route)
    ahead, behind = [leaving], [ending]
    for stop, leg, pause in zip(stops, route.legs, pauses, strict=False):
        ahead.append(join(ahead[-1], stop, leg + pause))
    for at in range(len(stops) - 1, -1, -1):
        behind.append(join(stops[at], behind[-1], route.legs[at + 1] + pauses[at + 1]))
    behind.reverse()
    places = [rule.home, *(model.node_place[node] for node in route.nodes), rule.goal]
    metres = [0] * len(route.legs)
    if (table := model.legs(rule.mode).metres) is not None:
        metres = [table[i][j] for i, j in pairwise(places)]
    return [
        *zip(*ahead, strict=True),
        *zip(*behind, strict=True),
        places[:-1],
        places[1:],
        pauses,
        route.legs,
        metres,
        [*route.starts, route.back],
    ]


def sheet_of(model: Model, row: int, route: Timed | None) -> Sheet:
    columns = np.array(_positions(model, row, route), dtype=np.int64)
    factors = model.legs(model.rows[row].mode).factor
    leaving = [route.leave, *route.finishes] if route else [model.rows[row].opens]
    factor = [1.0 if factors is None else factors[moment % DAY] for moment in leaving]
    return Sheet(columns, _late_rate(model, route), factor)


def _late_rate(model: Model, route: Timed | None) -> list[float]:
    """At every position, what all that is late behind it costs for each further hour."""
    rates, rate = [0.0], 0.0
    for node, start in zip(route.nodes[::-1], route.starts[::-1], strict=True) if route else ():
        if node < model.first_depot and start >= model.node_due[node]:
            rate += model.node_late_rate[node]
        rates.append(rate)
    return rates[::-1]


def room_left(model: Model, row: int, route: Timed | None) -> list[int]:
    """Jobs, metres and travel seconds left until the limits of the shift."""
    shift = model.rows[row].shift
    seats = sum(node < model.first_depot for node in route.nodes) if route else 0
    spent = (seats, route.metres if route else 0, sum(route.legs) if route else 0)
    limits = (shift.max_jobs, shift.max_metres, shift.max_travel_seconds)
    return [
        FOREVER if limit is None else limit - done
        for limit, done in zip(limits, spent, strict=True)
    ]


def _segment(model: Model, who: int, route: Timed, at: int) -> Segment:
    node, start = route.nodes[at], route.starts[at]
    length = route.finishes[at] - start
    setup = length > model.work_of(node, who)
    starts = model.starts(node, who, with_setup=setup)
    earliest = max((a for a, _ in starts if a <= start), default=start)
    if model.is_held(node):
        earliest = start
    return earliest, length, max(starts[-1][1], start)


def _pauses(model: Model, route: Timed) -> list[int]:
    """Seconds of breaks in each gap, those before leaving with the first."""
    breaks, taken, pauses = model.rows[route.row].breaks, 0, []
    for count in route.gaps:
        pauses.append(sum(rest[2] for rest in breaks[taken : taken + count]))
        taken += count
    return pauses
