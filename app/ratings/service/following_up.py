"""Asking a month later whether it is still good."""

from uuid import UUID

from app.core import audit, clock, links, outbox
from app.core.db import db
from app.core.errors import NotFound
from app.core.links import Purpose
from app.core.policies import Actor, system
from app.jobs.models import Job
from app.planning.queries import visits
from app.ratings import queries
from app.ratings.models import FollowUp


class NothingAsked(NotFound):
    """Nobody has asked whether this is still good."""

    code = "nothing-asked"


def ask(visit_id: UUID) -> FollowUp | None:
    """Ask the consumer of a visit whether it is still good; once."""
    if db.session.get(FollowUp, visit_id) is not None:
        return None
    job = db.session.get_one(Job, visits.get(visit_id).job_id)
    secret, _ = links.mint(Purpose.JOB, job.id)
    row = FollowUp(visit_id=visit_id, asked_at=clock.now())
    db.session.add(row)
    audit.change("ask-still-good", row, actor=system("ratings"))
    outbox.enqueue(
        "still-good",
        about=f"still-good:{visit_id}",
        recipient=f"customer:{job.customer_id}",
        payload=queries.follow_up_payload(job) | {"link": links.address(secret)},
        scope=job.territory_id,
    )
    return row


def say_it_is(visit_id: UUID, *, good: bool, actor: Actor) -> FollowUp:
    """Keep a consumer's answer; the last one counts.

    Raises:
        NothingAsked: they were not asked.
    """
    row = db.session.get(FollowUp, visit_id)
    if row is None:
        raise NothingAsked(visit_id=str(visit_id))
    row.good, row.answered_at = good, clock.now()
    audit.change("say-still-good", row, actor=actor)
    db.session.flush()
    return row
