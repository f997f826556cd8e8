"""The day: its plan as map, rows and lists, and what a dispatcher does with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core import cells, clock
from app.core.db import db
from app.core.errors import DomainError, Invalid, problem_of
from app.http.actor import current_actor
from app.places.models import Territory
from app.planning import queries, service
from app.planning.models import PlanState, PlanVersion
from app.planning.queries import plans
from app.planning.service import PlanOutdated
from app.web.board.blueprint import blueprint, office
from app.web.board.maps import map_of
from app.web.board.words import change_text, refusal_text
from app.web.shared.formats import use_zone
from app.web.shared.preferences import language

A_DAY = timedelta(days=1)
SEARCHING = (PlanState.QUEUED, PlanState.SOLVING)


@blueprint.get("/day")
@office
def today() -> ResponseReturnValue:
    """Show today once there is a plan for it, else tomorrow, which is to be planned."""
    known = _territories()
    if not known:
        return render_template("board/no_territory.html")
    here = clock.today(known[0].timezone)
    return _to_day(known[0], here if plans.newest_for(known[0].id, here) else here + A_DAY)


@blueprint.get("/day/go")
@office
def go_to_day() -> ResponseReturnValue:
    """Follow the territory and day that were chosen in the bar."""
    return _to_day(
        territory_of(request.args.get("territory", "")), day_of(request.args.get("day"))
    )


@blueprint.get("/day/<territory>/<day>")
@office
def day(territory: str, day: str) -> ResponseReturnValue:
    return page(territory_of(territory), day_of(day))


@blueprint.post("/day/<territory>/<day>/plan")
@office
def plan_day(territory: str, day: str) -> ResponseReturnValue:
    """Start a search in the background; the page follows it."""
    where, when = territory_of(territory), day_of(day)
    try:
        service.request_plan(where.id, when, when, None, current_actor())
    except DomainError as error:
        return page(where, when, refused=refusal_text(error)), 409
    return _to_day(where, when)


@blueprint.post("/day/<territory>/<day>/publish")
@office
def publish_day(territory: str, day: str) -> ResponseReturnValue:
    """Announce the day, or list what has changed since the plan was made."""
    where, when = territory_of(territory), day_of(day)
    accept = bool(request.form.get("accept"))
    try:
        _, left = service.publish(_id("plan_id"), when, current_actor(), accept_changes=accept)
    except PlanOutdated as error:
        conflicts = [change_text(one) for one in error.details["changed"]]
        return page(where, when, conflicts=conflicts), 409
    except DomainError as error:
        return page(where, when, refused=refusal_text(error)), 409
    flash(gettext("Published: the technicians see their day."), "ok")
    for one in left:
        flash(gettext("Left as it was: %(job)s", job=change_text(one)), "warn")
    return _to_day(where, when)


def page(where: Territory, when: date, **notices: Any) -> str:
    use_zone(where.timezone)
    actor = current_actor()
    newer = shown_plan(where, when)
    view = queries.day_view(where, when, newer, actor=replace(actor, locale=language()))
    last = _last_search(where, when)
    return render_template(
        "board/day.html",
        view=view,
        has_newer=bool(newer and plans.publication(where.id, when)),
        territory=where,
        territories=_territories(),
        day=when,
        yesterday=when - A_DAY,
        tomorrow=when + A_DAY,
        solving=last if last and last.state in SEARCHING else None,
        failed=last if last and last.state is PlanState.FAILED else None,
        waiting_total=sum(view["waiting"].values()),
        technician_options=[(one["id"], one["name"]) for one in view["technicians"]],
        **map_of(where),
        **notices,
    )


def shown_plan(where: Territory, when: date) -> PlanVersion | None:
    """Return the newest plan that is ready for the day, unless what is announced is asked for."""
    if "announced" in request.args:
        return None
    return _newest(where, when, PlanVersion.state == PlanState.READY)


def _last_search(where: Territory, when: date) -> PlanVersion | None:
    return _newest(where, when, sa.true())


def _newest(where: Territory, when: date, wanted: sa.ColumnElement[bool]) -> PlanVersion | None:
    chosen = plans.visible(current_actor()).where(
        wanted,
        PlanVersion.territory_id == where.id,
        PlanVersion.first_day <= when,
        PlanVersion.last_day >= when,
    )
    return db.session.scalar(chosen.order_by(PlanVersion.number.desc()).limit(1))


def _territories() -> Sequence[Territory]:
    return db.session.scalars(plans.territories(current_actor()).order_by(Territory.code)).all()


def territory_of(code: str) -> Territory:
    """Return a territory the actor dispatches.

    Raises:
        TerritoryNotFound: there is none for this actor.
    """
    chosen = plans.territories(current_actor())
    found = db.session.scalar(chosen.where(sa.func.upper(Territory.code) == code.upper()))
    if found is None:
        raise service.TerritoryNotFound(territory=code)
    return found


def day_of(text: str | None) -> date:
    try:
        return cells.day(text or "")
    except ValueError as error:
        raise Invalid(errors=[problem_of("day", str(error), value=text)]) from error


def _id(field: str) -> UUID:
    try:
        return UUID(request.form.get(field, ""))
    except ValueError as error:
        raise Invalid(errors=[problem_of(field, "is missing")]) from error


def _to_day(where: Territory, when: date) -> ResponseReturnValue:
    return redirect(url_for("board.day", territory=where.code, day=when.isoformat()), 303)
