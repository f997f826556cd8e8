"""The search in the background: ids in, a checked plan or the reason why not out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core import clock, settings, tasks
from app.core.db import db, transact, unit_of_work
from app.core.errors import Conflict
from app.core.events import record
from app.core.failpoints import fail
from app.core.tasks import BackgroundTask, LeaseLost, require_lease
from app.places import service as places
from app.places.models import Territory
from app.planning.events import PlanReady
from app.planning.gateways import Search, SearchFailed, SearchProcess
from app.planning.models import PlanState, PlanVersion
from app.planning.queries import bookings
from app.planning.service import booking
from app.planning.translate import building, facts, stops
from app.planning.translate.building import Translation
from app.planning.translate.horizon import Horizon
from app.planning.translate.standing import standing
from solver import InvalidPlan, InvalidProblem, Plan, Problem, check, costs

SOLVE = "solve-plan"
BEAT_SECONDS = 2.0
SHOWN_FAULTS = 5


class PlanFailed(Conflict):
    """The search for a plan failed; the plan says why."""

    code = "plan-failed"


@dataclass(frozen=True)
class Lease:
    """The right to do a task, as it was when it was claimed: a row would show a later claim."""

    task_id: UUID
    fence: int


@dataclass(frozen=True)
class Order:
    """What a search is asked for, as plain values."""

    plan_id: UUID
    seconds: int
    seed: int
    horizon: Horizon
    standing: dict[str, Any] | None = None


def solve(task: BackgroundTask, search: Search | None = None) -> None:
    """Make the plan that a task asks for. No transaction is open while the search runs.

    Whatever goes wrong is written on the plan version; plans announced before stand.

    Raises:
        PlanFailed: there is no plan; the version says why.
        LeaseLost: another worker has taken the task over; nothing was stored.
    """
    search = search or SearchProcess(settings.current().plan_memory_mb)
    plan_id = UUID(task.payload["plan_id"])
    lease = Lease(task.id, task.fence)
    if not _begin(lease, plan_id):
        return
    try:
        order, translation = _translate(plan_id, repairs=bool(task.payload.get("repairs")))
        document = search.run(
            translation.problem,
            seconds=order.seconds,
            seed=order.seed,
            going_on=_onlooker(lease, order.seconds),
            **({"standing": order.standing} if order.standing is not None else {}),
        )
        problem, plan = _judge(translation, document)
        fail("solve.before_storing")
        transact(lambda: _store(lease, order, translation, (problem, plan)))
    except LeaseLost:
        raise
    except Exception as error:
        why = _why(error)
        transact(lambda: _give_up(lease, plan_id, why))
        raise PlanFailed(plan_id=str(plan_id), why=why) from error


def solve_here(task_id: UUID, search: Search | None = None) -> bool:
    """Do a plan's task in this process, as a worker would, where nobody else has begun it.

    Returns:
        ``False`` when the task is not to be had: a worker is at it, or it is over.

    Raises:
        PlanFailed: there is no plan; the version says why.
    """
    task = transact(lambda: tasks.claim([SOLVE], only=task_id))
    if task is None:
        return False
    lease = Lease(task.id, task.fence)
    try:
        solve(task, search)
    except PlanFailed as error:
        why = error.details["why"]
        transact(lambda: tasks.give_up(lease.task_id, lease.fence, why, again=False))
        raise
    transact(lambda: tasks.finish(lease.task_id, lease.fence))
    return True


def _begin(lease: Lease, plan_id: UUID) -> bool:
    """Mark the search as begun; ``False``: an earlier attempt has stored the plan already."""
    with unit_of_work():
        tasks.require_lease(lease.task_id, lease.fence)
        plan = db.session.get_one(PlanVersion, plan_id)
        if plan.state is PlanState.READY:
            return False
        plan.state, plan.error = PlanState.SOLVING, None
        return True


def _translate(plan_id: UUID, *, repairs: bool) -> tuple[Order, Translation]:
    plan = db.session.get_one(PlanVersion, plan_id)
    territory = db.session.get_one(Territory, plan.territory_id)
    found = facts.gather(territory, plan.first_day, plan.last_day)
    translation = building.build(found)
    stands = standing(found, translation).plan.to_dict() if repairs else None
    order = Order(plan.id, plan.seconds, plan.seed, found.horizon, stands)
    db.session.rollback()  # the search must not hold the transaction that read its facts
    return order, translation


def _onlooker(lease: Lease, seconds: int) -> Callable[[float], bool]:
    """Return what keeps the lease, shows progress and hears of being called off."""
    beaten = [-BEAT_SECONDS, True]

    def going_on(gone: float) -> bool:
        if gone - beaten[0] >= BEAT_SECONDS:
            shown = {"seconds": round(gone, 1), "of": seconds}
            beaten[:] = [
                gone,
                transact(lambda: tasks.heartbeat(lease.task_id, lease.fence, shown)),
            ]
        return bool(beaten[1])

    return going_on


def _judge(translation: Translation, document: dict[str, Any]) -> tuple[Problem, Plan]:
    """Read and check what the search wrote, as if an enemy had written it."""
    problem = Problem.from_dict(translation.problem)
    plan = Plan.from_dict(document)
    if faults := check(problem, plan):
        raise InvalidPlan(faults)
    return problem, plan


def _store(
    lease: Lease, order: Order, translation: Translation, solved: tuple[Problem, Plan]
) -> None:
    tasks.require_lease(lease.task_id, lease.fence)
    problem, found = solved
    plan = db.session.get_one(PlanVersion, order.plan_id)
    rows = stops.rows_of(plan.id, found, problem, translation, order.horizon)
    db.session.add_all(rows.routes)
    db.session.flush()
    db.session.add_all([*rows.stops, *rows.unplanned])
    plan.problem = translation.problem
    plan.measures = rows.measures
    plan.cost_minor = round(costs.cost(problem, found)["total"])
    plan.estimated_share = translation.travel.estimated_share
    places.keep_legs(translation.travel)
    plan.state, plan.ready_at = PlanState.READY, clock.now()
    record(PlanReady(at=clock.now(), plan_id=plan.id, territory_id=plan.territory_id))


def _give_up(lease: Lease, plan_id: UUID, why: str) -> None:
    tasks.require_lease(lease.task_id, lease.fence)
    plan = db.session.get_one(PlanVersion, plan_id)
    plan.state, plan.error = PlanState.FAILED, why


def _why(error: Exception) -> str:
    if isinstance(error, SearchFailed):
        return error.why
    if isinstance(error, InvalidProblem | InvalidPlan):
        what = "problem" if isinstance(error, InvalidProblem) else "plan that was found"
        more = len(error.faults) - SHOWN_FAULTS
        shown = "; ".join(error.faults[:SHOWN_FAULTS]) + (f"; and {more} more" if more > 0 else "")
        return f"The {what} is not valid: {shown}"
    return f"Something unforeseen went wrong ({type(error).__name__})."


def lapse_holds(task: BackgroundTask) -> None:
    """Give back the windows that consumers held and did not agree to in time."""
    fence = Lease(task.id, task.fence)
    for job_id in bookings.jobs_lapsed():

        def work(job_id: UUID = job_id) -> None:
            require_lease(fence.task_id, fence.fence)
            booking.lapse(job_id)

        transact(work)
