"""What a consumer's link opens: their job over its whole life, or a visit to rate."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core import links
from app.core.db import db, lock, savepoint
from app.core.errors import DomainError, Invalid
from app.core.links import Purpose
from app.core.policies import Actor
from app.customers import service as customers
from app.customers.models import Customer
from app.http.guards import allow_public
from app.jobs import service as jobs
from app.jobs.models import Job
from app.jobs.queries import change_terms, together
from app.notifications import service as notifications
from app.ratings import service as ratings
from app.web.portal import calendars, rating
from app.web.portal import cases as complaining
from app.web.portal import times as choosing
from app.web.portal.following import follow, holder, job_of
from app.web.portal.language import their_language
from app.web.shared.formats import use_zone
from app.web.shared.problems import fault_text

blueprint = Blueprint("portal", __name__, url_prefix="/s", template_folder="templates")
Change = Callable[[Job, Actor], object]
CANCEL_REASONS = ("not-needed", "goods-returned", "time-does-not-suit", "other-help", "other")


@blueprint.get("/lost")
@allow_public
def lost() -> str:
    """Ask which link was lost."""
    return render_template("portal/lost.html", asked=False)


@blueprint.post("/lost")
@allow_public
def send_again() -> str:
    """Send a lost link to its order's phone; the answer is the same whether there is one."""
    notifications.send_lost_link(
        request.form.get("job", "")[:40], request.form.get("phone", "")[:40]
    )
    return render_template("portal/lost.html", asked=True)


@blueprint.get("/<secret>")
@allow_public
def opened(secret: str) -> ResponseReturnValue:
    """Show what the link is for; nothing changes by looking."""
    if links.find(secret).purpose is Purpose.RATING:
        return rating.page(secret)
    return _page(secret)


@blueprint.post("/<secret>")
@allow_public
def rate(secret: str) -> ResponseReturnValue:
    """Keep the stars of everybody who was given any."""
    return rating.keep(secret)


@blueprint.get("/<secret>/state")
@allow_public
def state(secret: str) -> ResponseReturnValue:
    """Say where the job is, briefly, for the page that follows it; 304 while nothing is new."""
    found = follow(job_of(secret))
    use_zone(found.view.territory.timezone)
    answer = jsonify(found.state())
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/<secret>/visit.ics")
@allow_public
def calendar(secret: str) -> ResponseReturnValue:
    found = follow(job_of(secret))
    if found.window is None:
        raise links.LinkNotValid
    with their_language(found.view.customer.locale):
        return Response(calendars.entry(found), mimetype="text/calendar")


@blueprint.post("/<secret>/confirm")
@allow_public
def confirm(secret: str) -> ResponseReturnValue:
    """Agree to the proposed window."""
    return _changed(
        secret,
        lambda job, actor: jobs.confirm_window(job.id, actor=actor),
        gettext("Thank you. The time is agreed."),
    )


@blueprint.get("/<secret>/times")
@allow_public
def times(secret: str) -> ResponseReturnValue:
    """Show what is on offer, or what is held."""
    return choosing.page(secret)


@blueprint.post("/<secret>/times")
@allow_public
def choose(secret: str) -> ResponseReturnValue:
    """Choose one of the times on offer."""
    return choosing.choose(secret)


@blueprint.post("/<secret>/times/agreement")
@allow_public
def agree(secret: str) -> ResponseReturnValue:
    """Agree to the time that is held."""
    return choosing.agree(secret)


@blueprint.post("/<secret>/times/release")
@allow_public
def let_go(secret: str) -> ResponseReturnValue:
    """Give back the time that is held."""
    return choosing.let_go(secret)


@blueprint.post("/<secret>/cancel")
@allow_public
def cancel(secret: str) -> ResponseReturnValue:
    """Call the job off; refused once somebody is on the way."""
    return _changed(
        secret,
        lambda job, actor: jobs.cancel(job.id, reason=_why(), actor=actor),
        gettext("The visit is called off."),
    )


@blueprint.post("/<secret>/rate")
@allow_public
def to_rating(secret: str) -> ResponseReturnValue:
    """Lead whoever holds a job's link to rating its visit, without waiting for the invitation."""
    found = follow(job_of(secret))
    if not found.may_rate or found.visit_id is None:
        raise links.LinkNotValid
    return redirect(url_for("portal.opened", secret=ratings.link_for(found.visit_id)), 303)


@blueprint.post("/<secret>/note")
@allow_public
def note(secret: str) -> ResponseReturnValue:
    """Add what the technician should know, such as a neighbour's number."""
    return _changed(
        secret,
        lambda job, actor: jobs.add_note(job.id, request.form.get("note", ""), actor=actor),
        gettext("The technician will read it."),
    )


@blueprint.get("/<secret>/cases")
@allow_public
def cases(secret: str) -> ResponseReturnValue:
    """Show what the consumer complained of, and what became of it."""
    return complaining.page(secret)


@blueprint.post("/<secret>/cases")
@allow_public
def complain(secret: str) -> ResponseReturnValue:
    """Open a case about the job."""
    return complaining.complain(secret)


@blueprint.post("/<secret>/cases/<uuid:case_id>")
@allow_public
def say_more(secret: str, case_id: UUID) -> ResponseReturnValue:
    """Add words to one of the job's cases."""
    return complaining.add(secret, case_id)


@blueprint.post("/<secret>/together/<uuid:job_id>")
@allow_public
def also(secret: str, job_id: UUID) -> ResponseReturnValue:
    """Lead to another job of the same phone and address by a link of its own."""
    other = next((one.job for one in together(job_of(secret)) if one.job.id == job_id), None)
    if other is None:
        raise links.LinkNotValid
    minted, _ = links.mint(Purpose.JOB, other.id)
    return redirect(url_for("portal.opened", secret=minted), 303)


@blueprint.post("/<secret>/still-good")
@allow_public
def still_good(secret: str) -> ResponseReturnValue:
    """Keep whether it is still good; where it is not, lead to saying what is wrong."""
    found = follow(job_of(secret))
    if found.visit_id is None or found.asks_if_good is None:
        raise links.LinkNotValid
    good = request.form.get("good") == "yes"
    ratings.say_it_is(found.visit_id, good=good, actor=holder(found.job))
    if not good:
        return redirect(url_for("portal.cases", secret=secret), 303)
    with their_language(found.view.customer.locale):
        flash(gettext("We are glad to hear it."), "ok")
    return redirect(url_for("portal.opened", secret=secret), 303)


@blueprint.post("/<secret>/messages")
@allow_public
def messages(secret: str) -> ResponseReturnValue:
    """Choose which messages are wanted; what is needed to be at home always comes."""
    job = job_of(secret)
    customer = db.session.get_one(Customer, job.customer_id)
    wanted = set(request.form.getlist("wanted"))
    declines = [kind for kind in customers.KINDS if kind not in wanted]
    customers.choose_messages(customer, declines=declines, actor=holder(job))
    with their_language(customer.locale):
        flash(gettext("We will keep to that."), "ok")
    return redirect(url_for("portal.opened", secret=secret), 303)


@blueprint.after_request
def _unseen(response: Response) -> Response:
    """Keep the link out of search engines; its secret is in the address."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _why() -> str:
    """Return why the consumer calls it off, as the form says, in words for whoever dispatches."""
    reason = request.form.get("reason", "")
    return f"consumer: {reason}" if reason in CANCEL_REASONS else "consumer"


def _changed(secret: str, change: Change, said: str) -> ResponseReturnValue:
    """Change the link's job and show it again; a refusal is said on the page itself."""
    seen = job_of(secret)
    job = lock(Job, {seen.id})[seen.id]
    found = follow(job)
    with their_language(found.view.customer.locale):
        if not found.may_change and request.endpoint != "portal.note":
            return _page(secret, gettext("It is too late for that; please call us.")), 409
        try:
            with savepoint():
                change(job, holder(job))
        except Invalid as error:
            return _page(secret, *map(fault_text, error.details["errors"])), 422
        except DomainError as error:
            return _page(secret, gettext(error.title())), 409
        flash(said, "ok")
    return redirect(url_for("portal.opened", secret=secret), 303)


def _page(secret: str, *refused: str) -> str:
    found = follow(job_of(secret))
    use_zone(found.view.territory.timezone)
    with their_language(found.view.customer.locale):
        return render_template(
            "portal/job.html",
            found=found,
            secret=secret,
            refused=refused,
            terms=change_terms(found.job),
            reasons=CANCEL_REASONS,
            kinds=customers.KINDS,
            together=together(found.job),
        )
