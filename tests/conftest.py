"""Fixtures every test may use."""

from datetime import timedelta

import flask_migrate
import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import Phase

from app.core import clock, settings
from app.core.db import db, unit_of_work
from app.factory import MIGRATIONS, create_app
from tests import databases
from tests.factories import MONDAY_8AM

hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,  # a change fails for what it did; make proof explores further
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
hypothesis.settings.register_profile("proof", deadline=None)
hypothesis.settings.load_profile("suite")


def pytest_configure(config):
    if config.getoption("markexpr") == "proof":
        hypothesis.settings.load_profile("proof")


@pytest.fixture(autouse=True)
def monday_morning():
    """Begin every test on the same morning, whatever the hour it is run at."""
    with clock.running_from(MONDAY_8AM + timedelta(hours=2)):
        yield


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        choices=("both", "sqlite", "postgresql"),
        default="both",
        help="run what touches a database on this one; both by default",
    )


def pytest_generate_tests(metafunc):
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("database")
        kinds = ["sqlite", "postgresql"] if chosen == "both" else [chosen]
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database(request, tmp_path_factory):
    """The URL of an empty database of our own, SQLite or PostgreSQL."""
    kind = request.param
    folder = tmp_path_factory.mktemp(kind)
    with databases.sqlite(folder) if kind == "sqlite" else databases.postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def built_app(database, tmp_path_factory):
    """The application on that database, with its schema."""
    chosen = settings.Settings(
        database_url=database, instance_dir=str(tmp_path_factory.mktemp("instance"))
    )
    app = create_app(
        chosen,
        TESTING=True,
        WTF_CSRF_ENABLED=False,
        RATELIMIT_ENABLED=False,
        PROPAGATE_FAULTS=True,
    )
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sa.event.listen(db.engine, "connect", _without_waiting_for_the_disk)
        build_schema()
    yield app
    with app.app_context():
        db.engine.dispose()


def _without_waiting_for_the_disk(connection, _):
    connection.execute("PRAGMA synchronous=OFF")


def build_schema():
    """Bring the database to the newest migration."""
    flask_migrate.upgrade(directory=str(MIGRATIONS))


@pytest.fixture
def app(built_app):
    """The application with an empty database, inside its context."""
    settings.use(built_app.config["SHIFU"])
    with built_app.app_context():
        yield built_app
        db.session.rollback()
        db.session.remove()
        with unit_of_work():
            empty_database()
        db.session.remove()


@pytest.fixture
def client(app):
    return app.test_client()


def empty_database():
    """Delete every row; PostgreSQL in one round trip."""
    tables = [t for t in reversed(db.metadata.sorted_tables) if t.name != "alembic_version"]
    deletes = [str(sa.delete(table)) for table in tables]
    if db.engine.dialect.name == "postgresql":
        deletes = ["; ".join(deletes)]
    for delete in deletes:
        db.session.connection().exec_driver_sql(delete)
