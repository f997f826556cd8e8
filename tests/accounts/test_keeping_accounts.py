"""Administrators keep users and keys; nobody else does, and nobody locks everybody out."""

from functools import partial

import pytest

from app.accounts import service
from app.core import audit
from app.core.db import db, transact, unit_of_work
from app.core.policies import Role
from tests.factories import PASSWORD, TEST, bearer, make_brand, make_territory, make_user
from tests.racing import race

GOOD = "violet tractor under rain"
NEW = {"login": "li.ming", "name": "李明", "roles": ["dispatcher"], "password": GOOD}


@pytest.fixture
def admin(app):
    return make_user(Role.ADMINISTRATOR)


@pytest.fixture
def headers(admin):
    return bearer(admin)


def create(client, headers, **given):
    return client.post("/api/v1/users", json=NEW | given, headers=headers)


def address_of(answer):
    return f"/api/v1/users/{answer.json['id']}"


def test_a_user_is_let_in_with_their_territories(client, headers):
    territory = make_territory()

    answer = create(client, headers, territories=[territory.code])

    assert answer.status_code == 201
    assert answer.json["territories"] == [territory.code]
    assert "password" not in answer.text
    assert client.get(address_of(answer), headers=headers).json["name"] == "李明"
    with unit_of_work():
        assert service.sign_in("li.ming", GOOD)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"roles": []}, "roles"),
        ({"roles": ["consumer"]}, "roles"),
        ({"roles": ["brand"]}, "brand"),
        ({"roles": ["partner"]}, "partner"),
        ({"roles": ["dispatcher"], "territories": ["NOWHERE"]}, "territories"),
        ({"password": "password12345678"}, "password"),
        ({"password": "li.ming li.ming"}, "password"),
        ({"password": "short"}, "password"),
        ({"login": "with space"}, "login"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nothing_is_kept(client, headers, given, field):
    answer = create(client, headers, **given)

    assert answer.status_code == 422
    assert field in {fault["field"] for fault in answer.json["errors"]}
    assert len(client.get("/api/v1/users", headers=headers).json["items"]) == 1


def test_the_same_login_twice_is_a_conflict(client, headers):
    create(client, headers)

    assert create(client, headers, login="LI.MING").json["code"] == "login-taken"


def test_a_user_is_changed_only_as_they_were_last_seen(client, headers):
    made = create(client, headers)
    tag = {"If-Match": made.headers["ETag"]}
    changes = {"roles": ["administrator"], "name": "李明明"}

    assert client.patch(address_of(made), json=changes, headers=headers).status_code == 428
    changed = client.patch(address_of(made), json=changes, headers=headers | tag)
    again = client.patch(address_of(made), json=changes, headers=headers | tag)

    assert (changed.json["name"], changed.json["roles"]) == ("李明明", ["administrator"])
    assert again.status_code == 412


def test_changing_only_territories_makes_another_version(client, headers):
    made, territory = create(client, headers), make_territory()
    tag = {"If-Match": made.headers["ETag"]}

    changed = client.patch(
        address_of(made), json={"territories": [territory.code]}, headers=headers | tag
    )

    assert changed.json["territories"] == [territory.code]
    assert changed.headers["ETag"] != made.headers["ETag"]


def test_who_is_shut_out_is_out_at_once_with_their_tokens_until_let_in_again(client, headers):
    user = make_user(Role.DISPATCHER)
    theirs = bearer(user)
    assert client.get("/api/v1/me", headers=theirs).status_code == 200

    told = client.post(
        f"/api/v1/users/{user.id}/disable", json={"reason": "left"}, headers=headers
    )

    assert told.json["disabled_at"]
    assert client.get("/api/v1/me", headers=theirs).status_code == 401
    client.post(f"/api/v1/users/{user.id}/enable", headers=headers)
    assert client.get("/api/v1/me", headers=theirs).status_code == 200


def test_the_last_administrator_is_neither_shut_out_nor_demoted(client, admin, headers):
    out = client.post(f"/api/v1/users/{admin.id}/disable", json={"reason": "x"}, headers=headers)
    tag = client.get(f"/api/v1/users/{admin.id}", headers=headers).headers["ETag"]
    down = client.patch(
        f"/api/v1/users/{admin.id}",
        json={"roles": ["dispatcher"]},
        headers=headers | {"If-Match": tag},
    )

    assert out.json["code"] == down.json["code"] == "last-administrator"
    assert client.get("/api/v1/me", headers=headers).status_code == 200


def test_of_two_administrators_who_shut_each_other_out_one_stays(app, admin):
    logins = [admin.login, make_user(Role.ADMINISTRATOR).login]

    def shut_out(login):
        transact(lambda: service.disable_user(login, reason="race", actor=TEST))

    outcomes = race(app, *(partial(shut_out, login) for login in logins))

    kinds = sorted(type(one).__name__ for one in outcomes)
    assert kinds == ["LastAdministrator", "NoneType"]


def test_a_dispatcher_keeps_no_accounts(client):
    theirs = bearer(make_user(Role.DISPATCHER))

    for path in ("users", "keys"):
        assert client.get(f"/api/v1/{path}", headers=theirs).status_code == 403
    assert create(client, theirs).status_code == 403


def test_a_secret_is_told_once_and_never_stored_or_audited(client, headers):
    brand = make_brand()

    issued = client.post(
        "/api/v1/keys", json={"name": "shop", "brand": brand.code}, headers=headers
    )

    secret = issued.json["secret"]
    listed = client.get("/api/v1/keys", headers=headers)
    assert secret not in listed.text
    [entry] = audit.history("api_keys", issued.json["id"])
    assert entry.after["secret_hash"].startswith("sealed:")
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).json["roles"]


def test_two_of_a_name_are_in_use_while_one_takes_the_place_of_the_other(client, headers):
    brand = make_brand()
    asked = {"name": "shop", "brand": brand.code}
    first, _ = (client.post("/api/v1/keys", json=asked, headers=headers) for _ in range(2))

    third = client.post("/api/v1/keys", json=asked, headers=headers)

    assert third.json["code"] == "too-many-keys"
    old = {"Authorization": f"Bearer {first.json['secret']}"}
    assert client.delete(f"/api/v1/keys/{first.json['id']}", headers=headers).status_code == 204
    assert client.get("/api/v1/me", headers=old).status_code == 401
    assert client.post("/api/v1/keys", json=asked, headers=headers).status_code == 201


def test_a_key_needs_exactly_one_owner_who_exists(client, headers):
    for owner in ({}, {"user": "nobody"}, {"brand": "NONE"}):
        answer = client.post("/api/v1/keys", json={"name": "x"} | owner, headers=headers)
        assert answer.status_code == 422


def test_the_last_use_of_a_key_is_shown(client, headers):
    theirs = bearer(make_user(Role.DISPATCHER))
    client.get("/api/v1/me", headers=theirs)

    keys = client.get("/api/v1/keys", headers=headers).json["items"]

    assert all(key["last_used_at"] for key in keys)


def test_one_gives_oneself_a_new_password_and_is_signed_out_everywhere(app):
    user = make_user(Role.DISPATCHER, password=PASSWORD)
    with unit_of_work():
        secret = service.sign_in(user.login, PASSWORD)
    browser = app.test_client()
    browser.set_cookie("shifu_session", secret)
    sent = {"current": PASSWORD, "new": GOOD}

    wrong = browser.put("/api/v1/me/password", json=sent | {"current": "no"})
    right = browser.put("/api/v1/me/password", json=sent)

    assert (wrong.status_code, right.status_code) == (422, 204)
    assert browser.get("/api/v1/me").status_code == 401
    with unit_of_work():
        assert service.sign_in(user.login, GOOD)


def test_a_token_cannot_change_its_owners_password(client):
    theirs = bearer(make_user(Role.DISPATCHER, password=PASSWORD))
    sent = {"current": PASSWORD, "new": GOOD}

    assert client.put("/api/v1/me/password", json=sent, headers=theirs).status_code == 403


def test_no_password_is_in_the_audit(app):
    user = make_user(Role.DISPATCHER)
    with unit_of_work():
        service.set_password(user.login, GOOD, actor=TEST)
    db.session.rollback()

    told = str([(entry.before, entry.after) for entry in audit.history("users", user.id)])
    assert "argon2" not in told
    assert "sealed:" in told
