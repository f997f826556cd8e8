"""The actor of the current request, from whichever way in they took."""

from collections.abc import Callable

from flask import Request, g, request

from app.core.policies import NOBODY, Actor, complete

Authenticator = Callable[[Request], Actor | None]
_authenticators: list[Authenticator] = []


def add_authenticator(authenticator: Authenticator) -> None:
    """Register a way to recognise an actor; the first that answers decides."""
    if authenticator not in _authenticators:
        _authenticators.append(authenticator)


def identify() -> Actor:
    """Find out who asks and remember it for the request."""
    found = next((actor for a in _authenticators if (actor := a(request)) is not None), None)
    g.actor = complete(found) if found is not None else NOBODY
    return current_actor()


def current_actor() -> Actor:
    """Return who asks; nobody in particular before ``identify`` ran."""
    actor: Actor = g.get("actor", NOBODY)
    return actor


def device() -> str:
    """Tell devices apart as far as a request does; keep a keyed hash of it and never itself."""
    return f"{request.remote_addr} {request.user_agent.string}"
