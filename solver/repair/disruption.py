"""What has happened since a plan was announced, as the problem of what is left of the day.

What has started is taken out: its technicians are free where it is, from its forecast finish
on, with what is left of their breaks, limits and stock. Nothing else starts, or sets off,
before now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from solver.errors import InvalidProblem
from solver.plan import Pickup, Plan, Route, Visit
from solver.problem import Announced, Job, Link, Problem, Shift, Technician
from solver.rules import trip

Begun = Mapping[str, Mapping[int, tuple[str, Visit]]]
PLENTY = 10**6  # of each part, after a depot stop


@dataclass(frozen=True)
class Disruption:
    """Events of the day.

    Attributes:
        now: What started before is taken out; nothing else starts before.
        absent: Technicians who do nothing more than they have started.
        urgent: Jobs that came in.
        longer: Seconds that jobs take more than planned.
        ready: From when on jobs can be started, because their goods are late.
    """

    now: int
    absent: frozenset[str] = frozenset()
    urgent: tuple[Job, ...] = ()
    longer: Mapping[str, int] = field(default_factory=dict)
    ready: Mapping[str, int] = field(default_factory=dict)


def disturbed(problem: Problem, plan: Plan, events: Disruption) -> Problem:
    """The problem of what is left; its incumbent is the plan where it has none of its own.

    Raises:
        InvalidProblem: an event names what there is not.
    """
    _known(problem, events)
    begun = _begun(plan, events)
    rest = [_job(job, begun, events) for job in problem.jobs if job.id not in begun]
    told = problem.incumbent or tuple(_announced(plan))
    return replace(
        problem,
        jobs=(*rest, *(_from(job, events.now) for job in events.urgent)),
        technicians=tuple(_technician(problem, one, plan, events) for one in problem.technicians),
        incumbent=tuple(one for one in told if one.job not in begun),
    )


def _begun(plan: Plan, events: Disruption) -> Begun:
    """Who sits where in the jobs that have started."""
    begun: dict[str, dict[int, tuple[str, Visit]]] = {}
    for route in plan.routes:
        for visit in route.visits:
            if visit.start < events.now:
                seated = (route.technician, _delayed(visit, events))
                begun.setdefault(visit.job, {})[visit.seat] = seated
    return begun


def _known(problem: Problem, events: Disruption) -> None:
    absent, jobs = events.absent - problem.technician.keys(), problem.job.keys()
    faults = [f"there is no technician {name!r}" for name in sorted(absent)]
    named = {*events.longer, *events.ready} - jobs
    faults += [f"there is no job {name!r}" for name in sorted(named)]
    faults += [f"there is a job {one.id!r}" for one in events.urgent if one.id in jobs]
    if faults:
        raise InvalidProblem(faults)


def _announced(plan: Plan) -> Iterator[Announced]:
    for route in plan.routes:
        for visit in route.visits:
            yield Announced(visit.job, route.technician, visit.start, visit.seat)


def _delayed(visit: Visit, events: Disruption) -> Visit:
    """The visit with its forecast finish: never before now."""
    over = visit.finish + events.longer.get(visit.job, 0)
    return replace(visit, finish=max(over, visit.start))


# ── jobs ──


def _job(job: Job, begun: Begun, events: Disruption) -> Job:
    if more := events.longer.get(job.id, 0):
        job = _longer(job, more)
    job = _from(job, max(events.now, events.ready.get(job.id, events.now)))
    for link in job.after:
        if link.job in begun:
            job = _after(job, link, begun[link.job])
    return replace(job, after=tuple(link for link in job.after if link.job not in begun))


def _longer(job: Job, more: int) -> Job:
    crew = tuple(
        seat if seat.duration is None else replace(seat, duration=max(0, seat.duration + more))
        for seat in job.crew
    )
    return replace(job, duration=max(0, job.duration + more), crew=crew)


def _from(job: Job, moment: int, until: int | None = None) -> Job:
    """The job, to be started between these moments; a window that is over cannot be met."""
    latest = 2**50 if until is None else until
    windows = [(max(a, moment), min(b, latest)) for a, b in job.windows or ((moment, latest),)]
    fitting = tuple((a, b) for a, b in windows if a <= b)
    return replace(job, windows=fitting or ((moment, moment - 1),))


def _after(job: Job, link: Link, seats: Mapping[int, tuple[str, Visit]]) -> Job:
    """The job with a link to what is taken out turned into windows and technicians."""
    visits = [visit for _, visit in seats.values()]
    base = max(v.finish for v in visits) if link.of == "finish" else min(v.start for v in visits)
    latest = None if link.max_gap is None else base + link.max_gap
    job = _from(job, base + link.min_gap, latest)
    if link.technician == "different":
        return replace(job, never=job.never | {who for who, _ in seats.values()})
    if link.technician == "same" and 0 in seats and len(job.seats) == 1:
        lead = frozenset({seats[0][0]})
        return replace(job, only=lead if job.only is None else job.only & lead)
    return job


# ── technicians ──


def _technician(problem: Problem, one: Technician, plan: Plan, events: Disruption) -> Technician:
    routes = {route.shift: route for route in plan.routes if route.technician == one.id}
    shifts = []
    for shift in one.shifts if one.id not in events.absent else ():
        route = routes.get(shift.id)
        begun = [v for v in route.visits if v.start < events.now] if route else []
        if route is None or not begun:
            shifts.append(_later(shift, max(shift.start, events.now), route, events))
            continue
        over = max(events.now, *(_delayed(visit, events).finish for visit in begun))
        shifts.append(_resumed(problem, _later(shift, over, route, events), route, begun))
        one = _used_up(problem, one, route, events)
    return replace(one, shifts=tuple(shift for shift in shifts if shift.start <= shift.end))


def _later(shift: Shift, start: int, route: Route | None, events: Disruption) -> Shift:
    """What is left of the shift, with the breaks that were not taken and still can be."""
    taken = {rest.number for rest in route.rests if rest.start < events.now} if route else set()
    breaks = tuple(
        replace(rest, earliest=max(rest.earliest, start))
        for number, rest in enumerate(shift.breaks)
        if number not in taken and rest.latest >= start
    )
    return replace(shift, start=start, breaks=breaks)


def _resumed(problem: Problem, shift: Shift, route: Route, begun: list[Visit]) -> Shift:
    """The shift going on from its last visit, with what its limits leave."""
    done = trip(problem, route)
    count = sum(stop.start <= begun[-1].start for stop in route.work)
    driven = sum(seconds for seconds, _ in done.legs[:count])
    share = driven / done.travel_seconds if done.travel_seconds else 0.0
    return replace(
        shift,
        start_location=problem.job[begun[-1].job].location,
        max_jobs=_left(shift.max_jobs, len(begun)),
        max_travel_seconds=_left(shift.max_travel_seconds, driven),
        max_metres=_left(shift.max_metres, round(share * done.metres)),
    )


def _left(limit: int | None, used: int) -> int | None:
    return None if limit is None else max(0, limit - used)


def _used_up(problem: Problem, one: Technician, route: Route, events: Disruption) -> Technician:
    """The van with what it has now; a depot stop filled it with everything."""
    stock = dict(one.stock)
    for stop in route.work:
        if stop.start >= events.now:
            break
        if isinstance(stop, Pickup):
            tools = frozenset(tool for job in problem.jobs for tool in job.tools)
            parts = {part for job in problem.jobs for part in job.parts}
            return replace(one, tools=one.tools | tools, stock=dict.fromkeys(parts, PLENTY))
        for part, count in problem.job[stop.job].parts.items() if stop.seat == 0 else ():
            stock[part] = max(0, stock.get(part, 0) - count)
    return replace(one, stock=stock)
