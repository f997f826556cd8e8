"""What happened to jobs, in the order in which it was sealed: for systems that follow along."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from app.core import keys
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Invalid, problem_of
from app.core.policies import Actor
from app.jobs.models import Job, JobState
from app.jobs.queries.reading import visible

PURPOSE = "changes-cursor"
BATCH, BATCHES = 500, 20


class ChangesCursorNotValid(Invalid):
    """This place in the changes is not one of ours; start without one."""

    code = "changes-cursor-not-valid"


@dataclass(frozen=True)
class Change:
    """One change of a job, and where the job stands now."""

    id: UUID
    at: datetime
    action: str
    job_id: UUID
    number: str
    state: JobState


@dataclass(frozen=True)
class Changes:
    """Some changes, oldest first, and the place from which to ask on.

    ``more``: there are others already; without it nothing is lost by waiting.
    """

    items: list[Change]
    next: str
    more: bool


def changes(actor: Actor, *, after: str | None, limit: int) -> Changes:
    """Return what happened since a place to the jobs that the actor may see.

    Positions of the audit's chain have no gap and never come late, so that nothing is skipped; a
    place is sealed, because positions would tell how much happens to others.

    Raises:
        ChangesCursorNotValid: the place was not given by this list.
    """
    position = _opened(after) if after else 0
    found: list[Change] = []
    for _ in range(BATCHES):
        entries = _entries(position)
        for change, at in _of_theirs(entries, actor):
            found.append(change)
            if len(found) == limit:
                return Changes(found, _sealed(at), more=True)
        if not entries:
            return Changes(found, _sealed(position), more=False)
        position = entries[-1].position or position
    return Changes(found, _sealed(position), more=True)


def _entries(position: int) -> list[AuditEntry]:
    chosen = sa.select(AuditEntry).where(
        AuditEntry.position > position, AuditEntry.subject_kind == Job.__tablename__
    )
    return list(db.session.scalars(chosen.order_by(AuditEntry.position).limit(BATCH)))


def _of_theirs(entries: list[AuditEntry], actor: Actor) -> list[tuple[Change, int]]:
    ids = {UUID(entry.subject_id) for entry in entries}
    jobs = {job.id: job for job in db.session.scalars(visible(actor).where(Job.id.in_(ids)))}
    return [
        (
            Change(entry.id, entry.at, entry.action, job.id, job.number, job.state),
            entry.position or 0,
        )
        for entry in entries
        if (job := jobs.get(UUID(entry.subject_id))) is not None
    ]


def _sealed(position: int) -> str:
    sealed = keys.seal(str(position).encode(), key=keys.derived_key(PURPOSE), context=PURPOSE)
    return base64.urlsafe_b64encode(sealed).decode()


def _opened(place: str) -> int:
    try:
        sealed = base64.b64decode(place, altchars=b"-_", validate=True)
        return int(keys.open_sealed(sealed, key=keys.derived_key(PURPOSE), context=PURPOSE))
    except (InvalidTag, ValueError, binascii.Error) as error:
        fault = problem_of("after", "is not valid", value=place[:60])
        raise ChangesCursorNotValid(errors=[fault]) from error
