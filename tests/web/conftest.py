"""Requests of one test share its context; what belongs to a request must not outlive it."""

import pytest
from flask import g, request_started
from flask_babel import refresh


@pytest.fixture(autouse=True)
def forgetful(app):
    def forget(_, **__):
        refresh()
        g.pop("zone", None)

    with request_started.connected_to(forget, app):
        yield
