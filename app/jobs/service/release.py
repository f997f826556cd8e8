"""Releasing jobs and holding them back."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from app.catalogue.models import Brand
from app.core import audit, clock, settings
from app.core.db import db, lock
from app.core.events import record
from app.core.policies import Actor, system
from app.jobs.events import JobBlocked, JobReleased
from app.jobs.models import Job, JobState
from app.jobs.queries import release as queries
from app.jobs.rules.release import Facts, blockers
from app.places.models import Territory

RELEASE = system("release")
REVIEWED_TOGETHER = 500
REVIEWED = frozenset({JobState.WAITING, JobState.RELEASED, JobState.PLANNED})


def review(job_ids: Iterable[UUID], *, actor: Actor = RELEASE) -> None:
    """Look again at what keeps these jobs from being planned, and at those that follow them.

    What became plannable is released (``JobReleased``); what no longer is, waits (``JobBlocked``).
    A job that is planned already stays so, with its blockers shown.
    """
    todo = set(job_ids)
    while todo:
        some = set(sorted(todo)[:REVIEWED_TOGETHER])
        changed = _review_once(some, actor)
        todo = (todo - some) | (queries.followers(changed) if changed else set())


def _review_once(job_ids: set[UUID], actor: Actor) -> set[UUID]:
    jobs = [job for job in lock(Job, job_ids).values() if job.state in REVIEWED]
    facts = queries.facts_of(jobs)
    changed = {job.id for job in jobs if _decide(job, facts[job.id], actor)}
    db.session.flush()
    return changed


def _decide(job: Job, facts: Facts, actor: Actor) -> bool:
    """Write down a job's blockers; tell whether its state changed."""
    now = clock.now()
    coarsest_m = settings.current().approximate_radius_m
    found = blockers(facts, coarsest_m=coarsest_m, now=now)
    before, state = job.state, _state(job.state, is_blocked=bool(found))
    if found == job.blockers and state is before:
        return False
    news = {entry["code"] for entry in found} - {entry["code"] for entry in job.blockers}
    job.blockers, job.state = found, state
    if state is JobState.RELEASED and before is not state:
        _released(job, now)
    elif news and not (before is JobState.WAITING and job.released_at is None):
        record(JobBlocked(at=now, job_id=job.id, codes=tuple(sorted(news))))
    audit.change("review-job", job, actor=actor)
    return state is not before


def _state(before: JobState, *, is_blocked: bool) -> JobState:
    if before is JobState.PLANNED:
        return before
    return JobState.WAITING if is_blocked else JobState.RELEASED


def _released(job: Job, now: datetime) -> None:
    job.released_at = now
    job.due_at = job.due_at or deadline(job, now)
    record(JobReleased(at=now, job_id=job.id))


def deadline(job: Job, released_at: datetime) -> datetime:
    """Return the end of the last local day on which the brand wants the first visit."""
    days = job.service_days or db.session.get_one(Brand, job.brand_id).service_days
    zone = db.session.get_one(Territory, job.territory_id).timezone
    last = clock.local_day(released_at, zone) + timedelta(days=days)
    return clock.day_bounds(last, zone)[1]
