"""Brands, models with their bills of goods, what jobs take, and prices."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.catalogue import queries
from app.catalogue.models import Brand, Category, Price, ProductModel, WorkSpec
from app.core.db import db
from app.http.actor import current_actor
from app.web.board.blueprint import blueprint, office

TABS = ("models", "specs", "prices", "brands")


@blueprint.get("/catalogue")
@office
def catalogue() -> ResponseReturnValue:
    tab = request.args.get("show", TABS[0])
    rows = {"models": _models, "specs": _specs, "prices": _prices, "brands": list}
    shown = tab if tab in rows else TABS[0]
    return render_template("board/catalogue.html", tab=shown, rows=rows[shown](), **_names())


@blueprint.get("/catalogue/models/<uuid:model_id>")
@office
def model(model_id: UUID) -> ResponseReturnValue:
    """Show one model: its bill of goods, and what each type of job on it takes."""
    actor = current_actor()
    row = queries.get(ProductModel, model_id, actor=actor)
    chosen = queries.visible(WorkSpec, actor).where(WorkSpec.model_id == model_id)
    specs = list(db.session.scalars(chosen.order_by(WorkSpec.job_type)))
    return render_template(
        "board/model.html", model=row, kit=queries.kit(model_id), specs=specs, **_names()
    )


def _names() -> dict[str, Any]:
    """Return what the tables name by id: brands and categories, few enough to read whole."""
    actor = current_actor()
    brands = db.session.scalars(queries.visible(Brand, actor).order_by(Brand.name))
    categories = db.session.scalars(queries.visible(Category, actor).order_by(Category.path))
    return {
        "brands": {brand.id: brand for brand in brands},
        "categories": {category.id: category for category in categories},
    }


def _models() -> list[ProductModel]:
    chosen = queries.visible(ProductModel, current_actor())
    if brand := request.args.get("brand"):
        chosen = chosen.join(Brand, Brand.id == ProductModel.brand_id).where(Brand.code == brand)
    return list(db.session.scalars(chosen.order_by(ProductModel.name).limit(500)))


def _specs() -> list[tuple[WorkSpec, ProductModel | None]]:
    chosen = queries.visible(WorkSpec, current_actor())
    paired = chosen.add_columns(ProductModel).outerjoin(
        ProductModel, ProductModel.id == WorkSpec.model_id
    )
    rows = db.session.execute(paired.order_by(WorkSpec.job_type).limit(500))
    return [(spec, named) for spec, named in rows]


def _prices() -> list[Price]:
    chosen = queries.visible(Price, current_actor())
    return list(
        db.session.scalars(chosen.order_by(Price.code, sa.desc(Price.valid_from)).limit(500))
    )
