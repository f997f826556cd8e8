"""Every route declares who may reach it; one that does not fails the start."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask
from werkzeug.routing import Rule

from app.core.errors import Forbidden
from app.core.policies import Actor, Role
from app.http.problems import SignInNeeded

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Policy:
    """Who may reach a route: anybody, anybody signed in, or the holders of some role."""

    public: bool = False
    roles: frozenset[Role] = frozenset()

    def enforce(self, actor: Actor, *, safe: bool) -> None:
        """Let the actor pass or raise.

        Keys and tokens also need the scope ``read`` or ``write``.

        Raises:
            SignInNeeded: nobody in particular asks.
            Forbidden: their roles or scopes do not reach here.
        """
        if self.public:
            return
        if actor.via == "nobody":
            raise SignInNeeded
        if self.roles and not actor.has(*self.roles):
            raise Forbidden
        needed = "read" if safe else "write"
        if actor.via in {"token", "key"} and needed not in actor.scopes:
            raise Forbidden(scope=needed)


def allow(*roles: Role) -> Callable[[View], View]:
    """Declare which roles reach a view; none named: whoever is signed in."""
    return _declare(Policy(roles=frozenset(roles)))


def allow_public(view: View) -> View:
    """Declare that anybody reaches a view."""
    return _declare(Policy(public=True))(view)


def _declare(policy: Policy) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.__policy__ = policy  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(app: Flask, endpoint: str, method: str) -> Policy | None:
    """Return what the view behind an endpoint declares for a method."""
    view = app.view_functions[endpoint]
    kind = getattr(view, "view_class", None)
    handler = getattr(kind, method.lower(), None) if kind is not None else view
    declared: Policy | None = getattr(handler, "__policy__", None)
    return declared


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield every rule with each method it answers."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & METHODS):
            yield rule, method


def check_declared(app: Flask) -> None:
    """Refuse to start with a route that declares no policy.

    Raises:
        RuntimeError: naming each such route.
    """
    bare = [f"{m} {r.rule}" for r, m in routes(app) if policy_of(app, r.endpoint, m) is None]
    if bare:
        raise RuntimeError("routes without a declared policy: " + ", ".join(bare))
