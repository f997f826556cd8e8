"""The REST API: mounts every area's resources under /api/v1 and describes them."""

import sqlalchemy as sa
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from app.accounts.routes import blueprints as accounts
from app.aftersales.routes import blueprint as aftersales
from app.catalogue.routes import blueprint as catalogue
from app.core import sealing
from app.core.db import db
from app.http.guards import allow_public
from app.http.problems import ProblemApi
from app.jobs.routes import blueprint as jobs
from app.notifications.routes import blueprint as outbox
from app.persons.routes import blueprint as persons
from app.places.routes import blueprint as places
from app.planning.routes import blueprint as planning
from app.ratings.routes import blueprint as ratings
from app.technicians.routes import blueprint as technicians
from app.visits.routes import blueprint as visits

PREFIX = "/api/v1"
BLUEPRINTS = (
    *accounts,
    aftersales,
    catalogue,
    jobs,
    outbox,
    persons,
    places,
    planning,
    ratings,
    technicians,
    visits,
)
BEARER = {"type": "http", "scheme": "bearer"}


def register(app: Flask) -> None:
    """Mount the API, its description and the health answer."""
    rest = ProblemApi(app, spec_kwargs={"info": {"description": (__doc__ or "").strip()}})
    rest.spec.components.security_scheme("bearer", BEARER)
    rest.spec.options["security"] = [{"bearer": []}]
    for blueprint in BLUEPRINTS:
        rest.register_blueprint(blueprint, url_prefix=PREFIX + (blueprint.url_prefix or ""))

    @app.get(f"{PREFIX}/openapi.json")
    @allow_public
    def openapi() -> ResponseReturnValue:
        return jsonify(rest.spec.to_dict())

    @app.get("/health")
    @allow_public
    def health() -> ResponseReturnValue:
        db.session.execute(sa.text("SELECT 1"))
        found = sealing.troubles()
        return jsonify({"status": "degraded" if found else "ok", "troubles": found})
