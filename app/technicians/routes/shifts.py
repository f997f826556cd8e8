"""Technicians' shifts."""

from datetime import date
from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.http.actor import current_actor
from app.http.guards import allow
from app.technicians import queries, service
from app.technicians.models import Shift
from app.technicians.routes.mounting import KEEPERS, READERS, asked, blueprint, days
from app.technicians.schemas import (
    DaysArguments,
    NewShiftSchema,
    ShiftChangesSchema,
    ShiftSchema,
    listed,
)


@blueprint.route("/<uuid:technician_id>/shifts")
class Shifts(MethodView):
    """A technician's shifts."""

    @blueprint.arguments(DaysArguments, location="query")
    @blueprint.response(200, listed(ShiftSchema))
    @allow(*READERS)
    def get(self, between: dict[str, date], technician_id: UUID) -> dict[str, Any]:
        """List the shifts that start on some local days."""
        technician = asked(technician_id)
        first, last = days(technician, between.get("first_day"), between.get("last_day"))
        return {"items": queries.shifts_of(technician, first, last)}

    @blueprint.etag
    @blueprint.arguments(NewShiftSchema)
    @blueprint.response(201, ShiftSchema)
    @allow(*KEEPERS)
    def post(self, sent: dict[str, Any], technician_id: UUID) -> Shift:
        """Give a technician a shift."""
        shift = service.add_shift(technician_id, sent, actor=current_actor())
        blueprint.set_version(shift)
        return shift


@blueprint.route("/<uuid:technician_id>/shifts/<uuid:shift_id>")
class OneShift(MethodView):
    """One shift."""

    @blueprint.etag
    @blueprint.response(200, ShiftSchema)
    @allow(*READERS)
    def get(self, technician_id: UUID, shift_id: UUID) -> Shift:
        """Read a shift."""
        shift = queries.owned(Shift, shift_id, technician=asked(technician_id))
        blueprint.set_version(shift)
        return shift

    @blueprint.etag
    @blueprint.arguments(ShiftChangesSchema)
    @blueprint.response(200, ShiftSchema)
    @allow(*KEEPERS)
    def patch(self, changes: dict[str, Any], technician_id: UUID, shift_id: UUID) -> Shift:
        """Move a shift or change its breaks and limits."""
        _check(technician_id, shift_id)
        shift = service.change_shift(technician_id, shift_id, changes, actor=current_actor())
        blueprint.set_version(shift)
        return shift

    @blueprint.etag
    @blueprint.response(204)
    @allow(*KEEPERS)
    def delete(self, technician_id: UUID, shift_id: UUID) -> None:
        """Take a shift away."""
        _check(technician_id, shift_id)
        service.remove_shift(technician_id, shift_id, actor=current_actor())


def _check(technician_id: UUID, shift_id: UUID) -> None:
    technician = asked(technician_id, locked=True)
    blueprint.check_version(queries.owned(Shift, shift_id, technician=technician, locked=True))
