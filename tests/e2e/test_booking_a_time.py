"""Two consumers on their phones want the same time: one books it, the other takes the next."""

import pytest

from app.core import links
from app.core.db import unit_of_work
from app.core.links import Purpose

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def link_to(job):
    with unit_of_work():
        secret, _ = links.mint(Purpose.JOB, job.id)
    return f"/s/{secret}"


def take_the_first(phone):
    phone.page.locator(".time-choice").first.click()
    phone.page.locator("form[action$='/times'] button").click()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_books_the_last_place_and_the_other_the_next(world, visitor, language):
    world.technician()
    empty = {"promised": False, "window_start": None, "window_end": None}
    links_of = [link_to(world.job(**empty, work_seconds=9000)) for _ in range(2)]
    first, second = visitor(**PHONE), visitor(**PHONE)
    for phone, link in zip((first, second), links_of, strict=True):
        phone.page.goto(link)
        phone.read(language)
        phone.page.locator("a[href$='/times']").click()
        phone.page.wait_for_selector(".time-choice")
    first.picture(f"portal-times-{language}")

    take_the_first(first)
    first.page.wait_for_selector("form[action$='/agreement']")
    first.picture(f"portal-held-{language}")
    take_the_first(second)
    second.page.wait_for_selector(".notice.bad")
    second.picture(f"portal-taken-{language}")
    second.complaints.clear()  # the browser itself remarks on the 409 that the page explains
    first.page.locator("form[action$='/agreement'] button").click()
    first.page.wait_for_selector(".notice.ok")
    first.picture(f"portal-booked-{language}")

    take_the_first(second)
    second.page.locator("form[action$='/agreement'] button").click()
    second.page.wait_for_selector(".notice.ok")
    assert first.page.locator(".when").inner_text() != second.page.locator(".when").inner_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_lost_link_is_asked_for(site, visitor, language):
    phone = visitor(**PHONE)
    phone.page.goto("/s/lost")
    phone.read(language)
    phone.page.locator("#job").fill("7001-0001")
    phone.page.locator("#phone").fill("13800138000")
    phone.page.locator("form[action$='/lost'] button").click()

    phone.page.wait_for_selector(".notice.ok")
    phone.picture(f"portal-lost-{language}")
