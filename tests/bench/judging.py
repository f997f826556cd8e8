"""What a plan costs, by somebody who had no part in making it."""

import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from solver import Plan, Problem, check
from solver.costs import cost

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = next(
    (at / "shared" for at in CHECKOUT.parents if (at / "shared").is_dir()),
    CHECKOUT.parent / "shared",
)
Judge = Callable[[dict[str, Any], dict[str, Any]], tuple[list[str], float, int]]


@cache
def judge() -> tuple[str, Judge]:
    """The referee beside this checkout, or else the product's own check; and its name."""
    path = SHARED / "tools" / "check_plan.py"
    spec = importlib.util.spec_from_file_location("check_plan", path) if path.exists() else None
    if spec is None or spec.loader is None:
        return "solver.check", _own
    referee = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(referee)

    def judged(problem: dict[str, Any], plan: dict[str, Any]) -> tuple[list[str], float, int]:
        faults, summary = referee.check(problem, plan)
        return faults, float(summary.get("cost", 0.0)), int(summary.get("unassigned", 0))

    return "tools/check_plan.py", judged


def _own(problem: dict[str, Any], plan: dict[str, Any]) -> tuple[list[str], float, int]:
    asked, given = Problem.from_dict(problem), Plan.from_dict(plan)
    return check(asked, given), cost(asked, given)["total"], len(given.unassigned)
