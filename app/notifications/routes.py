"""REST resources of notifications. Parse, call, render; decide nothing."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.core.outbox import OutboxMessage
from app.core.policies import Role
from app.http.actor import current_actor
from app.http.blueprint import Blueprint
from app.http.guards import allow
from app.http.paging import Page, PageArguments, page_schema, paginate
from app.notifications import queries, service
from app.notifications.models import MessageTemplate
from app.notifications.schemas import (
    MessageArguments,
    NewTemplateSchema,
    OutboxMessageSchema,
    TemplateChangesSchema,
    TemplateSchema,
)

blueprint = Blueprint(
    "outbox", __name__, url_prefix="/outbox", description="What was said to whom, and what left"
)


@blueprint.route("")
class Outbox(MethodView):
    """The log of messages."""

    @blueprint.arguments(MessageArguments, location="query")
    @blueprint.response(200, page_schema(OutboxMessageSchema))
    @allow(Role.DISPATCHER, Role.ADMINISTRATOR)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Read the log, newest first; names, addresses and links are masked."""
        actor = current_actor()
        wanted = {name: asked.pop(name) for name in ("state", "topic") if name in asked}
        page = paginate(
            queries.messages(actor, **wanted),
            order=OutboxMessage.created_at,
            key=OutboxMessage.id,
            descending=True,
            **asked,
        )
        return {"items": [_shown(message) for message in page.items], "next": page.next}


@blueprint.route("/<uuid:message_id>/resending")
class Resending(MethodView):
    """Another try for a message that failed."""

    @blueprint.response(200, OutboxMessageSchema)
    @allow(Role.DISPATCHER, Role.ADMINISTRATOR)
    def post(self, message_id: UUID) -> dict[str, Any]:
        """Send a message again that could not be delivered."""
        return _shown(service.resend(message_id, actor=current_actor()))


@blueprint.route("/templates")
class Templates(MethodView):
    """How messages are worded instead of as shipped."""

    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_schema(TemplateSchema))
    @allow(Role.ADMINISTRATOR)
    def get(self, page: dict[str, Any]) -> Page[MessageTemplate]:
        """List the wordings."""
        return paginate(
            queries.templates(), order=MessageTemplate.topic, key=MessageTemplate.id, **page
        )

    @blueprint.arguments(NewTemplateSchema)
    @blueprint.response(201, TemplateSchema)
    @blueprint.alt_response(409, description="template-exists")
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any]) -> MessageTemplate:
        """Word a message otherwise; it is tried on an example first."""
        return service.add_template(sent, actor=current_actor())


@blueprint.route("/templates/<uuid:template_id>")
class OneTemplate(MethodView):
    """One wording."""

    @blueprint.etag
    @blueprint.response(200, TemplateSchema)
    @allow(Role.ADMINISTRATOR)
    def get(self, template_id: UUID) -> MessageTemplate:
        """Read a wording."""
        found = queries.template(template_id)
        blueprint.set_version(found)
        return found

    @blueprint.etag
    @blueprint.arguments(TemplateChangesSchema)
    @blueprint.response(200, TemplateSchema)
    @allow(Role.ADMINISTRATOR)
    def patch(self, changes: dict[str, Any], template_id: UUID) -> MessageTemplate:
        """Change a wording; it is tried on an example first."""
        blueprint.check_version(queries.template(template_id, locked=True))
        found = service.change_template(template_id, changes, actor=current_actor())
        blueprint.set_version(found)
        return found

    @blueprint.etag
    @blueprint.response(204)
    @allow(Role.ADMINISTRATOR)
    def delete(self, template_id: UUID) -> None:
        """Go back to the words as shipped."""
        blueprint.check_version(queries.template(template_id, locked=True))
        service.remove_template(template_id, actor=current_actor())


def _shown(message: OutboxMessage) -> dict[str, Any]:
    entry = queries.log_entry(message, locale=current_actor().locale)
    return queries.as_plain(entry)
