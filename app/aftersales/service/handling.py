"""What dispatchers do to cases."""

from uuid import UUID

from app.aftersales import policies, queries, rules
from app.aftersales.events import CaseAnswered
from app.aftersales.models import Case, CaseStep, Resolution
from app.aftersales.service.entries import checked, write
from app.core import audit, clock
from app.core.db import db
from app.core.errors import Conflict
from app.core.events import record
from app.core.policies import Actor, require


class CaseIsResolved(Conflict):
    """This case is resolved; its consumer may open it again."""

    code = "case-is-resolved"


def take(case_id: UUID, *, actor: Actor) -> Case:
    """Look after a case from now on.

    Raises:
        CaseNotFound, Forbidden, CaseIsResolved.
    """
    case = open_one(case_id, actor=actor)
    case.owner = actor.identity[:120]
    if case.step is CaseStep.RECEIVED:
        case.step = CaseStep.LOOKED_AT
    audit.change("take-case", case, actor=actor)
    db.session.flush()
    return case


def answer(case_id: UUID, text: str, *, internal: bool = False, actor: Actor) -> Case:
    """Say something to a case's consumer, or among ourselves.

    The first word to the consumer stops the clock of the answer and starts that of the
    resolution. Records ``CaseAnswered`` unless it is internal.

    Raises:
        CaseNotFound, Forbidden, CaseIsResolved.
        CaseNotAccepted: the words are missing or too many.
    """
    case = open_one(case_id, actor=actor)
    words = checked(text)
    if not internal:
        _answered(case, actor)
    audit.change("answer-case", case, actor=actor)
    write(case, words, actor=actor, internal=internal)
    if not internal:
        record(CaseAnswered(at=clock.now(), case_id=case.id, job_id=case.job_id))
    return case


def resolve(case_id: UUID, resolution: Resolution, text: str, *, actor: Actor) -> Case:
    """Settle a case, and tell its consumer how. Records ``CaseAnswered``.

    Raises:
        CaseNotFound, Forbidden, CaseIsResolved.
        CaseNotAccepted: the words are missing or too many.
    """
    case = open_one(case_id, actor=actor)
    words = checked(text)
    _answered(case, actor)
    case.step, case.resolution, case.resolved_at = CaseStep.RESOLVED, resolution, clock.now()
    audit.change("resolve-case", case, actor=actor, reason=resolution.value)
    write(case, words, actor=actor)
    record(CaseAnswered(at=clock.now(), case_id=case.id, job_id=case.job_id))
    return case


def open_one(case_id: UUID, *, actor: Actor) -> Case:
    """Return an open case, locked, to whoever may settle it."""
    case = queries.get(case_id, actor=actor, locked=True)
    require(policies.can_settle(actor, case), "settle-case")
    if not case.is_open:
        raise CaseIsResolved(case=case.number)
    return case


def _answered(case: Case, actor: Actor) -> None:
    case.owner = case.owner or actor.identity[:120]
    if case.answered_at is None:
        case.answered_at = clock.now()
        case.due_at = rules.resolve_due(clock.now())
    if case.step is CaseStep.RECEIVED:
        case.step = CaseStep.LOOKED_AT
