"""Whatever the problem, the plan keeps every rule, by our own check and by the referee."""

from collections.abc import Iterator
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import Limits, Plan, Problem, check, solve, solving
from tests.proofs.scale import scaled
from tests.solver.problems import random_document

QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
RANDOM = st.randoms(use_true_random=False)


@pytest.fixture(autouse=True)
def no_falling_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The net under the search must stay unused: a plan it catches is a fault."""

    def strict(problem: Problem, plan: Plan) -> list[str]:
        faults = check(problem, plan)
        assert faults == [], faults
        return faults

    monkeypatch.setattr(solving, "check", strict)
    return


def judged(referee: ModuleType, document: dict[str, Any], plan: Plan) -> float:
    faults, summary = referee.check(document, plan.to_dict())
    assert faults == []
    assert summary["cost"] == pytest.approx(plan.cost["total"], abs=0.01)
    return float(summary["cost"])


@QUICK
@given(random=RANDOM)
def test_greedy_plans_are_valid(random: Random) -> None:
    problem = Problem.from_dict(random_document(random))

    plan = solve(problem, Limits(engine="greedy"))

    assert check(problem, plan) == []


@QUICK
@given(random=RANDOM)
def test_searched_plans_are_valid_and_never_dearer_than_greedy(random: Random) -> None:
    problem = Problem.from_dict(random_document(random))

    plan = solve(problem, Limits(seconds=30, iterations=25, seed=3))

    assert check(problem, plan) == []
    assert plan.cost["total"] <= solve(problem, Limits(engine="greedy")).cost["total"] + 1e-6


@settings(QUICK, max_examples=40)
@given(random=RANDOM)
def test_the_referee_agrees(referee: ModuleType, random: Random) -> None:
    document = random_document(random)

    plan = solve(Problem.from_dict(document), Limits(seconds=30, iterations=10))

    judged(referee, document, plan)


@settings(QUICK, max_examples=40)
@given(random=RANDOM)
def test_every_job_left_out_has_a_reason(random: Random) -> None:
    problem = Problem.from_dict(random_document(random))

    plan = solve(problem, Limits(seconds=30, iterations=10))

    for left_out in plan.unassigned:
        assert left_out.reasons
        assert all(reason["code"] in CODES for reason in left_out.reasons)
        assert all(reason["code"] != "search-limit" for reason in left_out.reasons)


CODES = {
    "nobody-qualified",
    "certificate-expired",
    "excluded",
    "no-shift",
    "window-too-narrow",
    "limit",
    "crew-incomplete",
    "tool-missing",
    "part-missing",
    "link-left-out",
    "unreachable",
    "crowded-out",
    "not-worth-it",
    "search-limit",
}


@settings(QUICK, max_examples=15)
@given(random=RANDOM)
def test_a_plan_pinned_as_it_is_stays_as_it_is(referee: ModuleType, random: Random) -> None:
    document = random_document(random)
    plan = solve(Problem.from_dict(document), Limits(engine="greedy"))
    by_name = {job["id"]: job for job in document["jobs"]}
    for route in plan.routes:
        for stop in route.visits:
            pin = {"seat": stop.seat, "technician": route.technician, "start": stop.start}
            by_name[stop.job].setdefault("pinned", []).append(pin)

    again = solve(Problem.from_dict(document), Limits(seconds=30, iterations=5))

    judged(referee, document, again)


@pytest.mark.proof
@pytest.mark.timeout(600)
@settings(QUICK, max_examples=scaled(2000))
@given(random=RANDOM)
def test_the_referee_agrees_on_very_many(referee: ModuleType, random: Random) -> None:
    document = random_document(random)

    plan = solve(Problem.from_dict(document), Limits(seconds=30, iterations=20))

    judged(referee, document, plan)
