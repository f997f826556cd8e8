"""The caller themselves."""

from typing import Any

from flask.views import MethodView

from app.accounts import service
from app.accounts.routes.mounting import me as blueprint
from app.accounts.schemas import MeSchema, OwnPasswordSchema
from app.http.actor import current_actor
from app.http.guards import allow


@blueprint.route("")
class Me(MethodView):
    """The caller."""

    @blueprint.response(200, MeSchema)
    @allow()
    def get(self) -> dict[str, Any]:
        """Read who your session, token or key stands for."""
        actor = current_actor()
        return {
            "name": actor.name,
            "via": actor.via,
            "roles": sorted(actor.roles),
            "scopes": sorted(actor.scopes),
            "technician_id": actor.technician_id,
        }


@blueprint.route("/password")
class OwnPassword(MethodView):
    """The caller's password."""

    @blueprint.arguments(OwnPasswordSchema)
    @blueprint.response(204)
    @allow()
    def put(self, sent: dict[str, Any]) -> None:
        """Give yourself a new password; every browser is signed out, this one too."""
        service.change_own_password(**sent, actor=current_actor())
