"""Windows on offer for a job: what can be honoured as things stand, the cheapest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.core import clock, settings
from app.core.db import db
from app.core.errors import Conflict, Invalid, problem_of
from app.jobs.models import Job
from app.places.models import Territory
from app.planning.queries import visits
from app.planning.rules import grid, states
from app.planning.translate import facts
from app.planning.translate.facts import Facts
from app.planning.translate.horizon import ClockChangeInRange, Horizon
from app.planning.translate.standing import Standing, seated, standing
from solver import Problem

MOST_DAYS = 14
Span = tuple[int, int]


class JobNotOfferable(Conflict):
    """No window can be looked for: the job is over, under way, or not known well enough.

    ``why`` is a code: ``job-over``, ``visit-under-way``, ``duration-unknown``.
    """

    code = "job-not-offerable"


class RangeNotOffered(Invalid):
    """Windows cannot be offered for these days."""

    code = "range-not-offered"


@dataclass(frozen=True)
class Offer:
    """A window that can be kept as things stand.

    Attributes:
        window: From when to when the visit may start.
        starts_at: When it would start.
        technician_ids: Who would come, by seat.
        cost_minor: What it adds to the cost of the plan.
        kept: Probability that the visit starts inside the window.
    """

    window: tuple[datetime, datetime]
    starts_at: datetime
    technician_ids: tuple[UUID, ...]
    cost_minor: int
    kept: float


def offer(job: Job, first_day: date | None = None, days: int | None = None) -> list[Offer]:
    """Return the windows on offer for a job's next visit, cheapest first.

    Everything announced, held or planned stays with its technician; what has a window and is not
    planned yet has its place before. The job's own window, visit and hold do not count: it is
    looked for anew. Reads only; who asks has been let in.

    Args:
        job: Not over and not under way.
        first_day: First local day; today by default.
        days: How many; as the installation is set by default.

    Raises:
        JobNotOfferable: there is nothing to look for; ``why`` says it.
        RangeNotOffered: the days are out of bounds.
    """
    territory = db.session.get_one(Territory, job.territory_id)
    today = clock.today(territory.timezone)
    first = first_day or today
    count = settings.current().slot_days if days is None else days
    _check(job, first, today, count)
    found = [
        one
        for horizon in _horizons(first, count, territory.timezone)
        for one in _offers(job, territory, horizon)
    ]
    return sorted(found, key=lambda one: (one.cost_minor, one.window))


def _check(job: Job, first: date, today: date, days: int) -> None:
    if not job.is_cancellable:
        raise JobNotOfferable(why="job-over", state=job.state.value)
    visit = visits.current_of([job.id]).get(job.id)
    if visit is not None and visit.state in states.UNDER_WAY:
        raise JobNotOfferable(why="visit-under-way", state=visit.state.value)
    if job.work_seconds is None:
        raise JobNotOfferable(why="duration-unknown")
    faults: list[dict[str, Any]] = []
    if first < today:
        remedy = f"begin with {today} or later"
        faults.append(problem_of("first_day", "is over", value=str(first), remedy=remedy))
    if not 1 <= days <= MOST_DAYS:
        remedy = f"ask for 1 to {MOST_DAYS} days"
        faults.append(problem_of("days", "is out of bounds", value=days, remedy=remedy))
    if faults:
        raise RangeNotOffered(errors=faults)


def _horizons(first: date, days: int, zone: str) -> Iterator[Horizon]:
    """Split the days where the clocks change."""
    last = first + timedelta(days=days - 1)
    while first <= last:
        end = first
        while end < last and _is_even(first, end + timedelta(days=1), zone):
            end += timedelta(days=1)
        yield Horizon(first, end, zone)
        first = end + timedelta(days=1)


def _is_even(first: date, last: date, zone: str) -> bool:
    try:
        Horizon(first, last, zone)
    except ClockChangeInRange:
        return False
    return True


def _offers(job: Job, territory: Territory, horizon: Horizon) -> list[Offer]:
    from solver.repair import taken_up  # noqa: PLC0415  loads NumPy, which few need
    from solver.slots import slots  # noqa: PLC0415

    found = standing(_facts(job, territory, horizon))
    asked = found.problem.job.get(str(job.id))
    if asked is None:
        return []
    pieces = _pieces(asked.windows, horizon)
    problem = _with_holds(found)
    plan = taken_up(problem, found.plan, aside=frozenset({asked.id}))
    best: dict[tuple[datetime, datetime], Offer] = {}
    for slot in slots(problem, plan, replace(asked, windows=tuple(pieces), pinned=())):
        window = pieces[slot.window]
        best.setdefault(
            window,
            Offer(
                window=window,
                starts_at=horizon.instant(slot.start),
                technician_ids=tuple(map(UUID, slot.technicians)),
                cost_minor=round(slot.cost),
                kept=slot.kept,
            ),
        )
    return list(best.values())


def _facts(job: Job, territory: Territory, horizon: Horizon) -> Facts:
    """Read what stands, the job itself and those that only a hold or an old promise keeps.

    Jobs that nobody gave a day yet take no time from others.
    """
    first, last = horizon.first_day, horizon.last_day
    chosen = {one.id: one for one in facts.to_plan(territory, horizon)}
    chosen |= {one.id: one for one in visits.announced_on(territory.id, first, last)}
    found = facts.around(territory, horizon, list((chosen | {job.id: job}).values()))
    found.asked = job.id
    there = {one.job_id for one in seated(found)} | {job.id}
    found.jobs = [one for one in found.jobs if one.window_start or one.id in there]
    return found


def _pieces(allowed: tuple[Span, ...], horizon: Horizon) -> dict[Span, tuple[datetime, datetime]]:
    """Return the parts of the offered windows in which the visit may start, with the whole."""
    shown = grid.windows(horizon.days, settings.current().slot_hours, horizon.zone)
    found = {}
    for window in shown:
        begin, end = horizon.second(window[0]), horizon.second(window[1])
        for a, b in allowed if window[0] >= clock.now() else ():
            if max(a, begin) <= min(b, end):
                found[max(a, begin), min(b, end)] = window
    return found


def _with_holds(found: Standing) -> Problem:
    """Let what is held move within its window on offer only: it is as good as promised."""
    second = found.facts.horizon.second
    zone, hours = found.facts.horizon.zone, settings.current().slot_hours
    held: dict[str, Span] = {}
    for one, visit in found.facts.taken:
        if one.active and one.held_until is not None:
            around = grid.around(one.starts_at, hours, zone)
            held[str(visit.job_id)] = (second(around[0]), second(around[1]))
    if not held:
        return found.problem
    jobs = tuple(
        replace(job, windows=(held[job.id],)) if job.id in held else job
        for job in found.problem.jobs
    )
    return replace(found.problem, jobs=jobs)
