"""The technician's phone in a basement: kept first, sent later, nothing lost or doubled."""

from datetime import datetime, timedelta

import pytest

from app.core import clock
from app.core.db import db, unit_of_work
from app.core.policies import Role
from app.planning.models import Visit, VisitState
from app.visits.models import Verdict, VisitReport
from tests.factories import MONDAY_8AM, PASSWORD, make_user
from tests.visits.made import make_visit

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
STEPS = ("on-the-way", "arrived", "started", "completed")
NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")


@pytest.fixture
def monday(world):
    with clock.frozen(MONDAY_8AM):
        yield world


@pytest.fixture
def person():
    return make_user(Role.TECHNICIAN, password=PASSWORD)


@pytest.fixture
def technician(monday, person):
    return monday.technician(name="陈伟", user_id=person.id)


@pytest.fixture
def visit(technician):
    return make_visit(technician)


@pytest.fixture
def phone(visit, person, visitor):
    """Return a phone that has its day; what it says of a cut network is no complaint."""
    one = visitor(**PHONE)
    one.sign_in(person.login)
    has_its_day(one.page)
    yield one
    one.complaints[:] = [
        said for said in one.complaints if not any(part in said for part in NO_NETWORK)
    ]


def has_its_day(page):
    page.wait_for_selector('body[data-keeps="days"]', state="attached", timeout=20_000)


def say(page, *steps):
    for step in steps:
        page.wait_for_selector(f'.next-step [name=state][value="{step}"]', state="attached")
        page.locator(".next-step button").click()
        page.wait_for_selector(".notice.warn:visible")


def unsent(page, count):
    """Wait for the number, whatever the language puts around it."""
    page.wait_for_function(
        "count => document.querySelector('[data-unsent]').textContent.match(/\\d+/)?.[0] == count",
        arg=count,
    )


def told():
    db.session.rollback()
    return list(db.session.scalars(db.select(VisitReport).order_by(VisitReport.sequence)))


def state_of(visit):
    db.session.rollback()
    return db.session.get(Visit, visit.id, populate_existing=True).state


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_whole_visit_is_made_without_signal_and_sent_when_it_returns(phone, visit, language):
    page = phone.page
    phone.read(language)
    has_its_day(page)
    phone.context.set_offline(True)

    page.locator(".visit-card").click()
    say(page, *STEPS[:2])
    phone.picture(f"phone-kept-{language}")
    page.reload()
    say(page, *STEPS[2:])
    unsent(page, 4)
    page.goto("/field")
    phone.picture(f"phone-day-kept-{language}")
    page.goto("/field/reports")
    page.wait_for_selector('[data-status="kept"]')
    phone.picture(f"phone-reports-{language}")

    assert told() == []
    phone.context.set_offline(False)
    page.wait_for_selector('[data-status="sent"]')
    unsent(page, 0)
    assert [one.state.value for one in told()] == list(STEPS)
    assert {one.verdict for one in told()} == {Verdict.APPLIED}
    assert state_of(visit) is VisitState.COMPLETED


def test_a_killed_page_has_lost_nothing_that_it_said_was_kept(phone, visit):
    phone.context.set_offline(True)
    phone.page.goto(f"/field/visits/{visit.id}")
    say(phone.page, "on-the-way")
    phone.page.close()
    phone.page = phone.context.new_page()

    phone.page.goto(f"/field/visits/{visit.id}")

    phone.page.wait_for_selector('.next-step [name=state][value="arrived"]', state="attached")
    unsent(phone.page, 1)


def test_two_tabs_and_a_lost_answer_report_once(phone, visit):
    """With the server's look-up of a report's number off, this fails: the report stays unsent."""
    context, page = phone.context, phone.page
    context.set_offline(True)
    page.goto(f"/field/visits/{visit.id}")
    say(page, "on-the-way", "arrived")
    other = context.new_page()
    other.goto("/field/reports")
    lost = []
    context.route("**/api/v1/visits/*/reports", lambda route: lose_the_first(route, lost))

    context.set_offline(False)
    other.locator("[data-send]").click()
    other.locator('[data-status="sent"]').nth(1).wait_for()

    assert lost
    unsent(other, 0)
    assert [one.state.value for one in told()] == ["on-the-way", "arrived"]


def lose_the_first(route, lost):
    """Let the server have the report and the phone never hear of it."""
    if lost:
        route.continue_()
        return
    lost.append(route.fetch().status)
    route.abort()


def test_what_was_decided_meanwhile_is_told_with_its_reason(phone, visit):
    phone.context.set_offline(True)
    phone.page.goto(f"/field/visits/{visit.id}")
    say(phone.page, "on-the-way")
    with unit_of_work():
        db.session.get(Visit, visit.id).state = VisitState.CANCELLED

    phone.context.set_offline(False)

    phone.page.wait_for_url("**/field/reports")
    refused = phone.page.locator('[data-status="refused"]')
    refused.wait_for()
    assert "cancelled in the meantime" in refused.inner_text()
    phone.picture("phone-refused-en")
    assert [one.verdict for one in told()] == [Verdict.REJECTED]
    refused.locator("button").click()
    phone.page.locator("[data-none]").wait_for()


def test_a_clock_that_is_36_hours_off_is_set_right(phone, visit):
    page = phone.page
    page.clock.install(time=MONDAY_8AM - timedelta(hours=36))
    page.goto(f"/field/visits/{visit.id}")
    page.wait_for_selector('.next-step [name=state][value="on-the-way"]', state="attached")

    page.locator(".next-step button").click()
    page.wait_for_selector('.next-step [name=state][value="arrived"]', state="attached")
    page.wait_for_selector(".notice.ok")

    [one] = told()
    assert abs(one.happened_at - MONDAY_8AM) < timedelta(minutes=2)
    assert one.reported_at < datetime(2026, 3, 1, tzinfo=MONDAY_8AM.tzinfo)


def test_signing_out_warns_of_what_is_unsent_and_leaves_nothing_behind(phone, visit):
    page = phone.page
    phone.context.set_offline(True)
    page.goto(f"/field/visits/{visit.id}")
    say(page, "on-the-way")
    page.goto("/field")
    leave = page.locator("[data-sign-out] button")
    leave.click()
    page.wait_for_selector("[data-loss]:visible")
    phone.context.set_offline(False)
    unsent(page, 0)
    has_its_day(page)

    leave.click()
    page.wait_for_url("**/sign-in")

    left = page.evaluate(
        """async () => [(await caches.keys()).length, (await indexedDB.databases()).length,
                         (await navigator.serviceWorker.getRegistrations()).length]"""
    )
    assert left == [0, 0, 0]
    assert len(told()) == 1
