"""Migrations and models say the same, one step after another."""

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.core import settings
from app.core.db import db, unit_of_work
from app.factory import create_app
from tests import databases
from tests.architecture.project import ROOT
from tests.factories.bookings import book, technician_with_visits

MIGRATIONS = str(ROOT / "migrations")


@pytest.fixture
def empty(request, database, tmp_path):
    """An application on a database with nothing in it."""
    kind = "sqlite" if database.startswith("sqlite") else "postgresql"
    with databases.sqlite(tmp_path) if kind == "sqlite" else databases.postgresql() as url:
        chosen = settings.Settings(database_url=url, instance_dir=str(tmp_path))
        app = create_app(chosen, TESTING=True, RATELIMIT_ENABLED=False)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def differences():
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, db.metadata)
    return [change for change in found if "alembic_version" not in str(change)]


def test_the_migrations_build_what_the_models_say(empty):
    flask_migrate.upgrade(directory=MIGRATIONS)

    assert differences() == []


def test_every_migration_can_be_taken_back_and_made_again(empty):
    flask_migrate.upgrade(directory=MIGRATIONS)
    flask_migrate.downgrade(directory=MIGRATIONS, revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}

    flask_migrate.upgrade(directory=MIGRATIONS)

    assert differences() == []


def test_there_is_one_newest_migration():
    scripts = ScriptDirectory.from_config(Config(toml_file=str(ROOT / "pyproject.toml")))

    assert len(scripts.get_heads()) == 1


def test_a_technician_cannot_be_booked_twice_at_a_time(app):
    technician, visits = technician_with_visits(2)
    with unit_of_work():
        book(technician, visits[0], 9, 11)

    def overlap():
        with unit_of_work():
            book(technician, visits[1], 10, 12)

    with pytest.raises(sa.exc.IntegrityError):
        overlap()
    with unit_of_work():
        book(technician, visits[1], 11, 12)
