"""Technicians' absences."""

from datetime import date
from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.http.actor import current_actor
from app.http.guards import allow
from app.technicians import queries, service
from app.technicians.models import Absence
from app.technicians.routes.mounting import KEEPERS, READERS, asked, blueprint, days
from app.technicians.schemas import (
    AbsenceChangesSchema,
    AbsenceSchema,
    DaysArguments,
    NewAbsenceSchema,
    listed,
)


@blueprint.route("/<uuid:technician_id>/absences")
class Absences(MethodView):
    """A technician's absences."""

    @blueprint.arguments(DaysArguments, location="query")
    @blueprint.response(200, listed(AbsenceSchema))
    @allow(*READERS)
    def get(self, between: dict[str, date], technician_id: UUID) -> dict[str, Any]:
        """List the absences that touch some local days."""
        technician = asked(technician_id)
        first, last = days(technician, between.get("first_day"), between.get("last_day"))
        return {"items": queries.absences_of(technician, first, last)}

    @blueprint.etag
    @blueprint.arguments(NewAbsenceSchema)
    @blueprint.response(201, AbsenceSchema)
    @allow(*KEEPERS)
    def post(self, sent: dict[str, Any], technician_id: UUID) -> Absence:
        """Declare that a technician will not be there."""
        absence = service.declare_absence(technician_id, sent, actor=current_actor())
        blueprint.set_version(absence)
        return absence


@blueprint.route("/<uuid:technician_id>/absences/<uuid:absence_id>")
class OneAbsence(MethodView):
    """One absence."""

    @blueprint.etag
    @blueprint.response(200, AbsenceSchema)
    @allow(*READERS)
    def get(self, technician_id: UUID, absence_id: UUID) -> Absence:
        """Read an absence."""
        absence = queries.owned(Absence, absence_id, technician=asked(technician_id))
        blueprint.set_version(absence)
        return absence

    @blueprint.etag
    @blueprint.arguments(AbsenceChangesSchema)
    @blueprint.response(200, AbsenceSchema)
    @allow(*KEEPERS)
    def patch(self, changes: dict[str, Any], technician_id: UUID, absence_id: UUID) -> Absence:
        """Lengthen, shorten or rename an absence."""
        _check(technician_id, absence_id)
        absence = service.change_absence(technician_id, absence_id, changes, actor=current_actor())
        blueprint.set_version(absence)
        return absence

    @blueprint.etag
    @blueprint.response(204)
    @allow(*KEEPERS)
    def delete(self, technician_id: UUID, absence_id: UUID) -> None:
        """Withdraw an absence."""
        _check(technician_id, absence_id)
        service.withdraw_absence(technician_id, absence_id, actor=current_actor())


def _check(technician_id: UUID, absence_id: UUID) -> None:
    technician = asked(technician_id, locked=True)
    blueprint.check_version(queries.owned(Absence, absence_id, technician=technician, locked=True))
