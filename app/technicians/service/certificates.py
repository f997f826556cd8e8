"""Adding, approving and revoking certificates."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.catalogue.service import require_order
from app.core import clock
from app.core.db import db, lock
from app.core.errors import Conflict
from app.core.events import record
from app.core.policies import Actor, require
from app.core.saving import save
from app.technicians import policies, queries
from app.technicians.events import CertificateChanged
from app.technicians.models import Certificate, CertificateState, Technician

SCOPE = ("brand_id", "category_id", "job_type", "level", "valid_from")


class CertificateExists(Conflict):
    """The technician has this certificate from that day on already."""

    code = "certificate-exists"


def add_certificate(
    technician_id: UUID, values: Mapping[str, Any], *, actor: Actor
) -> Certificate:
    """Hand in a certificate; it counts at once only where a dispatcher of the territory does so.

    What a partner hands in is pending until it is approved. Records ``CertificateChanged``.

    Raises:
        TechnicianNotFound: there is none for this actor.
        CertificateExists: the same one from the same day is there.
        DatesNotInOrder: it ends before it begins.
    """
    technician = queries.get(technician_id, actor=actor, locked=True)
    require(policies.can_change(actor, technician), "add-certificate")
    require_order(values["valid_from"], values.get("valid_until"))
    if of_scope(technician.id, values) is not None:
        raise CertificateExists(technician=technician.code)
    approves = policies.can_approve(actor, technician)
    state = values.get("state", CertificateState.APPROVED if approves else None)
    certificate = Certificate(technician_id=technician.id)
    return _write(
        "add-certificate",
        certificate,
        dict(values) | {"state": state if approves else CertificateState.PENDING},
        actor,
    )


def change_certificate(
    technician_id: UUID,
    certificate_id: UUID,
    changes: Mapping[str, Any],
    *,
    reason: str | None = None,
    actor: Actor,
) -> Certificate:
    """Approve or revoke a certificate, or change its last day or evidence.

    Partners change only what is still pending. Records ``CertificateChanged``.

    Raises:
        CertificateNotFound: the technician has no such certificate.
        Forbidden: only a dispatcher of the territory may.
        DatesNotInOrder: it would end before it begins.
    """
    technician = queries.get(technician_id, actor=actor, locked=True)
    certificate = queries.owned(Certificate, certificate_id, technician=technician, locked=True)
    require(_may_change(actor, technician, certificate, changes), "change-certificate")
    require_order(certificate.valid_from, changes.get("valid_until"))
    return _write("change-certificate", certificate, changes, actor, reason)


def _may_change(
    actor: Actor, technician: Technician, certificate: Certificate, changes: Mapping[str, Any]
) -> bool:
    if policies.can_approve(actor, technician):
        return True
    is_pending = certificate.state is CertificateState.PENDING
    return policies.can_change(actor, technician) and is_pending and "state" not in changes


def judge_certificate(
    certificate_id: UUID, state: CertificateState, *, reason: str | None = None, actor: Actor
) -> Certificate:
    """Approve or revoke a certificate for the goods of the actor's brand.

    The technician is locked first, as whoever changes certificates does. Records
    ``CertificateChanged``.

    Raises:
        CertificateNotFound: there is none for this actor's goods.
    """
    chosen = queries.handed_in(actor).where(Certificate.id == certificate_id)
    found = db.session.scalar(chosen)
    if found is None:
        raise queries.CertificateNotFound(id=str(certificate_id))
    lock(Technician, {found.technician_id})
    certificate = lock(Certificate, {found.id})[found.id]
    require(policies.vouches(actor, certificate), "judge-certificate")
    return _write("judge-certificate", certificate, {"state": state}, actor, reason)


def of_scope(technician_id: UUID, values: Mapping[str, Any]) -> Certificate | None:
    """Return the technician's certificate of exactly this scope, level and first day."""
    same = [getattr(Certificate, name) == values[name] for name in SCOPE]
    chosen = sa.select(Certificate).where(Certificate.technician_id == technician_id, *same)
    return db.session.scalar(chosen)


def _write(
    action: str,
    certificate: Certificate,
    values: Mapping[str, Any],
    actor: Actor,
    reason: str | None = None,
) -> Certificate:
    db.session.add(certificate)
    if save(action, certificate, values, actor=actor, reason=reason):
        record(
            CertificateChanged(
                at=clock.now(),
                technician_id=certificate.technician_id,
                certificate_id=certificate.id,
            )
        )
    return certificate
