"""Doing again what was not done well."""

from uuid import UUID

from app.aftersales.models import Case, CaseStep, Rework
from app.aftersales.service.handling import open_one
from app.core import audit
from app.core.db import db
from app.core.errors import Conflict
from app.core.policies import Actor
from app.jobs import service as jobs
from app.jobs.models import Job
from app.planning import service as planning
from app.planning.models import Pin
from app.planning.queries import visits


class ReworkArranged(Conflict):
    """Somebody goes again for this case already."""

    code = "rework-arranged"


def rework(case_id: UUID, *, same_technician: bool, actor: Actor) -> Job:
    """Add the job that does again what a case is about; it costs its consumer nothing.

    With ``same_technician`` its first seat is pinned to whoever led the visit before; where they
    cannot take it, the refusal says why.

    Raises:
        CaseNotFound, Forbidden, CaseIsResolved.
        ReworkArranged: somebody goes again already.
        MoveRefused: the same technician cannot.
    """
    case = open_one(case_id, actor=actor)
    if case.step is CaseStep.VISIT_ARRANGED:
        raise ReworkArranged(case=case.number)
    job = jobs.do_again(case.job_id, reason=f"rework for {case.number}", actor=actor)
    db.session.add(Rework(job_id=job.id, case_id=case.id, first_job_id=case.job_id))
    case.step = CaseStep.VISIT_ARRANGED
    audit.change("arrange-rework", case, actor=actor)
    db.session.flush()
    if same_technician and (before := _who_led(case)) is not None:
        _pin(job, before, actor)
    return job


def _who_led(case: Case) -> UUID | None:
    crew = visits.crew_of(case.visit_id) if case.visit_id else []
    return crew[0].technician_id if crew else None


def _pin(job: Job, technician_id: UUID, actor: Actor) -> Pin:
    return planning.move(job.id, 0, technician_id, None, "does again what they did", actor)
