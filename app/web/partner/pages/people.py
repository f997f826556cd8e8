"""A partner's people: their certificates, handed in for approval, and their shifts."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.catalogue import queries as goods
from app.catalogue.models import Brand, Category, JobType
from app.core import clock
from app.core.db import db, savepoint
from app.core.errors import DomainError
from app.core.personal import masked
from app.core.policies import Role
from app.http.actor import current_actor
from app.technicians import queries, service
from app.technicians.models import Certificate, CertificateState, Shift, Technician
from app.web.partner.blueprint import blueprint, partners
from app.web.shared.formats import use_zone
from app.web.shared.problems import refusal_line

AHEAD = timedelta(days=13)


@blueprint.get("/technicians")
@partners
def people() -> ResponseReturnValue:
    """List them with what they may do, when they work next and how they are rated."""
    rows = list(db.session.scalars(_own().order_by(Technician.code)))
    ids = [row.id for row in rows]
    return render_template(
        "partner/people.html",
        rows=rows,
        names={row.id: masked(row, "name") for row in rows},
        certificates=_counted(ids),
        next_shifts=_next_shifts(ids),
        scores=queries.overall_scores(ids),
    )


@blueprint.get("/technicians/<uuid:technician_id>")
@partners
def person(technician_id: UUID) -> ResponseReturnValue:
    return _page(_get(technician_id))


@blueprint.post("/technicians/<uuid:technician_id>/certificates")
@partners
def hand_in(technician_id: UUID) -> ResponseReturnValue:
    """Hand in a certificate; it counts once the brand or a dispatcher has approved it."""
    row = _get(technician_id)
    try:
        with savepoint():
            service.add_certificate(row.id, _certificate(), actor=current_actor())
    except (DomainError, ValueError, KeyError) as error:
        return _page(row, refused_certificate=refusal_line(error)), 422
    flash(gettext("Handed in. It counts once it is approved."), "ok")
    return redirect(url_for("partner.person", technician_id=row.id), 303)


@blueprint.post("/technicians/<uuid:technician_id>/shifts")
@partners
def add_shift(technician_id: UUID) -> ResponseReturnValue:
    row = _get(technician_id)
    try:
        with savepoint():
            service.add_shift(row.id, _shift(row), actor=current_actor())
    except (DomainError, ValueError, KeyError) as error:
        return _page(row, refused_shift=refusal_line(error)), 422
    flash(gettext("The shift was added."), "ok")
    return redirect(url_for("partner.person", technician_id=row.id), 303)


@blueprint.post("/technicians/<uuid:technician_id>/shifts/<uuid:shift_id>/remove")
@partners
def remove_shift(technician_id: UUID, shift_id: UUID) -> ResponseReturnValue:
    """Take a shift away; what is planned in it is flagged for the dispatcher."""
    row = _get(technician_id)
    service.remove_shift(row.id, shift_id, actor=current_actor())
    flash(gettext("The shift was taken away."), "ok")
    return redirect(url_for("partner.person", technician_id=row.id), 303)


def _own() -> sa.Select[Technician]:
    actor = current_actor()
    own = actor.partner_ids if actor.has(Role.PARTNER) else frozenset()
    return queries.visible(actor).where(Technician.partner_id.in_(own))


def _get(technician_id: UUID) -> Technician:
    row = db.session.scalar(_own().where(Technician.id == technician_id))
    if row is None:
        raise queries.TechnicianNotFound(id=str(technician_id))
    return row


def _certificate() -> dict[str, Any]:
    sent = request.form
    until = sent.get("valid_until", "")
    evidence, level = sent["evidence"].strip(), int(sent["level"])
    if not (1 <= len(evidence) <= 200 and 1 <= level <= 5):
        raise ValueError(evidence)
    return {
        "brand_id": goods.brand_by_code(sent["brand"]).id,
        "category_id": goods.category_by_code(sent["category"]).id,
        "job_type": JobType(sent["job_type"]),
        "level": level,
        "valid_from": date.fromisoformat(sent["valid_from"]),
        "valid_until": date.fromisoformat(until) if until else None,
        "evidence": evidence,
    }


def _shift(row: Technician) -> dict[str, Any]:
    day, zone = date.fromisoformat(request.form["day"]), queries.zone_of(row)
    starts, ends = (time.fromisoformat(request.form[name]) for name in ("start", "end"))
    return {
        "starts_at": clock.at_local(day, starts, zone),
        "ends_at": clock.at_local(day, ends, zone),
    }


def _page(row: Technician, **more: str) -> str:
    actor, zone = current_actor(), queries.zone_of(row)
    use_zone(zone)
    today = clock.today(zone)
    return render_template(
        "partner/person.html",
        technician=row,
        name=masked(row, "name") or row.code,
        certificates=queries.certificates_of(row.id),
        shifts=queries.shifts_of(row, today, today + AHEAD),
        absences=queries.absences_of(row, today, today + AHEAD),
        scores=queries.scores_of(row.id),
        brands={one.id: one for one in db.session.scalars(goods.visible(Brand, actor))},
        categories={one.id: one for one in db.session.scalars(goods.visible(Category, actor))},
        job_types=list(JobType),
        today=today,
        sent=request.form,
        **more,
    )


def _counted(ids: list[UUID]) -> dict[tuple[UUID, CertificateState], int]:
    chosen = sa.select(Certificate.technician_id, Certificate.state, sa.func.count())
    chosen = chosen.where(Certificate.technician_id.in_(ids))
    grouped = chosen.group_by(Certificate.technician_id, Certificate.state)
    return {(who, state): count for who, state, count in db.session.execute(grouped)}


def _next_shifts(ids: list[UUID]) -> dict[UUID, Any]:
    chosen = sa.select(Shift.technician_id, sa.func.min(Shift.starts_at))
    chosen = chosen.where(Shift.technician_id.in_(ids), Shift.ends_at > clock.now())
    rows = db.session.execute(chosen.group_by(Shift.technician_id))
    return {row[0]: row[1] for row in rows}
