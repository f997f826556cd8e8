"""The check finds every broken rule, and the referee finds it too."""

import copy
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from solver import Limits, Plan, Problem, check, solve
from tests.solver.problems import HOUR, document, job, second, shift, technician

CREW = [{"skills": []}, {"skills": []}]
GIVEN = document(
    job(setup=60, windows=[[9 * HOUR, 10 * HOUR]], pinned=[{"technician": "t1"}]),
    job(id="j2", location="p3", after=[{"job": "j1", "technician": "any"}]),
    job(id="j3", crew=CREW, location="p2", due=9 * HOUR, late_per_hour=60),
    job(id="j4", skills=[{"skill": "wood"}]),
    technicians=[
        technician(
            shifts=[shift(breaks=[{"earliest": 12 * HOUR, "latest": 13 * HOUR, "duration": 1800}])]
        ),
        second(),
    ],
    depots=[{"id": "d1", "location": "p4", "duration": 300}],
)
ChangePlan = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return solve(Problem.from_dict(GIVEN), Limits(iterations=20)).to_dict()


def route(plan: dict[str, Any], technician: str = "t1") -> dict[str, Any]:
    return next(one for one in plan["routes"] if one["technician"] == technician)


def visit(plan: dict[str, Any], name: str) -> dict[str, Any]:
    return next(s for r in plan["routes"] for s in r["stops"] if s.get("job") == name)


def rest(plan: dict[str, Any]) -> dict[str, Any]:
    return next(s for s in route(plan)["stops"] if "break" in s)


def moved(stop: dict[str, Any], seconds: int) -> None:
    stop["start"] += seconds
    stop["finish"] += seconds


MUTATIONS: dict[str, ChangePlan] = {
    "leaves before the shift": lambda p: route(p).update(leave=8 * HOUR - 1),
    "returns after the shift": lambda p: route(p).update({"return": 16 * HOUR + 1}),
    "returns too early": lambda p: route(p).update(
        {"return": route(p)["stops"][-1]["finish"] - 1}
    ),
    "arrives too early": lambda p: visit(p, "j1").update(arrive=8 * HOUR),
    "starts before arriving": lambda p: moved(visit(p, "j2"), -HOUR),
    "lasts too short": lambda p: visit(p, "j1").update(finish=visit(p, "j1")["finish"] - 60),
    "takes no break": lambda p: route(p)["stops"].remove(rest(p)),
    "takes the break late": lambda p: moved(rest(p), 2 * HOUR),
    "an unknown shift": lambda p: route(p).update(shift="s9"),
    "another's shift": lambda p: route(p).update(shift="s2"),
    "an unknown job": lambda p: visit(p, "j2").update(job="j9"),
    "an unknown depot": lambda p: route(p)["stops"].append(
        {"depot": "d9", "arrive": 0, "start": 0, "finish": 0}
    ),
    "a seat twice": lambda p: visit(p, "j3").update(seat=1 - visit(p, "j3")["seat"]),
    "a seat too many": lambda p: visit(p, "j3").update(seat=2),
    "a job neither planned nor left out": lambda p: p["unassigned"].clear(),
    "a job planned and left out": lambda p: p["unassigned"].append({"job": "j1"}),
    "a job left out twice": lambda p: p["unassigned"].append(dict(p["unassigned"][0])),
    "an unknown job left out": lambda p: p["unassigned"].append({"job": "j9"}),
    "two routes of a shift": lambda p: p["routes"].append(copy.deepcopy(route(p))),
    "a wrong cost": lambda p: p["cost"].update(total=p["cost"]["total"] + 10),
    "a crew that does not start together": lambda p: moved(visit(p, "j3"), 1),
}


def test_the_plan_as_it_was_found_is_valid(plan: dict[str, Any], referee: ModuleType) -> None:
    assert check(Problem.from_dict(GIVEN), Plan.from_dict(plan)) == []
    assert referee.check(GIVEN, plan)[0] == []


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_rule_is_found(name: str, plan: dict[str, Any], referee: ModuleType) -> None:
    broken = copy.deepcopy(plan)
    MUTATIONS[name](broken)

    faults = check(Problem.from_dict(GIVEN), Plan.from_dict(broken))

    assert faults
    assert referee.check(GIVEN, broken)[0]


CHANGED_RULES: dict[str, dict[str, Any]] = {
    "a window": {"windows": [[0, 1]]},
    "a skill": {"skills": [{"skill": "wood"}]},
    "only": {"only": ["t2"]},
    "never": {"never": ["t1", "t2"]},
    "a pin": {"pinned": [{"technician": "t1", "start": 1}]},
    "a tool": {"tools": ["drill"]},
    "a part": {"parts": {"valve": 1}},
    "a link": {"after": [{"job": "j2"}]},
    "a link to a job left out": {"after": [{"job": "j4"}]},
    "a link to others": {
        "after": [{"job": "j3", "min_gap": -HOUR * 9, "technician": "different"}]
    },
    "another duration": {"duration": 1},
}


@pytest.mark.parametrize("name", CHANGED_RULES)
def test_a_plan_for_another_rule_is_found_out(
    name: str, plan: dict[str, Any], referee: ModuleType
) -> None:
    given = copy.deepcopy(GIVEN)
    given["jobs"][0] |= CHANGED_RULES[name]

    faults = check(Problem.from_dict(given), Plan.from_dict(plan))

    assert faults
    assert referee.check(given, plan)[0]
