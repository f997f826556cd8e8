"""The solver is pure, and cheap to import."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

from solver import Limits, Problem, solve
from tests.solver.conftest import BENCH
from tests.solver.problems import document, job, random_document, seeded

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs"


def test_importing_it_loads_neither_numpy_nor_or_tools() -> None:
    script = "import solver, sys; print(sorted({'numpy', 'ortools'} & set(sys.modules)))"

    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_offering_slots_does_not_load_or_tools() -> None:
    script = "import solver.slots, solver.explain, sys; print('ortools' in sys.modules)"

    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"


def test_solve_stays_a_function_whatever_was_imported_before() -> None:
    script = "import solver.solving; from solver import solve; print(callable(solve))"

    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "True"


@pytest.fixture(scope="module")
def problem_schema():
    text = (SCHEMAS / "planning-problem.schema.json").read_text()
    return jsonschema_rs.validator_for(json.loads(text))


@pytest.fixture(scope="module")
def plan_schema():
    return jsonschema_rs.validator_for(json.loads((SCHEMAS / "plan.schema.json").read_text()))


def test_the_schema_takes_every_rule(problem_schema) -> None:
    for seed in range(40):
        given = random_document(seeded(seed))
        assert problem_schema.is_valid(given), list(problem_schema.iter_errors(given))


@pytest.mark.parametrize("path", BENCH, ids=lambda path: path.stem)
def test_the_schema_takes_published_problems(problem_schema, path: Path) -> None:
    assert problem_schema.is_valid(json.loads(path.read_text()))


def test_the_schema_refuses_what_the_reader_refuses(problem_schema) -> None:
    for wrong in ({"duration": -1}, {"windows": [[1]]}, {"after": [{"job": "j0", "of": "x"}]}):
        assert not problem_schema.is_valid(document(job(**wrong)))


def test_plans_fit_their_schema(plan_schema) -> None:
    for seed in range(10):
        problem = Problem.from_dict(random_document(seeded(seed)))
        plan = solve(problem, Limits(iterations=5)).to_dict()
        assert plan_schema.is_valid(plan), list(plan_schema.iter_errors(plan))
