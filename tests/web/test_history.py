"""What happened to a job, a technician and a plan is told by API and on their pages."""

import pytest

from app.core.db import unit_of_work
from app.core.policies import Role
from app.jobs import service as jobs
from app.technicians import service as technicians
from tests.factories import bearer, brand_bearer, make_job, make_technician, make_user
from tests.planning.world import make_world, sunday
from tests.web.signed_in import browser


@pytest.fixture
def world(app):
    with sunday():
        yield make_world()


@pytest.fixture
def office(app):
    return bearer(make_user(Role.ADMINISTRATOR))


def acts(client, path, headers):
    items = client.get(f"/api/v1/{path}/history", headers=headers).json["items"]
    return [(one["action"], one["reason"]) for one in items]


def test_a_jobs_history_says_what_it_was_before_and_after(client, world, office):
    job = world.job()
    with unit_of_work():
        jobs.cancel(job.id, reason="moved house", actor=world.actor)

    answer = client.get(f"/api/v1/jobs/{job.id}/history", headers=office)

    last = answer.json["items"][-1]
    assert (last["action"], last["reason"]) == ("cancel-job", "moved house")
    assert (last["before"]["state"], last["after"]["state"]) == ("released", "cancelled")
    assert last["actor"].startswith("session:")


def test_a_technicians_history_holds_their_certificates_and_nothing_personal(
    client, world, office
):
    one = make_technician(world.territory)
    with unit_of_work():
        changes = {"name": "黄志强", "pace": 1.2}
        technicians.change_technician(one.id, changes, actor=world.actor)

    answer = client.get(f"/api/v1/technicians/{one.id}/history", headers=office)

    assert answer.json["items"][-1]["after"]["pace"] == 1.2
    assert "黄志强" not in answer.text


def test_a_plans_history_holds_what_was_published_of_it(client, world, office):
    world.technician(), world.job()
    plan = world.published()

    told = {action for action, _ in acts(client, f"plans/{plan.id}", office)}

    assert told >= {"request-plan", "publish-plan"}


def test_histories_are_told_to_the_office_of_the_territory_alone(client, world):
    job, one = make_job(territory=world.territory), make_technician(world.territory)
    elsewhere = bearer(make_user(Role.DISPATCHER))
    technician = bearer(make_user(Role.TECHNICIAN))
    brand = brand_bearer(world.brand)

    for path in (f"jobs/{job.id}", f"technicians/{one.id}"):
        url = f"/api/v1/{path}/history"
        assert client.get(url, headers=elsewhere).status_code == 404
        assert client.get(url, headers=technician).status_code == 403
        assert client.get(url, headers=brand).status_code == 403
        assert client.get(url).status_code == 401


def test_a_jobs_history_holds_its_visits_and_who_was_to_make_them(client, world, office, app):
    world.technician()
    job = world.job()
    world.published()

    told = {action for action, _ in acts(client, f"jobs/{job.id}", office)}

    assert {"open-visit", "schedule-visit", "assign", "mark-planned"} <= told
    desk = browser(app, Role.ADMINISTRATOR)
    assert "Visit scheduled" in desk.get(f"/jobs/{job.id}").text
