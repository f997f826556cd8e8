"""What each kind of job takes."""

from functools import partial
from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.catalogue import queries, service
from app.catalogue.models import WorkSpec
from app.catalogue.routes.mounting import READERS, blueprint, brand_named, with_ids
from app.catalogue.schemas import (
    NewWorkSpecSchema,
    SpecQuestionSchema,
    WorkSpecChangesSchema,
    WorkSpecSchema,
)
from app.core.errors import Invalid, problem_of
from app.core.policies import Role
from app.core.references import referred
from app.http.actor import current_actor
from app.http.guards import allow
from app.http.paging import PageArguments, page_schema, paginate


class ModelNeedsBrand(Invalid):
    """A model's code is its brand's own; name the brand too."""

    code = "model-needs-brand"


def with_scope(sent: dict[str, Any]) -> dict[str, Any]:
    """Replace the codes of brand, model and category by the ids of model and category."""
    values = dict(sent)
    model, brand = values.pop("model", None), values.pop("brand", None)
    if model is None:
        return with_ids(values)
    if brand is None:
        raise ModelNeedsBrand(errors=[problem_of("brand", "is missing beside the model")])
    look_up = partial(queries.model_by_code, brand_named(brand).id)
    return with_ids(values) | {"model_id": referred("model", model, look_up).id}


@blueprint.route("/work-specs")
class WorkSpecs(MethodView):
    """Work specs of models and categories."""

    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_schema(WorkSpecSchema))
    @allow(*READERS)
    def get(self, page: dict[str, Any]) -> dict[str, Any]:
        """List what jobs take."""
        chosen = queries.visible(WorkSpec, current_actor())
        found = paginate(chosen, order=WorkSpec.job_type, key=WorkSpec.id, **page)
        return {"items": queries.specs_described(found.items), "next": found.next}

    @blueprint.arguments(NewWorkSpecSchema)
    @blueprint.response(201, WorkSpecSchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Say what a job type takes for a model or a category."""
        return queries.specs_described(
            [service.add_work_spec(with_scope(sent), actor=current_actor())]
        )[0]


@blueprint.route("/work-specs/applicable")
class ApplicableSpec(MethodView):
    """The spec that counts for some work."""

    @blueprint.arguments(SpecQuestionSchema, location="query")
    @blueprint.response(200, WorkSpecSchema)
    @allow(*READERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Tell what a job takes: by the model's own spec, or its nearest category's."""
        scope = with_scope(asked)
        found = queries.spec_for(
            scope["job_type"],
            model_id=scope.get("model_id"),
            category_id=scope.get("category_id"),
        )
        if found is None:
            raise queries.WorkSpecNotFound(job_type=asked["job_type"])
        return queries.specs_described([found])[0]


@blueprint.route("/work-specs/<uuid:spec_id>")
class OneWorkSpec(MethodView):
    """One work spec."""

    @blueprint.etag
    @blueprint.response(200, WorkSpecSchema)
    @allow(*READERS)
    def get(self, spec_id: UUID) -> dict[str, Any]:
        """Read a work spec."""
        spec = queries.get(WorkSpec, spec_id, actor=current_actor())
        blueprint.set_version(spec)
        return queries.specs_described([spec])[0]

    @blueprint.etag
    @blueprint.arguments(WorkSpecChangesSchema)
    @blueprint.response(200, WorkSpecSchema)
    @allow(Role.ADMINISTRATOR)
    def patch(self, changes: dict[str, Any], spec_id: UUID) -> dict[str, Any]:
        """Change what a job type takes, from the next job on."""
        actor = current_actor()
        blueprint.check_version(queries.get(WorkSpec, spec_id, actor=actor, locked=True))
        spec = service.change_work_spec(spec_id, changes, actor=actor)
        blueprint.set_version(spec)
        return queries.specs_described([spec])[0]
