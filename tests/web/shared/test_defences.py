"""No page runs, loads, frames or sends anything we did not mean."""

import re

import pytest

from app.core.policies import Role
from tests.web.signed_in import browser

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")")
INLINE_STYLE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|javascript:")


@pytest.mark.parametrize("path", ["/sign-in", "/no-such-page", "/catalogue"])
def test_the_policy_allows_our_own_scripts_and_styles_alone(app, path):
    answer = browser(app, Role.DISPATCHER).get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not INLINE_SCRIPT.search(answer.text)
    assert not INLINE_STYLE.search(answer.text)


@pytest.mark.parametrize("path", ["/sign-in", "/catalogue"])
def test_pages_are_kept_in_no_cache(app, path):
    assert browser(app, Role.DISPATCHER).get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/sign-out", "/language", "/theme"])
def test_a_form_without_its_token_is_refused(app, monkeypatch, path):
    client = browser(app, Role.DISPATCHER)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    answer = client.post(path, data={"language": "zh", "theme": "dark"})

    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers


def test_a_form_with_its_token_is_accepted(app, monkeypatch):
    client = browser(app, Role.DISPATCHER)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/catalogue").text)[1]

    answer = client.post("/theme", data={"theme": "dark", "csrf_token": token})

    assert answer.status_code == 303
