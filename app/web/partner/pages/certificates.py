"""Certificates for a brand's goods: what technicians hand in is approved or revoked."""

from uuid import UUID

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Partner
from app.catalogue.models import Category
from app.core.db import db
from app.http.actor import current_actor
from app.http.paging import paginate
from app.technicians import queries, service
from app.technicians.models import Certificate, CertificateState, Technician
from app.web.partner.blueprint import blueprint, brands

DECISIONS = {"approve": CertificateState.APPROVED, "revoke": CertificateState.REVOKED}


@blueprint.get("/certificates")
@brands
def certificates() -> ResponseReturnValue:
    return _page()


@blueprint.post("/certificates/<uuid:certificate_id>")
@brands
def judge(certificate_id: UUID) -> ResponseReturnValue:
    """Approve or revoke one; revoking needs a reason."""
    state = DECISIONS.get(request.form.get("decision", ""))
    reason = request.form.get("reason", "").strip()[:500] or None
    if state is None or (state is CertificateState.REVOKED and reason is None):
        return _page(refused=gettext("Say why it is revoked.")), 422
    service.judge_certificate(certificate_id, state, reason=reason, actor=current_actor())
    flash(gettext("Saved."), "ok")
    back = url_for("partner.certificates", state=request.form.get("back") or None)
    return redirect(back, 303)


def _page(refused: str = "") -> str:
    wanted = request.args.get("state", CertificateState.PENDING.value)
    chosen = queries.handed_in(current_actor())
    if wanted in set(CertificateState):
        chosen = chosen.where(Certificate.state == CertificateState(wanted))
    cursor = request.args.get("cursor")
    page = paginate(chosen, order=Certificate.valid_from, key=Certificate.id, cursor=cursor)
    people = _technicians({row.technician_id for row in page.items})
    return render_template(
        "partner/certificates.html",
        rows=page.items,
        following=page.next,
        people=people,
        partners={row.id: row for row in db.session.scalars(sa.select(Partner))},
        categories={row.id: row for row in db.session.scalars(sa.select(Category))},
        states=list(CertificateState),
        state=wanted,
        refused=refused,
    )


def _technicians(ids: set[UUID]) -> dict[UUID, Technician]:
    """Return whose they are; a brand reads codes, never names."""
    chosen = sa.select(Technician).where(Technician.id.in_(ids))
    return {row.id: row for row in db.session.scalars(chosen)}
