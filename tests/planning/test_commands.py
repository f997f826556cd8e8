"""Planning from the command line, as a dispatcher would type it."""

import json

import pytest
from click.testing import CliRunner

from app.cli.plans import group
from app.core.errors import DomainError
from app.planning import gateways
from app.planning import tasks as planning
from tests.planning.world import seats


@pytest.fixture(autouse=True)
def _search_here(monkeypatch):
    monkeypatch.setattr(planning, "SearchProcess", lambda _: gateways.SearchHere())


def shifu(*words):
    done = CliRunner().invoke(group, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_a_day_is_planned_and_printed(world):
    one = world.technician()
    job = world.job()

    done = shifu("make", world.territory.code, "--seconds", "1")

    assert done.exit_code == 0, done.output
    assert "1 jobs planned, 0 left out" in done.output
    assert one.code in done.output
    assert job.number in done.output
    assert seats(job) == []


def test_a_plan_is_announced_at_once_when_asked(world):
    one = world.technician()
    job = world.job()

    shifu("make", world.territory.code, "--seconds", "1", "--publish")

    assert [who for who, _ in seats(job)] == [one]


def test_programs_get_json(world):
    world.technician()
    job = world.job()

    done = shifu("make", world.territory.code, "--seconds", "1", "--json")

    day = json.loads(done.stdout)
    assert day["technicians"][0]["stops"][0]["job_number"] == job.number


def test_why_a_job_is_left_out_is_printed(world):
    world.technician(certified=False)
    world.job()

    done = shifu("make", world.territory.code, "--seconds", "1")

    assert "nobody-qualified: 1" in done.output


def test_a_plan_is_listed_published_and_shown(world):
    world.technician()
    job = world.job()
    code = world.territory.code
    shifu("make", code, "--seconds", "1")

    published = shifu("publish", code, "2026-03-02")

    assert f"{code} 2026-03-02 is announced from plan 1." in published.output
    assert "2026-03-02" in shifu("list", code).output
    assert job.number in shifu("show", code, "2026-03-02").output


def test_two_plans_are_compared(world):
    world.technician()
    world.job()
    code = world.territory.code
    shifu("make", code, "--seconds", "1")
    added = world.job(13, 15)
    shifu("make", code, "--seconds", "1")

    assert added.number in shifu("compare", code, "1", "2").output
    assert shifu("compare", code, "1", "1").output == "They are the same.\n"


def test_the_problem_is_written_for_a_bug_report(world, tmp_path):
    world.technician()
    world.job()
    shifu("make", world.territory.code, "--seconds", "1")

    shifu("problem", world.territory.code, "--output", str(tmp_path / "p.json"))

    assert json.loads((tmp_path / "p.json").read_text())["format"] == "planning-problem/1"


def test_a_job_is_moved_and_left_to_the_plan_again(world):
    one = world.technician()
    job = world.job()

    moved = shifu(
        "move", job.number, one.code, "--at", "2026-03-02 10:00", "--reason", "asked for ten"
    )

    assert moved.output == f"{job.number} stays with {one.code} at 2026-03-02 10:00.\n"
    assert shifu("unpin", job.number).output == f"{job.number} is free to be planned.\n"


def test_a_time_that_is_none_is_refused(world):
    one = world.technician()
    job = world.job()

    done = shifu("move", job.number, one.code, "--at", "noonish", "--reason", "lunch")

    assert done.exit_code == 2
    assert "--at" in done.output


def test_a_day_without_jobs_is_refused(world):
    world.technician()

    with pytest.raises(DomainError):
        shifu("make", world.territory.code)
