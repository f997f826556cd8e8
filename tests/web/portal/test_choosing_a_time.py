"""The page of times: what is offered, held, agreed, exchanged and refused."""

from datetime import timedelta

import pytest

from app.core import clock, links
from app.core.db import db, unit_of_work
from app.core.links import Purpose
from app.jobs.models import Job
from app.planning import service
from app.planning.queries import bookings
from tests.planning.world import at, make_world, sunday

EIGHT = f"{at(8).isoformat()}/{at(10).isoformat()}"
THREE = f"{at(15).isoformat()}/{at(17).isoformat()}"


@pytest.fixture
def world(app):
    with sunday():
        yield make_world()


@pytest.fixture
def job(world):
    return unscheduled(world)


def unscheduled(world, **given):
    return world.job(promised=False, window_start=None, window_end=None, **given)


def link_to(job):
    with unit_of_work():
        secret, _ = links.mint(Purpose.JOB, job.id)
    return f"/s/{secret}"


def choose(client, link, window=EIGHT):
    return client.post(f"{link}/times", data={"window": window}, follow_redirects=True)


def test_a_window_is_chosen_held_and_booked(client, world, job):
    world.technician()
    link = link_to(job)
    assert "08:00–10:00" in client.get(f"{link}/times").text

    held = choose(client, link)
    booked = client.post(f"{link}/times/agreement", follow_redirects=True)

    assert "Held for you until 12:10" in held.text
    assert "The time is agreed" in booked.text
    assert client.get(f"{link}/state").json["stage"] == "agreed"


def test_looking_holds_nothing(client, world, job):
    world.technician()

    client.get(f"{link_to(job)}/times")

    assert bookings.held_of(job.id) is None


def test_whoever_comes_second_is_told_the_next_time_on_the_page(client, world, job):
    world.technician()
    other = unscheduled(world, work_seconds=4 * 3600)
    choose(client, link_to(other))

    answer = choose(client, link_to(job))

    assert answer.status_code == 409
    assert "Somebody else was faster" in answer.text
    assert "The next is 2 Mar 13:00–15:00" in answer.text


def test_what_is_held_is_let_go(client, world, job):
    world.technician()
    link = link_to(job)
    choose(client, link)

    answer = client.post(f"{link}/times/release", follow_redirects=True)

    assert "08:00–10:00" in answer.text
    assert bookings.held_of(job.id) is None


def test_an_agreed_time_is_exchanged_in_one_step(client, world, job):
    world.technician()
    link = link_to(job)
    choose(client, link)
    client.post(f"{link}/times/agreement")
    assert "Moving it costs nothing now" in client.get(f"{link}/times").text

    answer = choose(client, link, THREE)

    db.session.rollback()
    assert "The time is agreed" in answer.text
    assert db.session.get_one(Job, job.id).window_start == at(15)


def test_a_hold_that_ran_out_is_said_on_the_page(client, world, job):
    world.technician()
    link = link_to(job)
    choose(client, link)

    with clock.frozen(clock.now() + timedelta(minutes=11)):
        answer = client.post(f"{link}/times/agreement")

    assert answer.status_code == 409
    assert "No time is held for you any more" in answer.text


@pytest.mark.parametrize("window", ["", "tomorrow", "2026-03-02T08:00/2026-03-02T10:00"])
def test_what_is_no_window_is_refused(client, world, job, window):
    assert choose(client, link_to(job), window).status_code == 422


def test_an_honest_answer_where_nobody_may_come(client, world, job):
    world.technician(certified=False)

    assert "Nobody is free" in client.get(f"{link_to(job)}/times").text


def test_goods_without_a_date_open_no_times(client, world):
    missing = {"code": "parcels-missing", "tracking": ["1"], "expected_at": None}
    job = unscheduled(world, blockers=[missing])

    assert "Your goods are not announced yet" in client.get(f"{link_to(job)}/times").text


def test_why_it_is_called_off_reaches_the_dispatcher(client, world, job):
    client.post(f"{link_to(job)}/cancel", data={"reason": "goods-returned"})

    db.session.rollback()
    assert db.session.get_one(Job, job.id).cancel_reason == "consumer: goods-returned"


def test_a_link_to_rate_chooses_no_time(client, world, job):
    with unit_of_work():
        secret, _ = links.mint(Purpose.RATING, job.id)

    assert client.get(f"/s/{secret}/times").status_code == 404
    for step in ("times", "times/agreement", "times/release"):
        assert client.post(f"/s/{secret}/{step}", data={"window": EIGHT}).status_code == 404
    assert service.windows(job) == []
