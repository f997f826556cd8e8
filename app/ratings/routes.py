"""REST resources of ratings. Parse, call, render; decide nothing."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.core.policies import Role
from app.http.actor import current_actor, device
from app.http.blueprint import Blueprint
from app.http.guards import allow, allow_public
from app.http.paging import paginate
from app.ratings import policies, queries, rules, service
from app.ratings.models import Rating
from app.ratings.schemas import (
    HidingSchema,
    RatingPageArguments,
    RatingRequestSchema,
    RatingSchema,
    ReplySchema,
    TechnicianRatingsSchema,
    ThanksSchema,
)
from app.ratings.service import Stars
from app.technicians import queries as technicians

blueprint = Blueprint("ratings", __name__, description="What consumers say of a visit")


@blueprint.route("/ratings")
class Ratings(MethodView):
    """What consumers say."""

    @blueprint.arguments(RatingRequestSchema)
    @blueprint.response(201, ThanksSchema)
    @allow_public
    def post(self, sent: dict[str, Any]) -> dict[str, int]:
        """Rate the technicians of the visit that a link is for, once."""
        kept = service.rate(sent["secret"], _stars(sent), source=device())
        return {"rated": len(kept)}

    @blueprint.arguments(RatingRequestSchema)
    @blueprint.response(200, ThanksSchema)
    @allow_public
    def patch(self, sent: dict[str, Any]) -> dict[str, int]:
        """Say something else within seven days; what was said before is kept."""
        return {"rated": len(service.change(sent["secret"], _stars(sent)))}


@blueprint.route("/ratings/<uuid:rating_id>/reply")
class RatingReply(MethodView):
    """What the technician answers."""

    @blueprint.arguments(ReplySchema)
    @blueprint.response(200, RatingSchema)
    @allow(Role.TECHNICIAN)
    def put(self, sent: dict[str, Any], rating_id: UUID) -> queries.Shown:
        """Answer a rating as whom it is about; the last answer counts."""
        rating = service.reply(rating_id, sent["reply"], actor=current_actor())
        return queries.shown([rating], with_comments=True)[0]


@blueprint.route("/ratings/<uuid:rating_id>/hiding")
class RatingHiding(MethodView):
    """The hiding of abusive words."""

    @blueprint.arguments(HidingSchema)
    @blueprint.response(200, RatingSchema)
    @allow(Role.DISPATCHER, Role.ADMINISTRATOR)
    def put(self, sent: dict[str, Any], rating_id: UUID) -> queries.Shown:
        """Hide a rating's words; its stars count as they are."""
        rating = service.hide(rating_id, sent["reason"], actor=current_actor())
        return queries.shown([rating], with_comments=True)[0]


@blueprint.route("/technicians/<uuid:technician_id>/ratings")
class TechnicianRatings(MethodView):
    """One technician's ratings."""

    @blueprint.arguments(RatingPageArguments, location="query")
    @blueprint.response(200, TechnicianRatingsSchema)
    @allow(Role.DISPATCHER, Role.ADMINISTRATOR, Role.PARTNER, Role.TECHNICIAN)
    def get(self, page: dict[str, Any], technician_id: UUID) -> dict[str, Any]:
        """Read where a technician stands and the ratings behind it."""
        actor = current_actor()
        technician = technicians.get(technician_id, actor=actor)
        found = paginate(
            queries.given_to(technician.id),
            order=Rating.rated_at,
            key=Rating.id,
            descending=True,
            **page,
        )
        territory = technician.territory_id
        open_comments = policies.reads_comments(actor, technician)
        return {
            "standings": [_standing(one) for one in queries.standings(technician.id)],
            "lasting": queries.lasting(technician.id),
            "signals": queries.signals(technician.id) if actor.works_in(territory) else [],
            "items": queries.shown(found.items, with_comments=open_comments),
            "next": found.next,
        }


def _stars(sent: dict[str, Any]) -> list[Stars]:
    return [Stars(**one | {"tags": tuple(one.get("tags", ()))}) for one in sent["ratings"]]


def _standing(one: queries.CategoryStanding) -> dict[str, Any]:
    return {
        "category": one.category.code if one.category else None,
        "tier": rules.tier(one.standing),
        "count": one.standing.count,
        "professional": one.standing.professional,
        "attitude": one.standing.attitude,
    }
