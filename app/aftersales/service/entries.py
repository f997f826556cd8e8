"""Writing down what is said in a case."""

import sqlalchemy as sa

from app.aftersales.models import Case, CaseEntry
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid, problem_of
from app.core.policies import Actor
from app.jobs.models import Job

LONGEST = 2000


class CaseNotAccepted(Invalid):
    """This case says nothing, or too much."""

    code = "case-not-accepted"


def checked(text: str) -> str:
    """Return words worth keeping.

    Raises:
        CaseNotAccepted: there are none, or too many.
    """
    words = text.strip()
    if not 0 < len(words) <= LONGEST:
        limit = f"is empty or longer than {LONGEST} characters"
        raise CaseNotAccepted(errors=[problem_of("text", limit)])
    return words


def write(case: Case, text: str, *, actor: Actor, internal: bool = False) -> CaseEntry:
    """Add one entry to a case that the caller has locked."""
    job = db.session.get_one(Job, case.job_id)
    last = sa.select(sa.func.max(CaseEntry.number)).where(CaseEntry.case_id == case.id)
    entry = CaseEntry(
        person=job.person,
        case_id=case.id,
        number=(db.session.scalar(last) or 0) + 1,
        at=clock.now(),
        by=actor.identity[:120],
        from_consumer=actor.customer_id is not None,
        internal=internal,
    )
    entry.text = text
    db.session.add(entry)
    db.session.flush()
    return entry
