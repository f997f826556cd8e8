"""Finding technicians and what belongs to them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import Partner
from app.core import audit
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import NotFound
from app.core.policies import Actor, Role
from app.places.models import Territory
from app.technicians.models import Absence, Certificate, Licence, Score, Shift, Technician

Owned = TypeVar("Owned", Shift, Absence, Certificate, Licence)
Named = TypeVar("Named", Territory, Partner)


class TechnicianNotFound(NotFound):
    """There is no such technician."""

    code = "technician-not-found"


class ShiftNotFound(NotFound):
    """This technician has no such shift."""

    code = "shift-not-found"


class AbsenceNotFound(NotFound):
    """This technician has no such absence."""

    code = "absence-not-found"


class CertificateNotFound(NotFound):
    """This technician has no such certificate."""

    code = "certificate-not-found"


class LicenceNotFound(NotFound):
    """This technician has no such licence."""

    code = "licence-not-found"


MISSING: dict[type[Any], type[NotFound]] = {
    Shift: ShiftNotFound,
    Absence: AbsenceNotFound,
    Certificate: CertificateNotFound,
    Licence: LicenceNotFound,
}


def history(technician: Technician) -> list[AuditEntry]:
    """Return what happened to a technician, their certificates, licences and absences."""
    subjects: list[tuple[str, Any]] = [("technicians", technician.id)]
    for kind in (Certificate, Licence, Absence):
        ids = sa.select(kind.id).where(kind.technician_id == technician.id)
        subjects += ((kind.__tablename__, one) for one in db.session.scalars(ids))
    return audit.histories(subjects)


def visible(actor: Actor) -> sa.Select[Technician]:
    """Select the technicians the actor may see: their territories', their own, themselves."""
    if actor.is_administrator:
        return sa.select(Technician)
    seen = Technician.id == actor.technician_id
    if actor.has(Role.DISPATCHER):
        seen = sa.or_(seen, Technician.territory_id.in_(actor.territory_ids))
    if actor.has(Role.PARTNER):
        seen = sa.or_(seen, Technician.partner_id.in_(actor.partner_ids))
    return sa.select(Technician).where(seen)


def get(technician_id: UUID, *, actor: Actor, locked: bool = False) -> Technician:
    """Return a technician the actor may see, locked and fresh if about to change.

    Raises:
        TechnicianNotFound: there is none for this actor.
    """
    return _one(visible(actor).where(Technician.id == technician_id), locked, id=technician_id)


def by_code(code: str, *, actor: Actor) -> Technician:
    """Return a technician the actor may see by their code.

    Raises:
        TechnicianNotFound: there is none for this actor.
    """
    return _one(visible(actor).where(Technician.code == code), False, technician=code)


def _one(chosen: sa.Select[Technician], locked: bool, **asked: Any) -> Technician:
    if locked:
        chosen = chosen.with_for_update(of=Technician).execution_options(populate_existing=True)
    technician = db.session.scalar(chosen)
    if technician is None:
        raise TechnicianNotFound(**{name: str(value) for name, value in asked.items()})
    return technician


def listed(
    actor: Actor, *, territory_id: UUID | None = None, partner_id: UUID | None = None
) -> sa.Select[Technician]:
    """Select the technicians the actor may see, of a territory or a partner."""
    chosen = visible(actor)
    if territory_id is not None:
        chosen = chosen.where(Technician.territory_id == territory_id)
    if partner_id is not None:
        chosen = chosen.where(Technician.partner_id == partner_id)
    return chosen


def codes(kind: type[Named], ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the codes of many territories or partners at once."""
    chosen = sa.select(kind.id, kind.code).where(kind.id.in_(set(ids) - {None}))
    return {row.id: row.code for row in db.session.execute(chosen)}


def identity_of(actor: Actor) -> dict[str, Any]:
    """Say which technician an actor is, for the providers of ``core.policies``."""
    if actor.user_id is None or not actor.has(Role.TECHNICIAN):
        return {}
    chosen = sa.select(Technician.id).where(Technician.user_id == actor.user_id)
    return {"technician_id": db.session.scalar(chosen)}


def owned(
    kind: type[Owned], row_id: UUID, *, technician: Technician, locked: bool = False
) -> Owned:
    """Return one shift, absence, certificate or licence of a technician.

    Raises:
        NotFound: the kind's own, when the technician has no such row.
    """
    chosen = sa.select(kind).where(kind.id == row_id, kind.technician_id == technician.id)
    if locked:
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(chosen)
    if row is None:
        raise MISSING[kind](id=str(row_id))
    return row


def zone_of(technician: Technician) -> str:
    """Return the IANA zone of a technician's days."""
    chosen = sa.select(Territory.timezone).where(Territory.id == technician.territory_id)
    return db.session.execute(chosen).scalar_one()


def certificates_of(technician_id: UUID) -> list[Certificate]:
    """Return a technician's certificates, the longest valid first."""
    chosen = sa.select(Certificate).where(Certificate.technician_id == technician_id)
    rows = db.session.scalars(chosen.order_by(Certificate.valid_from.desc(), Certificate.id))
    return sorted(rows, key=lambda row: row.valid_until or date.max, reverse=True)


def handed_in(actor: Actor) -> sa.Select[Certificate]:
    """Select the certificates for the goods of the actor's brands."""
    brands = actor.brand_ids if actor.has(Role.BRAND) else frozenset()
    return sa.select(Certificate).where(Certificate.brand_id.in_(brands))


def licences_of(technician_id: UUID) -> list[Licence]:
    chosen = sa.select(Licence).where(Licence.technician_id == technician_id)
    return list(db.session.scalars(chosen.order_by(Licence.kind, Licence.valid_from)))


def overall_scores(technician_ids: Iterable[UUID]) -> dict[UUID, Score]:
    """Return the overall standing of each of these technicians, of those who have one."""
    chosen = sa.select(Score).where(
        Score.technician_id.in_(list(technician_ids)), Score.category_id.is_(None)
    )
    return {score.technician_id: score for score in db.session.scalars(chosen)}


def scores_of(technician_id: UUID) -> list[Score]:
    """Return a technician's standing, overall first."""
    chosen = sa.select(Score).where(Score.technician_id == technician_id)
    return sorted(
        db.session.scalars(chosen), key=lambda row: (row.category_id is not None, -row.count)
    )
