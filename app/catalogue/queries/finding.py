"""Finding what is in the catalogue."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from app.catalogue import policies
from app.catalogue.models import (
    Brand,
    Category,
    KitLine,
    PayRate,
    Price,
    ProductModel,
    WorkSpec,
)
from app.core.db import db
from app.core.errors import NotFound
from app.core.policies import Actor


class BrandNotFound(NotFound):
    """There is no such brand."""

    code = "brand-not-found"


class CategoryNotFound(NotFound):
    """There is no such category."""

    code = "category-not-found"


class ModelNotFound(NotFound):
    """This brand has no such model."""

    code = "model-not-found"


class WorkSpecNotFound(NotFound):
    """There is no such work spec."""

    code = "work-spec-not-found"


class PriceNotFound(NotFound):
    """There is no such price."""

    code = "price-not-found"


class PayRateNotFound(NotFound):
    """There is no such pay rate."""

    code = "pay-rate-not-found"


Kind = TypeVar("Kind", Brand, Category, ProductModel, WorkSpec, Price, PayRate)
Coded = TypeVar("Coded", Brand, Category, ProductModel)

MISSING: dict[type[Any], type[NotFound]] = {
    Brand: BrandNotFound,
    Category: CategoryNotFound,
    ProductModel: ModelNotFound,
    WorkSpec: WorkSpecNotFound,
    Price: PriceNotFound,
    PayRate: PayRateNotFound,
}


def visible(kind: type[Kind], actor: Actor) -> sa.Select[Kind]:
    """Select what the actor may see of one kind: brands and their keys see their own alone."""
    chosen = sa.select(kind)
    if kind is PayRate:
        return chosen if policies.reads_pay(actor) else chosen.where(sa.false())
    if policies.reads_every_brand(actor) or kind is Category:
        return chosen
    return chosen.where(_of_brands(kind, actor.brand_ids))


def _of_brands(kind: type[Any], brand_ids: Iterable[UUID]) -> sa.ColumnElement[bool]:
    if kind is Brand:
        return Brand.id.in_(brand_ids)
    if kind is ProductModel:
        return ProductModel.brand_id.in_(brand_ids)
    if kind is Price:
        return sa.or_(Price.brand_id.is_(None), Price.brand_id.in_(brand_ids))
    own = sa.select(ProductModel.id).where(ProductModel.brand_id.in_(brand_ids))
    return sa.or_(WorkSpec.model_id.is_(None), WorkSpec.model_id.in_(own))


def get(kind: type[Kind], row_id: UUID, *, actor: Actor, locked: bool = False) -> Kind:
    """Return one row that the actor may see, locked and fresh if it is about to change.

    Raises:
        NotFound: the kind's own, when there is none for this actor.
    """
    chosen = visible(kind, actor).where(kind.id == row_id)
    if locked:
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(chosen)
    if row is None:
        raise MISSING[kind](id=str(row_id))
    return row


def brand_by_code(code: str, *, actor: Actor | None = None) -> Brand:
    """Return a brand, among those that the actor may see where one is given.

    Raises:
        BrandNotFound: no such brand has this code.
    """
    chosen = sa.select(Brand) if actor is None else visible(Brand, actor)
    brand = db.session.scalar(chosen.where(Brand.code == code))
    if brand is None:
        raise BrandNotFound(brand=code)
    return brand


def category_by_code(code: str) -> Category:
    """Return a category.

    Raises:
        CategoryNotFound: no category has this code.
    """
    category = db.session.scalar(sa.select(Category).where(Category.code == code))
    if category is None:
        raise CategoryNotFound(category=code)
    return category


def model_by_code(brand_id: UUID, code: str) -> ProductModel:
    """Return a brand's model.

    Raises:
        ModelNotFound: the brand has no model of this code.
    """
    chosen = sa.select(ProductModel).where(
        ProductModel.brand_id == brand_id, ProductModel.code == code
    )
    model = db.session.scalar(chosen)
    if model is None:
        raise ModelNotFound(model=code)
    return model


def codes(kind: type[Coded], ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the codes of many brands, categories or models at once."""
    chosen = sa.select(kind.id, kind.code).where(kind.id.in_(set(ids) - {None}))
    return {row.id: row.code for row in db.session.execute(chosen)}


def brands_of_models(ids: Iterable[UUID | None]) -> dict[UUID | None, UUID]:
    """Return whose models these are, for many at once."""
    chosen = sa.select(ProductModel.id, ProductModel.brand_id)
    found = db.session.execute(chosen.where(ProductModel.id.in_(set(ids) - {None})))
    return {row.id: row.brand_id for row in found}


def models(
    actor: Actor, *, brand: str | None = None, category: str | None = None
) -> sa.Select[ProductModel]:
    """Select the models the actor may see, of a brand or of a category and all below it."""
    chosen = visible(ProductModel, actor)
    if brand is not None:
        chosen = chosen.where(ProductModel.brand_id == brand_by_code(brand, actor=actor).id)
    if category is not None:
        path = category_by_code(category).path
        below = sa.select(Category.id).where(Category.path.startswith(path, autoescape=True))
        chosen = chosen.where(ProductModel.category_id.in_(below))
    return chosen


def kits(model_ids: Iterable[UUID]) -> dict[UUID, list[KitLine]]:
    """Return the bills of goods of several models at once; a model without one has none."""
    chosen = sa.select(KitLine).where(KitLine.model_id.in_(set(model_ids))).order_by(KitLine.sku)
    found: dict[UUID, list[KitLine]] = defaultdict(list)
    for line in db.session.scalars(chosen):
        found[line.model_id].append(line)
    return found


def kit(model_id: UUID) -> list[KitLine]:
    """Return a model's bill of goods by part number."""
    return kits([model_id])[model_id]
