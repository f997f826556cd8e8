"""``python -m solver`` as the format page says."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.solver.problems import HOUR, document, job, random_document, seeded

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "solver", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def files(tmp_path: Path) -> Path:
    given = document(job(), job(id="j2", only=[]))
    (tmp_path / "problem.json").write_text(json.dumps(given))
    (tmp_path / "job.json").write_text(json.dumps(job(id="new", windows=[[10 * HOUR, 11 * HOUR]])))
    done = run(
        "solve",
        tmp_path / "problem.json",
        "--seconds",
        1,
        "--output",
        tmp_path / "plan.json",
        folder=tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return tmp_path


def test_solve_writes_a_plan_with_reasons_and_check_accepts_it(files: Path) -> None:
    plan = json.loads((files / "plan.json").read_text())

    done = run("check", files / "problem.json", files / "plan.json", folder=files)

    assert plan["format"] == "plan/1"
    assert plan["unassigned"][0]["reasons"][0]["code"] == "excluded"
    assert (done.returncode, done.stdout) == (0, "")


def test_without_an_output_file_the_plan_is_printed(files: Path) -> None:
    done = run("solve", files / "problem.json", "--iterations", 3, folder=files)

    assert json.loads(done.stdout)["format"] == "plan/1"


def test_check_exits_with_1_and_a_line_for_each_fault(files: Path) -> None:
    plan = json.loads((files / "plan.json").read_text())
    plan["unassigned"] = []
    plan["routes"][0]["leave"] = 0
    (files / "plan.json").write_text(json.dumps(plan))

    done = run("check", files / "problem.json", files / "plan.json", folder=files)

    assert done.returncode == 1
    assert len(done.stdout.splitlines()) >= 2


def test_bad_input_exits_with_2_and_a_line_for_each_fault(tmp_path: Path) -> None:
    given = document(job(location="p9", after=[{"job": "j9"}]))
    (tmp_path / "problem.json").write_text(json.dumps(given))

    done = run("solve", tmp_path / "problem.json", folder=tmp_path)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "p9" in done.stderr


@pytest.mark.parametrize("text", ["", "{", "[1, 2", "NaN", '{"a": 1, "a": 2}', "[" * 99999])
def test_what_is_no_json_exits_with_2_and_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "problem.json").write_text(text)

    done = run("solve", tmp_path / "problem.json", folder=tmp_path)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_file_exits_with_2(tmp_path: Path) -> None:
    done = run("solve", tmp_path / "nothing.json", folder=tmp_path)

    assert done.returncode == 2
    assert "nothing.json" in done.stderr


def test_pins_that_cannot_be_kept_exit_with_2(tmp_path: Path) -> None:
    given = document(job(pinned=[{"technician": "t1", "start": 0}]))
    (tmp_path / "problem.json").write_text(json.dumps(given))

    done = run("solve", tmp_path / "problem.json", "--seconds", 1, folder=tmp_path)

    assert done.returncode == 2
    assert "pinned" in done.stderr


def test_an_output_that_cannot_be_written_exits_with_2(files: Path) -> None:
    done = run(
        "solve", files / "problem.json", "--output", files / "no" / "plan.json", folder=files
    )

    assert done.returncode == 2


def test_slots_are_printed(files: Path) -> None:
    done = run(
        "slots", files / "problem.json", files / "plan.json", files / "job.json", folder=files
    )

    (slot,) = json.loads(done.stdout)
    assert set(slot) == {"window", "start", "technicians", "cost", "kept"}


def test_explain_prints_the_choice_or_the_reasons(files: Path) -> None:
    both = (files / "problem.json", files / "plan.json")

    assert "chosen" in json.loads(run("explain", *both, "j1", folder=files).stdout)
    assert "reasons" in json.loads(run("explain", *both, "j2", folder=files).stdout)
    assert run("explain", *both, "j9", folder=files).returncode == 2


def test_an_interruption_writes_the_best_plan_so_far(tmp_path: Path) -> None:
    (tmp_path / "problem.json").write_text(json.dumps(random_document(seeded(5), jobs=40)))
    output = tmp_path / "plan.json"
    process = subprocess.Popen(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "solver", "solve", str(tmp_path / "problem.json")),
            *("--seconds", "50", "--output", str(output)),
        ],
        cwd=ROOT,
    )
    time.sleep(4)
    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 130
    assert json.loads(output.read_text())["routes"]


def test_repair_writes_a_valid_plan_of_what_is_left(files: Path) -> None:
    both = (files / "problem.json", files / "plan.json")
    written = ("--rest", files / "rest.json", "--output", files / "new.json")

    done = run(
        "repair",
        *both,
        *("--now", 8 * HOUR, "--urgent", files / "job.json", "--ready", f"j1={12 * HOUR}"),
        *("--iterations", 5, *written),
        folder=files,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert run("check", files / "rest.json", files / "new.json", folder=files).returncode == 0
    plan = json.loads((files / "new.json").read_text())
    assert {stop.get("job") for route in plan["routes"] for stop in route["stops"]} == {
        "j1",
        "new",
    }
    assert [one["job"] for one in plan["kpis"]["changed"]] == ["j1"]


def test_repair_tells_each_fault_of_what_it_is_told(files: Path) -> None:
    both = (files / "problem.json", files / "plan.json")

    without = run("repair", *both, "--absent", "t1", folder=files)
    unknown = run("repair", *both, "--now", 0, "--absent", "t8", "--longer", "j9=5", folder=files)
    badly = run("repair", *both, "--now", 0, "--longer", "j1", folder=files)

    assert (without.returncode, without.stderr.count("\n")) == (2, 1)
    assert (unknown.returncode, unknown.stderr.splitlines()) == (
        2,
        ["there is no technician 't8'", "there is no job 'j9'"],
    )
    assert (badly.returncode, badly.stderr) == (2, "'j1' is not JOB=SECONDS\n")
