"""The tree of categories."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.catalogue import queries, service
from app.catalogue.models import Category
from app.catalogue.routes.mounting import READERS, blueprint, category_named
from app.catalogue.schemas import CategoryChangesSchema, CategorySchema, NewCategorySchema
from app.core.policies import Role
from app.http.actor import current_actor
from app.http.guards import allow
from app.http.paging import PageArguments, page_schema, paginate


@blueprint.route("/categories")
class Categories(MethodView):
    """All categories, parents before what lies below them."""

    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_schema(CategorySchema))
    @allow(*READERS)
    def get(self, page: dict[str, Any]) -> dict[str, Any]:
        """List the categories."""
        chosen = queries.visible(Category, current_actor())
        found = paginate(chosen, order=Category.path, key=Category.id, **page)
        return {"items": queries.categories_described(found.items), "next": found.next}

    @blueprint.arguments(NewCategorySchema)
    @blueprint.response(201, CategorySchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Add a category."""
        above = sent.pop("parent", None)
        parent = category_named(above, "parent") if above else None
        return queries.categories_described(
            [service.add_category(sent, parent=parent, actor=current_actor())]
        )[0]


@blueprint.route("/categories/<uuid:category_id>")
class OneCategory(MethodView):
    """One category."""

    @blueprint.etag
    @blueprint.response(200, CategorySchema)
    @allow(*READERS)
    def get(self, category_id: UUID) -> dict[str, Any]:
        """Read a category."""
        category = queries.get(Category, category_id, actor=current_actor())
        blueprint.set_version(category)
        return queries.categories_described([category])[0]

    @blueprint.etag
    @blueprint.arguments(CategoryChangesSchema)
    @blueprint.response(200, CategorySchema)
    @allow(Role.ADMINISTRATOR)
    def patch(self, changes: dict[str, Any], category_id: UUID) -> dict[str, Any]:
        """Rename a category."""
        actor = current_actor()
        blueprint.check_version(queries.get(Category, category_id, actor=actor, locked=True))
        category = service.change_category(category_id, changes, actor=actor)
        blueprint.set_version(category)
        return queries.categories_described([category])[0]
