"""Refusals are pages in the reader's language, and tell nothing they should not."""

import pytest

from app.core.policies import Role
from tests.web.signed_in import browser


@pytest.mark.parametrize(
    ("language", "advice"),
    [("en", "The link may be old"), ("zh", "链接可能已过期")],
)
def test_a_page_that_does_not_exist_says_so(client, language, advice):
    client.set_cookie("lang", language)

    answer = client.get("/no-such-page")

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert advice in answer.text


def test_a_technician_is_refused_the_board(app):
    answer = browser(app, Role.TECHNICIAN).get("/catalogue")

    assert answer.status_code == 403
    assert "Ask your administrator" in answer.text


def test_the_api_answers_the_same_refusal_as_a_document(client):
    answer = client.get("/api/v1/no-such-resource")

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_a_fault_of_ours_shows_a_reference_and_nothing_else(app, monkeypatch):
    def broken(**_):
        raise RuntimeError("secret detail")

    monkeypatch.setitem(app.config, "PROPAGATE_FAULTS", False)
    broken.__policy__ = app.view_functions["board.catalogue"].__policy__
    monkeypatch.setitem(app.view_functions, "board.catalogue", broken)

    answer = browser(app, Role.DISPATCHER).get("/catalogue")

    assert answer.status_code == 500
    assert "secret detail" not in answer.text
