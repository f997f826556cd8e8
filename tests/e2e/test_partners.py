"""A partner hands a certificate in, the brand approves it: by real clicks, in both languages."""

import pytest

from app.core.db import db
from app.core.policies import Role
from app.jobs.models import JobState
from app.technicians.models import Certificate, CertificateState
from tests.factories import PASSWORD, make_partner, make_user
from tests.ratings.made import complete_visit
from tests.visits.made import make_visit

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_certificate_is_handed_in_and_approved(world, visitor, language):
    partner = make_partner(name_zh="珠江安装队")
    hers = world.technician(partner_id=partner.id, certified=False, name="陈伟")
    make_visit(hers, job=world.job(state=JobState.PLANNED), hour=5)
    complete_visit(hers, territory=world.territory, brand=world.brand)
    team = visitor(**DESK)
    team.sign_in(make_user(Role.PARTNER, partner_id=partner.id, password=PASSWORD).login)
    team.read(language)
    hand_in(team, hers, language)
    team.page.set_viewport_size(PHONE["viewport"])
    team.picture(f"partner-person-phone-{language}")
    team.page.goto("/partner/jobs")
    team.picture(f"partner-jobs-phone-{language}")

    approve(visitor(**DESK), world, language)

    db.session.rollback()
    assert db.session.scalars(db.select(Certificate)).one().state is CertificateState.APPROVED


def hand_in(team, technician, language):
    page = team.page
    team.picture(f"partner-jobs-{language}")
    page.goto("/partner/technicians")
    team.picture(f"partner-people-{language}")
    page.get_by_role("link", name=technician.code).click()
    page.locator("#level").fill("1")
    page.locator("#valid_from").fill("2026-01-01")
    page.locator("#evidence").fill("N-77")
    page.locator("form:has(#evidence) button").click()
    page.get_by_role("cell", name="N-77").wait_for()
    team.picture(f"partner-person-{language}")


def approve(desk, world, language):
    desk.sign_in(make_user(Role.BRAND, brand_id=world.brand.id, password=PASSWORD).login)
    desk.read(language)
    desk.page.goto("/partner/certificates")
    desk.picture(f"partner-certificates-{language}")
    desk.page.locator('button[value="approve"]').click()
    desk.page.locator(".notice.ok").wait_for()
