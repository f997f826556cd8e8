"""Asking for a plan, and calling the search off."""

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from app.core import audit, clock, settings, tasks
from app.core.db import db, lock
from app.core.errors import Conflict, Invalid, problem_of
from app.core.policies import Actor, require
from app.places.models import Territory
from app.places.queries import TerritoryNotFound
from app.planning import policies
from app.planning.models import PlanState, PlanVersion
from app.planning.queries import plans
from app.planning.translate import facts
from app.planning.translate.horizon import Horizon
from app.technicians import queries as technicians

SOLVE = "solve-plan"
MOST_DAYS = 14
MOST_JOBS = 5_000
MOST_SECONDS = 3_600
SEED = 1


class RangeNotPlannable(Invalid):
    """A plan cannot be made of this range of days."""

    code = "range-not-plannable"


class NoJobsInRange(Conflict):
    """There is no job to plan on these days."""

    code = "no-jobs-in-range"


class NoShiftsInRange(Conflict):
    """No technician of the territory has a shift on these days."""

    code = "no-shifts-in-range"


class TooManyJobs(Conflict):
    """These are more jobs than one plan can hold; plan fewer days at once."""

    code = "too-many-jobs"


class PlanNotRunning(Conflict):
    """The search for this plan is over."""

    code = "plan-not-running"


def request_plan(
    territory_id: UUID, first_day: date, last_day: date, seconds: int | None, actor: Actor
) -> PlanVersion:
    """Ask for a plan of a territory; the search runs in the background.

    Args:
        territory_id: What to plan.
        first_day: First local day.
        last_day: Last local day, included.
        seconds: How long to search; ``None``: as the installation is set.
        actor: Who dispatches the territory.

    Raises:
        TerritoryNotFound: there is none for this actor.
        RangeNotPlannable: the range or the seconds are out of bounds, or the range has begun.
        ClockChangeInRange: the clocks change inside the range.
        NoJobsInRange: nothing is released for these days.
        NoShiftsInRange: nobody works on these days.
        TooManyJobs: it would not fit one search.
    """
    territory = lock(Territory, {territory_id}).get(territory_id)
    if territory is None or not policies.can_plan(actor, territory_id):
        raise TerritoryNotFound(territory_id=str(territory_id))
    seconds = settings.current().plan_seconds if seconds is None else seconds
    return _asked(territory, (first_day, last_day), seconds, actor)


def request_repair(
    territory_id: UUID, day: date, seconds: int | None, actor: Actor
) -> PlanVersion:
    """Ask for a day to be mended: what still holds is kept, little of what was told changes.

    What has started stays, whoever is absent is passed over, what came in or was released
    late has its place; ``queries.telling`` lists who must be told once the plan is ready.

    Args:
        territory_id: What to mend.
        day: Today or later.
        seconds: How long to search; ``None``: as the installation is set.
        actor: Who dispatches the territory.

    Raises:
        TerritoryNotFound: there is none for this actor.
        RangeNotPlannable: the day is over, or the seconds are out of bounds.
        NoJobsInRange: nothing is released for the day.
        NoShiftsInRange: nobody works on it.
    """
    territory = lock(Territory, {territory_id}).get(territory_id)
    if territory is None or not policies.can_plan(actor, territory_id):
        raise TerritoryNotFound(territory_id=str(territory_id))
    seconds = settings.current().repair_seconds if seconds is None else seconds
    return _asked(territory, (day, day), seconds, actor, repairs=True)


def _asked(
    territory: Territory,
    days: tuple[date, date],
    seconds: int,
    actor: Actor,
    *,
    repairs: bool = False,
) -> PlanVersion:
    first_day, last_day = days
    _check_range(territory, first_day, last_day, seconds)
    _check_something_to_do(territory, first_day, last_day)

    newest = sa.select(sa.func.max(PlanVersion.number)).where(
        PlanVersion.territory_id == territory.id
    )
    plan = PlanVersion(
        territory_id=territory.id,
        number=(db.session.scalar(newest) or 0) + 1,
        first_day=first_day,
        last_day=last_day,
        seconds=seconds,
        seed=SEED,
        currency=settings.current().currency,
        created_at=clock.now(),
        created_by=actor.identity,
    )
    audit.change("request-repair" if repairs else "request-plan", plan, actor=actor)
    db.session.add(plan)
    db.session.flush()
    task = tasks.enqueue(SOLVE, {"plan_id": str(plan.id), "repairs": repairs})
    plan.task_id = task.id
    db.session.flush()
    return plan


def cancel_plan(plan_id: UUID, actor: Actor) -> PlanVersion:
    """Call a search off; the best plan found so far is kept.

    Raises:
        PlanNotFound: there is none for this actor.
        PlanNotRunning: it is over.
    """
    plan = plans.get(plan_id, actor=actor)
    require(policies.can_plan(actor, plan.territory_id), "cancel-plan")
    if plan.state not in {PlanState.QUEUED, PlanState.SOLVING} or plan.task_id is None:
        raise PlanNotRunning(state=plan.state.value)

    task = tasks.cancel(plan.task_id)
    if task.state is tasks.TaskState.CANCELLED:
        plan.state, plan.error = PlanState.FAILED, "It was called off before the search began."
    audit.note("cancel-plan", "plan_versions", plan.id, actor=actor)
    db.session.flush()
    return plan


def _check_range(territory: Territory, first_day: date, last_day: date, seconds: int) -> None:
    today = clock.today(territory.timezone)
    faults: list[tuple[str, str, object, str]] = []
    if last_day < first_day:
        faults.append(("last_day", "is before first_day", last_day, "exchange them"))
    if first_day < today:
        faults.append(("first_day", "is over", first_day, f"begin with {today} or later"))
    if last_day - first_day >= timedelta(days=MOST_DAYS):
        remedy = f"plan at most {MOST_DAYS} days at once"
        faults.append(("last_day", "is too far from first_day", last_day, remedy))
    if not 1 <= seconds <= MOST_SECONDS:
        remedy = f"choose 1 to {MOST_SECONDS} seconds"
        faults.append(("seconds", "is out of bounds", seconds, remedy))
    if faults:
        raise RangeNotPlannable(
            errors=[
                problem_of(field, message, value=str(value), remedy=remedy)
                for field, message, value, remedy in faults
            ]
        )


def _check_something_to_do(territory: Territory, first_day: date, last_day: date) -> None:
    days = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
    found = facts.to_plan(territory, Horizon(first_day, last_day, territory.timezone))
    if not found:
        remedy = "look at what waits for release, or choose other days"
        raise NoJobsInRange(territory=territory.code, remedy=remedy, **days)
    if len(found) > MOST_JOBS:
        raise TooManyJobs(jobs=len(found), most=MOST_JOBS, **days)
    working = technicians.working(territory.id, first_day, last_day)
    if not any(one.shifts for one in working):
        raise NoShiftsInRange(
            territory=territory.code,
            technicians=[one.technician.code for one in working],
            remedy="give the technicians shifts on these days",
            **days,
        )
