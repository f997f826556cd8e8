"""REST resources of visits. Parse, call, render; decide nothing."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.core.policies import Role
from app.http.actor import current_actor
from app.http.blueprint import Blueprint
from app.http.guards import allow
from app.http.history import HistorySchema, told
from app.jobs import queries as jobs
from app.visits import queries, service
from app.visits.models import VisitReport
from app.visits.schemas import (
    DayArguments,
    MyDaySchema,
    NewVisitReportSchema,
    VisitContactSchema,
    VisitReportSchema,
    VisitStopSchema,
    stop_as_plain,
)
from app.visits.service import Contact, Evidence, Position

blueprint = Blueprint("visits", __name__, description="The technician's day and what came of it")
OFFICE = (Role.DISPATCHER, Role.ADMINISTRATOR)
MAKERS = (Role.TECHNICIAN, Role.DISPATCHER, Role.ADMINISTRATOR)


@blueprint.route("/my/day")
class MyDay(MethodView):
    """The caller's own day."""

    @blueprint.arguments(DayArguments, location="query")
    @blueprint.response(200, MyDaySchema)
    @allow(Role.TECHNICIAN)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Read your visits of a day, in order, with all that is needed to make them."""
        actor = current_actor()
        day = asked.get("date") or queries.my_today(actor)
        return {"date": day, "stops": [stop_as_plain(one) for one in queries.my_day(actor, day)]}


@blueprint.route("/my/visits/<uuid:visit_id>")
class MyVisit(MethodView):
    """One visit as those see it who make it."""

    @blueprint.response(200, VisitStopSchema)
    @allow(*MAKERS)
    def get(self, visit_id: UUID) -> dict[str, Any]:
        """Read one of your visits."""
        return stop_as_plain(queries.stop(visit_id, actor=current_actor()))


@blueprint.route("/visits/<uuid:visit_id>/reports")
class Reports(MethodView):
    """What was reported of a visit."""

    @blueprint.response(200, VisitReportSchema(many=True))
    @allow(*MAKERS)
    def get(self, visit_id: UUID) -> list[VisitReport]:
        """Read everything reported of a visit, with what became of it."""
        queries.known(visit_id, actor=current_actor())
        return queries.reports_of(visit_id)

    @blueprint.arguments(NewVisitReportSchema)
    @blueprint.response(201, VisitReportSchema)
    @allow(*MAKERS)
    def post(self, sent: dict[str, Any], visit_id: UUID) -> VisitReport:
        """Report a state with time and place; the answer says what became of it."""
        state, position = sent.pop("state"), sent.pop("position", None)
        where = Position(**position) if position else None
        evidence = Evidence(position=where, **sent)
        return service.report(visit_id, state, evidence, actor=current_actor())


@blueprint.route("/visits/<uuid:visit_id>/contact")
class ContactReveal(MethodView):
    """The customer's number, opened."""

    @blueprint.response(200, VisitContactSchema)
    @allow(*MAKERS)
    def post(self, visit_id: UUID) -> Contact:
        """Open the customer's number to call them; it is recorded that you did."""
        return service.reveal_contact(visit_id, actor=current_actor())


@blueprint.route("/jobs/<uuid:job_id>/history")
class JobHistory(MethodView):
    """What happened to a job and on its visits."""

    @blueprint.response(200, HistorySchema)
    @allow(*OFFICE)
    def get(self, job_id: UUID) -> dict[str, Any]:
        """Tell who did what to a job and its visits, when and why, before and after."""
        return told(queries.history(jobs.get(job_id, actor=current_actor())))
