"""Language and colours are each person's own."""

import pytest

from app.accounts import queries
from app.core.policies import Role
from tests.factories import make_user
from tests.web.signed_in import browser, signed_in


def test_a_page_speaks_the_browsers_language_at_first(client):
    assert "登录" in client.get("/sign-in", headers={"Accept-Language": "zh-CN"}).text
    assert "Sign in" in client.get("/sign-in", headers={"Accept-Language": "en"}).text


def test_a_chosen_language_stays(client):
    client.post("/language", data={"language": "zh", "next": "/sign-in"})

    page = client.get("/sign-in", headers={"Accept-Language": "en"})

    assert '<html lang="zh-CN"' in page.text


def test_a_signed_in_person_keeps_their_language_on_every_device(app):
    user = make_user(Role.DISPATCHER)

    signed_in(app, user).post("/language", data={"language": "zh", "next": "/"})

    assert queries.get_user(user.id).locale == "zh"
    assert '<html lang="zh-CN"' in signed_in(app, user).get("/catalogue").text


def test_an_unknown_language_changes_nothing(client):
    answer = client.post("/language", data={"language": "xx", "next": "/sign-in"})

    assert answer.location == "/sign-in"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chosen_colours_stay(app, theme):
    client = browser(app, Role.DISPATCHER)

    client.post("/theme", data={"theme": theme, "next": "/catalogue"})

    assert f'data-theme="{theme}"' in client.get("/catalogue").text
