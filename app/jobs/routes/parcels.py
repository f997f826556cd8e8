"""Parcels: their arrival."""

from typing import Any

from flask.views import MethodView

from app.core.columns import errors_of
from app.core.db import savepoint
from app.core.errors import DomainError
from app.core.imports import Outcome
from app.http.actor import current_actor
from app.http.guards import allow
from app.jobs import service
from app.jobs.routes.mounting import READERS, blueprint
from app.jobs.schemas.sending import ArrivalsSchema
from app.jobs.schemas.showing import BatchSchema


@blueprint.route("/parcels/arrivals")
class Arrivals(MethodView):
    """Parcels that are where the work will be."""

    @blueprint.arguments(ArrivalsSchema)
    @blueprint.response(200, BatchSchema)
    @allow(*READERS)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Record arrivals; jobs that waited for these parcels alone are released."""
        items = [_one(arrival) for arrival in sent["arrivals"]]
        return {"items": [{"index": index, **item} for index, item in enumerate(items)]}


def _one(arrival: dict[str, Any]) -> dict[str, Any]:
    key, outcome, errors = arrival["tracking"], Outcome.UNCHANGED, []
    try:
        with savepoint():
            if service.arrive(actor=current_actor(), **arrival):
                outcome = Outcome.UPDATED
    except DomainError as error:
        outcome, errors = Outcome.REFUSED, errors_of(error, "tracking")
    return {"outcome": outcome, "key": key, "id": None, "errors": errors}
