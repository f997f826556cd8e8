"""Pure planning: a Problem goes in, a Plan comes out.

Importing this package is cheap; what searches is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

from solver.check import check as check
from solver.errors import InvalidPlan as InvalidPlan
from solver.errors import InvalidProblem as InvalidProblem
from solver.plan import Plan as Plan
from solver.problem import Problem as Problem

if TYPE_CHECKING:
    from solver.solving import Limits as Limits
    from solver.solving import Progress as Progress
    from solver.solving import solve as solve

SEARCHING = ("Limits", "Progress", "solve")


def __getattr__(name: str) -> Any:
    if name not in SEARCHING:
        raise AttributeError(name)
    import importlib  # noqa: PLC0415 - needed only here

    return getattr(importlib.import_module("solver.solving"), name)
