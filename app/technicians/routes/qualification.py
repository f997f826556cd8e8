"""Who may do what, when, and if not, why."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.catalogue import queries as catalogue
from app.core import clock
from app.core.references import referred
from app.http.actor import current_actor
from app.http.guards import allow
from app.places import queries as places
from app.technicians import queries
from app.technicians.queries import Needs
from app.technicians.routes.mounting import READERS, asked, blueprint
from app.technicians.schemas import (
    QualificationQuestionSchema,
    QualificationSchema,
    QualifiedArguments,
    listed,
)


def needs_of(question: dict[str, Any]) -> Needs:
    return queries.needs_of(
        question["job_type"],
        brand=referred("brand", question["brand"], catalogue.brand_by_code),
        category=referred("category", question["category"], catalogue.category_by_code),
        level=question.get("level"),
    )


@blueprint.route("/<uuid:technician_id>/qualification")
class Qualification(MethodView):
    """Whether one technician may do a job."""

    @blueprint.arguments(QualificationQuestionSchema, location="query")
    @blueprint.response(200, QualificationSchema)
    @allow(*READERS)
    def get(self, question: dict[str, Any], technician_id: UUID) -> dict[str, Any]:
        """Tell whether a technician may do a job on a local day, and if not, why."""
        technician = asked(technician_id)
        on = question.get("on") or clock.today(queries.zone_of(technician))
        lacks = queries.qualified(technician.id, needs_of(question), on)
        return queries.answer(technician, on, lacks)


@blueprint.route("/qualified")
class Qualified(MethodView):
    """Who may do a job in a territory."""

    @blueprint.arguments(QualifiedArguments, location="query")
    @blueprint.response(200, listed(QualificationSchema))
    @allow(*READERS)
    def get(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answer for everybody of a territory, those who may first."""
        territory = referred("territory", question["territory"], places.territory_by_code)
        on = question.get("on") or clock.today(territory.timezone)
        found = queries.qualified_in(territory.id, needs_of(question), on, actor=current_actor())
        return {"items": [queries.answer(who, on, lacks) for who, lacks in found]}
