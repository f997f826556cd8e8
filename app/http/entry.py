"""The one way a request that changes something is entered.

Claim the idempotency key (its own commit) → begin → the view, its answer serialised inside → store
the answer beside the change → commit. The database's "try again" is obeyed three times.
"""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import IntegrityError

from app.core import idempotency
from app.core.db import db, transact, unit_of_work
from app.core.failpoints import fail
from app.core.idempotency import IdempotencyClaim, RequestInFlight
from app.http.actor import current_actor, identify
from app.http.guards import SAFE, policy_of

View = TypeVar("View", bound=Callable[..., Any])
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
csrf = CSRFProtect()


class _Refused(Exception):
    """Carries a refusal out of the unit of work, so that nothing is kept of it."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class ShifuFlask(Flask):
    """Flask, with every request going through the guard and every change through one door."""

    def dispatch_request(self) -> Any:
        if request.routing_exception is not None or request.method == "OPTIONS":
            return super().dispatch_request()
        actor = identify()
        safe = request.method in SAFE
        method = "GET" if request.method == "HEAD" else request.method
        policy = policy_of(self, request.endpoint or "", method)
        if policy is None:
            raise RuntimeError(f"no policy for {request.method} {request.path}")
        policy.enforce(actor, safe=safe)
        if safe:
            return super().dispatch_request()
        if "Idempotency-Key" in request.headers:
            request.get_data(cache=True)  # before a form is parsed and the stream used up
        if actor.via == "session" or not request.path.startswith("/api/"):
            _require_csrf()
        return enter(super().dispatch_request)


def manages_transactions(view: View) -> View:
    """Mark a view that opens its own units of work, such as a long import."""
    view.__manages_transactions__ = True  # type: ignore[attr-defined]
    return view


def enter(view: Callable[[], Any]) -> Response:
    """Run a changing view once, whatever is sent twice."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return _change(view, None)
    actor = current_actor().identity
    held = _claim(actor, key[:200])
    if held.status is not None:
        return _replay(held)
    try:
        response = _change(view, (actor, key[:200]))
    except BaseException:
        _release(actor, key[:200])
        raise
    if response.status_code >= 400:
        _release(actor, key[:200])
    return response


def _claim(actor: str, key: str) -> IdempotencyClaim:
    try:
        return transact(lambda: idempotency.claim(actor, key, _fingerprint()))
    except IntegrityError as race:
        raise RequestInFlight from race


def _release(actor: str, key: str) -> None:
    transact(lambda: idempotency.release(actor, key))


def _change(view: Callable[[], Any], claimed: tuple[str, str] | None) -> Response:
    def work() -> Response:
        for upload in request.files.values():
            upload.seek(0)
        response: Response = current_app.make_response(view())
        if response.status_code >= 400:
            raise _Refused(response)
        db.session.flush()
        _store(claimed, response)
        fail("entry.before_commit")
        return response

    if _manages_its_own():
        response: Response = current_app.make_response(view())
        if response.status_code < 400 and claimed:
            with unit_of_work():
                _store(claimed, response)
        return response
    try:
        return transact(work)
    except _Refused as refused:
        return refused.response


def _manages_its_own() -> bool:
    view = current_app.view_functions[request.endpoint or ""]
    kind = getattr(view, "view_class", None)
    handler = getattr(kind, request.method.lower(), view) if kind is not None else view
    return bool(getattr(handler, "__manages_transactions__", False))


def _store(claimed: tuple[str, str] | None, response: Response) -> None:
    if claimed is None:
        return
    held = db.session.get(IdempotencyClaim, claimed, populate_existing=True)
    assert held is not None  # noqa: S101  we claimed it above
    kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    held.store(response.status_code, kept, response.get_data())


def _replay(held: IdempotencyClaim) -> Response:
    response = Response(held.answer, status=held.status)
    response.headers.update(held.headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _fingerprint() -> str:
    parts = (request.method, request.full_path, request.headers.get("If-Match", ""))
    digest = hashlib.sha256("\n".join(parts).encode())
    digest.update(request.get_data(cache=True))
    return digest.hexdigest()


def _require_csrf() -> None:
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()
