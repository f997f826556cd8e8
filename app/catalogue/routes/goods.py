"""Brands, and models with their bills of goods."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.catalogue import queries, service
from app.catalogue.models import Brand, ProductModel
from app.catalogue.routes.mounting import READERS, blueprint, with_ids
from app.catalogue.schemas import (
    BrandChangesSchema,
    BrandSchema,
    ModelArguments,
    ModelChangesSchema,
    ModelSchema,
    NewBrandSchema,
    NewModelSchema,
)
from app.core.policies import Role
from app.http.actor import current_actor
from app.http.guards import allow
from app.http.paging import Page, PageArguments, page_schema, paginate

KEEPERS = (Role.ADMINISTRATOR, Role.BRAND)


@blueprint.route("/brands")
class Brands(MethodView):
    """Brands; a brand's key sees its own."""

    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_schema(BrandSchema))
    @allow(*READERS)
    def get(self, page: dict[str, Any]) -> Page[Brand]:
        """List the brands."""
        chosen = queries.visible(Brand, current_actor())
        return paginate(chosen, order=Brand.code, key=Brand.id, **page)

    @blueprint.arguments(NewBrandSchema)
    @blueprint.response(201, BrandSchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any]) -> Brand:
        """Add a brand."""
        return service.add_brand(sent, actor=current_actor())


@blueprint.route("/brands/<uuid:brand_id>")
class OneBrand(MethodView):
    """One brand."""

    @blueprint.etag
    @blueprint.response(200, BrandSchema)
    @allow(*READERS)
    def get(self, brand_id: UUID) -> Brand:
        """Read a brand."""
        brand = queries.get(Brand, brand_id, actor=current_actor())
        blueprint.set_version(brand)
        return brand

    @blueprint.etag
    @blueprint.arguments(BrandChangesSchema)
    @blueprint.response(200, BrandSchema)
    @allow(Role.ADMINISTRATOR)
    def patch(self, changes: dict[str, Any], brand_id: UUID) -> Brand:
        """Change a brand's names or its service deadline."""
        actor = current_actor()
        blueprint.check_version(queries.get(Brand, brand_id, actor=actor, locked=True))
        brand = service.change_brand(brand_id, changes, actor=actor)
        blueprint.set_version(brand)
        return brand


@blueprint.route("/models")
class Models(MethodView):
    """Models; a brand's key sees its own."""

    @blueprint.arguments(ModelArguments, location="query")
    @blueprint.response(200, page_schema(ModelSchema))
    @allow(*READERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List models with their bills of goods."""
        chosen = queries.models(
            current_actor(), brand=asked.pop("brand", None), category=asked.pop("category", None)
        )
        found = paginate(chosen, order=ProductModel.code, key=ProductModel.id, **asked)
        return {"items": queries.models_described(found.items), "next": found.next}

    @blueprint.arguments(NewModelSchema)
    @blueprint.response(201, ModelSchema)
    @allow(*KEEPERS)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Add a model with its bill of goods."""
        kit = sent.pop("kit", None)
        return queries.models_described(
            [service.add_model(with_ids(sent), kit=kit, actor=current_actor())]
        )[0]


@blueprint.route("/models/<uuid:model_id>")
class OneModel(MethodView):
    """One model."""

    @blueprint.etag
    @blueprint.response(200, ModelSchema)
    @allow(*READERS)
    def get(self, model_id: UUID) -> dict[str, Any]:
        """Read a model with its bill of goods."""
        model = queries.get(ProductModel, model_id, actor=current_actor())
        blueprint.set_version(model)
        return queries.models_described([model])[0]

    @blueprint.etag
    @blueprint.arguments(ModelChangesSchema)
    @blueprint.response(200, ModelSchema)
    @allow(*KEEPERS)
    def patch(self, changes: dict[str, Any], model_id: UUID) -> dict[str, Any]:
        """Change a model; a bill of goods sent replaces the one there."""
        actor = current_actor()
        blueprint.check_version(queries.get(ProductModel, model_id, actor=actor, locked=True))
        kit = changes.pop("kit", None)
        model = service.change_model(model_id, with_ids(changes), kit=kit, actor=actor)
        blueprint.set_version(model)
        return queries.models_described([model])[0]
