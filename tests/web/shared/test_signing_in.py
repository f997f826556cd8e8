"""Signing in and out on pages."""

import pytest

from app.core.policies import Role
from tests.factories import PASSWORD, make_user
from tests.web.signed_in import browser


def test_who_is_not_signed_in_is_asked_to_and_comes_back(client):
    answer = client.get("/catalogue?show=brands")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/catalogue?show%3Dbrands"


def test_a_dispatcher_lands_on_the_board(client):
    user = make_user(Role.DISPATCHER, password=PASSWORD)

    answer = client.post("/sign-in", data={"login": user.login, "password": PASSWORD, "next": ""})

    assert answer.status_code == 303
    assert client.get("/").location == "/day"


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(client):
    user = make_user(Role.DISPATCHER, password=PASSWORD)

    answer = client.post("/sign-in", data={"login": user.login, "password": PASSWORD})

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("login", ["known", "unknown"])
def test_a_wrong_password_says_the_same_as_an_unknown_name(client, login):
    make_user(Role.DISPATCHER, login="known", password=PASSWORD)

    answer = client.post("/sign-in", data={"login": login, "password": "wrong wrong wrong"})

    assert answer.status_code == 422
    assert "User name or password is wrong." in answer.text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil"],
)
def test_signing_in_never_leads_to_another_site(client, elsewhere):
    user = make_user(Role.DISPATCHER, password=PASSWORD)
    form = {"login": user.login, "password": PASSWORD, "next": elsewhere}

    answer = client.post("/sign-in", data=form)

    assert answer.location == "/"


def test_signing_out_ends_the_session_itself(app):
    client = browser(app, Role.DISPATCHER)
    kept = client.get_cookie("shifu_session").value

    client.post("/sign-out")

    client.set_cookie("shifu_session", kept)
    assert client.get("/catalogue").status_code == 303
