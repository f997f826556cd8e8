"""One job on its consumer's phone: ordered, booked, followed, rated, complained of, answered."""

from datetime import timedelta

import pytest

from app.aftersales import queries as cases
from app.aftersales import service as aftersales
from app.core import clock, links
from app.core.db import db, unit_of_work
from app.core.links import Purpose
from app.jobs.models import Job
from app.planning.queries import visits
from app.visits.service import Position
from tests.factories import MONDAY_8AM, technician_actor
from tests.planning.world import at
from tests.visits.made import tell

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
AFTERWARDS = MONDAY_8AM + timedelta(hours=2)


@pytest.fixture
def technician(world):
    return world.technician(name="李明")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_order_to_case(world, technician, visitor, language):
    job = world.job(promised=False, window_start=None, window_end=None)
    with unit_of_work():
        secret, _ = links.mint(Purpose.JOB, job.id)
    phone = visitor(**PHONE)
    phone.page.goto(f"/s/{secret}")
    phone.read(language)

    book(phone.page)
    db.session.expire_all()
    world.published()
    visit = visits.current_of([job.id])[job.id]
    follow(phone.page, visit, technician_actor(technician))
    with clock.frozen(AFTERWARDS):
        rate(phone.page)
        phone.picture(f"portal-thanks-{language}")
        phone.page.goto(f"/s/{secret}")
        complain(phone, language)
        answer(job, world.actor)
        phone.page.reload()
        phone.page.wait_for_selector(".said-list .theirs")
        phone.picture(f"portal-case-{language}")

    db.session.rollback()
    assert db.session.get_one(Job, job.id).window_start == at(8)


def book(page):
    page.locator("a[href$='/times']").click()
    page.locator(".time-choice").first.click()
    page.locator("form[action$='/times'] button").click()
    page.locator("form[action$='/agreement'] button").click()
    page.wait_for_selector(".notice.ok")


def follow(page, visit, actor):
    page.reload()
    assert "李明" in page.content()
    tell(visit, "on-the-way", actor=actor, position=Position(23.14, 113.28))
    page.reload()
    page.wait_for_selector(".stage.coming [data-eta]")
    with clock.frozen(AFTERWARDS):
        tell(visit, "completed", actor=actor, note="装好了", at=AFTERWARDS)
        page.reload()
        page.wait_for_selector(".stage.done")


def rate(page):
    page.locator("form[action$='/rate'] button").click()
    for axis in ("professional", "attitude"):
        page.locator(f"label[for^='{axis}-'][for$='-4']").click()
    page.locator("form.form button[type=submit]").click()
    page.wait_for_selector(".thanks")


def complain(phone, language):
    phone.page.locator("a[href$='/cases']").click()
    phone.page.locator(".tag-choice").nth(2).click()
    phone.page.locator("#text").fill("柜门关不上")
    phone.picture(f"portal-complain-{language}")
    phone.page.locator("form[action$='/cases'] button").click()
    phone.page.wait_for_selector(".said-list .mine")


def answer(job, actor):
    case = cases.of_job(job.id)[0]
    with unit_of_work():
        aftersales.answer(case.id, "抱歉，我们安排师傅再来调整。", actor=actor)
        aftersales.rework(case.id, same_technician=True, actor=actor)
