"""Technicians' belongings with one line each, for this area's tests."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from app.catalogue.models import JobType
from app.core.db import db, unit_of_work
from app.core.policies import Actor, Role
from app.technicians.models import Absence, AbsenceKind, Certificate, Licence, Shift
from tests.factories import MONDAY_8AM, made

HOUR = timedelta(hours=1)


def make_shift(technician, start: datetime = MONDAY_8AM, hours: float = 10, **given) -> Shift:
    values = {"technician_id": technician.id, "starts_at": start, "ends_at": start + hours * HOUR}
    return made(Shift, **(values | given))


def make_absence(technician, start: datetime, hours: float, **given) -> Absence:
    row = Absence(technician_id=technician.id, starts_at=start, ends_at=start + hours * HOUR)
    row.kind = given.get("kind", AbsenceKind.LEAVE)
    with unit_of_work():
        db.session.add(row)
    return row


def make_certificate(technician, brand, category, **given) -> Certificate:
    values = {
        "technician_id": technician.id,
        "brand_id": brand.id,
        "category_id": category.id,
        "job_type": JobType.INSTALL,
        "level": 1,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
        "evidence": "N-1",
    }
    return made(Certificate, **(values | given))


def make_licence(technician, kind="electrician") -> Licence:
    row = Licence(technician_id=technician.id, kind=kind, number="1", valid_from=date(2026, 1, 1))
    with unit_of_work():
        db.session.add(row)
    return row


def partner_of(partner) -> Actor:
    return Actor(
        user_id=uuid4(),
        via="session",
        name="partner",
        roles=frozenset({Role.PARTNER}),
        partner_ids=frozenset({partner.id}),
    )
