"""Jobs: what has been asked for, and what waits."""

from typing import Any, cast
from uuid import UUID

from flask.views import MethodView

from app.http.actor import current_actor
from app.http.guards import allow
from app.http.paging import page_schema, paginate
from app.jobs import queries, service
from app.jobs.models import Job
from app.jobs.queries import JobFilters, JobView
from app.jobs.routes.mounting import DISPATCHERS, EVERYBODY, READERS, blueprint
from app.jobs.schemas.asking import JobListArguments, WaitingArguments
from app.jobs.schemas.sending import (
    CancellationSchema,
    ConfirmationSchema,
    JobChangesSchema,
    JobRevealSchema,
)
from app.jobs.schemas.showing import JobSchema, RevealedJobSchema, WaitingSchema
from app.jobs.service import JobChange

SORTS = {
    "created": Job.created_at,
    "window": Job.window_or_never,
    "due": Job.due_or_never,
    "priority": Job.priority,
}


@blueprint.route("/jobs")
class Jobs(MethodView):
    """Jobs; a brand sees its own."""

    @blueprint.arguments(JobListArguments, location="query")
    @blueprint.response(200, page_schema(JobSchema))
    @allow(*READERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List jobs by state, territory, brand, type, day, reason they wait, or a number."""
        sort = asked.pop("sort")
        paging = {name: asked.pop(name) for name in ("cursor", "limit") if name in asked}
        found = paginate(
            queries.search(current_actor(), cast("JobFilters", asked)),
            order=SORTS[sort.lstrip("-")],
            key=Job.id,
            descending=sort.startswith("-"),
            **paging,
        )
        return {"items": queries.views(found.items), "next": found.next}


@blueprint.route("/jobs/waiting")
class WaitingJobs(MethodView):
    """What waits, and why."""

    @blueprint.arguments(WaitingArguments, location="query")
    @blueprint.response(200, WaitingSchema)
    @allow(*READERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Count and list what waits by reason, each with the fix."""
        return {"groups": queries.waiting(current_actor(), **asked)}


@blueprint.route("/jobs/<uuid:job_id>")
class OneJob(MethodView):
    """One job."""

    @blueprint.etag
    @blueprint.response(200, JobSchema)
    @allow(*EVERYBODY)
    def get(self, job_id: UUID) -> JobView:
        """Read a job."""
        return _shown(queries.get(job_id, actor=current_actor()))

    @blueprint.etag
    @blueprint.arguments(JobChangesSchema)
    @blueprint.response(200, JobSchema)
    @allow(*DISPATCHERS)
    def patch(self, change: JobChange, job_id: UUID) -> JobView:
        """Change what a job asks for; a new window is only proposed."""
        actor = current_actor()
        blueprint.check_version(queries.get(job_id, actor=actor, locked=True))
        return _shown(service.edit(job_id, change, actor=actor))


def _shown(job: Job) -> JobView:
    blueprint.set_version(job)
    return queries.view(job)


@blueprint.route("/jobs/<uuid:job_id>/cancellation")
class JobCancellation(MethodView):
    """The calling-off of a job."""

    @blueprint.arguments(CancellationSchema)
    @blueprint.response(200, JobSchema)
    @blueprint.alt_response(409, description="job-not-cancellable")
    @allow(*EVERYBODY)
    def post(self, cancellation: dict[str, Any], job_id: UUID) -> JobView:
        """Cancel a job that nobody has started, with the later parts of the same work."""
        return queries.view(service.cancel(job_id, actor=current_actor(), **cancellation))


@blueprint.route("/jobs/<uuid:job_id>/confirmation")
class JobConfirmation(MethodView):
    """The consumer's agreement to a window."""

    @blueprint.arguments(ConfirmationSchema)
    @blueprint.response(200, JobSchema)
    @allow(*DISPATCHERS, EVERYBODY[-1])
    def post(self, confirmation: dict[str, Any], job_id: UUID) -> JobView:
        """Make a window a promise: the consumer agreed to it."""
        return queries.view(service.confirm_window(job_id, actor=current_actor(), **confirmation))


@blueprint.route("/jobs/<uuid:job_id>/retry")
class JobRetry(MethodView):
    """The decision that somebody goes again."""

    @blueprint.response(200, JobSchema)
    @blueprint.alt_response(409, description="job-move-refused")
    @allow(*DISPATCHERS)
    def post(self, job_id: UUID) -> JobView:
        """Send somebody again after a visit that failed."""
        return queries.view(service.try_again(job_id, actor=current_actor()))


@blueprint.route("/jobs/<uuid:job_id>/reveal")
class JobReveal(MethodView):
    """A job's personal data, open; that it was opened is recorded."""

    @blueprint.arguments(JobRevealSchema)
    @blueprint.response(200, RevealedJobSchema)
    @allow(*READERS)
    def post(self, why: dict[str, Any], job_id: UUID) -> JobView:
        """Open name, phone, address and notes of a job."""
        return queries.view(service.reveal(job_id, actor=current_actor(), **why))
