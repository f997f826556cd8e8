"""What consumers should hear of by the clock, not because somebody did something."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.core import clock, phones
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.core.phones import PhoneNotValid
from app.customers.models import Customer
from app.customers.queries import index_of
from app.jobs.models import Job
from app.places.models import Territory
from app.planning.models import Assignment, Visit, VisitState

EVENING = 17
SOON = timedelta(minutes=15)
LATE = timedelta(minutes=10)
AWAITED = (VisitState.OPEN, VisitState.SCHEDULED)


def to_remind() -> list[tuple[UUID, datetime]]:
    """Return visits agreed for the local tomorrow, once it is evening there; with their starts."""
    now = clock.now()
    chosen = (
        sa.select(Visit.id, Job.window_start, Territory.timezone)
        .join(Job, Job.id == Visit.job_id)
        .join(Territory, Territory.id == Job.territory_id)
        .where(
            Visit.state.in_(AWAITED),
            Job.window_confirmed_at.is_not(None),
            Job.window_start.between(now, now + timedelta(hours=48)),
        )
    )
    return [
        (visit_id, start)
        for visit_id, start, zone in db.session.execute(chosen.order_by(Job.window_start))
        if start is not None
        and clock.local_day(start, zone) == clock.today(zone) + timedelta(days=1)
        and now.astimezone(ZoneInfo(zone)).hour >= EVENING
    ]


def late() -> list[UUID]:
    """Return announced visits whose promised window will pass before anybody can be there.

    Nobody has set out a quarter of an hour before it ends, or they are planned for after it.
    """
    now = clock.now()
    starts = (
        sa.select(sa.func.min(Assignment.starts_at))
        .where(Assignment.visit_id == Visit.id, Assignment.active)
        .scalar_subquery()
    )
    chosen = (
        sa.select(Visit.id)
        .join(Job, Job.id == Visit.job_id)
        .where(
            Visit.state == VisitState.SCHEDULED,
            Job.window_confirmed_at.is_not(None),
            Job.window_end.between(now - timedelta(hours=12), now + timedelta(hours=12)),
            sa.or_(Job.window_end <= now + SOON, starts > Job.window_end),
        )
    )
    return list(db.session.scalars(chosen.order_by(Job.window_end)))


def was_said(about: str, topic: str) -> bool:
    """Tell whether a message was ever written."""
    chosen = sa.select(OutboxMessage.id)
    chosen = chosen.where(OutboxMessage.about == about, OutboxMessage.topic == topic)
    return db.session.scalar(chosen.limit(1)) is not None


def said_since(about: str, since: datetime) -> int:
    """Return how many messages about one thing were written since then."""
    count = sa.select(sa.func.count()).select_from(OutboxMessage)
    found = count.where(OutboxMessage.about == about, OutboxMessage.created_at >= since)
    return int(db.session.scalar(found) or 0)


def job_of_phone(number: str, phone: str) -> Job | None:
    """Return the job with this number if this phone is its consumer's."""
    try:
        index = index_of(phones.parse(phone))
    except PhoneNotValid:
        return None
    digits = "".join(c for c in number if c.isdigit())
    chosen = (
        sa.select(Job)
        .join(Customer, Customer.id == Job.customer_id)
        .where(Job.number == f"{digits[:4]}-{digits[4:]}", Customer.phone_index == index)
    )
    return db.session.scalar(chosen)
