"""A route that does not say who may reach it does not exist."""

import pytest
from flask import Flask

from app.core.errors import Forbidden
from app.core.policies import NOBODY, Actor, Role
from app.http import guards
from app.http.guards import Policy
from app.http.problems import SignInNeeded


def test_the_start_fails_where_a_route_declares_nothing():
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/open", view_func=lambda: "hello", endpoint="open")

    with pytest.raises(RuntimeError, match="GET /open"):
        guards.check_declared(app)


def test_every_route_of_the_product_declares_its_policy(app):
    guards.check_declared(app)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (NOBODY, SignInNeeded),
        (Actor(via="session", roles=frozenset({Role.TECHNICIAN})), Forbidden),
        (Actor(via="token", roles=frozenset({Role.DISPATCHER}), scopes=frozenset()), Forbidden),
        (
            Actor(via="token", roles=frozenset({Role.DISPATCHER}), scopes=frozenset({"read"})),
            Forbidden,
        ),
    ],
)
def test_whoever_does_not_fit_is_turned_away(actor, refusal):
    policy = Policy(roles=frozenset({Role.DISPATCHER}))

    with pytest.raises(refusal):
        policy.enforce(actor, safe=False)


def test_a_read_only_token_reads():
    actor = Actor(via="token", roles=frozenset({Role.DISPATCHER}), scopes=frozenset({"read"}))

    Policy(roles=frozenset({Role.DISPATCHER})).enforce(actor, safe=True)
