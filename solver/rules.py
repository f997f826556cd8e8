"""Every hard rule of the planning format, one named function each.

The rules on values answer questions and are shared with the search; the rules on
routes and plans yield a line for each way in which they are broken.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from solver.plan import Pickup, Plan, Rest, Route, Visit
from solver.problem import Job, Link, Need, Problem, Seat, Shift, Technician

SLACK = 1e-9


def holds(technician: Technician, needs: tuple[Need, ...], start: int, finish: int) -> bool:
    """Whether one certificate for each need is valid for the whole service."""
    return all(
        any(
            held.skill == need.skill
            and held.level >= need.level
            and (held.valid_from is None or held.valid_from <= start)
            and (held.valid_until is None or held.valid_until >= finish)
            for held in technician.skills
        )
        for need in needs
    )


def is_allowed(job: Job, technician: str) -> bool:
    """Whether ``only`` and ``never`` let this technician do the job."""
    return technician not in job.never and (job.only is None or technician in job.only)


def starts_in_a_window(job: Job, start: int) -> bool:
    return not job.windows or any(a <= start <= b for a, b in job.windows)


def work_seconds(job: Job, seat: int, pace: float) -> int:
    """Seconds of the service at this pace, without setup."""
    return math.ceil(job.seat_duration(seat) * pace - SLACK)


@dataclass(frozen=True, slots=True)
class Trip:
    """A used route with its shift, and what its stops add up to.

    Attributes:
        legs: For each stop of work: travel seconds to it and its location.
        home_seconds: Travel seconds from the last stop to the end location.
    """

    route: Route
    technician: Technician
    shift: Shift
    legs: tuple[tuple[int, str], ...]
    home_seconds: int
    metres: int

    @property
    def travel_seconds(self) -> int:
        return self.home_seconds + sum(seconds for seconds, _ in self.legs)


def trip(problem: Problem, route: Route) -> Trip:
    """Follow the route's legs. Its shift, jobs and depots must exist."""
    technician, shift = problem.shift[route.shift]
    here, free, metres = shift.start_location, route.leave, 0
    legs = []
    for stop in route.work:
        place = location_of(problem, stop)
        leg = (0, 0) if here is None else problem.legs.leg(technician.mode, here, place, free)
        legs.append((leg[0], place))
        metres += leg[1]
        here, free = place, stop.finish
    home = (0, 0)
    if shift.end_location is not None and here is not None:
        home = problem.legs.leg(technician.mode, here, shift.end_location, free)
    return Trip(route, technician, shift, tuple(legs), home[0], metres + home[1])


def location_of(problem: Problem, stop: Visit | Pickup) -> str:
    if isinstance(stop, Visit):
        return problem.job[stop.job].location
    return problem.depot[stop.depot].location


# ── a route ──────────────────────────────────────────────────────────────────────────


def inside_the_shift(_: Problem, trip: Trip) -> Iterator[str]:
    if trip.route.leave < trip.shift.start:
        yield f"leaves at {trip.route.leave}, before the shift starts at {trip.shift.start}"
    latest = trip.shift.end + trip.shift.overtime
    if trip.route.back > latest:
        yield f"returns at {trip.route.back}, after the shift and its overtime end at {latest}"


def in_time_order(_: Problem, trip: Trip) -> Iterator[str]:
    for before, after in pairwise(trip.route.stops):
        if after.start < before.finish:
            yield f"a stop starts at {after.start}, before the one listed before it is over"


def travel_takes_its_time(_: Problem, trip: Trip) -> Iterator[str]:
    free = trip.route.leave
    for stop, (seconds, place) in zip(trip.route.work, trip.legs, strict=True):
        between = [
            rest
            for rest in trip.route.rests
            if free <= rest.start and rest.finish <= stop.start and rest.start < stop.arrive
        ]
        earliest = free + seconds + sum(rest.finish - rest.start for rest in between)
        if stop.arrive < earliest:
            yield f"arrives at {place} at {stop.arrive}, before {earliest}"
        if any(rest.start < stop.arrive < rest.finish for rest in between):
            yield f"arrives at {place} at {stop.arrive}, during a break"
        if stop.start < stop.arrive:
            yield f"starts at {place} at {stop.start}, before arriving at {stop.arrive}"
        free = stop.finish


def returns_no_earlier_than_it_can(_: Problem, trip: Trip) -> Iterator[str]:
    free = trip.route.work[-1].finish
    paused = sum(
        rest.finish - rest.start
        for rest in trip.route.rests
        if free <= rest.start < trip.route.back
    )
    earliest = free + trip.home_seconds + paused
    if trip.route.back < earliest:
        yield f"returns at {trip.route.back}, before {earliest}"


def services_last_their_time(problem: Problem, trip: Trip) -> Iterator[str]:
    before = None
    for stop, (_, place) in zip(trip.route.work, trip.legs, strict=True):
        if isinstance(stop, Pickup):
            length = problem.depot[stop.depot].duration
        else:
            job = problem.job[stop.job]
            setup = 0 if before == place else job.setup
            seat = min(stop.seat, len(job.seats) - 1)
            length = work_seconds(job, seat, trip.technician.pace) + setup
        if stop.finish - stop.start != length:
            yield f"the stop at {stop.start} lasts {stop.finish - stop.start}, not {length}"
        before = place


def breaks_are_taken(_: Problem, trip: Trip) -> Iterator[str]:
    wanted = trip.shift.breaks
    taken = sorted(rest.number for rest in trip.route.rests)
    if taken != list(range(len(wanted))):
        yield f"takes breaks {taken} of {len(wanted)}"
    for rest in trip.route.rests:
        if rest.number >= len(wanted):
            continue
        rule = wanted[rest.number]
        if not rule.earliest <= rest.start <= rule.latest:
            yield f"break {rest.number} starts at {rest.start}, outside its time"
        if rest.finish != rest.start + rule.duration:
            yield f"break {rest.number} does not last {rule.duration}"
        if not _in_one_piece(trip, rest):
            yield f"break {rest.number} is neither wholly on the route nor beside it in the shift"


def _in_one_piece(trip: Trip, rest: Rest) -> bool:
    leave, back = trip.route.leave, trip.route.back
    parts = ((trip.shift.start, leave), (leave, back), (back, trip.shift.end))
    return any(a <= rest.start and rest.finish <= b for a, b in parts)


def limits_are_kept(_: Problem, trip: Trip) -> Iterator[str]:
    reached = {
        "max_jobs": len(trip.route.visits),
        "max_metres": trip.metres,
        "max_travel_seconds": trip.travel_seconds,
    }
    for name, value in reached.items():
        limit = getattr(trip.shift, name)
        if limit is not None and value > limit:
            yield f"{name} {limit} passed: {value}"


def supplies_are_carried(problem: Problem, trip: Trip) -> Iterator[str]:
    stock = dict(trip.technician.stock)
    for stop in trip.route.work:
        if isinstance(stop, Pickup):
            return
        job = problem.job[stop.job]
        if stop.seat != 0:
            continue
        if missing := job.tools - trip.technician.tools:
            yield f"needs {sorted(missing)} for {job.id!r}, not fetched"
        for part, count in job.parts.items():
            stock[part] = stock.get(part, 0) - count
            if stock[part] < 0:
                yield f"has no {part!r} left for {job.id!r}"


def technicians_may_do_it(problem: Problem, trip: Trip) -> Iterator[str]:
    for stop in trip.route.visits:
        job = problem.job[stop.job]
        who = trip.technician.id
        if stop.seat >= len(job.seats):
            yield f"{job.id!r} has no seat {stop.seat}"
            continue
        if not holds(trip.technician, job.seats[stop.seat].skills, stop.start, stop.finish):
            yield f"{who} is not qualified for {job.id!r} seat {stop.seat} at {stop.start}"
        if not is_allowed(job, who):
            yield f"{who} is excluded from {job.id!r}"
        if not starts_in_a_window(job, stop.start):
            yield f"{job.id!r} starts at {stop.start}, outside its windows"


ROUTE_RULES = (
    inside_the_shift,
    in_time_order,
    travel_takes_its_time,
    returns_no_earlier_than_it_can,
    services_last_their_time,
    breaks_are_taken,
    limits_are_kept,
    supplies_are_carried,
    technicians_may_do_it,
)


# ── a plan ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Seated:
    """Who fills a seat, from when to when."""

    technician: str
    start: int
    finish: int


Done = Mapping[str, Mapping[int, Seated]]


def seats_filled(plan: Plan) -> dict[str, dict[int, Seated]]:
    """Of every planned job, who fills which seat."""
    done: dict[str, dict[int, Seated]] = {}
    for route in plan.routes:
        for stop in route.visits:
            seated = Seated(route.technician, stop.start, stop.finish)
            done.setdefault(stop.job, {})[stop.seat] = seated
    return done


def one_route_for_a_shift(_: Problem, plan: Plan, __: Done) -> Iterator[str]:
    used = Counter(route.shift for route in plan.routes if route.work)
    for shift, times in used.items():
        if times > 1:
            yield f"shift {shift!r}: {times} routes"


def technicians_are_in_one_place(_: Problem, plan: Plan, __: Done) -> Iterator[str]:
    spans: dict[str, list[tuple[int, int]]] = {}
    for route in plan.routes:
        if route.work:
            spans.setdefault(route.technician, []).append(route.span)
    for who, busy in spans.items():
        for (_began, until), (begin, _over) in pairwise(sorted(busy)):
            if begin < until:
                yield f"technician {who!r}: a route begins at {begin}, before {until}"


def every_job_is_decided(problem: Problem, plan: Plan, done: Done) -> Iterator[str]:
    left_out = Counter(one.job for one in plan.unassigned)
    for job, times in left_out.items():
        if job not in problem.job:
            yield f"unassigned: there is no job {job!r}"
        if times > 1:
            yield f"unassigned: {job!r} stands {times} times"
    for job in problem.job:
        if (job in left_out) == (job in done):
            both = "both planned and left out" if job in done else "neither planned nor left out"
            yield f"{job!r} is {both}"


def crews_are_whole(problem: Problem, plan: Plan, done: Done) -> Iterator[str]:
    filled = Counter((stop.job, stop.seat) for route in plan.routes for stop in route.visits)
    yield from (f"{job!r} seat {seat}: {n} visits" for (job, seat), n in filled.items() if n > 1)
    for name, seats in done.items():
        wanted = set(range(len(problem.job[name].seats)))
        if set(seats) != wanted:
            yield f"{name!r}: seats {sorted(seats)} filled of {sorted(wanted)}"


def crews_start_together(_: Problem, __: Plan, done: Done) -> Iterator[str]:
    for name, seats in done.items():
        if len({seated.start for seated in seats.values()}) > 1:
            yield f"{name!r}: its crew does not start together"
        if len({seated.technician for seated in seats.values()}) < len(seats):
            yield f"{name!r}: one technician on two seats"


def pins_are_kept(problem: Problem, _: Plan, done: Done) -> Iterator[str]:
    for job in problem.jobs:
        for pin in job.pinned:
            got = done.get(job.id, {}).get(pin.seat)
            if got is None or got.technician != pin.technician:
                yield f"{job.id!r} seat {pin.seat}: pinned to {pin.technician!r}, not kept"
            elif pin.start is not None and got.start != pin.start:
                yield f"{job.id!r}: pinned to start at {pin.start}, starts at {got.start}"


def links_are_kept(problem: Problem, _: Plan, done: Done) -> Iterator[str]:
    for job in problem.jobs:
        for link in job.after if job.id in done else ():
            if link.job not in done:
                yield f"{job.id!r}: planned without {link.job!r}"
            else:
                yield from _link_broken(job, link, done[link.job], done[job.id])


def _link_broken(
    job: Job, link: Link, first: Mapping[int, Seated], then: Mapping[int, Seated]
) -> Iterator[str]:
    gap = min(seated.start for seated in then.values()) - link_base(link, first)
    if gap < link.min_gap or (link.max_gap is not None and gap > link.max_gap):
        yield f"{job.id!r}: {gap} s after {link.job!r}, wanted {link.min_gap} to {link.max_gap}"
    if link.technician == "same" and not _same_lead(first, then):
        yield f"{job.id!r}: not the same technician as {link.job!r}"
    crews = [{seated.technician for seated in seats.values()} for seats in (first, then)]
    if link.technician == "different" and crews[0] & crews[1]:
        yield f"{job.id!r}: shares a technician with {link.job!r}"


def link_base(link: Link, first: Mapping[int, Seated]) -> int:
    """The moment from which the gap counts: the last finish, or the start."""
    if link.of == "start":
        return min(seated.start for seated in first.values())
    return max(seated.finish for seated in first.values())


def _same_lead(first: Mapping[int, Seated], then: Mapping[int, Seated]) -> bool:
    return 0 in first and 0 in then and first[0].technician == then[0].technician


PLAN_RULES = (
    one_route_for_a_shift,
    technicians_are_in_one_place,
    every_job_is_decided,
    crews_are_whole,
    crews_start_together,
    pins_are_kept,
    links_are_kept,
)


def can_ever_hold(technician: Technician, seat: Seat) -> bool:
    """Whether the technician holds what the seat needs at any time at all."""
    return all(
        any(held.skill == need.skill and held.level >= need.level for held in technician.skills)
        for need in seat.skills
    )
