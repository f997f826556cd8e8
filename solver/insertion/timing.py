"""One route timed exactly: when each stop starts, where the breaks go, what it costs.

Forward, the earliest starts by labels, one for each number of breaks taken: of two
ways to have taken as many breaks, the one that is free earlier is never worse, since
travel keeps its order (first in, first out). Backward, stops are delayed as far as no
later stop moves, where time is paid for (the forward time slack of Savelsbergh 1992,
ORSA Journal on Computing 4(2)).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from solver.insertion.model import FOREVER, HOUR, Intervals, Legs, Model, Row

Breaks = Sequence[tuple[int, int, int, int]]
Lower = Mapping[int, int]


@dataclass(slots=True)
class Timed:
    """A route of nodes with its times and cost.

    Attributes:
        gaps: Breaks taken before each stop, and before the return, in the row's order.
        early: How many breaks of the first gap are over before leaving.
        late_breaks: How many breaks follow the return.
        worst: Seconds of its largest lateness.
        span: From the first to the last moment that the technician is busy.
        sheet: Room for what others compute from the route once.
    """

    row: int
    nodes: tuple[int, ...]
    starts: list[int]
    finishes: list[int]
    legs: list[int]
    gaps: list[int]
    early: int = 0
    late_breaks: int = 0
    leave: int = 0
    back: int = 0
    metres: int = 0
    worst: int = 0
    cost: float = 0.0
    span: tuple[int, int] = (0, 0)
    sheet: Any = None

    @property
    def duration(self) -> int:
        return self.back - self.leave


def time_route(
    model: Model, row: Row, nodes: tuple[int, ...], lower: Lower, bounds: tuple[int, int]
) -> Timed | None:
    """Time the stops in this order; ``None`` when that cannot be.

    ``lower`` has the nodes that may not start before a given second, ``bounds`` when the
    technician is free for this shift, from and until.
    """
    timed = _timed(model, row, nodes, lower, bounds)
    aims = model.told_start
    if not aims or not any(node in aims for node in nodes):
        return timed
    aimed = {**lower, **{n: max(aims[n], lower.get(n, aims[n])) for n in nodes if n in aims}}
    other = _timed(model, row, nodes, aimed, bounds)
    if other is None or (timed is not None and timed.cost <= other.cost):
        return timed
    return other


def _timed(
    model: Model, row: Row, nodes: tuple[int, ...], lower: Lower, bounds: tuple[int, int]
) -> Timed | None:
    legs = model.legs(row.mode)
    place = _with_breaks if row.breaks else _straight
    timed = place(model, row, nodes, lower, bounds)
    if timed is None:
        return None
    _delay(model, row, timed, legs)
    _leave(model, row, timed, legs, bounds[0])
    return timed if _price(model, row, timed, legs) else None


# ── forward ──


def _straight(
    model: Model, row: Row, nodes: tuple[int, ...], lower: Lower, bounds: tuple[int, int]
) -> Timed | None:
    """The earliest times of a route without breaks: one label is enough."""
    legs, who = model.legs(row.mode), row.who
    here, before, free = row.home, -1, bounds[0]
    starts, finishes = [], []
    for node in nodes:
        place = model.node_place[node]
        setup = 0 if place == before else model.node_setup[node]
        ready = max(free + legs.leg(here, place, free), lower.get(node, -FOREVER))
        allowed = model.starts(node, who, with_setup=setup > 0)
        start = first_start(allowed, ready)
        if start is None:
            return None
        free = start + model.work_of(node, who) + setup
        starts.append(start)
        finishes.append(free)
        here = before = place
    back = free + legs.leg(here, row.goal, free)
    if back > min(row.latest_back, bounds[1]):
        return None
    gaps = [0] * (len(nodes) + 1)
    return Timed(row.index, nodes, starts, finishes, [], gaps, back=back, span=(0, back))


def _with_breaks(
    model: Model, row: Row, nodes: tuple[int, ...], lower: Lower, bounds: tuple[int, int]
) -> Timed | None:
    labels = _forward(model, row, nodes, lower, bounds[0])
    if labels is None:
        return None
    ending = _return(model, row, nodes, labels[-1], bounds[1])
    return None if ending is None else _unwind(row, nodes, labels, ending)


Label = tuple[int, int, int]  # start, finish, breaks taken before the gap


def _forward(
    model: Model, row: Row, nodes: tuple[int, ...], lower: Lower, opens: int
) -> list[dict[int, Label]] | None:
    """For each stop: by the number of breaks taken before it, the earliest start."""
    legs, breaks, who = model.legs(row.mode), row.breaks, row.who
    here, stop_place = row.home, -1
    labels: dict[int, Label] = {0: (opens, opens, 0)}
    history = [labels]
    place_of, setup_of = model.node_place, model.node_setup
    for node in nodes:
        place = place_of[node]
        setup = 0 if place == stop_place else setup_of[node]
        starts = model.starts(node, who, with_setup=setup > 0)
        length = model.work_of(node, who) + setup
        low = lower.get(node)
        until = row.closes if stop_place < 0 and here == model.nowhere else None
        new: dict[int, Label] = {}
        for taken, (_, free, _) in labels.items():
            seconds = legs.leg(here, place, free)
            for more, ready in pauses(breaks, taken, free, seconds, until):
                start = first_start(starts, ready if low is None or ready > low else low)
                if start is not None and (more not in new or start < new[more][0]):
                    new[more] = (start, start + length, taken)
        labels = {k: v for k, v in new.items() if k == len(breaks) or v[1] <= breaks[k][1]}
        if not labels:
            return None
        history.append(labels)
        here = stop_place = place
    return history


def pauses(
    breaks: Breaks, taken: int, free: int, seconds: int, until: int | None
) -> list[tuple[int, int]]:
    """Ready times after this leg, by how many breaks are taken by then."""
    options = [(taken, free + seconds)]
    end, paused = free, 0
    for number in range(taken, len(breaks)):
        earliest, latest, duration, _ = breaks[number]
        begin = max(end, earliest)
        if begin > latest or (until is not None and begin + duration > until):
            break
        end = begin + duration
        paused += duration
        driven = free + seconds + paused
        options.append((number + 1, max(driven, end)))
    return options


def first_start(starts: Intervals, moment: int) -> int | None:
    for earliest, latest in starts:
        if moment <= latest:
            return max(moment, earliest)
    return None


# ── the return ──

Ending = tuple[int, int, int, int]  # back, breaks after it, busy until, breaks before the gap


def _return(
    model: Model, row: Row, nodes: tuple[int, ...], labels: dict[int, Label], until: int
) -> Ending | None:
    """The earliest return with every break taken, on the way home or after it."""
    legs, breaks = model.legs(row.mode), row.breaks
    here = model.node_place[nodes[-1]] if nodes else row.home
    latest = min(row.latest_back, until)
    best: Ending | None = None
    for taken, (_, free, _) in labels.items():
        seconds = legs.leg(here, row.goal, free)
        for more, back in pauses(breaks, taken, free, seconds, None):
            if back > latest:
                break
            end = _rest_after(breaks[more:], back, row.closes)
            if end is None or end > until:
                continue
            ending = (back, len(breaks) - more, end, taken)
            if best is None or ending < best:
                best = ending
    return best


def _rest_after(breaks: Breaks, back: int, closes: int) -> int | None:
    """When the breaks left are over, taken after the return and within the shift."""
    end = back
    for earliest, latest, duration, _ in breaks:
        begin = max(end, earliest)
        if begin > latest or begin + duration > closes:
            return None
        end = begin + duration
    return end


def _unwind(
    row: Row,
    nodes: tuple[int, ...],
    history: list[dict[int, Label]],
    ending: Ending,
) -> Timed:
    back, late_breaks, until, taken = ending
    gaps = [len(row.breaks) - late_breaks - taken]
    starts, finishes = [], []
    for labels in reversed(history[1:]):
        start, finish, before = labels[taken]
        starts.append(start)
        finishes.append(finish)
        gaps.append(taken - before)
        taken = before
    timed = Timed(row.index, nodes, starts[::-1], finishes[::-1], [], gaps[::-1])
    timed.late_breaks, timed.back, timed.span = late_breaks, back, (0, until)
    return timed


# ── backward ──


def _delay(model: Model, row: Row, timed: Timed, legs: Legs) -> None:
    """Delay what waits for a later stop, so that the route can leave later."""
    if row.technician.costs.per_hour <= 0 and not model.problem.objective.longest_shift_per_hour:
        return
    first_break = sum(timed.gaps[: len(timed.nodes)])
    for at in range(len(timed.nodes) - 2, -1, -1):
        breaks = row.breaks[first_break - timed.gaps[at + 1] : first_break]
        first_break -= timed.gaps[at + 1]
        if timed.starts[at + 1] > timed.finishes[at] and not model.is_held(timed.nodes[at]):
            _delay_one(model, row, timed, at, (breaks, legs))


def _delay_one(model: Model, row: Row, timed: Timed, at: int, gap: tuple[Breaks, Legs]) -> None:
    breaks, legs = gap
    node, target = timed.nodes[at], timed.starts[at + 1]
    i, j = model.node_place[node], model.node_place[timed.nodes[at + 1]]
    finish = latest_free(legs, (i, j), breaks, (timed.finishes[at], target))
    length = timed.finishes[at] - timed.starts[at]
    wish = min(finish - length, max(timed.starts[at], model.no_later(node)))
    setup = at == 0 or model.node_place[timed.nodes[at - 1]] != i
    starts = model.starts(node, row.who, with_setup=setup and model.node_setup[node] > 0)
    start = max((min(b, wish) for a, b in starts if a <= wish), default=wish)
    if start > timed.starts[at] and ready_after(legs, (i, j), breaks, start + length) <= target:
        timed.starts[at], timed.finishes[at] = start, start + length


def latest_free(
    legs: Legs, ends: tuple[int, int], breaks: Breaks, between: tuple[int, int]
) -> int:
    """The latest moment to set off and still be ready in time; at least the first given."""
    earliest, target = between
    paused = sum(rest[2] for rest in breaks)
    free = target - paused - legs.leg(*ends, earliest)
    before = 0
    for _, latest, duration, _ in breaks:
        free = min(free, latest - before)
        before += duration
    for _ in range(4):
        over = ready_after(legs, ends, breaks, free) - target
        if over <= 0 or free <= earliest:
            return max(free, earliest)
        free -= over
    return earliest


def ready_after(legs: Legs, ends: tuple[int, int], breaks: Breaks, free: int) -> int:
    """When the leg and all the breaks are over; far in the future when one is too late."""
    options = pauses(breaks, 0, free, legs.leg(*ends, free), None)
    return options[-1][1] if len(options) == len(breaks) + 1 else 2**60


def _leave(model: Model, row: Row, timed: Timed, legs: Legs, opens: int) -> None:
    """Leave as late as the first stop allows, breaks before leaving where that fits."""
    if not timed.nodes:
        return
    first, breaks = timed.starts[0], row.breaks[: timed.gaps[0]]
    if row.home == model.nowhere:
        timed.leave, timed.early = first, len(breaks)
    else:
        ends = (row.home, model.node_place[timed.nodes[0]])
        timed.leave, timed.early = opens, 0
        for early in range(len(breaks), -1, -1):
            begin = _rest_after(breaks[:early], opens, row.closes)
            if begin is None or ready_after(legs, ends, breaks[early:], begin) > first:
                continue
            timed.leave = latest_free(legs, ends, breaks[early:], (begin, first))
            timed.early = early
            break
    begins = opens if not timed.early else max(opens, row.breaks[0][0])
    timed.span = (begins if timed.early else timed.leave, timed.span[1])


# ── what it costs ──


def _price(model: Model, row: Row, timed: Timed, legs: Legs) -> bool:
    """Fill in legs, metres and cost; false when a limit of the shift is passed."""
    places = [row.home, *(model.node_place[node] for node in timed.nodes), row.goal]
    leaving = [timed.leave, *timed.finishes]
    timed.legs = [
        legs.leg(i, j, free) for i, j, free in zip(places, places[1:], leaving, strict=False)
    ]
    if legs.metres is not None:
        rows = legs.metres
        timed.metres = sum(rows[i][j] for i, j in pairwise(places))
    if not _within_limits(model, row, timed):
        return False
    costs = row.technician.costs
    timed.cost = (
        costs.per_shift
        + (timed.back - timed.leave) / HOUR * costs.per_hour
        + sum(timed.legs) / HOUR * costs.per_travel_hour
        + timed.metres / 1000 * costs.per_km
        + max(0, timed.back - row.closes) / HOUR * costs.per_overtime_hour
        + _seats_cost(model, row, timed)
    )
    return True


def _within_limits(model: Model, row: Row, timed: Timed) -> bool:
    shift = row.shift
    if shift.max_jobs is not None:
        seats = sum(1 for node in timed.nodes if node < model.first_depot)
        if seats > shift.max_jobs:
            return False
    if shift.max_travel_seconds is not None and sum(timed.legs) > shift.max_travel_seconds:
        return False
    return shift.max_metres is None or timed.metres <= shift.max_metres


def _seats_cost(model: Model, row: Row, timed: Timed) -> float:
    cost, worst = 0.0, 0
    due, rate, told = model.node_due, model.node_late_rate, model.told_rate
    for node, start in zip(timed.nodes, timed.starts, strict=True):
        if node >= model.first_depot:
            continue
        cost += model.cost_of_seat(node, row.who)
        if start > due[node]:
            late = start - due[node]
            worst = max(worst, late)
            cost += late / HOUR * rate[node]
        if node in told:
            announced, per_hour = told[node]
            cost += abs(start - announced) / HOUR * per_hour
    timed.worst = worst
    return cost
