"""Plan versions: what each came to, where they differ, and how a search goes."""

from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core import tasks
from app.core.db import db
from app.http.actor import current_actor
from app.http.paging import paginate
from app.places import queries as places
from app.planning.models import PlanState, PlanVersion
from app.planning.queries import plans as queries
from app.web.board.blueprint import blueprint, office
from app.web.shared.formats import use_zone


@blueprint.get("/plans")
@office
def plans() -> ResponseReturnValue:
    """List plan versions, newest first."""
    page = paginate(
        queries.visible(current_actor()),
        order=PlanVersion.created_at,
        key=PlanVersion.id,
        cursor=request.args.get("cursor"),
        descending=True,
    )
    territories = {row.id: row for row in db.session.scalars(queries.territories(current_actor()))}
    published = queries.published_days(plan.id for plan in page.items)
    return render_template(
        "board/plans.html",
        rows=page.items,
        following=page.next,
        territories=territories,
        published=published,
    )


@blueprint.get("/plans/<uuid:plan_id>")
@office
def plan(plan_id: UUID) -> ResponseReturnValue:
    """Show one plan: its measures, its days, and what differs from the one before."""
    row = queries.get(plan_id, actor=current_actor())
    where = places.territory(row.territory_id)
    use_zone(where.timezone)
    before = _before(row)
    return render_template(
        "board/plan.html",
        plan=row,
        territory=where,
        published=queries.published_days([row.id]).get(row.id, []),
        left_out=len(queries.unplanned(row.id)),
        before=before,
        history=queries.history(row),
        differences=queries.compare(before.id, row.id) if before else [],
    )


@blueprint.get("/plans/<uuid:plan_id>/progress")
@office
def plan_progress(plan_id: UUID) -> dict[str, Any]:
    """Say how far a search is, for the page that follows it."""
    row = queries.get(plan_id, actor=current_actor())
    finished = row.state in {PlanState.READY, PlanState.FAILED}
    task = tasks.get(row.task_id) if row.task_id else None
    return {"finished": finished, "progress": task.progress if task else {}}


def _before(row: PlanVersion) -> PlanVersion | None:
    """Return the plan before this one that has a day in common with it."""
    chosen = queries.visible(current_actor()).where(
        PlanVersion.territory_id == row.territory_id,
        PlanVersion.number < row.number,
        PlanVersion.state == PlanState.READY,
        PlanVersion.first_day <= row.last_day,
        PlanVersion.last_day >= row.first_day,
    )
    return db.session.scalar(chosen.order_by(PlanVersion.number.desc()).limit(1))
