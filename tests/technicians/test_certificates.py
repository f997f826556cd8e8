"""Certificates are handed in, approved, revoked and watched."""

from datetime import UTC, date, datetime

import pytest

from app.catalogue.models import JobType
from app.catalogue.service import DatesNotInOrder
from app.core import clock
from app.core.db import unit_of_work
from app.core.errors import Forbidden
from app.core.events import collected
from app.technicians import queries, service
from app.technicians.events import CertificateChanged
from app.technicians.models import CertificateState
from app.technicians.service.certificates import CertificateExists
from tests.factories import (
    dispatcher,
    make_brand,
    make_category,
    make_partner,
    make_technician,
    make_territory,
)
from tests.technicians.people import make_certificate, partner_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def territory(app):
    return make_territory()


@pytest.fixture
def partner(app):
    return make_partner()


@pytest.fixture
def technician(territory, partner):
    return make_technician(territory, partner_id=partner.id)


@pytest.fixture
def values(app):
    return {
        "brand_id": make_brand().id,
        "category_id": make_category().id,
        "job_type": JobType.INSTALL,
        "level": 1,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
        "evidence": "N-1",
    }


def test_what_a_dispatcher_hands_in_counts_at_once(technician, territory, values):
    with unit_of_work(), collected() as announced:
        certificate = service.add_certificate(technician.id, values, actor=dispatcher(territory))

    assert certificate.state is CertificateState.APPROVED
    assert [type(event) for event in announced] == [CertificateChanged]


def test_what_a_partner_hands_in_is_pending_whatever_it_says(technician, partner, values):
    claimed = values | {"state": CertificateState.APPROVED}

    with unit_of_work():
        certificate = service.add_certificate(technician.id, claimed, actor=partner_of(partner))

    assert certificate.state is CertificateState.PENDING


def test_a_partner_does_not_approve_and_does_not_touch_what_is_approved(
    technician, territory, partner, values
):
    with unit_of_work():
        held = service.add_certificate(technician.id, values, actor=partner_of(partner))

    def change(**changes):
        with unit_of_work():
            service.change_certificate(technician.id, held.id, changes, actor=partner_of(partner))

    change(evidence="N-2")
    with pytest.raises(Forbidden):
        change(state=CertificateState.APPROVED)
    with unit_of_work():
        service.change_certificate(
            technician.id,
            held.id,
            {"state": CertificateState.APPROVED},
            actor=dispatcher(territory),
        )
    with pytest.raises(Forbidden):
        change(valid_until=date(2030, 1, 1))


def test_the_same_certificate_is_handed_in_once(technician, territory, values):
    with unit_of_work():
        service.add_certificate(technician.id, values, actor=dispatcher(territory))

    with unit_of_work(), pytest.raises(CertificateExists):
        service.add_certificate(technician.id, values, actor=dispatcher(territory))


def test_a_certificate_ends_after_it_begins(technician, territory, values):
    backwards = values | {"valid_until": date(2025, 12, 31)}

    with unit_of_work(), pytest.raises(DatesNotInOrder):
        service.add_certificate(technician.id, backwards, actor=dispatcher(territory))


def test_certificates_about_to_end_are_listed_soonest_first_by_local_days(territory):
    technician, brand, category = make_technician(territory), make_brand(), make_category()

    def ending(day, **given):
        return make_certificate(
            technician, brand, category, valid_until=date(2026, 3, day), level=day % 5 + 1, **given
        )

    ending(2)  # yesterday in Guangzhou, where it is the 3rd already
    soon, later = ending(3), ending(10)
    ending(11)
    ending(4, state=CertificateState.REVOKED)
    elsewhere = make_technician()
    make_certificate(elsewhere, brand, category, valid_until=date(2026, 3, 5))

    with clock.frozen(datetime(2026, 3, 2, 17, tzinfo=UTC)):
        found = queries.expiring(dispatcher(territory), within_days=7)

    assert [certificate.id for certificate, _ in found] == [soon.id, later.id]
