"""Completed visits whose consumers were invited."""

import sqlalchemy as sa

from app.core.db import db, unit_of_work
from app.core.outbox import OutboxMessage
from app.jobs.models import JobState
from tests.factories import (
    make_customer,
    make_job,
    make_technician,
    make_territory,
    technician_actor,
)
from tests.visits.made import assign, make_visit, tell


def complete_visit(technician=None, *, crew=(), **job):
    """Have a technician complete a visit; the consumer is invited by that."""
    territory = job.pop("territory", None) or make_territory()
    technician = technician or make_technician(territory)
    customer = job.pop("customer", None) or make_customer()
    wanted = make_job(territory=territory, customer=customer, state=JobState.PLANNED, **job)
    visit = make_visit(technician, job=wanted)
    for seat, one in enumerate(crew, start=1):
        assign(visit, one, seat=seat)
    tell(visit, "completed", actor=technician_actor(technician))
    return visit


def invitations(visit):
    chosen = sa.select(OutboxMessage).where(
        OutboxMessage.about == f"visit:{visit.id}", OutboxMessage.topic == "rate-visit"
    )
    return list(db.session.scalars(chosen.order_by(OutboxMessage.created_at)))


def secret_of(visit):
    """Return the secret that the consumer was sent."""
    return invitations(visit)[-1].payload["link"].rsplit("/", 1)[1]


def within(work, /, *args, **given):
    with unit_of_work():
        return work(*args, **given)
