"""The feed of what happened to jobs."""

from typing import Any

from flask.views import MethodView

from app.http.actor import current_actor
from app.http.guards import allow
from app.jobs import queries
from app.jobs.queries import Changes
from app.jobs.routes.mounting import READERS, blueprint
from app.jobs.schemas.following import ChangesArguments, ChangesSchema


@blueprint.route("/changes")
class JobChanges(MethodView):
    """What happened to jobs."""

    @blueprint.arguments(ChangesArguments, location="query")
    @blueprint.response(200, ChangesSchema)
    @allow(*READERS)
    def get(self, asked: dict[str, Any]) -> Changes:
        """Follow what happens to your jobs: ask again with the answer's ``next``.

        A change appears about a second after it was made, in an order that never changes; none is
        skipped and none comes twice. What the job holds now is read from the job itself.
        """
        return queries.changes(current_actor(), **asked)
