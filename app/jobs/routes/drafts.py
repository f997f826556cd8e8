"""Drafts: pasted messages, read but not yet orders."""

from typing import Any

from flask.views import MethodView

from app.core import clock, settings
from app.http.actor import current_actor
from app.http.guards import allow
from app.jobs import queries
from app.jobs.routes.mounting import READERS, blueprint
from app.jobs.rules.messages import MessageDraft, parse_message
from app.jobs.schemas.sending import MessageSchema
from app.jobs.schemas.showing import DraftSchema


@blueprint.route("/job-drafts")
class Drafts(MethodView):
    """What pasted messages seem to ask for."""

    @blueprint.arguments(MessageSchema)
    @blueprint.response(200, DraftSchema)
    @allow(*READERS)
    def post(self, sent: dict[str, Any]) -> MessageDraft:
        """Read a chat or shop message into a draft; nothing is created."""
        today = clock.today(sent["timezone"] or settings.current().timezone)
        return parse_message(sent["text"], queries.vocabulary(current_actor()), today=today)
