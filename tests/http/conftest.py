"""A small resource to enter changes through, on an application of its own."""

from uuid import UUID

import pytest
from flask.views import MethodView
from marshmallow import RAISE, Schema, fields

from app.accounts.models import Partner
from app.core import settings
from app.core.db import db, lock, unit_of_work
from app.core.policies import Role
from app.factory import create_app
from app.http.blueprint import Blueprint
from app.http.guards import allow
from tests.conftest import build_schema, empty_database

blueprint = Blueprint("teams", __name__, url_prefix="/api/v1/teams")


class TeamSchema(Schema):
    class Meta:
        unknown = RAISE

    id = fields.UUID(dump_only=True)
    code = fields.String(required=True)
    name = fields.String(required=True)


class RenameSchema(Schema):
    class Meta:
        unknown = RAISE

    name = fields.String(required=True)


@blueprint.route("")
class Teams(MethodView):
    @blueprint.arguments(TeamSchema)
    @blueprint.response(201, TeamSchema)
    @allow(Role.DISPATCHER)
    def post(self, given):
        team = Partner(**given)
        db.session.add(team)
        db.session.flush()
        return team


@blueprint.route("/<uuid:team_id>")
@blueprint.etag
class Team(MethodView):
    @blueprint.response(200, TeamSchema)
    @allow(Role.DISPATCHER)
    def get(self, team_id: UUID):
        team = db.session.get(Partner, team_id)
        blueprint.set_version(team)
        return team

    @blueprint.arguments(RenameSchema)
    @blueprint.response(200, TeamSchema)
    @allow(Role.DISPATCHER)
    def patch(self, given, team_id: UUID):
        team = lock(Partner, [team_id])[team_id]
        blueprint.check_version(team)
        team.name = given["name"]
        db.session.flush()
        blueprint.set_version(team)
        return team


@pytest.fixture(scope="session")
def team_app(database, tmp_path_factory):
    chosen = settings.Settings(
        database_url=database, instance_dir=str(tmp_path_factory.mktemp("http"))
    )
    app = create_app(chosen, TESTING=True, RATELIMIT_ENABLED=False)
    app.extensions["flask-smorest"]["apis"][""]["ext_obj"].register_blueprint(blueprint)
    with app.app_context():
        build_schema()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(team_app):
    settings.use(team_app.config["SHIFU"])
    with team_app.app_context():
        yield team_app
        db.session.rollback()
        with unit_of_work():
            empty_database()
        db.session.remove()
