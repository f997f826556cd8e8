"""Going again: another visit of the same job, or another job for the same work."""

from uuid import UUID, uuid4

from app.core import audit, clock
from app.core.db import db, lock
from app.core.policies import Actor
from app.jobs.models import Job, JobItem, JobState
from app.jobs.queries import reading
from app.jobs.service import release, writing
from app.jobs.service.changing import JobMoveRefused

SOON = 3
"""The priority of what is to be put right."""
SAME = (
    "job_type",
    "brand_id",
    "category_id",
    "model_id",
    "customer_id",
    "place_id",
    "territory_id",
    "work_seconds",
    "setup_seconds",
    "crew",
    "tools",
    "licences",
    "photos",
    "needs_certificate",
)


def go_again(job_id: UUID, *, reason: str, actor: Actor) -> Job:
    """Have a job that was reported done visited once more, because it is not finished.

    Raises:
        JobMoveRefused: it is not done.
    """
    job = lock(Job, [job_id])[job_id]
    if job.state is not JobState.DONE:
        raise JobMoveRefused(job=job.number, state=job.state.value, wanted="released")
    job.state, job.priority = JobState.WAITING, max(job.priority, SOON)
    job.window_start = job.window_end = None
    writing.unpromise(job)
    audit.change("go-again", job, actor=actor, reason=reason)
    db.session.flush()
    release.review([job_id], actor=actor)
    return job


def do_again(job_id: UUID, *, reason: str, actor: Actor) -> Job:
    """Add a job for the same work at the same place; what it is for, the caller writes down.

    Raises:
        JobNotFound: there is none for this actor.
    """
    first = reading.get(job_id, actor=actor)
    job = Job(
        id=uuid4(),
        person=first.person,
        number=reading.free_numbers(1)[0],
        priority=SOON,
        created_at=clock.now(),
        **{name: getattr(first, name) for name in SAME},
    )
    job.notes = reason
    with db.session.no_autoflush:
        db.session.add(job)
        audit.change("do-again", job, actor=actor, reason=reason)
    db.session.flush()
    _same_items(first, job)
    release.review([job.id], actor=actor)
    return job


def _same_items(first: Job, job: Job) -> None:
    rows = db.session.query(JobItem).filter_by(job_id=first.id)
    db.session.add_all(JobItem(job_id=job.id, item_id=row.item_id) for row in rows)
    db.session.flush()
