"""The one function by which a visit goes from state to state."""

from datetime import datetime
from uuid import UUID

from app.core import audit
from app.core.db import db
from app.core.errors import Conflict
from app.core.events import record
from app.core.policies import Actor, require
from app.jobs import service as jobs
from app.jobs.models import JobState
from app.planning import policies
from app.planning.events import VisitProgressed
from app.planning.models import Visit, VisitState
from app.planning.queries import visits
from app.planning.rules import states
from app.planning.service import standing

JOB_STATES = {
    VisitState.OPEN: JobState.RELEASED,
    VisitState.SCHEDULED: JobState.PLANNED,
    VisitState.STARTED: JobState.STARTED,
    VisitState.COMPLETED: JobState.DONE,
    VisitState.FAILED: JobState.FAILED,
}


class VisitStepRefused(Conflict):
    """The visit is not where this step can be taken.

    ``reason``: ``not-scheduled``, ``already-there``, ``already-past``, ``ended``.
    """

    code = "visit-step-refused"


def transition(
    visit_id: UUID, to_state: VisitState, at: datetime, actor: Actor, reason: str | None = None
) -> Visit:
    """Take a visit a step on, and its job with it.

    Args:
        visit_id: The visit.
        to_state: The state wanted; steps may be skipped, not taken back.
        at: When it happened.
        actor: The crew, a dispatcher of the territory or the system.
        reason: Why a visit failed; its job shows it to whoever decides what follows.

    Raises:
        VisitNotFound: there is no such visit.
        Forbidden: the actor is neither its crew nor dispatches its territory.
        VisitStepRefused: the server's state machine says no; ``reason`` says why.
    """
    seen = visits.get(visit_id)
    job, _ = standing.lock_job(seen.job_id)
    assert job is not None  # noqa: S101  a foreign key says so
    db.session.refresh(seen)
    crew = visits.crew_of(visit_id)
    require(
        policies.can_report(actor, job.territory_id, {one.technician_id for one in crew}),
        "report-visit",
    )
    if why := states.refusal(seen.state, to_state):
        raise VisitStepRefused(reason=why.value, state=seen.state.value, wanted=to_state.value)

    _enter(seen, to_state, at, actor)
    if to_state in JOB_STATES:
        jobs.mark(job.id, JOB_STATES[to_state], actor=actor, reason=reason)
    db.session.flush()
    record(VisitProgressed(at=at, visit_id=seen.id, job_id=job.id, state=to_state.value))
    return seen


def _enter(visit: Visit, state: VisitState, at: datetime, actor: Actor) -> None:
    visit.state = state
    if state in states.ENDED:
        visit.finished_at = at
    audit.change(f"visit-{state.value}", visit, actor=actor)
    taken = visits.standing([visit.id])
    if state in {VisitState.COMPLETED, VisitState.FAILED}:
        standing.trim(taken, at)
    elif state in {VisitState.CANCELLED, VisitState.OPEN}:
        standing.free(taken, actor=actor, why=f"visit {state.value}")
