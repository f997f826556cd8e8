"""Partners."""

from typing import Any

from flask.views import MethodView

from app.accounts import queries, service
from app.accounts.models import Partner
from app.accounts.routes.mounting import partners as blueprint
from app.accounts.schemas import PartnerSchema
from app.core.policies import Role
from app.http.actor import current_actor
from app.http.guards import allow
from app.http.paging import PageArguments, page_schema, paginate


@blueprint.route("")
class Partners(MethodView):
    """Who supplies technicians."""

    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_schema(PartnerSchema))
    @allow(Role.ADMINISTRATOR, Role.DISPATCHER)
    def get(self, asked_for: dict[str, Any]) -> Any:
        """List partners by code."""
        return paginate(queries.partners(), order=Partner.code, key=Partner.id, **asked_for)

    @blueprint.arguments(PartnerSchema)
    @blueprint.response(200, PartnerSchema)
    @allow(Role.ADMINISTRATOR)
    def put(self, sent: dict[str, Any]) -> Partner:
        """Take a partner on, or rename the one with this code."""
        return service.save_partner(
            sent["code"], name=sent["name"], name_zh=sent.get("name_zh"), actor=current_actor()
        )
