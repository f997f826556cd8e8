"""Words that come with a job: what whoever goes there should know."""

from uuid import UUID

from app.core import audit, clock
from app.core.db import db
from app.core.errors import Invalid, problem_of
from app.core.events import record
from app.core.policies import Actor, require
from app.jobs import policies
from app.jobs.events import JobChanged
from app.jobs.models import Job
from app.jobs.queries import reading
from app.jobs.service.changing import JobNotChangeable

LONGEST_NOTE = 500
LONGEST_NOTES = 4000


class NoteNotAccepted(Invalid):
    """This note is empty, or there is no room for it."""

    code = "note-not-accepted"


def add_note(job_id: UUID, text: str, *, actor: Actor) -> Job:
    """Add what the consumer, their brand or a dispatcher wants the technician to know.

    Records ``JobChanged`` for ``notes``; what was said before stays.

    Raises:
        JobNotFound: there is no such job for this actor.
        Forbidden: the actor may not add to it.
        JobNotChangeable: it has ended.
        NoteNotAccepted: it is empty or too long, or the job's notes are full.
    """
    job = reading.get(job_id, actor=actor, locked=True)
    require(policies.can_see(actor, job), "add-note")
    if job.is_over:
        raise JobNotChangeable(job_id=str(job.id), state=job.state.value)
    note = " ".join(text.split())
    if not 0 < len(note) <= LONGEST_NOTE:
        limit = f"is empty or longer than {LONGEST_NOTE} characters"
        raise NoteNotAccepted(errors=[problem_of("note", limit)])
    notes = "\n".join(part for part in (job.notes, note) if part)
    if len(notes) > LONGEST_NOTES:
        raise NoteNotAccepted(errors=[problem_of("note", "leaves no room for more")])

    job.notes = notes
    audit.change("add-note", job, actor=actor)
    db.session.flush()
    record(JobChanged(at=clock.now(), job_id=job.id, fields=("notes",)))
    return job
