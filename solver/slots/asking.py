"""Windows on offer: by the index first, then by trying, then by moving what nobody was told."""

import time
from dataclasses import replace
from typing import Any

from solver.errors import InvalidPlan, InvalidProblem
from solver.insertion.draft import Draft
from solver.insertion.model import Model
from solver.insertion.standing import take_up
from solver.plan import Plan, Rest, Route
from solver.problem import Job, Problem, reading
from solver.slots.deeper import Deeper
from solver.slots.index import SlotIndex
from solver.slots.slot import Slot
from solver.slots.thorough import Thorough
from solver.wire import Fields


def read_job(document: Any) -> Job:
    """A job in the file format, parsed.

    Raises:
        InvalidProblem: with every fault found.
    """
    faults: list[str] = []
    job = reading.checked(Fields(document, "", faults), reading.job)
    if job is None:
        raise InvalidProblem(faults)
    return job


def slots(problem: Problem, plan: Plan, job: Job, deeper_seconds: float = 0.0) -> list[Slot]:
    """The job's windows that can be kept, the cheapest first; one slot for each window.

    Nobody else gets another technician. With ``deeper_seconds`` windows are opened, or made
    cheaper, by moving jobs that nobody was told of yet, for about so long. A job of the same
    id in the problem is offered anew.

    Raises:
        InvalidProblem: the job does not fit the problem.
        InvalidPlan: the plan cannot be driven as it stands.
    """
    others = tuple(one for one in problem.jobs if one.id != job.id)
    asked = replace(problem, jobs=(*others, job))
    standing = _without(plan, job.id)
    draft = take_up(Model(asked), standing)
    if draft is None:
        raise InvalidPlan("the plan cannot be driven in its own order")
    found: dict[tuple[int, int], Slot] = {}
    if _is_plain(asked, job):
        rest = replace(problem, jobs=others) if others != problem.jobs else problem
        found = {slot.window: slot for slot in SlotIndex(rest, standing).query(job)}
    found |= _tried(draft, job, found)
    if deeper_seconds > 0:
        deeper = Deeper(draft, job, time.monotonic() + deeper_seconds)
        found = deeper.improved(found, _windows(draft, job))
    return sorted(found.values(), key=lambda slot: (slot.cost, slot.window))


def _is_plain(problem: Problem, job: Job) -> bool:
    follows = any(link.job == job.id for other in problem.jobs for link in other.after)
    return not (job.crew or job.after or job.pinned or follows)


def _tried(
    draft: Draft, job: Job, found: dict[tuple[int, int], Slot]
) -> dict[tuple[int, int], Slot]:
    """What the index, careful as it is, has not found."""
    thorough = Thorough(draft, job)
    missing = [window for window in _windows(draft, job) if window not in found]
    tried = (thorough.slot(window) for window in missing)
    return {slot.window: slot for slot in tried if slot is not None}


def _windows(draft: Draft, job: Job) -> list[tuple[int, int]]:
    rows = draft.model.rows
    horizon = (
        min((row.opens for row in rows), default=0),
        max((row.latest_back for row in rows), default=0),
    )
    return sorted(set(job.windows)) or [horizon]


def _without(plan: Plan, job: str) -> Plan:
    routes = [
        replace(route, stops=tuple(s for s in route.stops if getattr(s, "job", None) != job))
        for route in plan.routes
    ]
    return replace(plan, routes=tuple(route for route in routes if _is_used(route)))


def _is_used(route: Route) -> bool:
    return any(not isinstance(stop, Rest) for stop in route.stops)
