"""Refusals as pages: what happened, what to do, in the reader's language."""

from typing import Any

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.core.errors import DomainError, Invalid

ADVICE = {
    400: _("Go back and try again."),
    403: _("Ask your administrator if you need this."),
    404: _("The link may be old, or it may belong to somebody else."),
    405: _("Use the links and buttons of the page."),
    409: _("Somebody may have been faster. Look at it again, then decide."),
    413: _("Choose a smaller file."),
    422: _("Correct what is named and try again."),
    429: _("Wait a minute, then go on."),
    500: _("It has been noted. Try again; if it stays, tell us the reference."),
    503: _("Try again in a few minutes."),
}


def init_app(app: Flask) -> None:
    app.extensions["shifu-problem-page"] = page


def page(status: int, body: dict[str, Any]) -> ResponseReturnValue:
    """Render a problem document for people; who is not signed in is asked to sign in."""
    if status == 401:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("shared.sign_in", next=back), 303)
    html = render_template(
        "shared/problem.html",
        status=status,
        title=body.get("title", ""),
        code=body.get("reference") or body.get("code", ""),
        advice=ADVICE.get(status, ADVICE[400]),
        faults=[fault_text(fault) for fault in body.get("errors", [])],
    )
    return html, status


def refusal_line(error: Exception) -> str:
    """Say a refusal in a line, with the faults that it names."""
    if not isinstance(error, DomainError):
        return str(gettext("Some of what was sent cannot be read."))
    faults = [fault_text(fault) for fault in error.details.get("errors", [])]
    return " ".join([gettext(error.title()), *faults])


def fault_text(fault: dict[str, Any]) -> str:
    """Say one fault of an ``Invalid`` in a line."""
    said = f"{fault.get('field') or ''} {gettext(fault['message'])}".strip()
    remedy = fault.get("remedy")
    return f"{said}: {gettext(remedy)}" if remedy else said


def faults_by_field(error: Invalid) -> dict[str, str]:
    """Return what an ``Invalid`` says, one sentence for each field; the rest under ``""``."""
    found: dict[str, str] = {}
    for fault in error.details.get("errors", []):
        field = fault.get("field") or ""
        found.setdefault(field, fault_text({**fault, "field": ""}))
    return found or {"": error.title()}
