"""Complaining: a case with its step, its clock and what was said, and words added to it."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.aftersales import queries, rules, service
from app.aftersales.models import CaseKind
from app.core.db import savepoint
from app.core.errors import DomainError, Invalid
from app.web.portal.following import follow, holder, job_of
from app.web.portal.language import their_language
from app.web.shared.formats import use_zone
from app.web.shared.problems import fault_text


def page(secret: str, *refused: str) -> str:
    """Show a job's cases, and the form for another."""
    found = follow(job_of(secret))
    use_zone(found.view.territory.timezone)
    with their_language(found.view.customer.locale):
        return render_template(
            "portal/cases.html",
            found=found,
            secret=secret,
            refused=refused,
            cases=queries.views(queries.of_job(found.job.id)),
            kinds=list(CaseKind),
            may_open=queries.last_visit(found.job.id) is not None,
            again_hours=int(rules.NOT_FINISHED_WITHIN.total_seconds() // 3600),
            sent=request.form,
        )


def complain(secret: str) -> ResponseReturnValue:
    """Open a case."""
    job = job_of(secret)
    chosen = request.form.get("kind", "")
    kind = CaseKind(chosen) if chosen in set(CaseKind) else CaseKind.OTHER
    text, again = request.form.get("text", ""), bool(request.form.get("wants_visit"))
    return _said(
        secret,
        lambda: service.open_case(job.id, kind, text, wants_visit=again, actor=holder(job)),
    )


def add(secret: str, case_id: UUID) -> ResponseReturnValue:
    """Say more in a case."""
    job, text = job_of(secret), request.form.get("text", "")
    return _said(secret, lambda: service.say(case_id, text, job_id=job.id, actor=holder(job)))


def _said(secret: str, change: Callable[[], object]) -> ResponseReturnValue:
    found = follow(job_of(secret))
    with their_language(found.view.customer.locale):
        try:
            with savepoint():
                change()
        except Invalid as error:
            return page(secret, *map(fault_text, error.details["errors"])), 422
        except queries.CaseNotFound:
            raise
        except DomainError as error:
            return page(secret, gettext(error.title())), 409
        flash(gettext("It is written down. We will answer here."), "ok")
    return redirect(url_for("portal.cases", secret=secret), 303)
