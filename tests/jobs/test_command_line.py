"""Orders and jobs from the command line."""

import json

import pytest
import time_machine
from click.testing import CliRunner

from app.cli.imports import import_command, template
from app.cli.jobs import group, paste
from app.jobs.models import JobState
from tests.jobs.sent import NOW, Shop, jobs_of, order, parcel, take


@pytest.fixture(autouse=True)
def _now(app):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def job():
    Shop()
    [job] = jobs_of(take(order(parcels=(parcel("SF1"),))))
    return job


def run(command, *arguments, **options):
    return CliRunner().invoke(command, arguments, catch_exceptions=False, **options)


def test_what_waits_is_counted_with_the_fix(job):
    shown = run(group, "waiting")

    assert "parcels-missing" in shown.output
    assert json.loads(run(group, "waiting", "--json").output)["groups"][0]["count"] == 1


def test_jobs_are_listed_for_people_and_for_programs_without_names(job):
    table = run(group, "list", "--territory", "GZ", "--day", "2026-03-03")
    rows = json.loads(run(group, "list", "-q", "13800138000", "--json").output)

    assert job.number in table.output
    assert [row["number"] for row in rows] == [job.number]
    assert "王小明" not in table.output + json.dumps(rows, ensure_ascii=False)


def test_one_job_is_shown_with_its_window_in_local_time(job):
    assert "09:00-12:00 proposed" in run(group, "show", job.number).output


def test_a_parcel_arrives_a_window_is_confirmed_and_the_job_cancelled(job):
    assert "has arrived" in run(group, "arrive", "SF1").output
    assert job.state is JobState.RELEASED

    run(group, "confirm", job.number, "--start", "2026-03-04 14:00", "--end", "2026-03-04 17:00")
    assert job.window_start.isoformat() == "2026-03-04T06:00:00+00:00"
    assert job.window_confirmed_at is not None

    run(group, "cancel", job.number, "--reason", "moved house")
    assert job.state is JobState.CANCELLED


def test_a_pasted_message_is_read_and_nothing_created(job):
    draft = json.loads(run(paste, "--json", input="王小明 13800138000 装NW-35").output)

    assert draft["fields"]["model"]["value"] == "NW-35"
    assert "address" in draft["missing"]
    assert "model" in run(paste, "装NW-35").output


def test_a_file_is_imported_with_a_report_and_a_status(job, tmp_path):
    file = tmp_path / "arrivals.csv"
    file.write_text("tracking\nSF1\nSF9\n")

    tried = run(import_command, "arrivals", str(file), "--dry-run")
    done = run(import_command, "arrivals", str(file), "--json")

    assert "Dry run" in tried.output
    assert (tried.exit_code, done.exit_code) == (1, 1)
    assert json.loads(done.output)["counts"]["updated"] == 1


def test_a_template_is_written_and_the_kinds_are_listed(app, tmp_path):
    assert "订单号" in run(template, "orders", "--lang", "zh").output
    assert "orders" in run(template).output.split()
    run(template, "orders", "--xlsx", str(tmp_path / "t.xlsx"))
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")
