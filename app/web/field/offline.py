"""What makes the technician's pages an installed app that works without a signal."""

import hashlib
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Blueprint, Response, current_app, json, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from app.core.policies import Role
from app.http.actor import current_actor
from app.http.guards import allow, allow_public
from app.visits import queries
from app.web.field.said import phone_words
from app.web.shared.assets import FOLDER, address_of

blueprint = Blueprint("phone", __name__, url_prefix="/field", template_folder="templates")
technician = allow(Role.TECHNICIAN)
DAYS_KEPT = 3
SHELL = (
    "css/tokens.css",
    "css/components.css",
    "css/field.css",
    "img/mark.svg",
    "img/icon-192.png",
    "js/field/day.js",
    "js/field/pages.js",
    "js/field/queue.js",
    "js/field/report.js",
    "js/field/reports.js",
    "js/field/signal.js",
    "js/field/store.js",
    "js/field/told.js",
    "js/shared/dom.js",
    "js/shared/words.js",
    "vendor/idb/idb.js",
    "vendor/lucide/icons.svg",
)
WORKER = "js/field/worker.js"
ICONS = (("img/icon-192.png", "192x192"), ("img/icon-512.png", "512x512"))


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"phone_words": phone_words}


@cache
def version() -> str:
    """Return a digest of everything that the installed shell is made of."""
    digest = hashlib.sha256()
    for name in (*SHELL, WORKER):
        digest.update((FOLDER / name).read_bytes())
    return digest.hexdigest()[:16]


@blueprint.get("/worker.js")
@allow_public
def worker() -> ResponseReturnValue:
    """Serve the service worker, told its version and what it keeps."""
    told = {
        "VERSION": version(),
        "ASSETS": [address_of(name) for name in SHELL],
        "FALLBACK": url_for("phone.reports"),
    }
    lines = [f"const {name} = {json.dumps(value)};" for name, value in told.items()]
    script = (FOLDER / WORKER).read_text(encoding="utf-8")
    response = Response("\n".join([*lines, script]), mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for("field.today")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/app.webmanifest")
@allow_public
def manifest() -> ResponseReturnValue:
    """Say how the app is installed."""
    start = url_for("field.today")
    icons = [
        {"src": address_of(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes in ICONS
        for purpose in ("any", "maskable")
    ]
    told = {
        "id": start,
        "name": gettext("Shifu · my day"),
        "short_name": "Shifu",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#f4f6fa",
        "theme_color": "#0f1b33",
        "icons": icons,
    }
    return current_app.response_class(json.dumps(told), mimetype="application/manifest+json")


@blueprint.get("/token")
@technician
def token() -> ResponseReturnValue:
    """Say who is signed in, and hand out a token to send with what was kept."""
    told = {"csrf": generate_csrf(), "technician": str(current_actor().technician_id)}
    return told, 200, {"Cache-Control": "no-store"}


@blueprint.get("/keep")
@technician
def keep() -> ResponseReturnValue:
    """List the pages that a phone keeps for the coming days."""
    actor = current_actor()
    today = queries.my_today(actor)
    days = [today + timedelta(days=count) for count in range(DAYS_KEPT)]
    pages = [url_for("field.today"), url_for("phone.reports")]
    pages += [url_for("field.today", day=day.isoformat()) for day in days]
    pages += [
        url_for("field.visit", visit_id=stop.visit.id)
        for day in days
        for stop in queries.my_day(actor, day)
    ]
    return {"pages": pages}, 200, {"Cache-Control": "no-store"}


@blueprint.get("/reports")
@technician
def reports() -> ResponseReturnValue:
    """Show what this phone has kept, sent and been refused; the phone itself fills it in."""
    return render_template("field/reports.html", technician_id=current_actor().technician_id)
