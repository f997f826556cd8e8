"""What each seat of a job asks of whoever fills it."""

from uuid import UUID

import sqlalchemy as sa

from app.catalogue.models import Category
from app.core.db import db
from app.jobs.models import Job
from app.technicians.rules import Needs


def needs_of(job: Job, category_path: str, seat: int) -> Needs:
    """Return what one seat needs: its level, and every licence, because all of a crew work."""
    return _needs(job, category_path, job.crew[seat].get("level", 1))


def needs_of_team(job: Job, category_path: str) -> Needs:
    """Return what a standing team needs that fills every seat: the highest level of them."""
    return _needs(job, category_path, max(seat.get("level", 1) for seat in job.crew))


def path_of(category_id: UUID) -> str:
    """Return a category's path from the root."""
    return str(db.session.scalar(sa.select(Category.path).where(Category.id == category_id)))


def _needs(job: Job, category_path: str, level: int) -> Needs:
    return Needs(
        brand_id=job.brand_id,
        category_path=category_path,
        job_type=job.job_type,
        level=level,
        licences=tuple(sorted(job.licences)),
        needs_certificate=job.needs_certificate,
    )
