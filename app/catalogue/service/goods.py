"""Changing brands, categories and models with their bills of goods."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.catalogue import policies, queries, rules
from app.catalogue.events import KitChanged
from app.catalogue.models import Brand, Category, KitLine, ProductModel
from app.core import audit, clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, problem_of
from app.core.events import record
from app.core.policies import Actor, require
from app.core.saving import save

CATEGORY_CODE = re.compile(r"[\w.-]{1,60}")


class BrandExists(Conflict):
    """There is a brand of this code already."""

    code = "brand-exists"


class CategoryExists(Conflict):
    """There is a category of this code already."""

    code = "category-exists"


class CategoryCodeNotValid(Invalid):
    """A category's code is letters, digits, dots and dashes, without a slash."""

    code = "category-code-not-valid"


class ModelExists(Conflict):
    """This brand has a model of this code already."""

    code = "model-exists"


class KitNotValid(Invalid):
    """A bill of goods names each part once, with a count of at least one."""

    code = "kit-not-valid"


def add_brand(values: Mapping[str, Any], *, actor: Actor) -> Brand:
    """Add a brand.

    Raises:
        BrandExists: the code is taken.
    """
    require(policies.can_change(actor), "add-brand")
    if _is_taken(Brand.code == values["code"]):
        raise BrandExists(brand=values["code"])
    brand = Brand()
    db.session.add(brand)
    save("add-brand", brand, values, actor=actor)
    return brand


def change_brand(brand_id: UUID, changes: Mapping[str, Any], *, actor: Actor) -> Brand:
    """Change a brand's names or its service deadline.

    Raises:
        BrandNotFound: there is none for this actor.
    """
    brand = queries.get(Brand, brand_id, actor=actor, locked=True)
    require(policies.can_change(actor), "change-brand")
    save("change-brand", brand, changes, actor=actor)
    return brand


def add_category(
    values: Mapping[str, Any], *, parent: Category | None = None, actor: Actor
) -> Category:
    """Add a category to the tree, under its parent or as a root.

    It stays where it is put: certificates and prices of what lies above rest on its path.

    Raises:
        CategoryExists: the code is taken.
        CategoryCodeNotValid: the code would break the path.
    """
    require(policies.can_change(actor), "add-category")
    code = values["code"]
    if not CATEGORY_CODE.fullmatch(code):
        raise CategoryCodeNotValid(
            errors=[problem_of("code", CategoryCodeNotValid.title(), value=code)]
        )
    if _is_taken(Category.code == code):
        raise CategoryExists(category=code)
    placed = {
        "parent_id": parent.id if parent else None,
        "path": rules.path_below(parent.path if parent else None, code),
    }
    category = Category()
    db.session.add(category)
    save("add-category", category, dict(values) | placed, actor=actor)
    return category


def change_category(category_id: UUID, changes: Mapping[str, Any], *, actor: Actor) -> Category:
    """Change a category's names.

    Raises:
        CategoryNotFound: there is none.
    """
    category = queries.get(Category, category_id, actor=actor, locked=True)
    require(policies.can_change(actor), "change-category")
    save("change-category", category, changes, actor=actor)
    return category


def add_model(
    values: Mapping[str, Any], *, kit: list[dict[str, Any]] | None = None, actor: Actor
) -> ProductModel:
    """Add a model of a brand with its bill of goods.

    Args:
        values: Columns of the model, with ``brand_id`` and ``category_id``.
        kit: ``[{"sku", "name", "quantity"}]``; none: its parcels are not compared with anything.
        actor: An administrator or the brand itself.

    Raises:
        ModelExists: the brand has one of this code.
        KitNotValid: a part is named twice or not at all.
    """
    require(policies.can_change_models_of(actor, values["brand_id"]), "add-model")
    same = sa.and_(
        ProductModel.brand_id == values["brand_id"], ProductModel.code == values["code"]
    )
    if _is_taken(same):
        raise ModelExists(model=values["code"])
    model = ProductModel()
    db.session.add(model)
    save("add-model", model, values, actor=actor)
    set_kit(model, kit or [], actor=actor)
    return model


def change_model(
    model_id: UUID,
    changes: Mapping[str, Any],
    *,
    kit: list[dict[str, Any]] | None = None,
    actor: Actor,
) -> ProductModel:
    """Change a model's names, category or end of sale; a ``kit`` replaces its bill of goods.

    Raises:
        ModelNotFound: there is none for this actor.
        KitNotValid: a part is named twice or not at all.
    """
    model = queries.get(ProductModel, model_id, actor=actor, locked=True)
    require(policies.can_change_models_of(actor, model.brand_id), "change-model")
    save("change-model", model, changes, actor=actor)
    if kit is not None:
        set_kit(model, kit, actor=actor)
    return model


def set_kit(model: ProductModel, kit: list[dict[str, Any]], *, actor: Actor) -> bool:
    """Make these lines the model's bill of goods; tell whether that changed it.

    Records ``KitChanged``: jobs compares the parcels of waiting jobs with it again.

    Raises:
        KitNotValid: a part is named twice or not at all.
    """
    _require_kit(kit)
    before = queries.kit(model.id)
    if _plain(before) == sorted(kit, key=lambda line: str(line["sku"])):
        return False
    for line in before:
        db.session.delete(line)
    db.session.flush()
    db.session.add_all(KitLine(model_id=model.id, **line) for line in kit)
    audit.note("set-kit", "product_models", model.id, actor=actor, before=_plain(before), kit=kit)
    db.session.flush()
    record(KitChanged(at=clock.now(), model_id=model.id))
    return True


def _plain(lines: list[KitLine]) -> list[dict[str, Any]]:
    return [{"sku": k.sku, "name": k.name, "quantity": k.quantity} for k in lines]


def _require_kit(kit: list[dict[str, Any]]) -> None:
    parts = [line["sku"] for line in kit]
    errors = [
        problem_of("kit", "names this part twice or without a count", value=line["sku"])
        for line in kit
        if parts.count(line["sku"]) > 1 or line["quantity"] < 1
    ]
    if errors:
        raise KitNotValid(errors=errors)


def _is_taken(condition: sa.ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(condition))))
