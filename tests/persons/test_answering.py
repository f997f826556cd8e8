"""What persons may ask of their data is answered by the API and the command line."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from app.cli import persons
from app.core import clock, erasures, tasks
from app.core.db import db, unit_of_work
from app.core.personal import Person
from app.core.policies import Role
from app.customers import service as customers
from app.jobs import service as jobs
from app.jobs.models import JobState
from app.persons.service import forgetting
from app.persons.tasks import forget_expired, replay_erasures
from app.places import service as places
from app.worker import engine, queues
from tests.factories import TEST, bearer, make_job, make_user

WHY = {"reason": "asked by letter"}


@pytest.fixture(autouse=True)
def erasure_list(app):
    erasures.path().unlink(missing_ok=True)
    yield
    erasures.path().unlink(missing_ok=True)


@pytest.fixture
def job(app):
    with unit_of_work():
        customer = customers.find_or_create("王小明", "+8613800138000", actor=TEST)
    return make_job(customer=customer, state=JobState.DONE)


@pytest.fixture
def administrator(app):
    return bearer(make_user(Role.ADMINISTRATOR))


def test_who_opened_anything_of_a_person_is_told_wherever_they_opened_it(
    client, administrator, job
):
    other = make_job()
    with unit_of_work():
        jobs.reveal(job.id, actor=TEST, reason="called in")
        jobs.reveal(other.id, actor=TEST, reason="another")
        places.reveal_address(job.place_id, actor=TEST, reason="parking")

    answer = client.get(f"/api/v1/persons/{job.person_id}/seen", headers=administrator)

    told = [(one["action"], one["of"], one["reason"]) for one in answer.json["items"]]
    assert told == [("reveal", "jobs", "called in"), ("reveal-address", "places", "parking")]
    assert {one["actor"] for one in answer.json["items"]} == {"system:test"}


def test_a_person_is_found_exported_and_forgotten_by_api(client, administrator, job):
    found = client.post(
        "/api/v1/persons/find", json={"phone": "138 0013 8000"}, headers=administrator
    )
    assert found.json == {"person_ids": [str(job.person_id)]}
    at = f"/api/v1/persons/{job.person_id}"

    export = client.post(f"{at}/export", json=WHY, headers=administrator)
    assert export.json["data"]["customers"][0]["name"] == "王小明"

    assert client.post(f"{at}/forget", json=WHY, headers=administrator).status_code == 204
    again = client.post(f"{at}/export", json=WHY, headers=administrator)
    assert again.json["forgotten"] is True
    assert "王小明" not in again.text


def test_whoever_is_still_needed_answers_409_with_what_is_open(client, administrator):
    job = make_job()

    answer = client.post(
        f"/api/v1/persons/{job.person_id}/forget", json=WHY, headers=administrator
    )

    assert (answer.status_code, answer.json["code"]) == (409, "person-still-needed")
    assert answer.json["needed"] == [{"kind": "jobs", "id": str(job.id)}]


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.TECHNICIAN, None])
@pytest.mark.parametrize("act", ["seen", "export", "forget"])
def test_nobody_but_administrators_reaches_it(client, job, role, act):
    headers = bearer(make_user(role)) if role else {}
    path = f"/api/v1/persons/{job.person_id}/{act}"

    answer = (
        client.get(path, headers=headers)
        if act == "seen"
        else client.post(path, json=WHY, headers=headers)
    )

    assert answer.status_code == (403 if role else 401)
    assert db.session.get(Person, job.person_id).wrapped_key


def test_forgetting_needs_a_reason(client, administrator, job):
    path = f"/api/v1/persons/{job.person_id}/forget"

    for sent in ({}, {"reason": ""}, {"reason": "x", "force": True}):
        assert client.post(path, json=sent, headers=administrator).status_code == 422


def test_the_command_line_answers_alike(app, job):
    run = app.test_cli_runner().invoke
    person = str(job.person_id)

    assert run(persons.group, ["find", "13800138000"]).output.split() == [person]
    assert run(persons.group, ["find", job.number]).output.split() == [person]
    assert "Nobody" in run(persons.group, ["seen", person]).output
    told = json.loads(run(persons.group, ["export", person, "--reason", "letter"]).output)
    assert told["data"]["customers"][0]["phone"] == "+8613800138000"
    assert "export-person" in run(persons.group, ["seen", person]).output
    unsure = run(persons.group, ["forget", person, "--reason", "letter"], input="n\n")
    assert unsure.exit_code == 1
    assert run(persons.group, ["forget", person, "--reason", "letter", "--yes"]).exit_code == 0
    db.session.expunge_all()
    assert db.session.get(Person, UUID(person)).forgotten_at


def test_every_night_the_expired_are_forgotten_and_the_list_is_carried_out(app, job):
    person_id = job.person_id
    assert {"forget-expired", "replay-erasures"} <= queues.kinds()
    with unit_of_work():
        tasks.enqueue("forget-expired", {})
        tasks.enqueue("replay-erasures", {})
    with clock.frozen(clock.now().replace(year=clock.now().year + 3, day=1)):
        for kind, handler in (
            ("forget-expired", forget_expired),
            ("replay-erasures", replay_erasures),
        ):
            task = engine.take([kind])
            engine.run_one(task, handler)
            assert tasks.get(task.id).state is tasks.TaskState.DONE

    db.session.expunge_all()
    assert db.session.get(Person, person_id).forgotten_at


def test_a_clock_far_ahead_forgets_nobody_until_a_person_says_so(app, job, monkeypatch):
    person_id = job.person_id
    monkeypatch.setattr(forgetting, "ORDINARY", 0)
    with unit_of_work():
        tasks.enqueue("forget-expired", {})

    with clock.frozen(clock.now() + timedelta(days=3653)):
        engine.run_one(engine.take(["forget-expired"]), forget_expired)
        db.session.expunge_all()
        assert db.session.get(Person, person_id).forgotten_at is None
        run = app.test_cli_runner().invoke
        unsure = run(persons.group, ["expire"], input="n\n")
        assert unsure.exit_code == 1
        assert "March 2036" in unsure.output
        assert run(persons.group, ["expire"], input="y\n").exit_code == 0

    db.session.expunge_all()
    assert db.session.get(Person, person_id).forgotten_at
