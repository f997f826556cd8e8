"""Technicians themselves."""

from functools import partial
from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.accounts import queries as accounts
from app.core import phones
from app.core.policies import Role
from app.core.references import referred
from app.http.actor import current_actor
from app.http.guards import allow
from app.http.history import HistorySchema, told
from app.http.paging import page_schema, paginate
from app.places import queries as places
from app.technicians import queries, service
from app.technicians.models import Technician
from app.technicians.routes.mounting import KEEPERS, READERS, asked, blueprint
from app.technicians.schemas import (
    NewTechnicianSchema,
    RevealedTechnicianSchema,
    TechnicianArguments,
    TechnicianChangesSchema,
    TechnicianProfileSchema,
    TechnicianRevealSchema,
    TechnicianSchema,
)


def profile(technician: Technician) -> dict[str, Any]:
    return queries.profile(technician, actor=current_actor())


def values_of(sent: dict[str, Any]) -> tuple[dict[str, Any], service.Home | None]:
    """Turn a body into columns and a home."""
    values = dict(sent)
    home = values.pop("home", None)
    if "phone" in values:
        values["phone"] = str(phones.parse(values["phone"]))
    if "territory" in values:
        code = values.pop("territory")
        values["territory_id"] = referred("territory", code, places.territory_by_code).id
    if "partner" in values:
        code = values.pop("partner")
        values["partner_id"] = (
            referred("partner", code, accounts.partner_by_code).id if code else None
        )
    return values, home_of(home) if home else None


def home_of(sent: dict[str, Any]) -> service.Home:
    position = (sent["lat"], sent["lon"]) if {"lat", "lon"} <= set(sent) else None
    return service.Home(sent["address"], position, sent["datum"])


@blueprint.route("")
class Technicians(MethodView):
    """Technicians the caller may see."""

    @blueprint.arguments(TechnicianArguments, location="query")
    @blueprint.response(200, page_schema(TechnicianSchema))
    @allow(*READERS)
    def get(self, asked_for: dict[str, Any]) -> dict[str, Any]:
        """List technicians by code."""
        territory, partner = asked_for.pop("territory", None), asked_for.pop("partner", None)
        chosen = queries.listed(
            current_actor(),
            territory_id=places.territory_by_code(territory).id if territory else None,
            partner_id=accounts.partner_by_code(partner).id if partner else None,
        )
        found = paginate(chosen, order=Technician.code, key=Technician.id, **asked_for)
        items = queries.described(found.items, actor=current_actor())
        return {"items": items, "next": found.next}

    @blueprint.etag
    @blueprint.arguments(NewTechnicianSchema)
    @blueprint.response(201, TechnicianProfileSchema)
    @allow(*KEEPERS)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Take a technician or a standing team on."""
        values, home = values_of(sent)
        technician = service.add_technician(values, home=home, actor=current_actor())
        blueprint.set_version(technician)
        return profile(technician)


@blueprint.route("/<uuid:technician_id>")
class OneTechnician(MethodView):
    """One technician."""

    @blueprint.etag
    @blueprint.response(200, TechnicianProfileSchema)
    @allow(*READERS)
    def get(self, technician_id: UUID) -> dict[str, Any]:
        """Read a technician with their standing."""
        technician = asked(technician_id)
        blueprint.set_version(technician)
        return profile(technician)

    @blueprint.etag
    @blueprint.arguments(TechnicianChangesSchema)
    @blueprint.response(200, TechnicianProfileSchema)
    @allow(*KEEPERS)
    def patch(self, changes: dict[str, Any], technician_id: UUID) -> dict[str, Any]:
        """Change what is known of a technician."""
        blueprint.check_version(asked(technician_id, locked=True))
        values, home = values_of(changes)
        change = partial(service.change_technician, technician_id, values)
        technician = change(home=home, actor=current_actor())
        blueprint.set_version(technician)
        return profile(technician)


@blueprint.route("/<uuid:technician_id>/history")
class TechnicianHistory(MethodView):
    """What happened to a technician's record."""

    @blueprint.response(200, HistorySchema)
    @allow(Role.ADMINISTRATOR, Role.DISPATCHER)
    def get(self, technician_id: UUID) -> dict[str, Any]:
        """Tell who did what to a technician, when and why, before and after."""
        technician = queries.get(technician_id, actor=current_actor())
        return told(queries.history(technician))


@blueprint.route("/<uuid:technician_id>/reveal")
class Reveal(MethodView):
    """The reading of a technician's personal data."""

    @blueprint.arguments(TechnicianRevealSchema)
    @blueprint.response(200, RevealedTechnicianSchema)
    @allow(*READERS)
    def post(self, sent: dict[str, Any], technician_id: UUID) -> dict[str, Any]:
        """Read name and phone openly; that you did is kept."""
        technician = service.reveal(technician_id, actor=current_actor(), **sent)
        return {"name": technician.name, "phone": technician.phone}
