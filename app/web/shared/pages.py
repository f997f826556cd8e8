"""Signing in and out, language and colours, and where each kind of person starts."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.accounts import service
from app.accounts.service import SignInRefused
from app.core.errors import Invalid
from app.core.policies import Actor, Role
from app.http.actor import current_actor
from app.http.guards import allow, allow_public
from app.web.shared import cookies, preferences
from app.web.shared.problems import faults_by_field

blueprint = Blueprint("shared", __name__, template_folder="templates")
STARTS: dict[Role, str] = {
    Role.ADMINISTRATOR: "board.today",
    Role.DISPATCHER: "board.today",
    Role.TECHNICIAN: "field.today",
    Role.BRAND: "partner.jobs",
    Role.PARTNER: "partner.jobs",
}


@blueprint.get("/")
@allow_public
def home() -> ResponseReturnValue:
    """Send everybody to where their work is."""
    return redirect(start_of(current_actor()), 302)


def start_of(actor: Actor) -> str:
    """Return the first page of an actor; the sign-in page where they have none."""
    endpoint = next((page for role, page in STARTS.items() if actor.has(role)), "shared.sign_in")
    return url_for(endpoint)


@blueprint.get("/sign-in")
@allow_public
def sign_in() -> ResponseReturnValue:
    return _form(back=request.args.get("next", ""))


@blueprint.post("/sign-in")
@allow_public
def enter() -> ResponseReturnValue:
    """Open a session, or say that name and password do not fit without saying which."""
    back = request.form.get("next", "")
    try:
        secret = service.sign_in(request.form.get("login", ""), request.form.get("password", ""))
    except SignInRefused:
        return _form(back=back, refused=gettext("User name or password is wrong.")), 422
    return cookies.begin_session(redirect(own_path(back) or url_for("shared.home"), 303), secret)


def login_tried() -> str:
    """Return whose account a sign-in tries, so that many addresses cannot guess at one."""
    return f"login:{request.form.get('login', '').strip().lower()[:120]}"


@blueprint.post("/sign-out")
@allow()
def sign_out() -> Response:
    service.sign_out(request.cookies.get(cookies.SESSION, ""))
    return cookies.end_session(redirect(url_for("shared.sign_in"), 303))


@blueprint.get("/account")
@allow()
def account() -> ResponseReturnValue:
    return _account()


@blueprint.post("/account")
@allow()
def change_password() -> ResponseReturnValue:
    """Give oneself a new password, then sign in with it."""
    sent = request.form
    try:
        service.change_own_password(
            sent.get("current", ""), sent.get("new", ""), actor=current_actor()
        )
    except Invalid as error:
        return _account(faults_by_field(error)), 422
    flash(gettext("The password is changed: sign in with the new one."), "ok")
    return cookies.end_session(redirect(url_for("shared.sign_in"), 303))


@blueprint.post("/language")
@allow_public
def choose_language() -> ResponseReturnValue:
    """Read the product in another language from now on."""
    chosen = request.form.get("language", "")
    if chosen not in preferences.LANGUAGES:
        return _back()
    actor = current_actor()
    if actor.user_id is not None:
        service.choose_locale(actor.user_id, chosen)
    return cookies.remember(_back(), "lang", chosen)


@blueprint.post("/theme")
@allow_public
def choose_theme() -> ResponseReturnValue:
    chosen = request.form.get("theme", "")
    return cookies.remember(_back(), "theme", chosen) if chosen in preferences.THEMES else _back()


def own_path(target: str) -> str:
    """Return ``target`` if it is a path of this site, else nothing: nobody is sent elsewhere."""
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours and not parts.scheme and not parts.netloc else ""


def _account(errors: dict[str, str] | None = None) -> str:
    login = current_actor().name
    return render_template("shared/account.html", login=login, errors=errors or {})


def _back() -> Response:
    return redirect(own_path(request.form.get("next", "")) or "/", 303)


def _form(*, back: str, refused: str = "") -> str:
    values = {"login": request.form.get("login", "")}
    return render_template(
        "shared/sign_in.html", next=own_path(back), values=values, refused=refused
    )
