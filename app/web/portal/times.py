"""Choosing a time: what can be kept is offered, one is held for a while, then it is agreed."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core import clock
from app.core.db import savepoint
from app.core.errors import Conflict, DomainError
from app.jobs import queries as jobs
from app.jobs.models import Job
from app.planning import service
from app.planning.queries import bookings, visits
from app.planning.service import ChangeTooLate, JobNotBookable, JobNotOfferable, Offer, WindowTaken
from app.web.portal.following import Followed, follow, holder, job_of
from app.web.portal.language import their_language
from app.web.shared.formats import local_stamp, local_time, use_zone

Window = tuple[datetime, datetime]


def page(secret: str, *refused: str) -> str:
    """Show what is held, or else what is on offer, day by day."""
    found = follow(job_of(secret))
    zone = found.view.territory.timezone
    use_zone(zone)
    job = found.job
    held = bookings.held_of(job.id)
    offers, why = ([], None) if held else _offers(found)
    with their_language(found.view.customer.locale):
        return render_template(
            "portal/times.html",
            found=found,
            secret=secret,
            refused=refused,
            held=held,
            days=_by_day(offers, zone),
            why=why,
            terms=jobs.change_terms(job),
            changes=_has_time(job),
        )


def choose(secret: str) -> ResponseReturnValue:
    """Hold the chosen window; where a time is agreed already, exchange it at once."""
    job = job_of(secret)
    window = _window(request.form.get("window", ""))
    if window is None:
        return page(secret, gettext("Choose one of the times.")), 422
    if not _has_time(job):
        return _done(secret, lambda: service.hold(job.id, window, actor=holder(job)), "times")
    return _done(secret, lambda: service.rebook(job.id, window, actor=holder(job)), "opened")


def agree(secret: str) -> ResponseReturnValue:
    """Make what is held a promise."""
    job = job_of(secret)
    return _done(secret, lambda: service.book(job.id, actor=holder(job)), "opened")


def let_go(secret: str) -> ResponseReturnValue:
    """Give back what is held and choose again."""
    job = job_of(secret)
    return _done(secret, lambda: service.let_go(job.id, actor=holder(job)), "times")


def _done(secret: str, change: Callable[[], object], then: str) -> ResponseReturnValue:
    """Do it and go on; a refusal is said above what is on offer now."""
    found = follow(job_of(secret))
    with their_language(found.view.customer.locale):
        try:
            with savepoint():
                change()
        except DomainError as error:
            use_zone(found.view.territory.timezone)
            return page(secret, _said(error)), 409
        if then == "opened":
            flash(gettext("Thank you. The time is agreed."), "ok")
    return redirect(url_for(f"portal.{then}", secret=secret), 303)


def _said(error: DomainError) -> str:
    title = str(gettext(error.title()))
    following = error.details.get("next") if isinstance(error, WindowTaken) else None
    if not following:
        return title
    begin, end = local_stamp(following[0]), local_time(following[1])
    then = gettext("The next is %(begin)s–%(end)s.", begin=begin, end=end)
    return f"{title} {then}"


def _offers(found: Followed) -> tuple[list[Offer], str | None]:
    """Return what may be chosen, or the code of why nothing may."""
    if not found.may_change:
        return [], "too-late"
    try:
        if _has_time(found.job) and not jobs.change_terms(found.job).may_move:
            raise ChangeTooLate
        offers = service.windows(found.job)
    except (JobNotBookable, JobNotOfferable) as error:
        return [], str(error.details["why"])
    except Conflict:
        return [], "too-late"
    return offers, None if offers else "nobody"


def _has_time(job: Job) -> bool:
    return bookings.has_time(job, visits.current_of([job.id]).get(job.id))


def _by_day(offers: list[Offer], zone: str) -> list[tuple[date, list[Offer]]]:
    days = groupby(offers, key=lambda one: clock.local_day(one.window[0], zone))
    return [(day, list(several)) for day, several in days]


def _window(text: str) -> Window | None:
    """Read a choice as the page writes it: two instants with a slash between."""
    begin, _, end = text.partition("/")
    try:
        window = datetime.fromisoformat(begin), datetime.fromisoformat(end)
    except ValueError:
        return None
    return window if all(at.tzinfo for at in window) else None
