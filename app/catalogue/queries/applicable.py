"""What counts of the catalogue for some work on some day."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from app.catalogue import rules
from app.catalogue.models import Category, JobType, PayRate, Price, ProductModel, WorkSpec
from app.catalogue.queries.finding import visible
from app.core.db import db
from app.core.policies import Actor


def lineage(category_id: UUID) -> list[Category]:
    """Return a category and all above it, root first."""
    category = db.session.get(Category, category_id)
    if category is None:
        return []
    above = sa.select(Category).where(Category.path.in_(rules.lineage(category.path)))
    return list(db.session.scalars(above.order_by(sa.func.length(Category.path))))


def spec_for(
    job_type: JobType, *, model_id: UUID | None, category_id: UUID | None
) -> WorkSpec | None:
    """Return what a job takes: the model's own spec, else its nearest category's, else nothing.

    ``category_id`` may be left out where the model is known.
    """
    if category_id is None and model_id is not None:
        model = db.session.get(ProductModel, model_id)
        category_id = model.category_id if model else None
    above = [category.id for category in lineage(category_id)] if category_id else []
    scope: sa.ColumnElement[bool] = WorkSpec.category_id.in_(above)
    if model_id is not None:
        scope = sa.or_(scope, WorkSpec.model_id == model_id)
    found = db.session.scalars(sa.select(WorkSpec).where(WorkSpec.job_type == job_type, scope))
    return max(
        found,
        key=lambda spec: len(above) if spec.category_id is None else above.index(spec.category_id),
        default=None,
    )


def price_for(
    code: str,
    *,
    brand_id: UUID | None,
    category_id: UUID | None,
    job_type: JobType | None,
    on: date,
) -> Price | None:
    """Return the most specific price of ``visit`` or an extra that is valid on a day."""
    depth_of = _depths(category_id)
    chosen = sa.select(Price).where(
        Price.code == code,
        *_dated(Price, on),
        sa.or_(Price.brand_id.is_(None), Price.brand_id == brand_id),
        sa.or_(Price.category_id.is_(None), Price.category_id.in_(depth_of)),
        sa.or_(Price.job_type.is_(None), Price.job_type == job_type),
    )
    return rules.best_price(db.session.scalars(chosen), depth_of)


def pay_for(
    job_type: JobType, *, category_id: UUID | None, level: int, on: date
) -> PayRate | None:
    """Return the most specific rate valid on a day for a technician of this level or lower."""
    depth_of = _depths(category_id)
    chosen = sa.select(PayRate).where(
        PayRate.job_type == job_type,
        PayRate.level <= level,
        *_dated(PayRate, on),
        sa.or_(PayRate.category_id.is_(None), PayRate.category_id.in_(depth_of)),
    )
    return rules.best_pay(db.session.scalars(chosen), depth_of)


def _depths(category_id: UUID | None) -> dict[UUID, int]:
    """Return how deep a category and each above it lie; the root's depth is 1."""
    above = lineage(category_id) if category_id else []
    return {category.id: depth for depth, category in enumerate(above, start=1)}


def prices(actor: Actor, *, code: str | None = None, on: date | None = None) -> sa.Select[Price]:
    """Select the prices the actor may see, of one thing or valid on a day."""
    chosen = visible(Price, actor)
    if code is not None:
        chosen = chosen.where(Price.code == code)
    return chosen if on is None else chosen.where(*_dated(Price, on))


def _dated(kind: type[Price] | type[PayRate], on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return kind.valid_from <= on, sa.or_(kind.valid_until.is_(None), kind.valid_until >= on)
