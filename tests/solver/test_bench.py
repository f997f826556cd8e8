"""Published problems: valid after a few rounds, and never dearer than the first plan."""

import json
from pathlib import Path
from types import ModuleType

import pytest

from solver import Limits, Problem, solve
from tests.solver.conftest import BENCH

pytestmark = pytest.mark.skipif(not BENCH, reason="no published problems beside this checkout")


@pytest.mark.parametrize("path", BENCH, ids=lambda path: path.stem)
def test_a_published_problem_is_solved(path: Path, referee: ModuleType) -> None:
    document = json.loads(path.read_text())
    problem = Problem.from_dict(document)

    plan = solve(problem, Limits(seconds=100, iterations=30))

    faults, summary = referee.check(document, plan.to_dict())
    assert faults == []
    assert summary["cost"] <= solve(problem, Limits(engine="greedy")).cost["total"] + 0.01


@pytest.mark.parametrize("path", BENCH[:1], ids=lambda path: path.stem)
def test_a_published_problem_reads_the_same_after_writing(path: Path) -> None:
    problem = Problem.from_dict(json.loads(path.read_text()))

    assert Problem.from_dict(problem.to_dict()) == problem
