"""Reading cases."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.aftersales import policies
from app.aftersales.models import Case, CaseEntry, CaseStep, Rework
from app.core import clock
from app.core.db import db
from app.core.errors import NotFound
from app.core.policies import Actor, Role
from app.jobs.models import Job
from app.planning.models import Visit, VisitState


class CaseNotFound(NotFound):
    """There is no such case."""

    code = "case-not-found"


@dataclass(frozen=True)
class CaseView:
    """A case with what was said in it and the jobs that do it again."""

    case: Case
    job: Job
    entries: list[CaseEntry]
    reworks: list[Job]

    @property
    def is_late(self) -> bool:
        return self.case.is_open and self.case.due_at < clock.now()

    @property
    def told(self) -> list[CaseEntry]:
        """Return what its consumer may read."""
        return [entry for entry in self.entries if not entry.internal]


def visible(actor: Actor) -> sa.Select[Case]:
    """Select the cases that the actor may see."""
    chosen = sa.select(Case)
    if actor.is_administrator:
        return chosen
    theirs: list[sa.ColumnElement[bool]] = [sa.false()]
    if actor.has(Role.DISPATCHER):
        theirs.append(Case.territory_id.in_(actor.territory_ids))
    if actor.has(Role.BRAND):
        theirs.append(Case.brand_id.in_(actor.brand_ids))
    return chosen.where(sa.or_(*theirs))


def search(
    actor: Actor, *, step: CaseStep | None = None, is_late: bool | None = None
) -> sa.Select[Case]:
    """Select the cases that the actor may see, narrowed."""
    chosen = visible(actor)
    if step is not None:
        chosen = chosen.where(Case.step == step)
    if is_late is not None:
        late = sa.and_(Case.step != CaseStep.RESOLVED, Case.due_at < clock.now())
        chosen = chosen.where(late if is_late else sa.not_(late))
    return chosen


def get(case_id: UUID, *, actor: Actor, locked: bool = False) -> Case:
    """Return a case, locked and fresh if it is about to change.

    Raises:
        CaseNotFound: there is none for this actor.
    """
    chosen = sa.select(Case).where(Case.id == case_id)
    if locked:
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    case = db.session.scalar(chosen)
    if case is None or not policies.can_see(actor, case):
        raise CaseNotFound(case_id=str(case_id))
    return case


def of_job(job_id: UUID, *, locked: bool = False) -> list[Case]:
    """Return a job's cases, the newest first."""
    chosen = sa.select(Case).where(Case.job_id == job_id).order_by(Case.opened_at.desc())
    if locked:
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(chosen))


def views(cases: list[Case]) -> list[CaseView]:
    """Show several cases, in their order, in a fixed number of queries."""
    ids = [case.id for case in cases]
    jobs = {
        job.id: job
        for job in db.session.scalars(
            sa.select(Job).where(Job.id.in_([case.job_id for case in cases]))
        )
    }
    entries: dict[UUID, list[CaseEntry]] = {key: [] for key in ids}
    chosen = sa.select(CaseEntry).where(CaseEntry.case_id.in_(ids)).order_by(CaseEntry.number)
    for entry in db.session.scalars(chosen):
        entries[entry.case_id].append(entry)
    reworks: dict[UUID, list[Job]] = {key: [] for key in ids}
    linked = sa.select(Rework.case_id, Job).join(Job, Job.id == Rework.job_id)
    for case_id, job in db.session.execute(linked.where(Rework.case_id.in_(ids))):
        reworks[case_id].append(job)
    return [
        CaseView(case, jobs[case.job_id], entries[case.id], reworks[case.id]) for case in cases
    ]


def last_visit(job_id: UUID) -> Visit | None:
    """Return the last visit of a job that was completed."""
    chosen = sa.select(Visit).where(Visit.job_id == job_id, Visit.state == VisitState.COMPLETED)
    return db.session.scalar(chosen.order_by(Visit.ordinal.desc()).limit(1))


def first_of(job_id: UUID) -> UUID | None:
    """Return the job that a rework does again; ``None``: it does none again."""
    return db.session.scalar(sa.select(Rework.first_job_id).where(Rework.job_id == job_id))


def free_number(at: datetime) -> str:
    """Return a case number that nobody has: the year, and six digits easily read out."""
    while True:
        number = f"C{at:%y}-{secrets.randbelow(10**6):06d}"
        if db.session.scalar(sa.select(Case.id).where(Case.number == number)) is None:
            return number
