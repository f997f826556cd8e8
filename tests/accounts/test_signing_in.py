"""Signing in, and being shut out."""

from datetime import timedelta

import pytest

from app.accounts import queries, rules, service
from app.core import clock, links
from app.core.db import unit_of_work
from app.core.policies import Role
from tests.factories import MONDAY_8AM, PASSWORD, TEST, bearer, make_user

pytestmark = pytest.mark.usefixtures("app")


def sign_in(login, password=PASSWORD):
    with unit_of_work():
        return service.sign_in(login, password)


def test_a_session_stands_for_its_user_with_their_roles():
    user = make_user(Role.DISPATCHER, password=PASSWORD)

    secret = sign_in(user.login)

    actor = queries.actor_of_session(secret)
    assert actor.user_id == user.id
    assert actor.roles == {Role.DISPATCHER}


@pytest.mark.parametrize("password", ["wrong horse battery", "", PASSWORD + " "])
def test_a_wrong_password_is_refused_like_an_unknown_login(password):
    user = make_user(Role.DISPATCHER, password=PASSWORD)

    for login in (user.login, "nobody"):
        with pytest.raises(service.SignInRefused):
            sign_in(login, password)


def test_disabling_a_user_ends_their_sessions_at_once():
    user = make_user(Role.DISPATCHER, password=PASSWORD)
    secret = sign_in(user.login)

    with unit_of_work():
        service.disable_user(user.login, reason="left", actor=TEST)

    assert queries.actor_of_session(secret) is None
    with pytest.raises(service.SignInRefused):
        sign_in(user.login)


def test_a_session_ends_by_itself_after_two_weeks():
    user = make_user(Role.DISPATCHER, password=PASSWORD)
    with clock.frozen(MONDAY_8AM):
        secret = sign_in(user.login)

    with clock.frozen(MONDAY_8AM + timedelta(days=14, seconds=1)):
        assert queries.actor_of_session(secret) is None


def test_the_stored_hash_of_a_secret_opens_nothing():
    secret = sign_in(make_user(Role.DISPATCHER, password=PASSWORD).login)

    assert queries.actor_of_session(links.hash_secret(secret)) is None


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaa", "dispatcher1 pw"])
def test_weak_passwords_are_refused_with_a_remedy(weak):
    with pytest.raises(rules.PasswordNotAccepted) as refusal:
        make_user(Role.DISPATCHER, login="dispatcher1", password=weak)

    [fault] = refusal.value.details["errors"]
    assert fault["field"] == "password"
    assert fault["remedy"]


def test_a_token_answers_for_its_user_over_http(client):
    user = make_user(Role.DISPATCHER, password=PASSWORD)

    answer = client.get("/api/v1/me", headers=bearer(user))

    assert answer.status_code == 200
    assert answer.json["roles"] == ["dispatcher"]


def test_without_a_key_the_api_asks_for_one(client):
    answer = client.get("/api/v1/me")

    assert (answer.status_code, answer.json["code"]) == (401, "sign-in-needed")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.mimetype == "application/problem+json"
