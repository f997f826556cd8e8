"""Administrators keep people and keys on pages; everybody changes their own password."""

import re

import pytest

from app.accounts import queries, service
from app.core.db import db, unit_of_work
from app.core.policies import Role
from tests.factories import PASSWORD, make_brand, make_user
from tests.web.signed_in import browser, signed_in

GOOD = "violet tractor under rain"


@pytest.fixture
def admin(app, world):
    return browser(app, Role.ADMINISTRATOR)


def fresh(login):
    db.session.rollback()
    return queries.user_by_login(login)


def let_in(admin, world, **given):
    form = {"login": "li.ming", "name": "李明", "password": GOOD, "roles": ["dispatcher"]}
    form |= {"territories": [world.territory.code]} | given
    return admin.post("/people/new", data=form)


def form_of(user, **given):
    return {"version": user.version, "roles": ["dispatcher"]} | given


def test_somebody_is_let_in_and_listed(admin, world):
    assert let_in(admin, world).status_code == 303

    assert "li.ming" in admin.get("/people?role=dispatcher").text
    assert "li.ming" not in admin.get("/people?role=brand").text
    with unit_of_work():
        assert service.sign_in("li.ming", GOOD)


def test_the_form_comes_back_with_what_is_wrong(admin, world):
    answer = let_in(admin, world, password="short", roles=["brand"])

    assert answer.status_code == 422
    assert "is needed by this role" in answer.text
    assert "李明" in answer.text
    assert fresh("li.ming") is None


def test_a_change_keeps_what_it_says(admin, world):
    let_in(admin, world)
    user = fresh("li.ming")

    admin.post(f"/people/{user.id}", data=form_of(user, roles=["administrator"], name="李"))

    user = fresh("li.ming")
    assert (user.roles, user.name) == (["administrator"], "李")
    assert queries.territories_of([user.id]) == {}


def test_a_form_that_was_opened_before_another_change_is_refused(admin, world):
    let_in(admin, world)
    user = fresh("li.ming")
    old = form_of(user, name="first")
    admin.post(f"/people/{user.id}", data=old)

    assert admin.post(f"/people/{user.id}", data=old | {"name": "second"}).status_code == 409
    assert fresh("li.ming").name == "first"


def test_shutting_out_needs_a_reason_and_ends_the_session(app, admin):
    user = make_user(Role.DISPATCHER)
    theirs = signed_in(app, user)

    assert admin.post(f"/people/{user.id}/disable", data={}).status_code == 422
    assert theirs.get("/account").status_code == 200
    admin.post(f"/people/{user.id}/disable", data={"reason": "left"})

    assert theirs.get("/account").status_code == 303
    assert user.login in admin.get("/people?shut_out=1").text
    admin.post(f"/people/{user.id}/enable")
    assert user.login not in admin.get("/people?shut_out=1").text


def test_the_last_administrator_is_told_why_they_stay(admin):
    [own] = db.session.scalars(queries.users(role=Role.ADMINISTRATOR))

    answer = admin.post(f"/people/{own.id}/disable", data={"reason": "tired"})

    assert answer.status_code == 409
    assert "make somebody else an administrator first" in answer.text
    assert admin.get("/people").status_code == 200


def test_a_secret_is_shown_once_and_works_until_it_is_revoked(app, admin):
    brand = make_brand()

    shown = admin.post("/keys", data={"name": "shop", "brand": brand.code}).text

    secret = re.search(r"brand_[\w-]+", shown).group(0)
    bearer = {"Authorization": f"Bearer {secret}"}
    client = app.test_client()
    assert client.get("/api/v1/me", headers=bearer).status_code == 200
    page = admin.get("/keys").text
    assert secret not in page
    [key_id] = re.findall(r"/keys/([0-9a-f-]{36})/revoke", page)
    admin.post(f"/keys/{key_id}/revoke")
    assert client.get("/api/v1/me", headers=bearer).status_code == 401


@pytest.mark.parametrize("owner", [{}, {"user": "nobody"}])
def test_a_key_without_an_owner_is_refused_in_words(admin, owner):
    answer = admin.post("/keys", data={"name": "shop"} | owner)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_dispatchers_see_none_of_it(desk):
    for path in ("/people", "/people/new", "/keys"):
        assert desk.get(path).status_code == 403
    assert "/people" not in desk.get("/waiting").text


def test_everybody_changes_their_own_password(app):
    user = make_user(Role.TECHNICIAN, password=PASSWORD)
    theirs = signed_in(app, user)
    sent = {"current": PASSWORD, "new": GOOD}

    wrong = theirs.post("/account", data=sent | {"current": "no"})
    weak = theirs.post("/account", data=sent | {"new": "password12345678"})
    right = theirs.post("/account", data=sent)

    assert "is not your password" in wrong.text
    assert "tried first" in weak.text
    assert right.location.endswith("/sign-in")
    with unit_of_work():
        assert service.sign_in(user.login, GOOD)
