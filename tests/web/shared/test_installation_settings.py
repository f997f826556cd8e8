"""What an operator sets shows on the pages."""

import pytest

from app.accounts import service
from app.core.settings import Settings
from app.factory import create_app
from app.web.shared.assets import tile_source


@pytest.fixture
def served(tmp_path):
    def make(**chosen):
        chosen = Settings(instance_dir=str(tmp_path), **chosen)
        return create_app(chosen, TESTING=True, WTF_CSRF_ENABLED=False).test_client()

    return make


@pytest.mark.parametrize(
    ("template", "source"),
    [
        ("", ""),
        ("/tiles/{z}/{x}/{y}.png", ""),
        ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"),
        ("https://{s}.tiles.example:8443/{z}", "https://*.tiles.example:8443"),
    ],
)
def test_tiles_are_allowed_from_where_they_come_and_nowhere_else(served, template, source):
    policy = served(map_tiles=template).get("/sign-in").headers["Content-Security-Policy"]

    assert tile_source(template) == source
    assert f"img-src 'self' data: blob: {source}".strip() in policy


def test_guessing_passwords_is_slowed_down(served, monkeypatch):
    def refuse(*_):
        raise service.SignInRefused

    monkeypatch.setattr(service, "sign_in", refuse)
    client = served(rate_limit_sign_in="2 per minute")

    answers = [client.post("/sign-in", data={"login": "x", "password": "y"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert "Wait a minute" in answers[-1].text


def test_guessing_at_one_account_is_slowed_down_whatever_the_addresses(served, monkeypatch):
    def refuse(*_):
        raise service.SignInRefused

    monkeypatch.setattr(service, "sign_in", refuse)
    client = served(rate_limit_sign_in="2 per minute")

    def attempt(login, number):
        there = {"REMOTE_ADDR": f"203.0.113.{number}"}
        sent = {"login": login, "password": "y"}
        return client.post("/sign-in", data=sent, environ_base=there).status_code

    assert [attempt("Li.Ming", 1), attempt("li.ming", 2), attempt(" li.ming", 3)] == [
        422,
        422,
        429,
    ]
    assert attempt("other", 4) == 422
