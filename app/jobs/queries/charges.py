"""What a job costs its consumer beside the visit, and what changing it would."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.catalogue import queries as catalogue
from app.catalogue.models import Brand, Price
from app.core import clock
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.models import Charge, Job
from app.jobs.rules.changing import until
from app.places.models import Territory

LATE_CHANGE = "late-change"


class ChargeNotFound(NotFound):
    """There is no such charge."""

    code = "charge-not-found"


@dataclass(frozen=True)
class ChangeTerms:
    """What moving a job or calling it off takes now.

    Attributes:
        fee: What it costs; ``None``: nothing.
        may_move: Whether the consumer may still move it themselves.
        free_until: Until when it costs nothing; ``None``: nothing is agreed yet.
    """

    fee: Price | None
    may_move: bool
    free_until: datetime | None


def change_terms(job: Job) -> ChangeTerms:
    """Return what a change of a job takes now, by its brand's rules."""
    brand, now = db.session.get_one(Brand, job.brand_id), clock.now()
    agreed = job.window_start if job.window_confirmed_at else None
    moments = until(agreed, free_hours=brand.free_change_hours, last_hours=brand.last_change_hours)
    fee = None if moments.is_free(now) else price(job, LATE_CHANGE)
    return ChangeTerms(fee, moments.may_move(now), moments.free)


def price(job: Job, code: str) -> Price | None:
    """Return what something costs at a job today."""
    zone = db.session.get_one(Territory, job.territory_id).timezone
    return catalogue.price_for(
        code,
        brand_id=job.brand_id,
        category_id=job.category_id,
        job_type=job.job_type,
        on=clock.today(zone),
    )


def charges(job_id: UUID) -> list[Charge]:
    """Return what was proposed or agreed for a job beside the visit, the oldest first."""
    chosen = sa.select(Charge).where(Charge.job_id == job_id)
    return list(db.session.scalars(chosen.order_by(Charge.created_at, Charge.id)))


def charge(job_id: UUID, charge_id: UUID) -> Charge:
    """Return one charge of a job.

    Raises:
        ChargeNotFound: the job has none such.
    """
    found = db.session.get(Charge, charge_id)
    if found is None or found.job_id != job_id:
        raise ChargeNotFound(charge_id=str(charge_id))
    return found
