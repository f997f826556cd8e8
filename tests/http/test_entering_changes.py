"""Changes enter by one door: once for each key, whole or not at all, never over another's."""

import threading
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.accounts.models import Partner
from app.core import clock
from app.core.db import db
from app.core.failpoints import armed
from app.core.idempotency import KEPT
from app.core.policies import Role
from tests.factories import bearer, make_partner, make_user


@pytest.fixture
def headers(app):
    return bearer(make_user(Role.DISPATCHER))


def post(client, headers, key=None, **body):
    extra = {"Idempotency-Key": key} if key else {}
    return client.post("/api/v1/teams", json=body, headers=headers | extra)


def teams():
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Partner))


def test_the_same_key_twice_has_one_effect_and_one_answer(client, headers):
    first = post(client, headers, "k1", code="A", name="A")
    second = post(client, headers, "k1", code="A", name="A")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json == first.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert teams() == 1


def test_the_same_key_for_another_body_is_refused(client, headers):
    post(client, headers, "k1", code="A", name="A")

    answer = post(client, headers, "k1", code="B", name="B")

    assert (answer.status_code, answer.json["code"]) == (422, "idempotency-key-reused")


def test_a_key_belongs_to_its_actor(client, headers):
    other = bearer(make_user(Role.DISPATCHER))
    post(client, headers, "k1", code="A", name="A")

    answer = post(client, other, "k1", code="B", name="B")

    assert answer.status_code == 201
    assert teams() == 2


def test_a_key_is_forgotten_after_a_week(client, headers):
    post(client, headers, "k1", code="A", name="A")

    with clock.frozen(clock.now() + KEPT * 1.01):
        answer = post(client, headers, "k1", code="B", name="B")

    assert answer.status_code == 201


def test_a_refused_request_frees_its_key(client, headers):
    make_partner(code="A")
    assert post(client, headers, "k1", code="A").status_code == 422

    assert post(client, headers, "k1", code="B", name="B").status_code == 201


def test_an_answer_that_could_not_be_committed_is_not_kept(client, headers):
    def crash():
        raise RuntimeError("the power went")

    with armed("entry.before_commit", crash):
        assert post(client, headers, "k1", code="A", name="A").status_code == 500
    assert teams() == 0

    assert post(client, headers, "k1", code="A", name="A").status_code == 201


def test_the_same_key_in_a_race_has_one_effect(app, headers):
    answers = []

    def send():
        with app.app_context():
            answers.append(post(app.test_client(), headers, "race", code="A", name="A"))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert teams() == 1
    assert {a.status_code for a in answers} <= {201, 409}
    assert any(a.status_code == 201 for a in answers)


def test_an_update_needs_the_version_it_is_based_on(client, headers):
    team = make_partner(code="A", name="old")
    url = f"/api/v1/teams/{team.id}"

    assert client.patch(url, json={"name": "x"}, headers=headers).status_code == 428
    stale = headers | {"If-Match": '"0000"'}
    assert client.patch(url, json={"name": "x"}, headers=stale).status_code == 412

    current = headers | {"If-Match": client.get(url, headers=headers).headers["ETag"]}
    assert client.patch(url, json={"name": "new"}, headers=current).status_code == 200
    assert client.patch(url, json={"name": "x"}, headers=current).status_code == 412


def test_a_browsers_change_needs_its_token(client):
    answer = client.post("/api/v1/teams", json={"code": "A", "name": "A"})

    assert answer.status_code == 401
    assert teams() == 0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"code": "A", "code": "B", "name": "x"}', "twice"),
        ('{"code": NaN, "name": "x"}', "NaN"),
        ('{"code": "A", "name": ' + "1" * 40 + "}", "too large"),
        ('{"code": "A", "name": "a\\u0000b"}', "control"),
        ('{"code": ' + "[" * 30 + "]" * 30 + ', "name": "x"}', "nested"),
        ('{"code": ' + "[" * 100_000, "nested"),
        ('{"code": "A", ', ""),
    ],
)
def test_json_that_parsers_disagree_about_is_refused(client, headers, body, reason):
    answer = client.post(
        "/api/v1/teams", data=body, headers=headers | {"Content-Type": "application/json"}
    )

    assert answer.status_code in {400, 422}, answer.text
    assert answer.mimetype == "application/problem+json"
    assert reason.lower() in answer.text.lower()
    assert teams() == 0


def test_an_unknown_field_is_named(client, headers):
    answer = post(client, headers, code="A", name="A", colour="red")

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json["errors"]] == ["colour"]


def test_a_fault_of_ours_tells_a_reference_and_nothing_else(client, headers):
    def crash():
        raise RuntimeError("secret detail")

    with armed("entry.before_commit", crash):
        answer = post(client, headers, code="A", name="A")

    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert answer.json["reference"]


def test_what_is_not_there_and_what_cannot_be_done_are_problem_documents(client, headers):
    for answer, code in (
        (client.get("/api/v1/nothing", headers=headers), 404),
        (client.delete("/api/v1/teams", headers=headers), 405),
        (client.get(f"/api/v1/teams/{uuid4()}x", headers=headers), 404),
    ):
        assert answer.status_code == code
        assert answer.mimetype == "application/problem+json"
    assert "POST" in client.delete("/api/v1/teams", headers=headers).headers["Allow"]
