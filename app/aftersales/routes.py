"""REST resources of cases. Parse, call, render; decide nothing."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.aftersales import queries, service
from app.aftersales.models import Case
from app.aftersales.queries import CaseView
from app.aftersales.schemas import (
    AnswerSchema,
    CaseArguments,
    CaseSchema,
    CaseWithEntriesSchema,
    NewCaseSchema,
    ResolutionSchema,
    ReworkArgumentsSchema,
    ReworkSchema,
)
from app.core.policies import Role
from app.http.actor import current_actor
from app.http.blueprint import Blueprint
from app.http.guards import allow
from app.http.paging import page_schema, paginate
from app.jobs.models import Job

blueprint = Blueprint("cases", __name__, description="Complaints, and what is done about them")
SETTLERS = (Role.DISPATCHER, Role.ADMINISTRATOR)
READERS = (*SETTLERS, Role.BRAND)


@blueprint.route("/cases")
class Cases(MethodView):
    """Cases; a brand's key sees its own."""

    @blueprint.arguments(CaseArguments, location="query")
    @blueprint.response(200, page_schema(CaseSchema))
    @allow(*READERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List cases, those first whose clock runs out first."""
        wanted = {name: asked.pop(name) for name in ("step", "is_late") if name in asked}
        chosen = queries.search(current_actor(), **wanted)
        page = paginate(chosen, order=Case.due_at, key=Case.id, **asked)
        return {"items": queries.views(list(page.items)), "next": page.next}


@blueprint.route("/cases/<uuid:case_id>")
class OneCase(MethodView):
    """One case."""

    @blueprint.response(200, CaseWithEntriesSchema)
    @allow(*SETTLERS)
    def get(self, case_id: UUID) -> CaseView:
        """Read a case with all that was said in it."""
        return _shown(queries.get(case_id, actor=current_actor()))


@blueprint.route("/jobs/<uuid:job_id>/cases")
class JobCases(MethodView):
    """The cases of one job."""

    @blueprint.arguments(NewCaseSchema)
    @blueprint.response(201, CaseWithEntriesSchema)
    @blueprint.alt_response(409, description="nothing-to-complain-of")
    @allow(*SETTLERS)
    def post(self, sent: dict[str, Any], job_id: UUID) -> CaseView:
        """Open a case for a consumer who telephoned."""
        actor = current_actor()
        kind, text = sent.pop("kind"), sent.pop("text")
        return _shown(service.open_case(job_id, kind, text, actor=actor, **sent))


@blueprint.route("/cases/<uuid:case_id>/owner")
class CaseOwner(MethodView):
    """Who looks after a case."""

    @blueprint.response(200, CaseWithEntriesSchema)
    @blueprint.alt_response(409, description="case-is-resolved")
    @allow(*SETTLERS)
    def put(self, case_id: UUID) -> CaseView:
        """Look after a case from now on."""
        return _shown(service.take(case_id, actor=current_actor()))


@blueprint.route("/cases/<uuid:case_id>/entries")
class CaseEntries(MethodView):
    """What is said in a case."""

    @blueprint.arguments(AnswerSchema)
    @blueprint.response(201, CaseWithEntriesSchema)
    @blueprint.alt_response(409, description="case-is-resolved")
    @allow(*SETTLERS)
    def post(self, sent: dict[str, Any], case_id: UUID) -> CaseView:
        """Answer a case's consumer, or note something among ourselves."""
        return _shown(service.answer(case_id, sent.pop("text"), actor=current_actor(), **sent))


@blueprint.route("/cases/<uuid:case_id>/resolution")
class CaseResolution(MethodView):
    """How a case ends."""

    @blueprint.arguments(ResolutionSchema)
    @blueprint.response(200, CaseWithEntriesSchema)
    @blueprint.alt_response(409, description="case-is-resolved")
    @allow(*SETTLERS)
    def put(self, sent: dict[str, Any], case_id: UUID) -> CaseView:
        """Settle a case and tell its consumer how."""
        return _shown(service.resolve(case_id, actor=current_actor(), **sent))


@blueprint.route("/cases/<uuid:case_id>/reworks")
class CaseReworks(MethodView):
    """The jobs that do again what a case is about."""

    @blueprint.arguments(ReworkArgumentsSchema)
    @blueprint.response(201, ReworkSchema)
    @blueprint.alt_response(409, description="rework-arranged, case-is-resolved or move-refused")
    @allow(*SETTLERS)
    def post(self, sent: dict[str, Any], case_id: UUID) -> Job:
        """Have it done again, at no cost to its consumer."""
        return service.rework(case_id, actor=current_actor(), **sent)


def _shown(case: Case) -> CaseView:
    return queries.views([case])[0]
