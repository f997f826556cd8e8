"""The main path by real clicks: enter, plan, publish, pull, rate."""

import threading
import time

import pytest

from app.core.db import db
from app.core.policies import Role
from app.planning.models import PlanVersion
from app.ratings.models import Rating
from app.technicians.models import Technician
from tests.factories import PASSWORD, make_user
from tests.planning.world import run
from tests.ratings.made import secret_of

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1440, "height": 900}}
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "geolocation": {"latitude": 23.135, "longitude": 113.27, "accuracy": 10},
    "permissions": ["geolocation"],
}


@pytest.fixture
def dispatcher(world):
    return make_user(Role.DISPATCHER, territory_ids=[world.territory.id], password=PASSWORD)


@pytest.fixture
def person():
    return make_user(Role.TECHNICIAN, password=PASSWORD)


@pytest.fixture
def technician(world, person) -> Technician:
    return world.technician(name="陈伟", user_id=person.id)


def search_in_background():
    """Do what the worker would do meanwhile."""
    db.session.rollback()
    run(db.session.scalar(db.select(PlanVersion).order_by(PlanVersion.number.desc())), None)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_job_is_entered_planned_published_done_and_rated(
    world, dispatcher, person, technician, visitor, language
):
    desk = visitor(**DESK)
    desk.sign_in(dispatcher.login)
    desk.read(language)
    enter(desk, world)
    plan_and_publish(desk, world)
    desk.picture(f"day-{language}")
    visit = finish(visitor(**PHONE), person, language)
    rate(visitor(**PHONE), visit, technician, language)


def enter(desk, world):
    page = desk.page
    page.goto("/jobs/new")
    page.locator("#customer_name").fill("王小明")
    page.locator("#phone").fill("138 0013 8000")
    page.locator("#address").fill("广州市天河区体育西路1号")
    page.locator("#brand").select_option(world.brand.code)
    page.locator("#category").select_option(world.category.code)
    page.locator("#minutes").fill("45")
    page.locator("#date").fill("2026-03-02")
    page.locator("#window_start").fill("09:00")
    page.locator("#window_end").fill("11:00")
    page.locator("[name=confirmed]").check()
    page.locator("button.primary").click()
    page.wait_for_selector(".notice.ok")
    page.locator("#lat").fill("23.135")
    page.locator("#lon").fill("113.27")
    page.locator('form[action$="/pin"] button.btn').click()
    page.wait_for_selector(".notice.ok")
    assert page.locator(".notice.warn").count() == 0


def plan_and_publish(desk, world):
    page = desk.page
    page.goto(f"/day/{world.territory.code}/2026-03-02")
    page.locator('form[action$="/plan"] button').click()
    page.wait_for_selector("[data-progress]")
    search_in_background()
    publish = page.locator('form[action$="/publish"] button')
    publish.wait_for()
    desk.drawn()
    assert page.locator(".vis-item.visit").count() == 1
    assert page.locator(".stops li").count() >= 1
    publish.click()
    page.wait_for_selector(".notice.ok")
    desk.drawn()


def finish(phone, person, language):
    """Take the one visit of Monday through every step; return it."""
    page = phone.page
    phone.sign_in(person.login)
    page.goto("/field?day=2026-03-02")
    phone.read(language)
    phone.picture(f"phone-day-{language}")
    card = page.locator(".visit-card")
    visit_id = card.get_attribute("href").rsplit("/", 1)[1]
    card.click()
    for state in ("on-the-way", "arrived", "started", "completed"):
        page.wait_for_selector(f'.next-step [name=state][value="{state}"]', state="attached")
        phone.picture(f"phone-{state}-{language}")
        page.locator(".next-step button").click()
        page.wait_for_selector(".notice.ok")
    page.locator(".visit-card.ended").wait_for()
    return visit_id


def rate(consumer, visit_id, technician, language):
    page = consumer.page
    db.session.rollback()
    page.goto(f"/s/{secret_of(_Id(visit_id))}")
    consumer.read(language)
    for axis, stars in (("professional", 5), ("attitude", 4)):
        page.locator(f'label[for="{axis}-{technician.id}-{stars}"]').click()
    page.locator("textarea").fill("又快又好")
    consumer.picture(f"rate-{language}")
    page.locator("button.primary").click()
    page.wait_for_selector(".thanks")
    db.session.rollback()
    [kept] = db.session.scalars(db.select(Rating))
    assert (kept.professional, kept.attitude) == (5, 4)


class _Id:
    """A visit as far as its invitation is looked up by it."""

    def __init__(self, key):
        self.id = key


def test_selecting_a_technician_shows_their_route_and_keeps_it_in_the_address(
    world, dispatcher, technician, visitor
):
    other = world.technician(name="李娜")
    for hour in (9, 9, 13, 13):
        world.job(hour, hour + 2)
    world.plan()
    desk = visitor(**LAPTOP)
    desk.sign_in(dispatcher.login)
    desk.page.goto(f"/day/{world.territory.code}/2026-03-02")
    desk.drawn()

    desk.page.locator(".row-label", has_text="李娜").click()

    assert desk.page.locator(".who-name").inner_text() == "李娜"
    assert f"technician={other.id}" in desk.page.url
    desk.page.reload()
    desk.drawn()
    assert desk.page.locator(".who-name").inner_text() == "李娜"


def test_a_visit_is_moved_with_the_keyboard_alone(world, dispatcher, technician, visitor):
    other = world.technician(name="李娜")
    world.job(9, 15)
    world.plan()
    desk = visitor(**DESK)
    page = desk.page
    desk.sign_in(dispatcher.login)
    page.goto(f"/day/{world.territory.code}/2026-03-02")
    desk.drawn()

    page.locator(".stop-move").first.press("Enter")
    page.locator("#technician_id").select_option(str(other.id))
    page.locator("#start").fill("13:30")
    page.locator("#reason").press("Enter")

    page.wait_for_selector(".notice.ok")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_visit_is_dragged_to_another_row_to_the_list_and_back_and_undone(
    world, dispatcher, technician, visitor, language
):
    desk = announced_day(world, visitor(**DESK), dispatcher, language)
    page = desk.page
    [first] = holders(page)
    other = "李娜" if first == "陈伟" else "陈伟"

    drag(desk, "赵磊", f"drag-{language}")
    page.wait_for_selector("#hand-voice:not([hidden])")
    assert holders(page) == [first]

    drag(desk, other)
    page.wait_for_selector("#undo")
    assert holders(page) == [other]

    desk.drawn()
    page.keyboard.press("Control+z")
    page.wait_for_selector("#undo", state="detached")
    assert holders(page) == [first]

    desk.drawn()
    drag(desk, None)
    page.wait_for_selector(".job-card")
    assert holders(page) == []

    desk.drawn()
    page.locator(".job-card-facts").drag_to(page.locator(".vis-foreground .vis-group").nth(1))
    page.wait_for_selector(".job-card", state="detached")
    assert len(holders(page)) == 1
    desk.drawn()
    desk.picture(f"hand-{language}")


def announced_day(world, desk, dispatcher, language):
    """Open a day on which one of two does the only visit, and a third could not."""
    world.technician(name="李娜")
    world.technician(name="赵磊", certified=False)
    world.job(9, 15)
    world.published()
    desk.sign_in(dispatcher.login)
    desk.read(language)
    desk.page.goto(f"/day/{world.territory.code}/2026-03-02")
    desk.drawn()
    return desk


def holders(page):
    """Return the names of whoever has a visit in the rows."""
    day = page.evaluate("JSON.parse(document.getElementById('day').textContent)")
    return [
        one["name"]
        for one in day["technicians"]
        if any(stop["kind"] == "visit" for stop in one["stops"])
    ]


def drag(desk, name, picture=None):
    """Drag the only visit to the row of somebody, or to the list."""
    page = desk.page
    item = page.locator(".vis-item.visit")
    item.click()
    box = item.bounding_box()
    goal = page.locator(".row-label", has_text=name) if name else page.locator(".unplanned-panel")
    to = goal.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=10)
    page.wait_for_selector(".row-label[data-fit]")
    page.mouse.move(x + 60 if name else to["x"] + 80, to["y"] + to["height"] / 2, steps=8)
    if picture:
        desk.picture(picture)
    page.mouse.up()


def test_every_page_of_the_board_opens_without_a_complaint_in_dark_and_narrow(
    world, dispatcher, technician, visitor
):
    job = world.job()
    plan = world.plan()
    narrow = visitor(viewport={"width": 390, "height": 844}, color_scheme="dark")
    narrow.sign_in(dispatcher.login)
    pages = (
        "/day", "/jobs", "/jobs/new", f"/jobs/{job.id}", f"/jobs/{job.id}/edit", "/waiting",
        "/imports", "/plans", f"/plans/{plan.id}", "/technicians", f"/technicians/{technician.id}",
        "/catalogue", "/outbox",
    )  # fmt: skip
    for path in pages:
        narrow.page.goto(path)
        narrow.page.wait_for_load_state("networkidle")
        wide = narrow.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} is {wide} px wide"


@pytest.fixture(autouse=True)
def no_thread_is_left_behind():
    before = threading.active_count()
    yield
    for _ in range(50):  # a connection of the browser may still be closing
        if threading.active_count() <= before + 1:
            return
        time.sleep(0.1)
    assert threading.active_count() <= before + 1
