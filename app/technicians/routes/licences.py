"""Technicians' licences."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.http.actor import current_actor
from app.http.guards import allow
from app.technicians import queries, service
from app.technicians.models import Licence
from app.technicians.routes.mounting import KEEPERS, READERS, asked, blueprint
from app.technicians.schemas import LicenceChangesSchema, LicenceSchema, NewLicenceSchema, listed


@blueprint.route("/<uuid:technician_id>/licences")
class Licences(MethodView):
    """A technician's licences that belong to no brand."""

    @blueprint.response(200, listed(LicenceSchema))
    @allow(*READERS)
    def get(self, technician_id: UUID) -> dict[str, Any]:
        """List licences by kind."""
        return {"items": queries.licences_of(asked(technician_id).id)}

    @blueprint.etag
    @blueprint.arguments(NewLicenceSchema)
    @blueprint.response(201, LicenceSchema)
    @allow(*KEEPERS)
    def post(self, sent: dict[str, Any], technician_id: UUID) -> Licence:
        """Record a licence."""
        licence = service.add_licence(technician_id, sent, actor=current_actor())
        blueprint.set_version(licence)
        return licence


@blueprint.route("/<uuid:technician_id>/licences/<uuid:licence_id>")
class OneLicence(MethodView):
    """One licence."""

    @blueprint.etag
    @blueprint.response(200, LicenceSchema)
    @allow(*READERS)
    def get(self, technician_id: UUID, licence_id: UUID) -> Licence:
        """Read a licence."""
        licence = queries.owned(Licence, licence_id, technician=asked(technician_id))
        blueprint.set_version(licence)
        return licence

    @blueprint.etag
    @blueprint.arguments(LicenceChangesSchema)
    @blueprint.response(200, LicenceSchema)
    @allow(*KEEPERS)
    def patch(self, changes: dict[str, Any], technician_id: UUID, licence_id: UUID) -> Licence:
        """Change a licence's number or last day."""
        technician = asked(technician_id, locked=True)
        blueprint.check_version(
            queries.owned(Licence, licence_id, technician=technician, locked=True)
        )
        actor = current_actor()
        licence = service.change_licence(technician_id, licence_id, changes, actor=actor)
        blueprint.set_version(licence)
        return licence
