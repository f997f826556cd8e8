"""The composition root: puts the product together; only the ways to start it know it."""

from pathlib import Path
from typing import Any

from flask import Flask, Request, request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_talisman import Talisman
from werkzeug.middleware.proxy_fix import ProxyFix

from app import api, web
from app.accounts import queries as accounts
from app.accounts import service as account_changes
from app.accounts.service import importing as account_files
from app.aftersales.events import CaseAnswered
from app.catalogue.events import KitChanged, WorkSpecChanged
from app.catalogue.service import columns as catalogue_files
from app.core import keys, logs, settings
from app.core.db import db, engine_options, listen
from app.core.events import subscribe
from app.core.policies import NOBODY, Actor, add_provider
from app.core.settings import Settings
from app.http import guards, problems
from app.http.actor import add_authenticator, current_actor
from app.http.entry import ShifuFlask, csrf
from app.http.strict import StrictJson
from app.jobs import subscribers as jobs
from app.jobs.events import JobBlocked, JobCancelled, JobChanged
from app.jobs.service import importing as job_files
from app.notifications import subscribers as notifications
from app.places.events import PlaceLocated, PlaceWaiting
from app.places.service import importing as place_files
from app.planning import subscribers as planning
from app.planning.events import (
    PlanPublished,
    VisitBooked,
    VisitChanged,
    VisitProgressed,
    VisitScheduled,
    VisitUnscheduled,
)
from app.ratings import subscribers as ratings
from app.ratings.events import VisitRated
from app.ratings.service import importing as rating_files
from app.technicians import queries as technicians
from app.technicians.events import (
    AbsenceDeclared,
    AbsenceWithdrawn,
    CertificateChanged,
    LicenceChanged,
    ShiftChanged,
    TechnicianChanged,
)
from app.technicians.service import columns as technician_files
from app.visits.events import TechnicianOnTheWay, VisitCompleted
from app.web.shared.assets import tile_source

COOKIE = "shifu_session"
CONTENT_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
LANGUAGES = ("en", "zh")
MIGRATIONS = Path(__file__).parents[1] / "migrations"


def create_app(chosen: Settings | None = None, **overrides: Any) -> Flask:
    """Build the application.

    Args:
        chosen: The installation's settings; read from the environment by default.
        overrides: Flask configuration, for tests.

    Raises:
        RuntimeError: a route declares no policy.
    """
    chosen = chosen or Settings.from_environment()
    settings.use(chosen)
    app = ShifuFlask("app", instance_path=str(chosen.instance), static_folder="web/static")
    app.config.update(_configuration(chosen) | overrides, SHIFU=chosen)
    app.json = StrictJson(app)
    logs.configure()
    _trust_proxies(app, chosen)
    db.init_app(app)
    with app.app_context():
        listen(db.engine)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True).configure(_name_revisions)
    Babel(app, locale_selector=choose_locale, default_translation_directories="translations")
    csrf.init_app(app)
    _harden(app, chosen)
    problems.init_app(app)
    api.register(app)
    web.register(app)
    guards.allow_public(app.view_functions["static"])
    recognise()
    subscribe_all()
    accept_files()
    guards.check_declared(app)
    return app


def subscribe_all() -> None:
    """Connect the areas: every reaction to an event, on this one screen."""
    subscribe(PlaceLocated, jobs.release_what_waited_for_the_place)
    subscribe(PlaceWaiting, jobs.hold_what_needs_the_place)
    subscribe(KitChanged, jobs.compare_kits_again)
    subscribe(WorkSpecChanged, jobs.give_durations)
    subscribe(JobCancelled, planning.free_visit)
    subscribe(JobChanged, planning.review_job)
    subscribe(JobBlocked, planning.review_blocked)
    subscribe(ShiftChanged, planning.review_shifts)
    subscribe(AbsenceDeclared, planning.review_absence)
    subscribe(AbsenceWithdrawn, planning.review_absence)
    subscribe(CertificateChanged, planning.review_qualification)
    subscribe(LicenceChanged, planning.review_qualification)
    subscribe(TechnicianChanged, planning.review_qualification)
    subscribe(VisitCompleted, ratings.invite_the_consumer)
    subscribe(VisitRated, ratings.score_again)
    subscribe(VisitBooked, notifications.tell_what_is_booked)
    subscribe(VisitScheduled, notifications.tell_the_time)
    subscribe(VisitChanged, notifications.tell_the_new_time)
    subscribe(VisitUnscheduled, notifications.take_back_the_time)
    subscribe(VisitProgressed, notifications.call_off_the_visit)
    subscribe(TechnicianOnTheWay, notifications.tell_who_is_coming)
    subscribe(CaseAnswered, notifications.tell_what_a_case_was_answered)
    subscribe(PlanPublished, notifications.tell_the_technicians)


def recognise() -> None:
    """Name every way in, and what areas above accounts know of an actor."""
    add_authenticator(bearer)
    add_authenticator(cookie)
    add_provider(technicians.identity_of)


def accept_files() -> None:
    """Name every kind of file that can be imported, in the order in which they build on others."""
    for area in (
        catalogue_files,
        place_files,
        account_files,
        technician_files,
        job_files,
        rating_files,
    ):
        area.register()


def bearer(incoming: Request) -> Actor | None:
    """Recognise a bearer token or brand key; a wrong one is nobody, not the cookie's owner."""
    header = incoming.headers.get("Authorization", "")
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    key = accounts.key_by_secret(secret.strip())
    if key is None:
        return NOBODY
    account_changes.note_use(key)
    return accounts.actor_of_key(key) or NOBODY


def cookie(incoming: Request) -> Actor | None:
    """Recognise a signed-in browser."""
    secret = incoming.cookies.get(COOKIE)
    return accounts.actor_of_session(secret) if secret else None


def choose_locale() -> str:
    """Choose the language: the person's own, the browser's choice here, what it asks for."""
    actor = current_actor()
    wanted = (actor.locale if actor.user_id else "", request.cookies.get("lang"))
    asked = request.accept_languages.best_match(LANGUAGES)
    return next(
        (lang for lang in (*wanted, asked) if lang in LANGUAGES), settings.current().locale
    )


def _configuration(chosen: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": keys.secret_key(),
        "SQLALCHEMY_DATABASE_URI": chosen.database,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(chosen.database),
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": chosen.secure_cookies,
        "MAX_CONTENT_LENGTH": chosen.max_upload_mb * 1024 * 1024,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_HEADERS_ENABLED": True,
        "API_TITLE": "Shifu",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
    }


def _name_revisions(config: Any) -> Any:
    """Name a migration's file by its time and what it does."""
    stamp = "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
    config.set_main_option("file_template", stamp)
    return config


def _trust_proxies(app: Flask, chosen: Settings) -> None:
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _harden(app: Flask, chosen: Settings) -> None:
    images = f"{CONTENT_POLICY['img-src']} {tile_source(chosen.map_tiles)}".strip()
    Talisman(
        app,
        force_https=False,
        strict_transport_security=chosen.secure_cookies,
        session_cookie_secure=chosen.secure_cookies,
        content_security_policy=CONTENT_POLICY | {"img-src": images},
        referrer_policy="no-referrer",
    )
    limiter = Limiter(_limit_key, app=app, default_limits=[chosen.rate_limit])
    app.extensions["shifu-limiter"] = limiter


def _limit_key() -> str:
    actor = current_actor()
    return actor.identity if actor.via != "nobody" else get_remote_address()
