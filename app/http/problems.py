"""Render domain errors as RFC 9457 problem documents, or as their page for people."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any

import structlog
from flask import Flask, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_smorest import Api
from marshmallow import ValidationError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from app.core import errors
from app.http import faults

log = structlog.get_logger()


class SignInNeeded(errors.Forbidden):
    """Sign in first, or send a valid key."""

    code = "sign-in-needed"


class ChangedMeanwhile(errors.Conflict):
    """Somebody else entered the same at this moment; look again before you repeat it."""

    code = "changed-meanwhile"


STATUS: dict[type[errors.DomainError], int] = {
    SignInNeeded: 401,
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.Unavailable: 503,
}
PageRenderer = Callable[[int, dict[str, Any]], ResponseReturnValue]


def status_of(error: errors.DomainError) -> int:
    """Find the status of the nearest mapped ancestor."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def document(error: errors.DomainError) -> dict[str, Any]:
    """Build the problem document of an error."""
    return {
        "type": f"/problems/{error.code}",
        "code": error.code,
        "title": gettext(error.title()),
        "status": status_of(error),
        **{name: _plain(value) for name, value in error.details.items()},
    }


def respond(
    status: int, body: dict[str, Any], headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    """Answer with the document, or with its page where a person reads it."""
    page: PageRenderer | None = current_app.extensions.get("shifu-problem-page")
    if page is not None and not request.path.startswith("/api/"):
        return page(status, body)
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    response.headers.update(headers or {})
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def render(error: errors.DomainError) -> ResponseReturnValue:
    return respond(status_of(error), document(error))


def render_http(error: HTTPException) -> ResponseReturnValue:
    """Tell a refusal of the web framework like one of ours; its own headers stay."""
    code = error.name.lower().replace(" ", "-")
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "code": code,
        "title": gettext(error.name),
    }
    body["status"] = error.code or 500
    if messages := getattr(error, "data", {}).get("messages"):
        found = faults.entries(messages, _sent())
        body |= {"type": "/problems/invalid", "code": "invalid", "errors": found}
        body["title"] = gettext(errors.Invalid.title())
    elif error.description and error.code != 500:
        body["detail"] = error.description
    kept = {
        k: v for k, v in error.get_headers() if k.lower() not in {"content-type", "content-length"}
    }
    return respond(error.code or 500, body, kept)


def render_unexpected(error: Exception) -> ResponseReturnValue:
    """Answer a fault of ours with a reference that the log knows too, and nothing else."""
    reference = uuid.uuid4().hex[:12]
    log.error("request.failed", reference=reference, path=request.path, exc_info=error)
    body = {
        "type": "/problems/internal",
        "code": "internal",
        "status": 500,
        "reference": reference,
    }
    body["title"] = gettext("Something went wrong on our side.")
    return respond(500, body)


class ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest, answering its own refusals as problem documents too."""

    def handle_http_exception(self, error: HTTPException) -> ResponseReturnValue:
        return render_http(error)


def init_app(app: Flask) -> None:
    app.register_error_handler(errors.DomainError, render)
    app.register_error_handler(ValidationError, _render_validation)
    app.register_error_handler(IntegrityError, _render_clash)
    app.register_error_handler(HTTPException, render_http)
    app.register_error_handler(Exception, _render_any)


def _render_any(error: Exception) -> ResponseReturnValue:
    if isinstance(error, HTTPException):
        return render_http(error)
    if current_app.config.get("PROPAGATE_FAULTS"):
        raise error
    return render_unexpected(error)


def _render_clash(_: IntegrityError) -> ResponseReturnValue:
    """Tell the loser of a race that the checks could not foresee."""
    return render(ChangedMeanwhile())


def _render_validation(error: ValidationError) -> ResponseReturnValue:
    return render(errors.Invalid(errors=faults.entries(error.messages, _sent())))


def _sent() -> dict[str, Any]:
    """Return what came in, by the schema's names of its locations."""
    return {
        "json": request.get_json(silent=True),
        "query": request.args,
        "form": request.form,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
