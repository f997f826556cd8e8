"""Changing one job: what it asks for, its promise, where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core import audit, clock
from app.core.db import db, lock
from app.core.errors import Conflict, Invalid, problem_of
from app.core.events import record
from app.core.policies import Actor, require
from app.customers import service as customers
from app.customers.models import Customer
from app.jobs import policies
from app.jobs.events import JobBlocked, JobChanged, WindowConfirmed
from app.jobs.models import Job, JobState
from app.jobs.queries import reading
from app.jobs.queries import release as queries
from app.jobs.rules.orders import NewPlace
from app.jobs.rules.release import BlockerCode, visit_failed
from app.jobs.service import release, writing
from app.jobs.service.drafting import extra_seconds, find_place
from app.jobs.service.known import Known
from app.places.models import Place

Window = tuple[datetime, datetime]
MOVES = {
    JobState.WAITING: {JobState.PLANNED, JobState.STARTED},
    JobState.RELEASED: {JobState.PLANNED, JobState.STARTED},
    JobState.PLANNED: {JobState.RELEASED, JobState.STARTED, JobState.DONE, JobState.FAILED},
    JobState.STARTED: {JobState.RELEASED, JobState.DONE, JobState.FAILED},
    JobState.FAILED: {JobState.RELEASED, JobState.PLANNED},
    JobState.DONE: set(),
    JobState.CANCELLED: set(),
}


class JobNotChangeable(Conflict):
    """Work on the job has started, or has ended one way or another."""

    code = "job-not-changeable"


class JobMoveRefused(Conflict):
    """A job does not go from this state to that one."""

    code = "job-move-refused"


class WindowNotValid(Invalid):
    """This window cannot be kept."""

    code = "window-not-valid"


@dataclass(frozen=True)
class JobChange:
    """What a dispatcher changes in a job; what is left out stays.

    Attributes:
        columns: New values of ``work_seconds``, ``setup_seconds``, ``crew``, ``tools``,
            ``priority``, ``notes``.
        window: A new window, proposed; ``None`` with ``sets_window`` takes it away.
        place: Where the work is instead.
        contact: Corrections of the customer's ``name``, ``phone``, ``phone_expires_at`` or
            ``email``.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    window: Window | None = None
    sets_window: bool = False
    place: NewPlace | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)


def edit(job_id: UUID, change: JobChange, *, actor: Actor) -> Job:
    """Change what a job asks for. A changed window is only proposed until it is confirmed.

    Records ``JobChanged`` with the names of the columns, and releases or blocks accordingly.

    Raises:
        JobNotFound: there is no such job for this actor.
        Forbidden: the actor may see it but not change it.
        JobNotChangeable: it has been started or has ended.
        WindowNotValid: the window ends before it starts or is over.
    """
    job = reading.get(job_id, actor=actor, locked=True)
    require(policies.can_change(actor, job), "change-job")
    if not job.is_cancellable:
        raise JobNotChangeable(job_id=str(job.id), state=job.state.value)
    customer = db.session.get_one(Customer, job.customer_id)
    if change.contact:
        customers.change_contact(customer, actor=actor, **change.contact)
    values = dict(change.columns)
    if change.place is not None:
        values |= _moved(job, customer, change.place, actor)
    if change.sets_window:
        values |= _window_values(change.window)
    _set(job, values, actor)
    release.review([job.id], actor=actor)
    return job


def _moved(job: Job, customer: Customer, wanted: NewPlace, actor: Actor) -> dict[str, Any]:
    """Return the columns of a job at another place; carrying and parking are counted anew."""
    before = db.session.get_one(Place, job.place_id)
    place = find_place(customer, wanted, known=Known(), actor=actor)
    setup = job.setup_seconds - extra_seconds(before) + extra_seconds(place)
    return {
        "place_id": place.id,
        "territory_id": place.territory_id,
        "setup_seconds": max(setup, 0),
    }


def _window_values(window: Window | None) -> dict[str, Any]:
    if window is None:
        return {"window_start": None, "window_end": None}
    start, end = window
    if end <= start:
        raise WindowNotValid(
            errors=[problem_of("window_end", "is not after its start", value=end.isoformat())]
        )
    if end <= clock.now():
        raise WindowNotValid(errors=[problem_of("window_end", "is over", value=end.isoformat())])
    return {"window_start": start, "window_end": end}


def _set(job: Job, values: Mapping[str, Any], actor: Actor) -> None:
    differing = {name for name, value in values.items() if getattr(job, name) != value}
    if not differing:
        return
    for name in differing:
        setattr(job, name, values[name])
    if differing & {"window_start", "window_end"}:
        writing.unpromise(job)
    audit.change("change-job", job, actor=actor)
    db.session.flush()
    record(JobChanged(at=clock.now(), job_id=job.id, fields=tuple(sorted(differing))))


def confirm_window(
    job_id: UUID, *, actor: Actor, window: Window | None = None, agreed_with: str = "consumer"
) -> Job:
    """Make a window a promise, because the consumer agreed to it.

    Args:
        job_id: The job.
        actor: The consumer, or the dispatcher who spoke to them.
        window: What was agreed; the proposed window by default.
        agreed_with: Whom the actor spoke to, for the record; never a name.

    Raises:
        JobNotFound: there is no such job for this actor.
        Forbidden: the actor may not promise it.
        JobNotChangeable: it has been started or has ended.
        WindowNotValid: there is no window, it ends before it starts or is over.
    """
    job = reading.get(job_id, actor=actor, locked=True)
    require(policies.can_confirm(actor, job), "confirm-window")
    if not job.is_cancellable:
        raise JobNotChangeable(job_id=str(job.id), state=job.state.value)
    window = window or _proposed(job)
    _set(job, _window_values(window), actor)
    writing.promise(job, by=f"{actor.identity} with {agreed_with}")
    audit.change("confirm-window", job, actor=actor, reason=f"agreed with the {agreed_with}")
    db.session.flush()
    record(WindowConfirmed(at=clock.now(), job_id=job.id))
    release.review([job.id], actor=actor)
    return job


def _proposed(job: Job) -> Window:
    if job.window_start is None or job.window_end is None:
        remedy = "say which window was agreed"
        raise WindowNotValid(errors=[problem_of("window_start", "is missing", remedy=remedy)])
    return job.window_start, job.window_end


def mark(job_id: UUID, state: JobState, *, actor: Actor, reason: str | None = None) -> Job:
    """Take a job where its visit has gone; for planning and visits, which know why.

    Marked released, it is looked at again and may have to wait. Marked failed, it waits for a
    person's decision, with ``reason`` shown.

    Raises:
        JobMoveRefused: a job does not go there from where it is.
    """
    job = lock(Job, [job_id])[job_id]
    if job.state is state:
        return job
    if state not in MOVES[job.state]:
        raise JobMoveRefused(job=job.number, state=job.state.value, wanted=state.value)
    released = state is JobState.RELEASED
    job.state = JobState.WAITING if released else state
    job.blockers = [visit_failed(reason)] if state is JobState.FAILED else []
    audit.change(f"mark-{state.value}", job, actor=actor, reason=reason)
    db.session.flush()
    if state is JobState.FAILED:
        codes = (BlockerCode.VISIT_FAILED.value,)
        record(JobBlocked(at=clock.now(), job_id=job.id, codes=codes))
    release.review({*queries.followers([job_id]), *([job_id] if released else [])}, actor=actor)
    return job


def try_again(job_id: UUID, *, actor: Actor) -> Job:
    """Decide that somebody goes again, after a visit that failed.

    Raises:
        JobNotFound: there is no such job for this actor.
        Forbidden: the actor may not decide it.
        JobMoveRefused: no visit of it has failed.
    """
    job = reading.get(job_id, actor=actor, locked=True)
    require(policies.can_change(actor, job), "try-again")
    if job.state is not JobState.FAILED:
        raise JobMoveRefused(job=job.number, state=job.state.value, wanted="released")
    return mark(job_id, JobState.RELEASED, actor=actor, reason="to be tried again")


def reveal(job_id: UUID, *, actor: Actor, reason: str | None = None) -> Job:
    """Open a job's personal data to the actor, and write down that it was.

    Raises:
        JobNotFound: there is no such job for this actor.
        Forbidden: the actor need not know.
    """
    job = reading.get(job_id, actor=actor)
    require(policies.can_reveal(actor, job), "reveal-job")
    audit.note("reveal", "jobs", job.id, actor=actor, reason=reason)
    return job
