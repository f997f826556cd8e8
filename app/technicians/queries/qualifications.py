"""Reading what technicians may do."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from app.catalogue import queries as catalogue
from app.catalogue.models import Brand, Category, JobType
from app.core import clock
from app.core.db import db
from app.core.policies import Actor
from app.places.models import Territory
from app.technicians import rules
from app.technicians.models import Certificate, CertificateState, Licence, Technician
from app.technicians.queries.people import TechnicianNotFound, listed, visible
from app.technicians.rules import HeldCertificate, HeldLicence, Needs, Shortfall, Standing


def qualified(technician_id: UUID, job_needs: Needs, on: date) -> list[Shortfall]:
    """Say why a technician may not do a job on a local day; nothing: they may.

    Raises:
        TechnicianNotFound: there is none.
    """
    technician = db.session.get(Technician, technician_id)
    if technician is None:
        raise TechnicianNotFound(id=str(technician_id))
    return rules.qualification(standings([technician])[technician_id], job_needs, on)


def needs_of(
    job_type: JobType, *, brand: Brand, category: Category, level: int | None = None
) -> Needs:
    """Say what a job asks of whoever leads it, by the catalogue's spec of the category.

    ``level`` counts instead of the spec's where it is given.
    """
    spec = catalogue.spec_for(job_type, model_id=None, category_id=category.id)
    return Needs(
        brand_id=brand.id,
        category_path=category.path,
        job_type=job_type,
        level=level or (spec.crew[0]["level"] if spec else 1),
        licences=tuple(spec.licences) if spec else (),
        needs_certificate=spec.needs_certificate if spec else True,
    )


def qualified_in(
    territory_id: UUID, needs: Needs, on: date, *, actor: Actor
) -> list[tuple[Technician, list[Shortfall]]]:
    """Answer for every technician of a territory the actor may see, those who may first."""
    employed = sa.or_(Technician.left_on.is_(None), Technician.left_on >= on)
    chosen = listed(actor, territory_id=territory_id).where(employed).order_by(Technician.code)
    technicians = list(db.session.scalars(chosen))
    standing = standings(technicians)
    answers = [(one, rules.qualification(standing[one.id], needs, on)) for one in technicians]
    return sorted(answers, key=lambda answer: len(answer[1]) > 0)


def standings(technicians: Sequence[Technician]) -> dict[UUID, Standing]:
    """Gather what decides qualification, for many technicians in two queries."""
    ids = [technician.id for technician in technicians]
    certificates = _certificates(ids)
    licences = _licences(ids)
    return {
        technician.id: Standing(
            joined_on=technician.joined_on,
            left_on=technician.left_on,
            identity_until=technician.identity_until,
            insured_until=technician.insured_until,
            certificates=tuple(certificates[technician.id]),
            licences=tuple(licences[technician.id]),
        )
        for technician in technicians
    }


def _certificates(ids: list[UUID]) -> dict[UUID, list[HeldCertificate]]:
    chosen = (
        sa.select(Certificate, Category.path)
        .join(Category, Category.id == Certificate.category_id)
        .where(Certificate.technician_id.in_(ids))
        .order_by(Certificate.valid_from, Certificate.id)
    )
    found: dict[UUID, list[HeldCertificate]] = defaultdict(list)
    for row, path in db.session.execute(chosen):
        held = HeldCertificate(
            id=row.id,
            brand_id=row.brand_id,
            category_path=path,
            job_type=row.job_type,
            level=row.level,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            state=row.state,
        )
        found[row.technician_id].append(held)
    return found


def _licences(ids: list[UUID]) -> dict[UUID, list[HeldLicence]]:
    chosen = sa.select(Licence).where(Licence.technician_id.in_(ids))
    found: dict[UUID, list[HeldLicence]] = defaultdict(list)
    for row in db.session.scalars(chosen.order_by(Licence.valid_from)):
        found[row.technician_id].append(HeldLicence(row.kind, row.valid_from, row.valid_until))
    return found


def expiring(actor: Actor, *, within_days: int) -> list[tuple[Certificate, Technician]]:
    """Return approved certificates that end within some local days, soonest first."""
    about = clock.now().date()
    chosen = (
        visible(actor)
        .join(Certificate, Certificate.technician_id == Technician.id)
        .join(Territory, Territory.id == Technician.territory_id)
        .where(
            Certificate.state == CertificateState.APPROVED,
            Certificate.valid_until.between(
                about - timedelta(days=1), about + timedelta(days=within_days + 1)
            ),
        )
        .order_by(Certificate.valid_until, Technician.code, Certificate.id)
        .add_columns(Certificate, Territory.timezone)
    )
    found = db.session.execute(chosen).all()
    return [
        (certificate, technician)
        for technician, certificate, zone in found
        if clock.today(zone)
        <= certificate.valid_until
        <= clock.today(zone) + timedelta(days=within_days)
    ]
