"""The consumer's links: no account, one purpose each."""

from flask import Flask, Response, request

from app.web.portal import pages

GUESSES = "20 per minute"
"""Links that did not work, from one address; a secret has 192 random bits besides."""
USES = "120 per minute"
"""Requests for one link: consumers behind one address must not shut each other out."""

LOST = "5 per minute; 30 per day"
"""Requests for a lost link from one address; what they name is not told to be right or wrong."""


def register(app: Flask) -> None:
    """Mount the consumer's pages."""
    app.register_blueprint(pages.blueprint)
    limiter = app.extensions["shifu-limiter"]
    guesses = limiter.limit(GUESSES, deduct_when=_failed)
    uses = limiter.limit(USES, key_func=lambda: request.path)
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("portal."):
            view = app.view_functions[rule.endpoint]
            app.view_functions[rule.endpoint] = uses(guesses(view))
    lost = app.view_functions["portal.send_again"]
    app.view_functions["portal.send_again"] = limiter.limit(LOST)(lost)


def _failed(response: Response) -> bool:
    return response.status_code == 404
