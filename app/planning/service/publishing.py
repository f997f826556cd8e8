"""Announcing a territory-day, by compare-and-set against what the plan was made from."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.core import audit, clock
from app.core.db import db
from app.core.errors import Conflict
from app.core.events import record
from app.core.failpoints import fail
from app.core.policies import Actor, require
from app.jobs import service as jobs
from app.jobs.models import Job, JobState
from app.places.models import Territory
from app.planning import policies
from app.planning.events import PlanPublished, VisitChanged, VisitScheduled, VisitUnscheduled
from app.planning.models import (
    Assignment,
    PlanState,
    PlanVersion,
    Publication,
    Route,
    Stop,
    Visit,
    VisitState,
)
from app.planning.queries import plans
from app.planning.service import standing
from app.planning.service.comparing import changes
from app.planning.service.days import Day, lock_day


class PlanNotReady(Conflict):
    """This plan has not been found yet, or never was."""

    code = "plan-not-ready"


class DayNotInPlan(Conflict):
    """This plan does not cover that day, or the day is over."""

    code = "day-not-in-plan"


class AlreadyPublished(Conflict):
    """This day is announced from this plan already."""

    code = "plan-already-published"


class PlanOutdated(Conflict):
    """Something that the plan rests on has changed since it was made.

    ``changed`` lists each job with what changed; the rest may be announced without them.
    """

    code = "plan-outdated"


def publish(
    plan_id: UUID, day: date, actor: Actor, accept_changes: bool = False
) -> tuple[Publication, list[dict[str, Any]]]:
    """Announce one day of a plan.

    New orders never stand in the way. Every stop is compared with what it rested on: where that
    has changed, nothing is announced, or with ``accept_changes`` everything but those jobs, which
    keep what they had. Records ``PlanPublished``, and for each visit ``VisitScheduled``,
    ``VisitChanged`` or ``VisitUnscheduled``.

    Returns:
        The publication, and the jobs refused with what changed.

    Raises:
        PlanNotFound: there is none for this actor.
        PlanNotReady: the search has not ended, or failed.
        DayNotInPlan: the plan does not cover the day, or it is over.
        AlreadyPublished: the day is announced from this plan already.
        PlanOutdated: inputs changed and that was not accepted.
        TechnicianBusy: somebody else took a technician's time meanwhile.
    """
    plan = plans.get(plan_id, actor=actor)
    require(policies.can_plan(actor, plan.territory_id), "publish-plan")
    territory = db.session.get_one(Territory, plan.territory_id)
    _check_day(plan, day, territory)
    found = lock_day(plan, day)
    before = plans.publication(plan.territory_id, day)
    if before is not None and before.plan_id == plan.id:
        raise AlreadyPublished(plan_id=str(plan.id), day=day.isoformat())
    refused = changes(territory, found)
    if refused and not accept_changes:
        raise PlanOutdated(plan_id=str(plan.id), day=day.isoformat(), changed=refused)

    publication = _announce(found, {UUID(one["job_id"]) for one in refused}, before, actor)
    fail("publish.before_commit")
    return publication, refused


def _check_day(plan: PlanVersion, day: date, territory: Territory) -> None:
    if plan.state is not PlanState.READY:
        raise PlanNotReady(plan_id=str(plan.id), state=plan.state.value, why=plan.error)
    if not plan.first_day <= day <= plan.last_day or day < clock.today(territory.timezone):
        raise DayNotInPlan(
            day=day.isoformat(),
            first_day=plan.first_day.isoformat(),
            last_day=plan.last_day.isoformat(),
        )


def _announce(
    found: Day, refused: set[UUID], before: Publication | None, actor: Actor
) -> Publication:
    plan = found.plan
    publication = Publication(
        plan_id=plan.id,
        territory_id=plan.territory_id,
        day=found.day,
        number=(before.number if before else 0) + 1,
        published_at=clock.now(),
        published_by=actor.identity,
    )
    audit.change("publish-plan", publication, actor=actor)
    db.session.add(publication)
    db.session.flush()
    concerned = [job_id for job_id in found.jobs if job_id not in refused]
    freed = [one for job_id in concerned for one in found.taken_by(job_id)]
    technicians = {one.technician_id for one in freed if one.day == found.day}
    standing.free(freed, actor=actor, why=f"plan {plan.number} was published")
    for job_id in concerned:
        if job_id in found.planned:
            technicians |= _schedule(found, found.jobs[job_id], publication, actor)
        else:
            _unschedule(found, found.jobs[job_id], actor)
    record(
        PlanPublished(
            at=clock.now(),
            plan_id=plan.id,
            territory_id=plan.territory_id,
            day=found.day,
            technician_ids=tuple(sorted(technicians)),
        )
    )
    return publication


def _schedule(found: Day, job: Job, publication: Publication, actor: Actor) -> set[UUID]:
    """Give a job's visit its crew and time; return the technicians."""
    visit = found.visits.get(job.id) or standing.open_visit(job.id, actor=actor)
    was_told = visit.state is VisitState.SCHEDULED
    taken = found.taken_by(job.id) if was_told else []
    told = [(one.seat, one.technician_id, one.starts_at) for one in taken]
    rows = [_assignment(visit, route, stop) for route, stop in found.planned[job.id]]
    standing.take(rows, actor=actor)
    visit.state, visit.publication_id = VisitState.SCHEDULED, publication.id
    audit.change("schedule-visit", visit, actor=actor)
    if job.state is not JobState.PLANNED:
        jobs.mark(job.id, JobState.PLANNED, actor=actor)
    announce(visit, job, told, rows)
    return {row.technician_id for row in rows}


def _assignment(visit: Visit, route: Route, stop: Stop) -> Assignment:
    return Assignment(
        visit_id=visit.id,
        seat=stop.seat,
        technician_id=route.technician_id,
        day=route.day,
        sequence=stop.sequence,
        starts_at=stop.starts_at,
        ends_at=stop.finishes_at,
    )


def announce(
    visit: Visit,
    job: Job,
    told: list[tuple[int, UUID, datetime]],
    rows: list[Assignment],
) -> None:
    """Record what a visit's crew and time mean to those who were told, if anything."""
    promised, starts_at = job.window_confirmed_at is not None, rows[0].starts_at
    if not told:
        record(
            VisitScheduled(
                at=clock.now(),
                visit_id=visit.id,
                job_id=job.id,
                starts_at=starts_at,
                promised=promised,
            )
        )
    elif sorted(told) != sorted((row.seat, row.technician_id, row.starts_at) for row in rows):
        record(
            VisitChanged(
                at=clock.now(),
                visit_id=visit.id,
                job_id=job.id,
                started_at=told[0][2],
                starts_at=starts_at,
                promised=promised,
            )
        )


def _unschedule(found: Day, job: Job, actor: Actor) -> None:
    """Take a visit off the schedule: the plan does it on another day or not at all."""
    visit = found.visits.get(job.id)
    if visit is None or visit.state is not VisitState.SCHEDULED:
        return
    visit.state, visit.publication_id = VisitState.OPEN, None
    audit.change("unschedule-visit", visit, actor=actor)
    jobs.mark(job.id, JobState.RELEASED, actor=actor)
    record(VisitUnscheduled(at=clock.now(), visit_id=visit.id, job_id=job.id))
