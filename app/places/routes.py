"""REST resources of territories, landmarks and places. Parse, call, render; decide nothing."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask.views import MethodView

from app.core.policies import Role
from app.http.actor import current_actor
from app.http.blueprint import Blueprint
from app.http.entry import manages_transactions
from app.http.guards import allow
from app.http.paging import PageArguments, page_schema, paginate
from app.places import queries, service
from app.places.models import Landmark, Place, Territory
from app.places.rules.profile import DAY_CLASSES, default_factors
from app.places.schemas import (
    AddressRevealSchema,
    AddressSchema,
    GeocoderAnswerSchema,
    GeocoderQuestionSchema,
    LandmarkArguments,
    LandmarkSchema,
    NewLandmarkSchema,
    NewTerritorySchema,
    PinSchema,
    PlaceSchema,
    SiteChangesSchema,
    SpeedProfileChangesSchema,
    SpeedProfileSchema,
    TerritoryChangesSchema,
    TerritorySchema,
    WaitingArguments,
    landmark_as_plain,
    place_as_plain,
    trial_as_plain,
)

blueprint = Blueprint("places", __name__, description="Territories, addresses and where they are")
DISPATCH = (Role.DISPATCHER, Role.ADMINISTRATOR)
READERS = (*DISPATCH, Role.BRAND, Role.PARTNER)


@blueprint.route("/territories")
class Territories(MethodView):
    """The areas that are planned together."""

    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_schema(TerritorySchema))
    @allow(*READERS)
    def get(self, page: dict[str, Any]) -> Any:
        """List the territories you may know of."""
        chosen = queries.territories(current_actor())
        return paginate(chosen, order=Territory.code, key=Territory.id, **page)

    @blueprint.arguments(NewTerritorySchema)
    @blueprint.response(201, TerritorySchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any]) -> Territory:
        """Open a territory."""
        return service.create_territory(sent, actor=current_actor())


@blueprint.route("/territories/<uuid:territory_id>")
class OneTerritory(MethodView):
    """One territory."""

    @blueprint.etag
    @blueprint.response(200, TerritorySchema)
    @allow(*READERS)
    def get(self, territory_id: UUID) -> Territory:
        """Read a territory."""
        territory = queries.territory_of(territory_id, current_actor())
        blueprint.set_version(territory)
        return territory

    @blueprint.etag
    @blueprint.arguments(TerritoryChangesSchema)
    @blueprint.response(200, TerritorySchema)
    @allow(Role.ADMINISTRATOR)
    def patch(self, changes: dict[str, Any], territory_id: UUID) -> Territory:
        """Change a territory."""
        territory = queries.territory_of(territory_id, current_actor(), locked=True)
        blueprint.check_version(territory)
        changed = service.change_territory(territory, changes, actor=current_actor())
        blueprint.set_version(changed)
        return changed


@blueprint.route("/territories/<uuid:territory_id>/speed-profiles")
class SpeedProfiles(MethodView):
    """How travel goes by the time of day."""

    @blueprint.response(200, SpeedProfileSchema(many=True))
    @allow(*DISPATCH)
    def get(self, territory_id: UUID) -> list[dict[str, Any]]:
        """List the territory's tables, its own or else the product's."""
        territory = queries.territory_of(territory_id, current_actor())
        own = {kind: queries.speed_profile(territory.id, kind) for kind in DAY_CLASSES}
        return [
            {
                "day_class": kind,
                "factors": profile.factors if profile else default_factors(kind),
                "is_own": profile is not None,
            }
            for kind, profile in own.items()
        ]


@blueprint.route("/territories/<uuid:territory_id>/speed-profiles/<day_class>")
class OneSpeedProfile(MethodView):
    """How travel goes by the time of day, on a class of days."""

    @blueprint.arguments(SpeedProfileChangesSchema)
    @blueprint.response(200, SpeedProfileSchema)
    @blueprint.alt_response(422, description="factors-not-usable")
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any], territory_id: UUID, day_class: str) -> dict[str, Any]:
        """Set the table; refused where leaving later would arrive earlier."""
        actor = current_actor()
        profile = service.save_speed_profile(territory_id, day_class, sent["factors"], actor=actor)
        return {"day_class": day_class, "factors": profile.factors, "is_own": True}


@blueprint.route("/landmarks")
class Landmarks(MethodView):
    """The gazetteer: compounds, stations, streets and districts."""

    @blueprint.arguments(LandmarkArguments, location="query")
    @blueprint.response(200, page_schema(LandmarkSchema))
    @allow(*DISPATCH)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List a territory's landmarks."""
        territory = queries.territory_coded(asked.pop("territory"), current_actor())
        chosen = sa.select(Landmark).where(Landmark.territory_id == territory.id)
        if kind := asked.pop("kind", None):
            chosen = chosen.where(Landmark.kind == kind)
        found = paginate(chosen, order=Landmark.name, key=Landmark.id, **asked)
        return {"items": [landmark_as_plain(row) for row in found.items], "next": found.next}

    @blueprint.arguments(NewLandmarkSchema)
    @blueprint.response(201, LandmarkSchema)
    @allow(*DISPATCH)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Enter a landmark."""
        actor = current_actor()
        territory = queries.territory_coded(sent.pop("territory"), actor)
        datum = sent.pop("datum")
        return landmark_as_plain(service.save_landmark(territory, sent, datum=datum, actor=actor))


@blueprint.route("/places/waiting")
class WaitingPlaces(MethodView):
    """Places that nothing finds: a person has to drop a pin."""

    @blueprint.arguments(WaitingArguments, location="query")
    @blueprint.response(200, page_schema(PlaceSchema))
    @allow(*DISPATCH)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List the places that wait for a pin, longest first."""
        actor, code = current_actor(), asked.pop("territory", None)
        territory_id = queries.territory_coded(code, actor).id if code else None
        chosen = queries.waiting_select(actor, territory_id)
        found = paginate(chosen, order=Place.state_since, key=Place.id, **asked)
        return {"items": [place_as_plain(row) for row in found.items], "next": found.next}


@blueprint.route("/places/<uuid:place_id>")
class OnePlace(MethodView):
    """One place."""

    @blueprint.etag
    @blueprint.response(200, PlaceSchema)
    @allow(*DISPATCH)
    def get(self, place_id: UUID) -> dict[str, Any]:
        """Read a place; its address is masked."""
        place = queries.get(place_id, actor=current_actor())
        blueprint.set_version(place)
        return place_as_plain(place)

    @blueprint.etag
    @blueprint.arguments(SiteChangesSchema)
    @blueprint.response(200, PlaceSchema)
    @allow(*DISPATCH)
    def patch(self, changes: dict[str, Any], place_id: UUID) -> dict[str, Any]:
        """Change what is known on site: hours, floor, lift, parking."""
        place = queries.get(place_id, actor=current_actor(), locked=True)
        blueprint.check_version(place)
        place = service.change_site(place_id, changes, actor=current_actor())
        blueprint.set_version(place)
        return place_as_plain(place)


@blueprint.route("/places/<uuid:place_id>/pin")
class PlacePin(MethodView):
    """Where a place is, by a person's word."""

    @blueprint.arguments(PinSchema)
    @blueprint.response(200, PlaceSchema)
    @blueprint.alt_response(409, description="pin-in-other-district")
    @allow(*DISPATCH)
    def post(self, sent: dict[str, Any], place_id: UUID) -> dict[str, Any]:
        """Drop a pin; everyone's places of the same address learn it."""
        return place_as_plain(service.drop_pin(place_id, actor=current_actor(), **sent))


@blueprint.route("/places/<uuid:place_id>/reveal")
class PlaceReveal(MethodView):
    """The address in full."""

    @blueprint.arguments(AddressRevealSchema)
    @blueprint.response(200, AddressSchema)
    @allow(*DISPATCH)
    def post(self, sent: dict[str, Any], place_id: UUID) -> dict[str, Any]:
        """Read the address in full; that you did is recorded."""
        actor = current_actor()
        place = service.reveal_address(place_id, reason=sent["reason"], actor=actor)
        return {"id": place.id, "address": place.address}


@blueprint.route("/geocoder/test")
class GeocoderTrial(MethodView):
    """Does the configured geocoder answer?"""

    @blueprint.arguments(GeocoderQuestionSchema)
    @blueprint.response(200, GeocoderAnswerSchema)
    @blueprint.alt_response(503, description="geocoder-unavailable")
    @allow(Role.ADMINISTRATOR)
    @manages_transactions
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Ask the configured geocoder about one address, past the cache."""
        territory = queries.territory_by_code(sent["territory"])
        test = service.try_geocoder(sent["address"], territory, actor=current_actor())
        return trial_as_plain(test)
