"""The technician's day and visits."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core import cells, clock
from app.core.errors import DomainError, Invalid, problem_of
from app.core.policies import Role
from app.http.actor import current_actor
from app.http.guards import allow
from app.planning.models import VisitState
from app.visits import queries, service
from app.visits.events import FailureReason
from app.visits.models import Verdict
from app.visits.queries import Stop
from app.visits.service import Contact, Evidence, Position
from app.web.field.links import map_link
from app.web.shared.formats import use_zone

blueprint = Blueprint("field", __name__, url_prefix="/field", template_folder="templates")
technician = allow(Role.TECHNICIAN)
A_DAY = timedelta(days=1)


@blueprint.get("")
@technician
def today() -> ResponseReturnValue:
    """Show a day's visits in order; today's unless another is asked for."""
    actor = current_actor()
    here = queries.my_today(actor)
    try:
        shown = cells.day(request.args["day"]) if "day" in request.args else here
    except ValueError as error:
        raise Invalid(errors=[problem_of("day", str(error))]) from error
    stops = queries.my_day(actor, shown)
    if stops:
        use_zone(stops[0].view.territory.timezone)
    return render_template(
        "field/day.html",
        day=shown,
        is_today=shown == here,
        yesterday=shown - A_DAY,
        tomorrow=shown + A_DAY,
        stops=stops,
        coming=next((stop for stop in stops if not stop.has_ended), None),
        technician_id=actor.technician_id,
    )


@blueprint.get("/visits/<uuid:visit_id>")
@technician
def visit(visit_id: UUID) -> ResponseReturnValue:
    return _page(queries.stop(visit_id, actor=current_actor()))


@blueprint.post("/visits/<uuid:visit_id>/contact")
@technician
def contact(visit_id: UUID) -> ResponseReturnValue:
    """Open the customer's number; that it was opened is recorded."""
    actor = current_actor()
    opened = service.reveal_contact(visit_id, actor=actor)
    return _page(queries.stop(visit_id, actor=actor), opened=opened)


@blueprint.post("/visits/<uuid:visit_id>/report")
@technician
def report(visit_id: UUID) -> ResponseReturnValue:
    """Report where the visit stands; the server decides, and says so."""
    actor = current_actor()
    try:
        kept = service.report(
            visit_id, VisitState(request.form["state"]), _evidence(), actor=actor
        )
    except ValueError:
        said = gettext("Some of what was sent cannot be read.")
        return _page(queries.stop(visit_id, actor=actor), refused=said), 422
    except DomainError as error:
        said = gettext(error.title())
        return _page(queries.stop(visit_id, actor=actor), refused=said), 422
    if kept.verdict is Verdict.APPLIED:
        flash(gettext("Reported."), "ok")
    else:
        flash(gettext("Kept, but the visit stands elsewhere already: look at it again."), "warn")
    ended = kept.state in {VisitState.COMPLETED, VisitState.FAILED}
    if not ended:
        return redirect(url_for("field.visit", visit_id=visit_id), 303)
    day = queries.stop(visit_id, actor=actor).assignment.day
    return redirect(url_for("field.today", day=day.isoformat()), 303)


def _page(stop: Stop, *, opened: Contact | None = None, refused: str = "") -> str:
    use_zone(stop.view.territory.timezone)
    return render_template(
        "field/visit.html",
        stop=stop,
        view=stop.view,
        opened=opened,
        refused=refused,
        onward=[state for state in stop.next_states if state is not VisitState.FAILED],
        may_fail=VisitState.FAILED in stop.next_states,
        failures=list(FailureReason),
        form_id=uuid4(),
        way=map_link(stop.view.place),
        technician_id=current_actor().technician_id,
    )


def _evidence() -> Evidence:
    """Read what the phone sends along; each form is one report, however often it is sent.

    Raises:
        ValueError: something cannot be read.
    """
    form = request.form
    told = form.get("at", "")
    failure = form.get("failure") if form["state"] == VisitState.FAILED.value else None
    return Evidence(
        at=_aware(told) if told else clock.now(),
        device=f"page-{UUID(form['form_id'])}",
        sequence=1,
        position=_position(form),
        note=form.get("note", "").strip() or None,
        failure=FailureReason(failure) if failure else None,
    )


def _aware(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without offset")
    return instant


def _position(form: Any) -> Position | None:
    if not form.get("lat") or not form.get("lon"):
        return None
    accuracy = form.get("accuracy_m")
    degrees = cells.number(-180, 180)
    return Position(
        degrees(form["lat"]), degrees(form["lon"]), round(float(accuracy)) if accuracy else None
    )
