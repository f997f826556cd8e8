"""What a consumer does to their cases."""

from uuid import UUID

from app.aftersales import policies, queries, rules
from app.aftersales.events import CaseOpened
from app.aftersales.models import Case, CaseKind, CaseStep
from app.aftersales.service.entries import checked, write
from app.core import audit, clock
from app.core.db import db, lock
from app.core.errors import Conflict
from app.core.events import record
from app.core.policies import Actor, require
from app.jobs import queries as jobs
from app.jobs import service as job_service
from app.jobs.models import Job, JobState


class NothingToComplainOf(Conflict):
    """Nothing was done yet, or too long ago."""

    code = "nothing-to-complain-of"


def open_case(
    job_id: UUID, kind: CaseKind, text: str, *, wants_visit: bool = False, actor: Actor
) -> Case:
    """Open a case about a job; while one of the same kind is open, it is continued instead.

    «Not finished» within 48 hours of a visit adds the next visit to the job by itself. A case that
    was resolved in the last two weeks is opened again. Records ``CaseOpened``.

    Raises:
        JobNotFound: there is none for this actor.
        Forbidden: the actor may see it but not complain of it.
        CaseNotAccepted: the words are missing or too many.
        NothingToComplainOf: no visit was completed, or it is too long ago.
    """
    seen = jobs.get(job_id, actor=actor)
    require(policies.can_open(actor, seen), "open-case")
    words, now = checked(text), clock.now()
    job = lock(Job, [job_id])[job_id]
    visit = queries.last_visit(job_id)
    too_late = visit and visit.finished_at and now > visit.finished_at + rules.COMPLAIN_WITHIN
    if visit is None or too_late:
        raise NothingToComplainOf(job=job.number)
    case = _continued(job_id, kind) or _new(job, kind, visit.id)
    case.wants_visit = case.wants_visit or wants_visit
    if rules.goes_again(kind, visit.finished_at, now) and job.state is JobState.DONE:
        job_service.go_again(job_id, reason="not finished", actor=actor)
        case.step = CaseStep.VISIT_ARRANGED
    audit.change("open-case", case, actor=actor)
    db.session.flush()
    write(case, words, actor=actor)
    record(CaseOpened(at=now, case_id=case.id, job_id=job_id))
    return case


def say(case_id: UUID, text: str, *, job_id: UUID, actor: Actor) -> Case:
    """Add what a consumer has to say to their case; a resolved one is opened again.

    Raises:
        CaseNotFound: the job has none such.
        CaseNotAccepted: the words are missing or too many.
        NothingToComplainOf: it was resolved too long ago.
    """
    words = checked(text)
    case = next((one for one in queries.of_job(job_id, locked=True) if one.id == case_id), None)
    if case is None:
        raise queries.CaseNotFound(case_id=str(case_id))
    if not case.is_open and not _reopened(case):
        raise NothingToComplainOf(case=case.number)
    audit.change("say-in-case", case, actor=actor)
    write(case, words, actor=actor)
    return case


def _continued(job_id: UUID, kind: CaseKind) -> Case | None:
    same = [case for case in queries.of_job(job_id, locked=True) if case.kind is kind]
    return next((case for case in same if case.is_open or _reopened(case)), None)


def _reopened(case: Case) -> bool:
    """Open a case again that was resolved a short while ago; tell whether it was."""
    now = clock.now()
    if case.resolved_at is None or now > case.resolved_at + rules.REOPENED_WITHIN:
        return False
    case.step, case.resolution, case.resolved_at = CaseStep.RECEIVED, None, None
    case.due_at, case.answered_at = rules.answer_due(case.kind, now), None
    return True


def _new(job: Job, kind: CaseKind, visit_id: UUID) -> Case:
    now = clock.now()
    case = Case(
        person=job.person,
        number=queries.free_number(now),
        job_id=job.id,
        visit_id=visit_id,
        brand_id=job.brand_id,
        territory_id=job.territory_id,
        kind=kind,
        step=CaseStep.RECEIVED,
        wants_visit=False,
        opened_at=now,
        due_at=rules.answer_due(kind, now),
    )
    db.session.add(case)
    return case
