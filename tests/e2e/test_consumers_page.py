"""The consumer's page on a phone: agreeing, following, calling off, in both languages."""

from datetime import timedelta

import pytest

from app.core import links
from app.core.db import db, unit_of_work
from app.core.links import Purpose
from app.jobs.models import JobState
from app.visits.service import Position
from tests.factories import MONDAY_8AM, technician_actor
from tests.visits.made import make_visit, tell

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def technician(world):
    return world.technician(name="李明")


def link_to(job):
    with unit_of_work():
        secret, _ = links.mint(Purpose.JOB, job.id)
    return f"/s/{secret}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_consumer_agrees_follows_and_reads_what_was_done(world, technician, visitor, language):
    job = world.job(9, 11, promised=False)
    phone = visitor(**PHONE)
    phone.page.goto(link_to(job))
    phone.read(language)
    phone.picture(f"portal-proposed-{language}")
    phone.page.locator('form[action$="/confirm"] button').click()
    phone.page.wait_for_selector(".notice.ok")
    phone.picture(f"portal-agreed-{language}")

    with unit_of_work():
        db.session.refresh(job)
        job.state = JobState.PLANNED
    visit = make_visit(technician, job=job)
    phone.page.reload()
    assert "李明" in phone.page.content()
    assert phone.page.locator(".certified").count() == 1
    phone.picture(f"portal-planned-{language}")

    actor = technician_actor(technician)
    tell(visit, "on-the-way", actor=actor, position=Position(23.14, 113.28))
    phone.page.reload()
    assert phone.page.locator("[data-eta]").count() == 1
    phone.picture(f"portal-coming-{language}")

    tell(visit, "completed", actor=actor, note="装好了", at=MONDAY_8AM + timedelta(hours=2))
    phone.page.reload()
    assert "装好了" in phone.page.content()
    phone.picture(f"portal-done-{language}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_consumer_calls_it_off_knowing_what_it_costs(world, visitor, language):
    phone = visitor(**PHONE)
    phone.page.goto(link_to(world.job()))
    phone.read(language)
    phone.page.locator("details:has(form[action$='/cancel']) summary").click()
    phone.picture(f"portal-cancel-{language}")

    phone.page.locator('form[action$="/cancel"] button').click()

    phone.page.wait_for_selector(".stage.cancelled")
