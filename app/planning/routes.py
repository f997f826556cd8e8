"""REST resources of planning. Parse, call, render; decide nothing."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.core import tasks
from app.core.db import db
from app.core.errors import Invalid, problem_of
from app.core.policies import Role
from app.http.actor import current_actor
from app.http.blueprint import Blueprint
from app.http.guards import allow
from app.http.history import HistorySchema
from app.http.history import told as past
from app.http.paging import page_schema, paginate
from app.jobs import queries as jobs
from app.planning import queries, service
from app.planning.models import Pin, PlanVersion
from app.planning.queries import plans, telling, visits
from app.planning.rules.reasons import told
from app.planning.schemas import (
    ComparisonArguments,
    ComparisonSchema,
    DayArguments,
    ExplanationArguments,
    ExplanationSchema,
    OfferArguments,
    OffersSchema,
    PinArguments,
    PlanDetailSchema,
    PlanFilters,
    PlanRequestSchema,
    PlanSchema,
    PublicationRequestSchema,
    PublicationSchema,
    RepairRequestSchema,
    SeatPinRequestSchema,
    SeatPinsSchema,
    TellingsSchema,
    TerritoryDaySchema,
    VisitSchema,
)
from app.technicians import queries as technicians

blueprint = Blueprint("planning", __name__, description="Who goes where, when")
PLANNERS = (Role.DISPATCHER, Role.ADMINISTRATOR)
MAKERS = (*PLANNERS, Role.TECHNICIAN)
PLAN_FIELDS = (
    *("id", "number", "first_day", "last_day", "state", "seconds", "cost_minor", "currency"),
    *("estimated_share", "error", "created_at", "ready_at"),
)


def shown(rows: list[PlanVersion]) -> list[dict[str, Any]]:
    """Return plans as ``PlanSchema`` has them, in a fixed number of queries."""
    codes = {row.id: row.code for row in db.session.scalars(plans.territories(current_actor()))}
    published = plans.published_days(row.id for row in rows)
    return [
        {name: getattr(row, name) for name in PLAN_FIELDS}
        | {"territory": codes[row.territory_id], "published_days": published.get(row.id, [])}
        for row in rows
    ]


def detailed(plan: PlanVersion) -> dict[str, Any]:
    left_out = plans.unplanned(plan.id)
    numbers = {job.id: job.number for job in visits.jobs_by_id(row.job_id for row in left_out)}
    return shown([plan])[0] | {
        "progress": tasks.get(plan.task_id).progress if plan.task_id else {},
        "measures": plan.measures.get("whole"),
        "days": plan.measures.get("days", {}),
        "unplanned": [
            {
                "job_id": row.job_id,
                "job_number": numbers[row.job_id],
                "reasons": [told(reason) for reason in row.reasons],
            }
            for row in left_out
        ],
    }


@blueprint.route("/plans")
class Plans(MethodView):
    """Plan versions, newest first."""

    @blueprint.arguments(PlanFilters, location="query")
    @blueprint.response(200, page_schema(PlanSchema))
    @allow(*PLANNERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List the plans of your territories."""
        chosen = plans.visible(current_actor())
        if code := asked.pop("territory", None):
            chosen = chosen.where(
                PlanVersion.territory_id == plans.territory(code, actor=current_actor()).id
            )
        if state := asked.pop("state", None):
            chosen = chosen.where(PlanVersion.state == state)
        page = paginate(
            chosen, order=PlanVersion.created_at, key=PlanVersion.id, descending=True, **asked
        )
        return {"items": shown(page.items), "next": page.next}

    @blueprint.arguments(PlanRequestSchema)
    @blueprint.response(202, PlanSchema)
    @allow(*PLANNERS)
    def post(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Ask for a plan; the search runs in the background and the plan shows its progress."""
        actor = current_actor()
        territory = plans.territory(asked["territory"], actor=actor)
        first, last = asked["first_day"], asked["last_day"] or asked["first_day"]
        return shown([service.request_plan(territory.id, first, last, asked["seconds"], actor)])[0]


@blueprint.route("/plans/<uuid:plan_id>")
class OnePlan(MethodView):
    """One plan version."""

    @blueprint.response(200, PlanDetailSchema)
    @allow(*PLANNERS)
    def get(self, plan_id: UUID) -> dict[str, Any]:
        """Read a plan: its state and progress, its measures, and what it leaves out and why."""
        return detailed(plans.get(plan_id, actor=current_actor()))


@blueprint.route("/plans/<uuid:plan_id>/history")
class PlanHistory(MethodView):
    """What happened to a plan."""

    @blueprint.response(200, HistorySchema)
    @allow(*PLANNERS)
    def get(self, plan_id: UUID) -> dict[str, Any]:
        """Tell who asked for a plan, cancelled it, and published what of it."""
        return past(plans.history(plans.get(plan_id, actor=current_actor())))


@blueprint.route("/plans/<uuid:plan_id>/problem")
class PlanProblem(MethodView):
    """The planning problem behind a plan, in the public planning format."""

    @blueprint.response(200)
    @allow(*PLANNERS)
    def get(self, plan_id: UUID) -> dict[str, Any]:
        """Read the problem a plan was solved from; attach it to a bug report."""
        return plans.problem_of(plans.get(plan_id, actor=current_actor()))


@blueprint.route("/plans/<uuid:plan_id>/comparison")
class PlanComparison(MethodView):
    """What is different between two plans."""

    @blueprint.arguments(ComparisonArguments, location="query")
    @blueprint.response(200, ComparisonSchema)
    @allow(*PLANNERS)
    def get(self, asked: dict[str, Any], plan_id: UUID) -> dict[str, Any]:
        """Compare a plan with an earlier one."""
        actor = current_actor()
        before, after = (plans.get(one, actor=actor).id for one in (asked["before"], plan_id))
        return {"items": [_difference(one) for one in plans.compare(before, after)]}


def _difference(one: plans.Difference) -> dict[str, Any]:
    def seats(of: dict[int, plans.Seat]) -> list[dict[str, Any]]:
        return [
            {"seat": seat, "technician_id": who.technician_id, "starts_at": who.starts_at}
            for seat, who in sorted(of.items())
        ]

    sides = {"before": seats(one.before), "after": seats(one.after)}
    return {"job_id": one.job_id, "kind": one.kind, **sides}


@blueprint.route("/plans/<uuid:plan_id>/changes")
class PlanChanges(MethodView):
    """What a plan changes of what was announced."""

    @blueprint.response(200, TellingsSchema)
    @allow(*PLANNERS)
    def get(self, plan_id: UUID) -> dict[str, Any]:
        """Read who must be told what if the plan were announced."""
        found = telling.to_tell(plans.get(plan_id, actor=current_actor()))
        jobs_told = visits.jobs_by_id(one.change.job_id for one in found)
        numbers = {job.id: job.number for job in jobs_told}
        return {
            "items": [
                _difference(one.change)
                | {"job_number": numbers[one.change.job_id], "customer": one.customer}
                | {"technician_ids": one.technician_ids}
                for one in found
            ]
        }


@blueprint.route("/plans/<uuid:plan_id>/cancellation")
class PlanCancellation(MethodView):
    """The calling-off of a search."""

    @blueprint.response(202, PlanSchema)
    @allow(*PLANNERS)
    def post(self, plan_id: UUID) -> dict[str, Any]:
        """Call a search off; the best plan found so far is kept."""
        return shown([service.cancel_plan(plan_id, current_actor())])[0]


@blueprint.route("/plans/<uuid:plan_id>/publication")
class PlanPublication(MethodView):
    """The announcement of a day."""

    @blueprint.arguments(PublicationRequestSchema)
    @blueprint.response(201, PublicationSchema)
    @blueprint.alt_response(409, description="plan-outdated, with what has changed")
    @allow(*PLANNERS)
    def post(self, asked: dict[str, Any], plan_id: UUID) -> dict[str, Any]:
        """Announce one day of a plan to its technicians and customers."""
        publication, refused = service.publish(
            plan_id, asked["day"], current_actor(), accept_changes=asked["accept_changes"]
        )
        names = ("id", "plan_id", "day", "number", "published_at")
        return {name: getattr(publication, name) for name in names} | {"refused": refused}


@blueprint.route("/territories/<code>/days/<day>")
class TerritoryDay(MethodView):
    """A day of a territory."""

    @blueprint.arguments(DayArguments, location="query")
    @blueprint.response(200, TerritoryDaySchema)
    @allow(*PLANNERS)
    def get(self, asked: dict[str, Any], code: str, day: str) -> dict[str, Any]:
        """Read who goes where and when, what is left out and what waits."""
        actor = current_actor()
        territory = plans.territory(code, actor=actor)
        plan = plans.get(asked["plan"], actor=actor) if "plan" in asked else None
        return queries.day_view(territory, _day(day), plan, actor=actor)


@blueprint.route("/territories/<code>/days/<day>/repair")
class TerritoryDayRepair(MethodView):
    """The mending of a day that events have overtaken."""

    @blueprint.arguments(RepairRequestSchema)
    @blueprint.response(202, PlanSchema)
    @allow(*PLANNERS)
    def post(self, asked: dict[str, Any], code: str, day: str) -> dict[str, Any]:
        """Ask for a plan that keeps what holds and changes little of what was announced."""
        actor = current_actor()
        territory = plans.territory(code, actor=actor)
        plan = service.request_repair(territory.id, _day(day), asked["seconds"], actor)
        return shown([plan])[0]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            errors=[problem_of("day", "is not a day", value=text, remedy="write 2026-11-23")]
        ) from error


@blueprint.route("/jobs/<uuid:job_id>/slots")
class JobSlots(MethodView):
    """Windows on offer for a job."""

    @blueprint.arguments(OfferArguments, location="query")
    @blueprint.response(200, OffersSchema)
    @blueprint.alt_response(409, description="job-not-offerable, with why")
    @allow(*PLANNERS)
    def get(self, asked: dict[str, Any], job_id: UUID) -> dict[str, Any]:
        """Read the windows that can be kept as things stand, cheapest first."""
        return {"items": service.offer(jobs.get(job_id, actor=current_actor()), **asked)}


@blueprint.route("/jobs/<uuid:job_id>/explanation")
class JobExplanation(MethodView):
    """Why this technician and not another."""

    @blueprint.arguments(ExplanationArguments, location="query")
    @blueprint.response(200, ExplanationSchema)
    @blueprint.alt_response(409, description="job-not-explained, with why")
    @allow(*PLANNERS)
    def get(self, asked: dict[str, Any], job_id: UUID) -> dict[str, Any]:
        """Read who does a job and what everybody else would cost, or why nobody does."""
        found = service.explain(jobs.get(job_id, actor=current_actor()), **asked)
        return vars(found) | {"reasons": [told(reason) for reason in found.reasons]}


@blueprint.route("/jobs/<uuid:job_id>/pins")
class JobPins(MethodView):
    """Which technicians a job stays with, whatever the next plan would do."""

    @blueprint.etag
    @blueprint.response(200, SeatPinsSchema)
    @allow(*PLANNERS)
    def get(self, job_id: UUID) -> dict[str, Any]:
        """Read a job's pins."""
        jobs.get(job_id, actor=current_actor())
        blueprint.set_etag(_pins_state(job_id))
        return _pins(job_id)

    @blueprint.etag
    @blueprint.arguments(SeatPinRequestSchema)
    @blueprint.response(200, SeatPinsSchema)
    @blueprint.alt_response(409, description="move-refused, with every reason")
    @allow(*PLANNERS)
    def put(self, asked: dict[str, Any], job_id: UUID) -> dict[str, Any]:
        """Keep a seat with a technician; a visit that was announced moves at once."""
        actor = current_actor()
        jobs.get(job_id, actor=actor, locked=True)
        blueprint.check_etag(_pins_state(job_id))
        technician = technicians.by_code(asked["technician"], actor=actor)
        service.move(
            job_id, asked["seat"], technician.id, asked["starts_at"], asked["reason"], actor
        )
        blueprint.set_etag(_pins_state(job_id))
        return _pins(job_id)

    @blueprint.etag
    @blueprint.arguments(PinArguments, location="query")
    @blueprint.response(204)
    @allow(*PLANNERS)
    def delete(self, asked: dict[str, Any], job_id: UUID) -> None:
        """Leave a seat to the plan again."""
        actor = current_actor()
        jobs.get(job_id, actor=actor, locked=True)
        blueprint.check_etag(_pins_state(job_id))
        service.unpin(job_id, asked["seat"], actor)


def _pins(job_id: UUID) -> dict[str, list[Pin]]:
    return {"items": visits.pins_of([job_id]).get(job_id, [])}


def _pins_state(job_id: UUID) -> dict[str, Any]:
    """Return what the ETag of a job's pins is made of."""

    def text(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    pins = visits.pins_of([job_id]).get(job_id, [])
    state = [[pin.seat, str(pin.technician_id), text(pin.starts_at)] for pin in pins]
    return {"id": str(job_id), "pins": state}


@blueprint.route("/visits/<uuid:visit_id>")
class OneVisit(MethodView):
    """One visit."""

    @blueprint.response(200, VisitSchema)
    @allow(*MAKERS)
    def get(self, visit_id: UUID) -> dict[str, Any]:
        """Read a visit: its state, its crew and when they go."""
        visit, _, crew = visits.visible(visit_id, current_actor())
        names = ("id", "job_id", "ordinal", "state", "finished_at")
        return {name: getattr(visit, name) for name in names} | {"crew": crew}
