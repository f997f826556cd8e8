"""REST resources of persons. Parse, call, render; decide nothing."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.core.policies import Role
from app.http.actor import current_actor
from app.http.blueprint import Blueprint
from app.http.guards import allow
from app.persons import queries, service
from app.persons.schemas import (
    FindPersonSchema,
    FoundPersonsSchema,
    PersonExportSchema,
    SightsSchema,
    WhySchema,
)

blueprint = Blueprint("persons", __name__, description="What is held of somebody")


@blueprint.route("/persons/find")
class PersonSearch(MethodView):
    """Who somebody is."""

    @blueprint.arguments(FindPersonSchema)
    @blueprint.response(200, FoundPersonsSchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Find everybody who is reached by a number."""
        return {"person_ids": queries.with_phone(sent["phone"], actor=current_actor())}


@blueprint.route("/persons/<uuid:person_id>/seen")
class PersonSeen(MethodView):
    """Who saw a person's data."""

    @blueprint.response(200, SightsSchema)
    @allow(Role.ADMINISTRATOR)
    def get(self, person_id: UUID) -> dict[str, Any]:
        """Tell who opened or exported this person's data, when and why."""
        return {"items": queries.seen(person_id, actor=current_actor())}


@blueprint.route("/persons/<uuid:person_id>/export")
class PersonExport(MethodView):
    """A person's data, for them to have."""

    @blueprint.arguments(WhySchema)
    @blueprint.response(200, PersonExportSchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, why: dict[str, Any], person_id: UUID) -> service.Export:
        """Open everything that is held of a person; that you did is recorded."""
        return service.export(person_id, actor=current_actor(), **why)


@blueprint.route("/persons/<uuid:person_id>/forget")
class PersonForgetting(MethodView):
    """The erasure of a person's data."""

    @blueprint.arguments(WhySchema)
    @blueprint.response(204)
    @blueprint.alt_response(409, description="person-still-needed")
    @allow(Role.ADMINISTRATOR)
    def post(self, why: dict[str, Any], person_id: UUID) -> None:
        """Destroy what is held of a person, for good."""
        service.forget(person_id, actor=current_actor(), **why)
