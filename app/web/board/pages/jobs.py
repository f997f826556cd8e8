"""Jobs: finding, entering, changing, confirming and cancelling them."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.catalogue import queries as goods
from app.catalogue.models import Brand, Category, JobType, ProductModel
from app.core import cells, clock
from app.core.db import db
from app.core.errors import DomainError, Invalid
from app.http.actor import current_actor
from app.http.paging import paginate
from app.jobs import policies, queries, service
from app.jobs.models import Job, JobState
from app.jobs.queries import JobFilters, JobView
from app.jobs.rules.messages import parse_message
from app.places import queries as places
from app.places import service as pins
from app.places.models import Datum, Territory
from app.visits import queries as visits
from app.web.board import order_form
from app.web.board.blueprint import blueprint, office
from app.web.board.maps import map_of
from app.web.board.words import refusal_text
from app.web.shared.formats import use_zone
from app.web.shared.problems import faults_by_field

OPEN: list[JobState] = [
    state for state in JobState if state not in {JobState.DONE, JobState.CANCELLED}
]


@blueprint.get("/jobs")
@office
def jobs() -> ResponseReturnValue:
    """List jobs, the next window first, narrowed by what is asked."""
    actor, fault = current_actor(), ""
    try:
        filters = _filters()
    except ValueError:
        filters, fault = JobFilters(), gettext("Some of what you asked cannot be read.")
    page = paginate(
        queries.search(actor, filters),
        order=Job.window_or_never,
        key=Job.id,
        cursor=request.args.get("cursor"),
    )
    return render_template(
        "board/jobs.html",
        rows=queries.views(page.items),
        following=page.next,
        asked={k: v for k, v in request.args.items() if v and k != "cursor"},
        fault=fault,
        brands=db.session.scalars(goods.visible(Brand, actor).order_by(Brand.name)).all(),
    )


@blueprint.get("/jobs/new")
@office
def new_job() -> ResponseReturnValue:
    return _new_form({"job_type": "install", "quantity": "1", "priority": "1"})


@blueprint.post("/jobs/new")
@office
def take_job() -> ResponseReturnValue:
    """Take the order in; what cannot be read or kept comes back with the reason beside it."""
    try:
        sent = order_form.read(request.form, _territory())
        order = service.take_order(sent, actor=current_actor()).order
    except Invalid as error:
        return _new_form(request.form, faults_by_field(error)), 422
    except DomainError as error:
        return _new_form(request.form, {"": refusal_text(error)}), 422
    [(_, job), *_rest] = queries.order_views([order])[0].jobs
    flash(gettext("Job %(number)s was taken in.", number=job.number), "ok")
    return redirect(url_for("board.job", job_id=job.id), 303)


@blueprint.post("/jobs/paste")
@office
def paste() -> ResponseReturnValue:
    """Read a pasted message into the form; nothing is kept of it."""
    message = request.form.get("message", "")[:4000]
    words = queries.vocabulary(current_actor())
    draft = parse_message(message, words, today=clock.today(_territory().timezone))
    values, found = order_form.of_draft(draft)
    return _new_form(values, pasted={"message": message}, found=found)


@blueprint.get("/jobs/<uuid:job_id>")
@office
def job(job_id: UUID) -> ResponseReturnValue:
    return _page(queries.get(job_id, actor=current_actor()))


@blueprint.post("/jobs/<uuid:job_id>/reveal")
@office
def reveal(job_id: UUID) -> ResponseReturnValue:
    """Show the consumer's name, number and address once; that they were shown is recorded."""
    return _page(service.reveal(job_id, actor=current_actor()), opened=True)


@blueprint.get("/jobs/<uuid:job_id>/edit")
@office
def edit_job(job_id: UUID) -> ResponseReturnValue:
    view = queries.view(queries.get(job_id, actor=current_actor()))
    return _edit_form(view, order_form.of_job(view))


@blueprint.post("/jobs/<uuid:job_id>/edit")
@office
def change_job(job_id: UUID) -> ResponseReturnValue:
    """Keep what was changed, unless somebody else has changed the job meanwhile."""
    actor = current_actor()
    view = queries.view(queries.get(job_id, actor=actor, locked=True))
    if str(view.job.version) != request.form.get("version"):
        late = gettext("Somebody else has changed this job meanwhile: look at it again.")
        return _edit_form(view, request.form, {"": late}), 409
    try:
        service.edit(job_id, order_form.changes(request.form, view), actor=actor)
        if request.form.get("confirmed") and not view.job.window_confirmed_at:
            service.confirm_window(job_id, actor=actor)
    except Invalid as error:
        return _edit_form(view, request.form, faults_by_field(error)), 422
    flash(gettext("Saved."), "ok")
    return _to(job_id)


@blueprint.post("/jobs/<uuid:job_id>/confirm")
@office
def confirm(job_id: UUID) -> ResponseReturnValue:
    service.confirm_window(job_id, actor=current_actor())
    flash(gettext("The window is promised."), "ok")
    return _to(job_id)


@blueprint.post("/jobs/<uuid:job_id>/cancel")
@office
def cancel(job_id: UUID) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()
    if not reason:
        shown = queries.get(job_id, actor=current_actor())
        return _page(shown, errors={"reason": gettext("is missing")}), 422
    service.cancel(job_id, reason=reason, actor=current_actor())
    flash(gettext("The job is cancelled."), "ok")
    return _to(job_id)


@blueprint.post("/jobs/<uuid:job_id>/again")
@office
def try_again(job_id: UUID) -> ResponseReturnValue:
    service.try_again(job_id, actor=current_actor())
    flash(gettext("It can be planned again."), "ok")
    return _to(job_id)


@blueprint.post("/jobs/<uuid:job_id>/arrived")
@office
def arrive(job_id: UUID) -> ResponseReturnValue:
    """Record that one of the job's parcels is there."""
    actor = current_actor()
    view = queries.view(queries.get(job_id, actor=actor))
    tracking = request.form.get("tracking", "")
    parcel = next((one for one in view.parcels if one.tracking == tracking), None)
    order = next((o for o, _ in view.orders if parcel and o.id == parcel.order_id), None)
    service.arrive(
        tracking,
        actor=actor,
        brand=view.brand.code,
        reference=order.reference if order else None,
    )
    flash(gettext("The parcel is recorded as arrived."), "ok")
    return _to(job_id)


@blueprint.post("/jobs/<uuid:job_id>/pin")
@office
def drop_pin(job_id: UUID) -> ResponseReturnValue:
    """Say where the place is; a pin outside the address's district needs a reason."""
    actor = current_actor()
    row = queries.get(job_id, actor=actor)
    try:
        degrees = cells.number(-180, 180)
        lat, lon = degrees(request.form.get("lat", "")), degrees(request.form.get("lon", ""))
        pins.drop_pin(
            row.place_id,
            lat=lat,
            lon=lon,
            datum=Datum.WGS84,
            actor=actor,
            reason=request.form.get("pin_reason", "").strip() or None,
        )
    except ValueError as error:
        return _page(row, errors={"lat": gettext(str(error))}), 422
    except DomainError as error:
        return _page(row, errors={"lat": refusal_text(error)}), 422
    flash(gettext("The place is pinned."), "ok")
    return _to(job_id)


def _filters() -> JobFilters:
    """Read what the list is narrowed to.

    Raises:
        ValueError: something cannot be read.
    """
    given = {k: v.strip() for k, v in request.args.items() if v.strip()}
    filters = JobFilters()
    if (state := given.get("state", "open")) != "all":
        filters["state"] = list(OPEN) if state == "open" else [JobState(state)]
    if "job_type" in given:
        filters["job_type"] = JobType(given["job_type"])
    if "day" in given:
        filters["day"] = cells.day(given["day"])
    if "brand" in given:
        filters["brand"] = given["brand"]
    if "q" in given:
        filters["q"] = given["q"]
    return filters


def _page(row: Job, *, opened: bool = False, errors: dict[str, str] | None = None) -> str:
    view = queries.view(row)
    use_zone(view.territory.timezone)
    return render_template(
        "board/job.html",
        view=view,
        opened=opened,
        may_reveal=policies.can_reveal(current_actor(), row),
        errors=errors or {},
        history=visits.history(row),
        **map_of(view.territory),
    )


def _new_form(values: Any, errors: dict[str, str] | None = None, **pasted: Any) -> str:
    return _form(values, errors, job=None, action=url_for("board.take_job"), **pasted)


def _edit_form(view: JobView, values: Any, errors: dict[str, str] | None = None) -> str:
    action = url_for("board.change_job", job_id=view.job.id)
    return _form(values, errors, job=view.job, action=action)


def _form(values: Any, errors: dict[str, str] | None, **more: Any) -> str:
    actor = current_actor()
    return render_template(
        "board/job_form.html",
        values=values if isinstance(values, MultiDict) else dict(values),
        errors=errors or {},
        territories=db.session.scalars(places.territories(actor).order_by(Territory.code)).all(),
        brands=db.session.scalars(goods.visible(Brand, actor).order_by(Brand.name)).all(),
        categories=db.session.scalars(
            goods.visible(Category, actor).order_by(Category.path)
        ).all(),
        models=db.session.scalars(
            goods.visible(ProductModel, actor).order_by(ProductModel.code)
        ).all(),
        **({"found": None} | more),
    )


def _territory() -> Territory:
    """Return the territory the form names, or the actor's first."""
    chosen = places.territories(current_actor()).order_by(Territory.code)
    if code := request.form.get("territory"):
        chosen = chosen.where(Territory.code == code)
    found: Territory | None = db.session.scalar(chosen.limit(1))
    if found is None:
        raise places.TerritoryNotFound(territory=request.form.get("territory"))
    return found


def _to(job_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("board.job", job_id=job_id), 303)
