"""Whether the parts of a problem fit together; every fault is told."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from solver.problem.tables import free_flow_rows
from solver.problem.travel import DAY_SECONDS, EARTH_RADIUS_METRES
from solver.problem.values import Job, Location, Mode, Shift

if TYPE_CHECKING:
    from solver.problem.problem import Problem


def faults(problem: "Problem") -> list[str]:
    """A line for each thing that a problem names and does not have, or contradicts."""
    found = [*_epoch(problem), *_repeated(problem), *_unknown(problem), *_pins(problem)]
    for name, mode in problem.travel.items():
        wrong = list(_shape(mode, problem.locations)) or list(_order(mode, problem.locations))
        found += [f"travel.{name}: {fault}" for fault in wrong]
    return found


def _epoch(problem: "Problem") -> Iterator[str]:
    if problem.epoch is None:
        return
    try:
        moment = datetime.fromisoformat(problem.epoch)
    except ValueError:
        yield f"epoch: {problem.epoch[:60]!r} is not an ISO 8601 instant"
        return
    if moment.tzinfo is None:
        yield f"epoch: {problem.epoch!r} has no offset"


def _shifts(problem: "Problem") -> list[Shift]:
    return [shift for technician in problem.technicians for shift in technician.shifts]


def _repeated(problem: "Problem") -> Iterator[str]:
    lists: dict[str, Sequence[Location | Shift | Job]] = {
        "locations": problem.locations,
        "technicians": problem.technicians,  # type: ignore[dict-item]
        "shifts": _shifts(problem),
        "jobs": problem.jobs,
        "depots": problem.depots,  # type: ignore[dict-item]
    }
    for kind, members in lists.items():
        for name, times in Counter(member.id for member in members).items():
            if times > 1:
                yield f"{kind}: id {name!r} stands {times} times"


def _unknown(problem: "Problem") -> Iterator[str]:
    known = {
        "mode": set(problem.travel),
        "location": {location.id for location in problem.locations},
        "technician": {technician.id for technician in problem.technicians},
        "job": {job.id for job in problem.jobs},
    }
    for where, kind, name in _named(problem):
        if name not in known[kind]:
            yield f"{where}: there is no {kind} {name!r}"


def _named(problem: "Problem") -> Iterator[tuple[str, str, str]]:
    for technician in problem.technicians:
        yield f"technician {technician.id!r}: mode", "mode", technician.mode
    yield from _named_by_shifts(problem)
    yield from _named_by_jobs(problem)


def _named_by_shifts(problem: "Problem") -> Iterator[tuple[str, str, str]]:
    for shift in _shifts(problem):
        for end in ("start_location", "end_location"):
            if (place := getattr(shift, end)) is not None:
                yield f"shift {shift.id!r}: {end}", "location", place
    for depot in problem.depots:
        yield f"depot {depot.id!r}: location", "location", depot.location


def _named_by_jobs(problem: "Problem") -> Iterator[tuple[str, str, str]]:
    for job in problem.jobs:
        yield f"job {job.id!r}: location", "location", job.location
        for link in job.after:
            yield f"job {job.id!r}: after", "job", link.job
        for pin in job.pinned:
            yield f"job {job.id!r}: pinned", "technician", pin.technician


def _pins(problem: "Problem") -> Iterator[str]:
    for job in problem.jobs:
        where = f"job {job.id!r}: pinned"
        for pin in job.pinned:
            if pin.seat >= len(job.seats):
                yield f"{where}: there is no seat {pin.seat}"
        seats = {(pin.seat, pin.technician) for pin in job.pinned}
        if len({seat for seat, _ in seats}) < len(seats):
            yield f"{where}: one seat to two technicians"
        if len({technician for _, technician in seats}) < len(seats):
            yield f"{where}: two seats to one technician"
        if len({pin.start for pin in job.pinned if pin.start is not None}) > 1:
            yield f"{where}: to two starts"


def _shape(mode: Mode, locations: Sequence[Location]) -> Iterator[str]:
    size = len(locations)
    for name, rows in (("seconds", mode.seconds), ("metres", mode.metres)):
        if rows is not None and [len(row) for row in rows] != [size] * size:
            yield f"{name} is not {size} x {size}, one row and column for each location"
    if mode.seconds is None:
        yield from _speed(mode, locations)
    hours = [second for second, _ in mode.factors]
    if hours and (hours[0] != 0 or hours != sorted(set(hours))):
        yield f"factors do not ascend strictly from second 0: {hours[:8]}"


def _speed(mode: Mode, locations: Sequence[Location]) -> Iterator[str]:
    if mode.speed_kmh is None:
        yield "needs seconds, or speed_kmh, detour and access_seconds"
    bare = [place.id for place in locations if place.lat is None or place.lon is None]
    if bare:
        yield f"speed_kmh needs lat and lon, which location {bare[0]!r} lacks"
    for name, value in (("detour", mode.detour), ("access_seconds", mode.access_seconds)):
        if value < 0:
            yield f"{name} {value} is negative"


def _order(mode: Mode, locations: Sequence[Location]) -> Iterator[str]:
    """Whoever leaves later must not arrive earlier: the first in is the first out."""
    steepest = _longest_in_order(mode.factors)
    if steepest == math.inf:
        return
    if (longest := longest_leg(mode, locations, steepest)) > steepest:
        yield (
            f"factors fall so fast that on a leg of {longest} s who leaves later arrives earlier"
        )


def _longest_in_order(factors: Sequence[tuple[int, float]]) -> float:
    """The longest leg in seconds that keeps its order under these factors."""
    limit = math.inf
    for (t0, f0), (t1, f1) in pairwise(factors):
        if f1 < f0 and t0 < DAY_SECONDS:
            limit = min(limit, (t1 - t0) / (f0 - f1) * (1 + 1e-9))
    return 0.0 if factors and _at_midnight(factors) > factors[0][1] else limit


def _at_midnight(factors: Sequence[tuple[int, float]]) -> float:
    """The factor that the day's last moment comes near."""
    for (t0, f0), (t1, f1) in pairwise(factors):
        if t1 >= DAY_SECONDS:
            return f0 + (f1 - f0) * (DAY_SECONDS - t0) / (t1 - t0)
    return factors[-1][1]


def longest_leg(mode: Mode, locations: Sequence[Location], enough: float) -> float:
    """Seconds of the longest leg, or a bound of it that is not above ``enough``."""
    if mode.seconds is not None:
        rows = enumerate(mode.seconds)
        return max((s for i, row in rows for j, s in enumerate(row) if i != j), default=0)
    bound = _bound(mode, locations)
    if bound <= enough:
        return bound
    return max(max(row) for row in free_flow_rows(mode, locations)[0])


def _bound(mode: Mode, locations: Sequence[Location]) -> float:
    """No leg is longer than along the sides of the box around all locations."""
    box = [
        max(values) - min(values)
        for values in (
            [place.lat or 0.0 for place in locations],
            [place.lon or 0.0 for place in locations],
        )
        if values
    ]
    metres = EARTH_RADIUS_METRES * math.radians(sum(box)) * mode.detour
    return (metres + 1) / ((mode.speed_kmh or 1.0) / 3.6) + mode.access_seconds + 1
