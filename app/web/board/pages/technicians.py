"""Technicians: who they are, what they may do, when they work, how they are rated."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.models import Partner
from app.catalogue import queries as goods
from app.catalogue.models import Brand, Category, JobType
from app.core import clock
from app.core.db import db
from app.core.personal import masked
from app.http.actor import current_actor
from app.technicians import policies, queries
from app.technicians.models import Technician
from app.technicians.queries import Needs
from app.web.board.blueprint import blueprint, office
from app.web.shared.formats import use_zone

AHEAD = timedelta(days=13)
EXPIRY_DAYS = 30


@blueprint.get("/technicians")
@office
def technicians() -> ResponseReturnValue:
    actor = current_actor()
    rows = list(db.session.scalars(queries.visible(actor).order_by(Technician.code)))
    wanted = request.args.get("q", "").strip().lower()
    named = [(row, name_of(row)) for row in rows]
    shown = [(row, name) for row, name in named if wanted in f"{row.code} {name}".lower()]
    return render_template(
        "board/technicians.html",
        rows=shown,
        q=request.args.get("q", ""),
        scores=queries.overall_scores(row.id for row, _ in shown),
        partners=_partners(),
        expiring=queries.expiring(actor, within_days=EXPIRY_DAYS),
        names={row.id: name for row, name in named},
        brands=_by_id(goods.visible(Brand, actor)),
        categories=_by_id(goods.visible(Category, actor)),
    )


@blueprint.get("/technicians/<uuid:technician_id>")
@office
def technician(technician_id: UUID) -> ResponseReturnValue:
    """Show one technician; with the form's questions answered where it was sent."""
    actor = current_actor()
    row = queries.get(technician_id, actor=actor)
    zone = queries.zone_of(row)
    use_zone(zone)
    today = clock.today(zone)
    return render_template(
        "board/technician.html",
        technician=row,
        name=name_of(row),
        phone=masked(row, "phone"),
        partner=_partners().get(row.partner_id),
        certificates=queries.certificates_of(row.id),
        licences=queries.licences_of(row.id),
        shifts=queries.shifts_of(row, today, today + AHEAD),
        absences=queries.absences_of(row, today, today + AHEAD),
        scores=queries.scores_of(row.id),
        brands=_by_id(goods.visible(Brand, actor)),
        categories=_by_id(goods.visible(Category, actor)),
        job_types=list(JobType),
        history=queries.history(row),
        today=today,
        asked=request.args,
        answer=_answer(row, today),
    )


def name_of(technician: Technician) -> str:
    """Return the name as the actor may read it."""
    if policies.sees_openly(current_actor(), technician):
        return technician.name or technician.code
    return masked(technician, "name") or technician.code


def _answer(technician: Technician, today: date) -> dict[str, Any] | None:
    """Answer "may they do this on that day"; nothing where the question is not whole."""
    asked = request.args
    try:
        needs = Needs(
            brand_id=goods.brand_by_code(asked["brand"]).id,
            category_path=goods.category_by_code(asked["category"]).path,
            job_type=JobType(asked["job_type"]),
            level=int(asked.get("level") or 1),
        )
        on = date.fromisoformat(asked["on"]) if asked.get("on") else today
    except (KeyError, ValueError):
        return None
    return {"on": on, "lacks": queries.qualified(technician.id, needs, on)}


def _partners() -> dict[UUID | None, Partner]:
    return {partner.id: partner for partner in db.session.scalars(sa.select(Partner))}


def _by_id(chosen: sa.Select[Any]) -> dict[UUID, Any]:
    return {row.id: row for row in db.session.scalars(chosen)}
