"""What is held of somebody: who saw it, a copy for them to have, and forgetting it."""

import json
from collections import Counter
from dataclasses import asdict
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.db import savepoint
from app.core.errors import DomainError
from app.http.actor import current_actor
from app.persons import queries, service
from app.web.board.blueprint import administrators, blueprint
from app.web.board.words import refusal_text

LONGEST_REASON = 500


@blueprint.get("/persons")
@administrators
def persons() -> ResponseReturnValue:
    return render_template("board/persons.html")


@blueprint.post("/persons")
@administrators
def find_person() -> ResponseReturnValue:
    """Show who is reached by a number, or whose job it is.

    What is looked for comes in the body, because addresses are written to logs.
    """
    wanted = request.form.get("wanted", "").strip()
    try:
        found = queries.find(wanted, actor=current_actor())
    except DomainError as error:
        return render_template("board/persons.html", refused=refusal_text(error)), 422
    if len(found) == 1:
        return redirect(url_for("board.person_held", person_id=found[0]), 303)
    return render_template("board/persons.html", found=[(one, _held(one)) for one in found])


@blueprint.get("/persons/<uuid:person_id>")
@administrators
def person_held(person_id: UUID) -> ResponseReturnValue:
    return _page(person_id)


@blueprint.post("/persons/<uuid:person_id>/export")
@administrators
def export_person(person_id: UUID) -> ResponseReturnValue:
    """Hand over all that is held, as a file; that it was is recorded."""
    reason = request.form.get("export_reason", "").strip()
    if fault := _fault(reason):
        return _page(person_id, {"export_reason": fault}), 422
    told = service.export(person_id, actor=current_actor(), reason=reason)
    held = json.dumps(asdict(told), ensure_ascii=False, indent=2, default=str)
    response = make_response(held)
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="person-{person_id}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/persons/<uuid:person_id>/forget")
@administrators
def forget_person(person_id: UUID) -> ResponseReturnValue:
    """Destroy what is held, when the reason is said and the box is ticked."""
    reason = request.form.get("forget_reason", "").strip()
    if fault := _fault(reason):
        return _page(person_id, {"forget_reason": fault}), 422
    if not request.form.get("sure"):
        return _page(person_id, {"sure": gettext("Tick that you are sure.")}), 422
    try:
        with savepoint():
            service.forget(person_id, actor=current_actor(), reason=reason)
    except DomainError as error:
        return _page(person_id, {"forget_reason": refusal_text(error)}), 409
    flash(gettext("Forgotten, for good."), "ok")
    return redirect(url_for("board.person_held", person_id=person_id), 303)


def _fault(reason: str) -> str:
    if len(reason) > LONGEST_REASON:
        return str(gettext("takes at most %(number)s characters", number=LONGEST_REASON))
    return "" if reason else str(gettext("is missing"))


def _held(person_id: UUID) -> Counter[str]:
    return Counter(queries.kind_of(row) for row in queries.rows_of(person_id))


def _page(person_id: UUID, errors: dict[str, str] | None = None) -> str:
    actor = current_actor()
    return render_template(
        "board/person_held.html",
        held_of=queries.get(person_id, actor=actor),
        held=_held(person_id),
        seen=queries.seen(person_id, actor=actor),
        errors=errors or {},
    )
