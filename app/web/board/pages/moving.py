"""By hand on the day: move and pin, place and take off, one or several, and put back."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core import cells, clock
from app.core.db import savepoint
from app.core.errors import DomainError, Invalid, problem_of
from app.http.actor import current_actor
from app.jobs import queries as jobs
from app.places.models import Territory
from app.planning import queries, service
from app.planning.queries import Candidate
from app.planning.service import Placed
from app.web.board.blueprint import blueprint, office
from app.web.board.pages import days
from app.web.board.words import lack_text, refusal_text

Step = dict[str, Any]
MOST = 50


@blueprint.get("/day/<territory>/<day>/candidates")
@office
def candidates(territory: str, day: str) -> dict[str, Any]:
    """Say of every row whether its technician may take a job, and what driving it adds."""
    where, when = days.territory_of(territory), days.day_of(day)
    job = jobs.get(_uuid(request.args.get("job_id")), actor=current_actor())
    seat = request.args.get("seat", 0, int)
    found = queries.candidates(job, seat, when, days.shown_plan(where, when))
    return {"candidates": {str(one.technician_id): _weighed(one) for one in found}}


@blueprint.post("/day/<territory>/<day>/move")
@office
def move_visit(territory: str, day: str) -> ResponseReturnValue:
    """Move seats as asked, each for itself; what is refused is said with its reasons."""
    where, when = days.territory_of(territory), days.day_of(day)
    refused, before = [], []
    steps = _steps()
    for step in steps:
        try:
            with savepoint():
                before.append(_take(step, where, when))
        except (DomainError, ValueError, TypeError) as error:
            refused.append(refusal_text(error))
    if len(refused) == len(steps):
        return days.page(where, when, refused=" ".join(refused)), 409
    for text in refused:
        flash(text, "warn")
    flash(_said(before, steps), "ok")
    return _back(where, when, undo=json.dumps(before))


@blueprint.post("/day/<territory>/<day>/undo")
@office
def undo_move(territory: str, day: str) -> ResponseReturnValue:
    """Put back what was moved last, unless its place is taken by now."""
    where, when = days.territory_of(territory), days.day_of(day)
    before = _before()
    try:
        with savepoint():
            for job_id, seats in reversed(before):
                text = gettext("undone on the board")
                service.put_back(job_id, seats, text, current_actor())
    except DomainError as error:
        return days.page(where, when, refused=refusal_text(error)), 409
    flash(gettext("Undone: it is as it was before."), "ok")
    return _back(where, when)


def _steps() -> list[Step]:
    """Read what is asked for: one from the form, or several as they were dragged together."""
    text = request.form.get("moves")
    try:
        steps = json.loads(text) if text else [dict(request.form)]
    except ValueError as error:
        raise Invalid(errors=[problem_of("moves", "cannot be read")]) from error
    is_list = isinstance(steps, list) and all(isinstance(step, dict) for step in steps)
    if not is_list or not 0 < len(steps) <= MOST:
        raise Invalid(errors=[problem_of("moves", "is out of bounds")])
    return list(steps)


def _take(step: Step, where: Territory, when: date) -> Step:
    """Do one step; return where the job stood before it."""
    actor, job_id, seat = current_actor(), _uuid(step.get("job_id")), int(step.get("seat") or 0)
    jobs.get(job_id, actor=actor)
    before = {"job_id": str(job_id), "seats": [_as_json(one) for one in service.placed(job_id)]}
    reason = str(step.get("reason") or "").strip() or gettext("moved on the board")
    if step.get("unpin"):
        service.unpin(job_id, seat, actor)
    elif step.get("take_off"):
        _take_off(job_id, reason)
    else:
        text = str(step.get("start") or "").strip()
        at = clock.at_local(when, cells.clock_time(text), where.timezone) if text else None
        service.move(job_id, seat, _uuid(step.get("technician_id")), at, reason, actor)
    return before


def _take_off(job_id: UUID, reason: str) -> None:
    """Take a job off the day; one that was not told to anybody loses its pins."""
    before = service.placed(job_id)
    if before and not any(one.told for one in before):
        service.put_back(job_id, [], reason, current_actor())
    else:
        service.take_off(job_id, reason, current_actor())


def _said(before: list[Step], steps: list[Step]) -> str:
    told = any(one.told for each in before for one in service.placed(UUID(each["job_id"])))
    if any(step.get("take_off") for step in steps):
        return str(gettext("Taken off: it waits to be planned."))
    if told:
        return str(gettext("Moved: the people concerned are told."))
    return str(gettext("Kept. Plan again to fit the other visits around it."))


def _weighed(one: Candidate) -> dict[str, Any]:
    return {
        "lacks": [lack_text(lack) for lack in one.lacks],
        "works": one.works,
        "minutes": None if one.added_seconds is None else round(one.added_seconds / 60),
    }


def _as_json(one: Placed) -> dict[str, Any]:
    return {
        "seat": one.seat,
        "technician_id": str(one.technician_id),
        "starts_at": one.starts_at.isoformat() if one.starts_at else None,
        "told": one.told,
        "pinned": one.pinned,
    }


def _before() -> list[tuple[UUID, list[Placed]]]:
    """Read where jobs stood; what is no such list is refused."""
    try:
        return [
            (UUID(str(each["job_id"])), [_placed(one) for one in each["seats"]])
            for each in json.loads(request.form.get("before", ""))[:MOST]
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid(errors=[problem_of("before", "cannot be read")]) from error


def _placed(one: dict[str, Any]) -> Placed:
    starts_at = datetime.fromisoformat(str(one["starts_at"])) if one["starts_at"] else None
    if starts_at is not None and starts_at.tzinfo is None:
        raise ValueError(one["starts_at"])
    return Placed(
        int(one["seat"]),
        UUID(str(one["technician_id"])),
        starts_at,
        bool(one["told"]),
        bool(one["pinned"]),
    )


def _uuid(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as error:
        raise Invalid(errors=[problem_of("id", "is missing")]) from error


def _back(where: Territory, when: date, **query: str) -> ResponseReturnValue:
    values: dict[str, Any] = {"territory": where.code, "day": when.isoformat(), **query}
    if shown := request.form.get("shown"):
        values["technician"] = shown
    return redirect(url_for("board.day", **values), 303)
