"""Calling jobs off."""

from uuid import UUID

from app.core import audit, clock
from app.core.db import db, lock
from app.core.errors import Conflict
from app.core.events import record
from app.core.policies import Actor, require
from app.jobs import policies
from app.jobs.events import JobCancelled
from app.jobs.models import Job, JobState
from app.jobs.queries import reading
from app.jobs.queries import release as queries
from app.jobs.queries.charges import change_terms
from app.jobs.service import release
from app.jobs.service.charging import charge_late_change


class JobNotCancellable(Conflict):
    """Work on the job has started, or has ended one way or another."""

    code = "job-not-cancellable"


def cancel(job_id: UUID, *, reason: str, actor: Actor) -> Job:
    """Cancel a job that nobody has started, with the later parts of the same long work.

    Records ``JobCancelled`` for each: planning frees the visit, notifications tell the customer. A
    consumer who is late pays what the brand's rules say.
    Jobs that follow it wait until their link is removed.

    Raises:
        JobNotFound: there is no such job for this actor.
        Forbidden: the actor may see the job but not cancel it.
        JobNotCancellable: it is too late.
    """
    job = reading.get(job_id, actor=actor)
    require(policies.can_cancel(actor, job), "cancel-job")
    parts = lock(Job, {job_id, *queries.later_parts(job_id)})
    if job.state is not JobState.FAILED and not job.is_cancellable:
        raise JobNotCancellable(job_id=str(job.id), state=job.state.value)

    if actor.customer_id == job.customer_id and (fee := change_terms(job).fee):
        charge_late_change(job, fee, actor=actor)
    for part in parts.values():
        if part.is_cancellable or part.id == job_id:
            call_off(part, reason=reason, actor=actor)
    release.review(queries.followers(parts), actor=actor)
    return job


def call_off(job: Job, *, reason: str, actor: Actor) -> None:
    """Write down that a job, locked by the caller, is off."""
    job.state, job.cancel_reason, job.blockers = JobState.CANCELLED, reason[:500], []
    audit.change("cancel-job", job, actor=actor, reason=reason)
    db.session.flush()
    record(JobCancelled(at=clock.now(), job_id=job.id, reason=reason))
