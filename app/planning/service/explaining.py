"""Why this technician and not another: every alternative forced, against what stands."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict
from app.jobs.models import Job
from app.places.models import Territory
from app.planning.models import VisitState
from app.planning.queries import plans, visits
from app.planning.translate import facts
from app.planning.translate.horizon import Horizon
from app.planning.translate.standing import standing
from solver.errors import InvalidPlan


class JobNotExplained(Conflict):
    """There is nothing to weigh up: no plan of the day decides about this job.

    ``why`` is a code: ``no-day``, ``not-to-plan``, ``cannot-be-driven``.
    """

    code = "job-not-explained"


@dataclass(frozen=True)
class Alternative:
    """Another technician, forced: what it would change, or what forbids it.

    Attributes:
        moved: Jobs that would go to somebody else for it.
        blocked_by: The reason's code, when it cannot be; the changes are unknown then.
    """

    technician_id: UUID
    cost_change_minor: int | None
    travel_seconds_change: int | None
    lateness_seconds_change: int | None
    moved: tuple[UUID, ...] = ()
    blocked_by: str | None = None


@dataclass(frozen=True)
class Explanation:
    """Who does a job and what everybody else would cost; or why nobody does."""

    job_id: UUID
    technician_id: UUID | None = None
    starts_at: datetime | None = None
    cost_minor: int | None = None
    alternatives: list[Alternative] = field(default_factory=list)
    reasons: list[dict[str, Any]] = field(default_factory=list)


def explain(job: Job, day: date | None = None) -> Explanation:
    """Explain a job of a day as it is announced, or else planned last; who asks has been let in.

    Args:
        job: One that has been planned, or left out.
        day: The local day; by default the day it is announced for, planned for or asked for.

    Raises:
        JobNotExplained: there is nothing to weigh up; ``why`` says it.
    """
    territory = db.session.get_one(Territory, job.territory_id)
    when = day or _day_of(job, territory)
    horizon = Horizon(when, when, territory.timezone)
    found = standing(facts.gather(territory, when, when))
    name = str(job.id)
    if name in found.translation.left_out:
        return Explanation(job.id, reasons=found.translation.left_out[name])
    if name not in found.problem.job:
        raise JobNotExplained(job_id=name, day=when.isoformat(), why="not-to-plan")
    return _read(job, horizon, _asked(found.problem, found.plan, name))


def _day_of(job: Job, territory: Territory) -> date:
    visit = visits.current_of([job.id]).get(job.id)
    if visit is not None and visit.state is VisitState.SCHEDULED:
        for one in visits.standing([visit.id]):
            return one.day
    if job.window_start is not None:
        return clock.local_day(job.window_start, territory.timezone)
    planned = plans.planned_day(job.id)
    if planned is None:
        raise JobNotExplained(job_id=str(job.id), why="no-day")
    return planned


def _asked(problem: Any, plan: Any, name: str) -> dict[str, Any]:
    from solver import explain as solver  # noqa: PLC0415  loads NumPy, which few need
    from solver.repair import taken_up  # noqa: PLC0415

    try:
        stands = taken_up(problem, plan, aside=frozenset(problem.job))
        return solver.explain(problem, stands, name)
    except InvalidPlan as error:
        raise JobNotExplained(job_id=name, why="cannot-be-driven") from error


def _read(job: Job, horizon: Horizon, answer: dict[str, Any]) -> Explanation:
    chosen = answer.get("chosen")
    if chosen is None:
        return Explanation(job.id, reasons=answer["reasons"])
    return Explanation(
        job.id,
        UUID(chosen["technician"]),
        horizon.instant(chosen["start"]),
        round(chosen["cost"]),
        [_alternative(one) for one in answer["alternatives"]],
    )


def _alternative(one: dict[str, Any]) -> Alternative:
    cost = one["cost_change"]
    return Alternative(
        UUID(one["technician"]),
        None if cost is None else round(cost),
        one["travel_seconds_change"],
        one["lateness_seconds_change"],
        tuple(map(UUID, one["moved"])),
        one.get("blocked_by"),
    )
