"""The demo in an installation: loaded once, into an empty one, and moved on when it is stale."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from app.accounts.models import User
from app.catalogue.models import Brand
from app.cli import demo
from app.core import clock, settings
from app.core.db import db, unit_of_work
from app.factory import create_app
from app.jobs.models import Job, JobState
from app.planning.models import Visit
from app.ratings.models import Rating
from app.technicians.models import Certificate, Score, Shift, Technician
from tests.conftest import build_schema

LOADED = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """An empty installation on SQLite with the demo loaded on 22 November 2026."""
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(settings.Settings(instance_dir=str(folder)), TESTING=True)
    with app.app_context():
        build_schema()
        with clock.frozen(LOADED):
            first = run("load")
        assert first.exit_code == 0, first.output
        yield first
        db.session.remove()
        db.engine.dispose()


def run(*words):
    return CliRunner().invoke(demo.group, words)


def count(model, *conditions):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


def test_everything_is_there(installation):
    assert count(Technician) == 40
    assert count(Brand) == 10
    assert count(User) == 47
    assert count(Job, Job.state != JobState.DONE) >= 1200
    assert 1450 < count(Visit) < 1550
    assert 900 < count(Rating) < 1200
    assert count(Score, Score.category_id.is_(None)) == 40


def test_most_jobs_may_be_planned_and_every_reason_to_wait_occurs(installation):
    waiting = list(db.session.scalars(sa.select(Job).where(Job.state == JobState.WAITING)))
    codes = {blocker["code"] for job in waiting for blocker in job.blockers}

    assert count(Job, Job.state == JobState.RELEASED) > 1100
    assert codes >= {
        "parcels-missing",
        "kit-mismatch",
        "place-too-coarse",
        "no-place",
        "no-duration",
    }


def test_the_sign_ins_are_told_when_loading(installation):
    assert "demo-administrator" in installation.output
    assert "gz01" in installation.output


def test_every_sign_in_is_shown_when_asked_for(installation):
    shown = run("show", "--all", "--json")

    assert shown.exit_code == 0
    assert shown.output.count('"login"') == 47


def test_loading_again_changes_nothing(installation):
    before = count(Job)

    again = run("load")

    assert again.exit_code == 0
    assert "already" in again.output
    assert count(Job) == before


def test_three_days_later_a_refresh_moves_shifts_and_open_jobs(installation):
    before = count(Job)
    with clock.frozen(LOADED + timedelta(days=3)):
        moved = run("refresh")

        assert moved.exit_code == 0, moved.output
        first = db.session.scalar(
            sa.select(sa.func.min(Job.window_start)).where(Job.state == JobState.RELEASED)
        )
        assert first > clock.now()
        assert count(Shift, Shift.starts_at > clock.now()) > 400
        assert count(Job) == before
        assert count(Certificate) < 220


def test_the_demo_is_not_poured_into_an_installation_in_use(app):
    with unit_of_work():
        db.session.add(Brand(code="OURS", name="Our own brand"))

    refused = run("load")

    assert isinstance(refused.exception, demo.InstallationInUse)
    assert count(Technician) == 0


def test_there_is_nothing_to_refresh_or_show_without_the_demo(app):
    assert isinstance(run("refresh").exception, demo.DemoNotLoaded)
    assert isinstance(run("show").exception, demo.DemoNotLoaded)
