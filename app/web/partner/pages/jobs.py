"""Jobs of a brand or a partner: where they stand, how they went, and as a file."""

from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext

from app.core import audit, exports
from app.core.db import db
from app.http.actor import current_actor
from app.http.paging import paginate
from app.jobs.models import Job, JobState
from app.web.partner import outcomes
from app.web.partner.blueprint import blueprint, both
from app.web.partner.outcomes import Outcome
from app.web.shared.formats import local_name
from app.web.shared.words import word

MOST = 10_000
OPEN: list[JobState] = [
    state for state in JobState if state not in {JobState.DONE, JobState.CANCELLED}
]


@blueprint.get("/jobs")
@both
def jobs() -> ResponseReturnValue:
    """List jobs, the next window first, narrowed by what is asked."""
    actor = current_actor()
    page = paginate(
        outcomes.search(actor, states=_states(), q=_q()),
        order=Job.window_or_never,
        key=Job.id,
        cursor=request.args.get("cursor"),
    )
    return render_template(
        "partner/jobs.html",
        rows=outcomes.outcomes(page.items),
        following=page.next,
        figures=outcomes.figures(actor),
        asked={k: v for k, v in request.args.items() if v and k != "cursor"},
    )


@blueprint.post("/jobs/export")
@both
def export() -> Response:
    """Send the same list as a file; it holds nothing personal, and the audit says who took it."""
    actor = current_actor()
    chosen = outcomes.search(actor, states=_states(), q=_q())
    found = list(db.session.scalars(chosen.order_by(Job.created_at, Job.id).limit(MOST)))
    audit.note("export-jobs", "users", actor.user_id or actor.name, actor=actor, rows=len(found))
    content = exports.to_csv(_headers(), [_row(one) for one in outcomes.outcomes(found)])
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="jobs.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _states() -> list[JobState]:
    wanted = request.values.get("state", "")
    if wanted == "open":
        return OPEN
    return [JobState(wanted)] if wanted in set(JobState) else []


def _q() -> str:
    return request.values.get("q", "").strip()[:80]


def _headers() -> list[str]:
    return [
        gettext("Number"),
        gettext("Order"),
        gettext("Work"),
        gettext("Goods"),
        gettext("Territory"),
        gettext("State"),
        gettext("Window from"),
        gettext("Window until"),
        gettext("Arrived"),
        gettext("Promise kept"),
        gettext("Skill"),
        gettext("Manner"),
    ]


def _row(one: Outcome) -> list[object]:
    job, zone = one.view.job, ZoneInfo(one.view.territory.timezone)
    instants = (job.window_start, job.window_end, one.arrived_at)
    return [
        job.number,
        " ".join(order.reference for order, _ in one.view.orders),
        word(job.job_type, "job_type"),
        local_name(one.view.model or one.view.category),
        local_name(one.view.territory),
        word(job.state, "job_state"),
        *(at.astimezone(zone).isoformat() if at else "" for at in instants),
        {True: gettext("yes"), False: gettext("no"), None: ""}[one.kept],
        *(
            (round(one.said.professional, 2), round(one.said.attitude, 2))
            if one.said
            else ("", "")
        ),
    ]
